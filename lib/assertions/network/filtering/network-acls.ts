import type { Addresses, Check } from '../forwarding/trace';
import { intersect, isEmpty, NO_ADDRESSES, subtract, union, type AddressSet } from '../model/addresses';
import type { AclEntry, NetworkAcl, PortRange } from '../model/components';
import { trafficText } from '../model/protocols';
import { type Packet, matchesPacket } from './rules';

/**
 * What a network ACL lets through, of the addresses on the other side: the entry with the lowest number that matches
 * decides, and what no entry matches is denied. Where the packet has a range of ports (replies to ephemeral ports),
 * the addresses that get through on all of the ports are sure, those on some of them possible.
 * https://docs.aws.amazon.com/vpc/latest/userguide/nacl-basics.html
 */
export function checkNetworkAcl(
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
  const size = ({ from, to }: PortRange) => to - from + 1;
  const openCount = openPorts.reduce((sum, range) => sum + size(range), 0);
  // Less than one in a hundred ephemeral ports: a client practically never gets a reply.
  if (acl.doubt === undefined && openCount * 100 < size(packet.ports)) possible = NO_ADDRESSES;
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
    if (entry.action !== 'deny') {
      allowed = union(allowed, hit);
      allowing ??= entry;
    }
    if (entry.action !== 'allow') {
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
