import type { Resource } from '../../templates';
import { formatAddresses, isEmpty, parseAddresses, type AddressSet } from '../model/addresses';
import type { GroupRule, NetworkAcl, NetworkInterface, SecurityGroup, Subnet } from '../model/components';
import type { Model } from '../model/model';

/** A resource with network interfaces, a subnet, or a VPC endpoint with interfaces. */
export interface NetworkPlace {
  readonly resource: Resource;
  readonly kind: 'resource' | 'subnet' | 'endpoint';
  /** Two places of one signature get the same answers as source or destination of the same network. */
  readonly signature: string;
  /** The rules of its security groups, as text. */
  readonly rules: string;
  /** It may have more than one network interface. */
  readonly isSeveral: boolean;
}

/** The places of a network. NAT gateways are none: nothing can open a connection to them. */
export function placesOf(model: Model): readonly NetworkPlace[] {
  const owners = [...model.interfacesOf]
    .filter(([{ type }]) => type !== 'AWS::EC2::NatGateway')
    .map(([resource, nics]): NetworkPlace => ({
      resource,
      kind: nics.every(({ requesterManaged }) => requesterManaged === true) ? 'endpoint' : 'resource',
      signature: nics.map(signatureOf).sort().join('\n'),
      rules: rulesText(nics),
      isSeveral: nics.length > 1 || SEVERAL.has(resource.type),
    }));
  const subnets = [...model.subnets.values()].map((subnet): NetworkPlace => ({
    resource: subnet.resource,
    kind: 'subnet',
    signature: `subnet ${subnet.path} ${String(subnet.mapPublicIpOnLaunch)} ${String(subnet.assignIpv6)}`,
    rules: '',
    isSeveral: false,
  }));
  return [...owners, ...subnets];
}

const SEVERAL = new Set(['AWS::AutoScaling::AutoScalingGroup', 'AWS::ECS::Service', 'AWS::Lambda::Function']);

function signatureOf(nic: NetworkInterface): string {
  const { subnet, groups, publicIpv4, closed, listens, spread, doubt, ipv6Doubt, ipv6Internal } = nic;
  return JSON.stringify([
    subnet?.path ?? nic.path,
    groups?.map(({ id }) => id).sort() ?? 'none',
    [formatAddresses(nic.ipv4), isEmpty(nic.ipv6), ipv6Doubt, ipv6Internal],
    [publicIpv4, closed, listens, spread, doubt],
  ]);
}

/** The security group rules of interfaces, as text. The text changes where an answer may change. */
export const rulesText = (nics: readonly NetworkInterface[]): string =>
  [...new Set(nics.flatMap(({ groups = [] }) => groups))]
    .map(({ path, doubt, inbound, outbound }) => [path, doubt, inbound.map(ruleText), outbound.map(ruleText)])
    .map((group) => JSON.stringify(group))
    .sort()
    .join('\n');

const ruleText = ({ text, doubt, mayBeAbsent }: GroupRule): string => `${text} ${doubt ?? ''} ${mayBeAbsent}`;

/** The sets of addresses that rules and routes tell apart, outside of the security groups of other places. */
export function addressSets(model: Model, place: NetworkPlace | undefined): readonly AddressSet[] {
  const nics = place === undefined ? [] : (model.interfacesOf.get(place.resource) ?? []);
  const groups = new Set<SecurityGroup>(nics.flatMap((nic) => nic.groups ?? []));
  const acls = new Set<NetworkAcl>([...model.subnets.values()].map(({ acl }) => acl));
  const tables = new Set<Subnet['routeTable']>(
    [...model.subnets.values()].map(({ routeTable }) => routeTable),
  );
  return [
    ...[...groups].flatMap(({ inbound, outbound }) =>
      [...inbound, ...outbound].flatMap(({ peer }) =>
        typeof peer === 'string' ? [] : [peer.sure, peer.possible],
      ),
    ),
    ...[...acls].flatMap(({ inbound, outbound }) =>
      [...inbound, ...outbound].flatMap(({ addresses }) => [addresses.sure, addresses.possible]),
    ),
    ...[...tables].flatMap(({ routes }) =>
      routes.flatMap(({ destination }) => (destination ? [destination] : [])),
    ),
    ...prefixesOf(model),
  ];
}

const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'].map(parseAddresses);

/** What customer gateways and transit gateway routes lead to. */
function prefixesOf(model: Model): readonly AddressSet[] {
  const vpns = [...model.vpnGateways.values()].flatMap((gateway) => gateway.vpns);
  const transit = model.transitGateways.flatMap(({ attachments }) => attachments);
  const all = [...vpns, ...transit.flatMap(({ vpn }) => vpn ?? [])];
  return [
    ...all.map(({ prefixes }) => prefixes),
    // Most likely, prefixes that are not known are private ones.
    ...(all.some(({ dynamic }) => dynamic) ? PRIVATE : []),
    ...transit
      .flatMap((attachment) => attachment.routeTable()?.routes ?? [])
      .map(({ destination }) => destination),
  ];
}
