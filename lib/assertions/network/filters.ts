import {
  allAddresses,
  intersect,
  isEmpty,
  NO_ADDRESSES,
  overlaps,
  subtract,
  union,
  type AddressSet,
} from './addresses';
import type { AclEntry, GroupRule, NetworkAcl, NetworkInterface, PortRange } from './components';
import { trafficText } from './security-groups';
import type { Addresses, Check } from './trace';

/** What a packet carries, as rules see it: for ICMP the ports are the type. */
export interface Packet {
  readonly protocol: number;
  readonly ports: PortRange;
}

const EVERY_ADDRESS = union(allAddresses(4), allAddresses(6));

/**
 * What the groups of an interface let through, of the addresses on the other side. The rules of all groups add up;
 * replies need none, since groups are stateful.
 * https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html
 */
export function checkGroups(
  nic: NetworkInterface,
  direction: 'inbound' | 'outbound',
  packet: Packet,
  remote: Addresses,
  /** The other side, where its private address is seen, so that rules can refer to its groups. */
  peer: NetworkInterface | undefined,
): Check | undefined {
  const { groups } = nic;
  if (!groups) return undefined;
  let sure = NO_ADDRESSES;
  let possible = NO_ADDRESSES;
  let allowedBy: string | undefined;
  let doubt: string | undefined;
  const members = new Set(peer?.groups?.map(({ id }) => id));
  const peerDoubt = peer?.groups?.find((group) => group.id.startsWith('⟨'))?.doubt;
  for (const group of groups) {
    for (const rule of group[direction]) {
      if (!matchesPacket(rule, packet)) continue;
      const matched = matchPeer(rule, members, peerDoubt);
      if (!matched || !overlaps(matched.possible, remote.possible)) continue;
      possible = union(possible, matched.possible);
      const uncertain = rule.doubt ?? matched.doubt ?? (group.resource ? group.doubt : undefined);
      if (uncertain !== undefined) {
        doubt ??= uncertain;
        continue;
      }
      sure = union(sure, matched.sure);
      if (overlaps(matched.sure, remote.sure))
        allowedBy ??=
          groups.length > 1 ? `${group.path}: ${direction} ${rule.text}` : `${direction} ${rule.text}`;
    }
    if (group.doubt !== undefined) {
      possible = EVERY_ADDRESS;
      doubt ??= group.doubt;
    }
  }
  const names = groups.map(({ path }) => path).join(', ');
  return {
    sure,
    possible,
    component: groups.length === 1 ? `security group ${names}` : `security groups ${names}`,
    allowedBy: allowedBy ?? `${direction} rules`,
    blocks: noRule(
      groups.flatMap((group) => group[direction]),
      direction,
      packet,
      remote,
    ),
    doubt,
  };
}

function noRule(rules: readonly GroupRule[], direction: string, packet: Packet, remote: Addresses): string {
  const preposition = direction === 'inbound' ? 'from' : 'to';
  const wanted = `${trafficText(packet.protocol, packet.ports)} ${preposition} ${remote.name}`;
  if (rules.length === 0) return `no ${direction} rule allows ${wanted}: it has no ${direction} rules`;
  const listed = rules.slice(0, 4).map(({ text }) => text);
  const more = rules.length > 4 ? `; and ${rules.length - 4} more` : '';
  return `no ${direction} rule allows ${wanted} (rules: ${listed.join('; ')}${more})`;
}

function matchPeer(
  rule: GroupRule,
  members: ReadonlySet<string>,
  peerDoubt: string | undefined,
): { readonly sure: AddressSet; readonly possible: AddressSet; readonly doubt?: string } | undefined {
  if (typeof rule.peer !== 'string') return rule.peer;
  if (members.has(rule.peer)) return { sure: EVERY_ADDRESS, possible: EVERY_ADDRESS };
  return peerDoubt === undefined
    ? undefined
    : { sure: NO_ADDRESSES, possible: EVERY_ADDRESS, doubt: peerDoubt };
}

const matchesPacket = (
  rule: { protocol?: number; ports?: PortRange },
  { protocol, ports }: Packet,
): boolean =>
  (rule.protocol === undefined || Number.isNaN(rule.protocol) || rule.protocol === protocol) &&
  (!rule.ports || (rule.ports.from <= ports.to && ports.from <= rule.ports.to));

