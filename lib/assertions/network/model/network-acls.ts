import type { Json, Resource, Templates } from '../../templates';
import { AddressReader, ANYTHING } from './address-reader';
import { allAddresses } from './addresses';
import type { AclEntry, Component, NetworkAcl, PortRange } from './components';
import { asBoolean, asNumber, asRecord, asText, conditionDoubt, describe, groupBy } from './properties';
import { icmpType, protocolNumber, trafficText } from './protocols';

/**
 * The network ACLs of the templates by resource, and of each VPC the default one. A custom ACL without entries
 * denies everything; the default one allows everything.
 * https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html
 */
export function readAcls(templates: Templates, addresses: AddressReader): ReadonlyMap<Resource, NetworkAcl> {
  const entries = groupBy(templates.ofType('AWS::EC2::NetworkAclEntry'), ({ properties }) => {
    const reference = templates.reference(properties.NetworkAclId);
    if (!reference) return undefined;
    const { resource, attribute } = reference;
    return resource.type === 'AWS::EC2::NetworkAcl' || attribute === 'DefaultNetworkAcl'
      ? resource
      : undefined;
  });
  const of = (resource: Resource, egress: boolean) =>
    (entries.get(resource) ?? [])
      .filter(({ properties }) => (asBoolean(properties.Egress) ?? false) === egress)
      .map((entry) => readEntry(entry, addresses, egress ? 'to' : 'from'));
  const acl = (component: Component, resource: Resource, defaults: readonly AclEntry[]): NetworkAcl => ({
    ...component,
    inbound: sorted([...of(resource, false), ...defaults]),
    outbound: sorted([...of(resource, true), ...defaults]),
  });
  return new Map([
    ...templates
      .ofType('AWS::EC2::NetworkAcl')
      .map((r) => [r, acl({ path: r.path, resource: r, doubt: conditionDoubt(r) }, r, [])] as const),
    ...templates
      .ofType('AWS::EC2::VPC')
      .map((r) => [r, acl({ path: `default network ACL of ${r.path}` }, r, DEFAULT_ENTRIES)] as const),
  ]);
}

const DEFAULT_ENTRIES: readonly AclEntry[] = ([4, 6] as const).map((version) => ({
  number: version === 4 ? 100 : 101,
  action: 'allow',
  text: `all traffic, IPv${version}`,
  addresses: { sure: allAddresses(version), possible: allAddresses(version) },
}));

const sorted = (entries: readonly AclEntry[]): readonly AclEntry[] =>
  [...entries].sort((a, b) => a.number - b.number);

function readEntry(resource: Resource, reader: AddressReader, preposition: string): AclEntry {
  const { properties } = resource;
  const protocol = protocolNumber(properties.Protocol);
  const cidr = properties.CidrBlock ?? properties.Ipv6CidrBlock;
  const addresses = reader.match(cidr);
  const number = asNumber(properties.RuleNumber);
  const action = asText(properties.RuleAction)?.toLowerCase();
  const ports = portsOf(protocol, properties);
  const doubt =
    conditionDoubt(resource) ??
    (addresses ? undefined : `${describe(cidr)} is not known before deployment`) ??
    (number === undefined ? `the number of ${resource.path} is not known before deployment` : undefined) ??
    (Number.isNaN(protocol) ? `protocol ${describe(properties.Protocol)} is not known` : undefined);
  return {
    number: number ?? 0,
    action: action === 'allow' ? 'allow' : 'deny',
    text: `${trafficText(protocol, ports)} ${preposition} ${describe(cidr)}`,
    protocol,
    ports,
    addresses: addresses ?? ANYTHING,
    doubt,
  };
}

function portsOf(
  protocol: number | undefined,
  { PortRange, Icmp }: Readonly<Record<string, Json>>,
): PortRange | undefined {
  if (protocol === 1 || protocol === 58) {
    const { Type, Code } = asRecord(Icmp);
    return icmpType(asNumber(Type), asNumber(Code));
  }
  const { From, To } = asRecord(PortRange);
  const [from, to] = [asNumber(From), asNumber(To)];
  return (protocol !== 6 && protocol !== 17) || from === undefined ? undefined : { from, to: to ?? from };
}
