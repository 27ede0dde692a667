import { covers, ipVersion, parseAddresses } from '../network/model/addresses';

/** An IP address, or a CIDR block, with the length of its prefix in bits. */
export interface Block {
  readonly address: string;
  readonly bits: number;
  readonly family: 'ipv4' | 'ipv6';
}

/** Reads `203.0.113.7`, `203.0.113.0/24` or the same of IPv6; undefined for anything else. */
export function parseBlock(text: string): Block | undefined {
  const [address = '', prefix, ...rest] = text.split('/');
  const version = ipVersion(address);
  const width = version === 6 ? 128 : 32;
  const bits = prefix === undefined ? width : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Infinity;
  if (version === undefined || rest.length > 0 || bits > width) return undefined;
  return { address, bits, family: version === 6 ? 'ipv6' : 'ipv4' };
}

/** Whether the whole of one block lies in another. */
export function contains(outer: Block, inner: Block): boolean {
  if (outer.family !== inner.family || outer.bits > inner.bits) return false;
  const addresses = ({ address, bits }: Block) => parseAddresses(`${address}/${bits}`);
  return covers(addresses(outer), addresses(inner));
}
