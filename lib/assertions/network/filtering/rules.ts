import { allAddresses, union } from '../model/addresses';
import type { PortRange } from '../model/components';

/** What a packet carries, as rules see it: for ICMP the ports are the type. */
export interface Packet {
  readonly protocol: number;
  readonly ports: PortRange;
}

export const EVERY_ADDRESS = union(allAddresses(4), allAddresses(6));

export const matchesPacket = (
  rule: { protocol?: number; ports?: PortRange },
  { protocol, ports }: Packet,
): boolean =>
  (rule.protocol === undefined || Number.isNaN(rule.protocol) || rule.protocol === protocol) &&
  (!rule.ports || (rule.ports.from <= ports.to && ports.from <= rule.ports.to));
