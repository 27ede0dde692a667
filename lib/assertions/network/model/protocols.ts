import type { Json } from '../../templates';
import type { PortRange } from './components';
import { asNumber, asText } from './properties';

const PROTOCOLS: Readonly<Record<string, number>> = { tcp: 6, udp: 17, icmp: 1, icmpv6: 58 };
const NAMES: Readonly<Record<number, string>> = { 6: 'tcp', 17: 'udp', 1: 'icmp', 58: 'icmpv6' };

export const protocolName = (protocol: number | undefined): string =>
  protocol === undefined ? 'all traffic' : (NAMES[protocol] ?? `protocol ${protocol}`);

/** Undefined for all protocols, `NaN` for what is no protocol. */
export function protocolNumber(value: Json | undefined): number | undefined {
  const name = asText(value)?.toLowerCase();
  if (name === '-1' || name === 'all') return undefined;
  return name === undefined ? NaN : (PROTOCOLS[name] ?? asNumber(name) ?? NaN);
}

/** What a connection looks like to a rule: `tcp 22`, `tcp 1024-65535`, `icmp type 8`, `all traffic`. */
export function trafficText(protocol: number | undefined, ports: PortRange | undefined): string {
  const name = protocolName(protocol);
  if (!ports) return name;
  const range = ports.from === ports.to ? String(ports.from) : `${ports.from}-${ports.to}`;
  return protocol === 1 || protocol === 58 ? `${name} type ${range}` : `${name} ${range}`;
}

/** The type as a range, empty for a code that no echo has. */
export function icmpType(type: number | undefined, code: number | undefined): PortRange | undefined {
  if (type === undefined || type === -1) return undefined;
  return code === undefined || code <= 0 ? { from: type, to: type } : { from: 256, to: 256 };
}
