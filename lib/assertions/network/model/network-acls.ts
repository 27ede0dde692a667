import type { Json, Resource, Templates } from '../../templates';
import { AddressReader, ANYTHING } from './address-reader';
import { allAddresses } from './addresses';
import type { AclEntry, Component, NetworkAcl, PortRange } from './components';
import {
  asFlag,
  asNumber,
  asRecord,
  asText,
  conditionDoubt,
  describe,
  reference,
  strayDoubt,
  Undecided,
  type Value,
} from '../../templates/properties';
import { portRange, protocolNumber, trafficText } from './protocols';

/**
 * The network ACLs of the templates by resource, and of each VPC the default one. A custom ACL without entries
 * denies everything; the default one allows everything.
 * https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html
 */
export function readAcls(templates: Templates, addresses: AddressReader): ReadonlyMap<Resource, NetworkAcl> {
  const entries = new Map<Resource, Resource[]>();
  const stray: Resource[] = [];
  for (const entry of templates.ofType('AWS::EC2::NetworkAclEntry')) {
    const value = entry.properties.NetworkAclId;
    const found = reference(templates, value, 'AWS::EC2::NetworkAcl', 'AWS::EC2::VPC');
    if (found instanceof Undecided) stray.push(entry);
    else if (found) entries.set(found, [...(entries.get(found) ?? []), entry]);
  }
  const of = (resource: Resource, direction: 'inbound' | 'outbound') =>
    [
      ...(entries.get(resource) ?? []).map((entry) => ({ entry, mayBelong: undefined })),
      ...stray.map((entry) => ({ entry, mayBelong: strayDoubt(entry) })),
    ].flatMap(({ entry, mayBelong }) => {
      const egress = asFlag(entry.properties.Egress, false);
      const matches = egress === 'doubt' || egress === (direction === 'outbound');
      const doubt = egress === 'doubt' ? `Egress of ${entry.path} is not known before deployment` : mayBelong;
      return matches ? [readEntry(entry, addresses, direction === 'outbound' ? 'to' : 'from', doubt)] : [];
    });
  const acl = (component: Component, resource: Resource, defaults: readonly AclEntry[]): NetworkAcl => ({
    ...component,
    inbound: sorted([...of(resource, 'inbound'), ...defaults]),
    outbound: sorted([...of(resource, 'outbound'), ...defaults]),
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

function readEntry(
  resource: Resource,
  reader: AddressReader,
  preposition: string,
  doubt: string | undefined,
): AclEntry {
  const { properties } = resource;
  const protocol = protocolNumber(properties.Protocol);
  const cidr = properties.CidrBlock ?? properties.Ipv6CidrBlock;
  const addresses = reader.match(cidr);
  const number = asNumber(properties.RuleNumber);
  const action = asText(properties.RuleAction);
  const ports = portsOf(protocol, properties);
  const open = [protocol, ports, number, action].find((value) => value instanceof Undecided);
  const known = protocol instanceof Undecided ? undefined : protocol;
  const range = ports instanceof Undecided ? undefined : ports;
  const traffic =
    open === protocol || open === ports ? 'traffic that is not known' : trafficText(known, range);
  return {
    number: typeof number === 'number' ? number : 0,
    action: typeof action === 'string' ? (action.toLowerCase() === 'allow' ? 'allow' : 'deny') : 'doubt',
    text: `${open === undefined ? trafficText(known, range) : traffic} ${preposition} ${describe(cidr)}`,
    protocol: known,
    ports: range,
    addresses: addresses ?? ANYTHING,
    doubt:
      conditionDoubt(resource) ??
      doubt ??
      (addresses ? undefined : `${describe(cidr)} is not known before deployment`) ??
      (number === undefined ? `the number of ${resource.path} is not known` : undefined) ??
      (open instanceof Undecided ? open.reason : undefined),
  };
}

function portsOf(
  protocol: Value<number>,
  { PortRange: range, Icmp }: Readonly<Record<string, Json>>,
): Value<PortRange> {
  const isIcmp = protocol === 1 || protocol === 58;
  const { Type, Code } = asRecord(Icmp);
  const { From, To } = asRecord(range);
  return portRange(protocol, asNumber(isIcmp ? Type : From), asNumber(isIcmp ? Code : To));
}
