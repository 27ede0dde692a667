import type { Json } from '../../templates';
import type { PortRange } from './components';
import { asNumber, asText, describe, Undecided, type Value } from '../../templates/properties';

const PROTOCOLS: Readonly<Record<string, number>> = { tcp: 6, udp: 17, icmp: 1, icmpv6: 58 };
const NAMES: Readonly<Record<number, string>> = { 6: 'tcp', 17: 'udp', 1: 'icmp', 58: 'icmpv6' };

export const protocolName = (protocol: number | undefined): string =>
  protocol === undefined ? 'all traffic' : (NAMES[protocol] ?? `protocol ${protocol}`);

/** Undefined for all protocols. */
export function protocolNumber(value: Json | undefined): Value<number> {
  const text = asText(value);
  if (text === undefined || text instanceof Undecided)
    return new Undecided(`protocol ${describe(value)} is not known`);
  const name = text.toLowerCase();
  if (name === '-1' || name === 'all') return undefined;
  return PROTOCOLS[name] ?? asNumber(name) ?? new Undecided(`protocol ${name} is not known`);
}

/** What a connection looks like to a rule: `tcp 22`, `tcp 1024-65535`, `icmp type 8`, `all traffic`. */
export function trafficText(protocol: number | undefined, ports: PortRange | undefined): string {
  const name = protocolName(protocol);
  if (!ports) return name;
  const range = ports.from === ports.to ? String(ports.from) : `${ports.from}-${ports.to}`;
  return protocol === 1 || protocol === 58 ? `${name} type ${range}` : `${name} ${range}`;
}

/**
 * The ports that a rule matches, or the type of ICMP. Undefined for all. -1 is all.
 * For ICMP, `first` is the type and `last` the code; no echo has a code but 0.
 */
export function portRange(
  protocol: Value<number>,
  first: Value<number>,
  last: Value<number>,
): Value<PortRange> {
  if (protocol instanceof Undecided) return protocol;
  const isIcmp = protocol === 1 || protocol === 58;
  if (!isIcmp && protocol !== 6 && protocol !== 17) return undefined;
  if (first instanceof Undecided) return first;
  if (first === undefined || first === -1) return undefined;
  if (last instanceof Undecided) return last;
  if (!isIcmp) return { from: first, to: last ?? first };
  return last === undefined || last <= 0 ? { from: first, to: first } : { from: 256, to: 256 };
}
