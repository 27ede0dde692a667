import type { Addresses, Check } from '../forwarding/trace';
import { NO_ADDRESSES, overlaps, union, type AddressSet } from '../model/addresses';
import type { GroupRule, NetworkInterface } from '../model/components';
import { trafficText } from '../model/protocols';
import { type Packet, EVERY_ADDRESS, matchesPacket } from './rules';

/**
 * What the groups of an interface let through, of the addresses on the other side. The rules of all groups add up;
 * replies need none, since groups are stateful.
 * https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html
 */
export function checkSecurityGroups(
  nic: NetworkInterface,
  direction: 'inbound' | 'outbound',
  packet: Packet,
  remote: Addresses,
  /** The other side, where its private address is seen, so that rules can refer to its groups. */
  peer: NetworkInterface | undefined,
): Check | undefined {
  const { groups } = nic;
  if (!groups) return undefined;
  const [sure, possible]: [AddressSet[], AddressSet[]] = [[], []];
  let allowedBy: string | undefined;
  let doubt: string | undefined;
  const members = new Set(peer?.groups?.map(({ id }) => id));
  const peerDoubt = peer?.groups?.find((group) => group.id.startsWith('⟨'))?.doubt;
  for (const group of groups) {
    for (const rule of group[direction]) {
      if (!matchesPacket(rule, packet)) continue;
      const matched = matchPeer(rule, members, peerDoubt);
      if (!matched || !overlaps(matched.possible, remote.possible)) continue;
      possible.push(matched.possible);
      const uncertain = rule.doubt ?? matched.doubt ?? (group.resource ? group.doubt : undefined);
      if (uncertain !== undefined) {
        doubt ??= uncertain;
        continue;
      }
      sure.push(matched.sure);
      if (overlaps(matched.sure, remote.sure))
        allowedBy ??=
          groups.length > 1 ? `${group.path}: ${direction} ${rule.text}` : `${direction} ${rule.text}`;
    }
    if (group.doubt !== undefined) {
      possible.push(EVERY_ADDRESS);
      doubt ??= group.doubt;
    }
  }
  const names = groups.map(({ path }) => path).join(', ');
  return {
    sure: union(...sure),
    possible: union(...possible),
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