/**
 * What a network ACL lets through, of the addresses on the other side: the entry with the lowest number that matches
 * decides, and what no entry matches is denied. Where the packet has a range of ports (replies to ephemeral ports),
 * the addresses that get through on all of the ports are sure, those on some of them possible.
 * https://docs.aws.amazon.com/vpc/latest/userguide/nacl-basics.html
 */
export function checkAcl(
  acl: NetworkAcl,
  direction: 'inbound' | 'outbound',
  packet: Packet,
  remote: Addresses,
): Check {
  const entries = acl[direction].filter((entry) => matchesPacket(entry, packet));
  const slices = acl.doubt === undefined ? portSlices(entries, packet.ports) : [];
  const name = acl.path.startsWith('default') ? acl.path : `network ACL ${acl.path}`;
  let sure = remote.possible;
  let possible: AddressSet = acl.doubt === undefined ? NO_ADDRESSES : remote.possible;
  let doubt = acl.doubt;
  let first: AclEntry | undefined;
  const denials = new Set<string>();
  const openPorts: PortRange[] = [];
  for (const slice of slices) {
    const decided = decide(entries, { protocol: packet.protocol, ports: slice }, remote.possible);
    sure = subtract(sure, decided.denied);
    possible = union(possible, decided.allowed);
    first ??= decided.allowing;
    if (decided.denying !== undefined) denials.add(decided.denying);
    doubt ??= decided.doubt;
    if (!isEmpty(decided.allowed)) openPorts.push(slice);
  }
  const wanted = trafficText(packet.protocol, packet.ports);
  const preposition = direction === 'inbound' ? 'from' : 'to';
  const partial =
    openPorts.length < slices.length
      ? `${direction} ${wanted} passes for ports ${openPorts.map(({ from, to }) => `${from}-${to}`).join(', ')} only (${[...denials].join('; ')})`
      : undefined;
  return {
    sure: acl.doubt === undefined ? sure : NO_ADDRESSES,
    possible,
    component: name,
    allowedBy: first ? `${direction} entry ${first.number} allows ${first.text}` : `${direction} ${wanted}`,
    blocks: `${[...denials].join('; ')}, which stops ${direction} ${wanted} ${preposition} ${remote.name}`,
    doubt: doubt ?? partial,
  };
}

/** First match wins, on each address; entries of which it is not known what they match may or may not. */
function decide(entries: readonly AclEntry[], packet: Packet, all: AddressSet) {
  let undecided = all;
  let allowed = NO_ADDRESSES;
  let denied = NO_ADDRESSES;
  let allowing: AclEntry | undefined;
  let denying: string | undefined;
  let doubt: string | undefined;
  for (const entry of entries) {
    if (isEmpty(undecided)) break;
    if (!matchesPacket(entry, packet)) continue;
    const hit = intersect(undecided, entry.addresses.possible);
    if (isEmpty(hit)) continue;
    if (entry.action === 'allow') {
      allowed = union(allowed, hit);
      allowing ??= entry;
    } else {
      denied = union(denied, hit);
      denying ??= `entry ${entry.number} denies ${entry.text}`;
    }
    if (entry.doubt === undefined) undecided = subtract(undecided, entry.addresses.sure);
    else doubt ??= entry.doubt;
  }
  if (!isEmpty(undecided)) {
    denied = union(denied, undecided);
    denying ??= 'entry * denies what no entry matches';
  }
  return { allowed, denied, allowing, denying, doubt };
}

/** Cuts a range of ports where an entry begins or ends, so that entries match all of a slice or nothing of it. */
function portSlices(entries: readonly AclEntry[], { from, to }: PortRange): readonly PortRange[] {
  if (from === to) return [{ from, to }];
  const starts = new Set([from]);
  for (const { ports } of entries) {
    if (!ports) continue;
    if (ports.from > from && ports.from <= to) starts.add(ports.from);
    if (ports.to >= from && ports.to < to) starts.add(ports.to + 1);
  }
  const sorted = [...starts].sort((a, b) => a - b);
  return sorted.map((start, i) => ({ from: start, to: (sorted[i + 1] ?? to + 1) - 1 }));
}
