import { covers, ipVersion, parseAddresses } from '../network/model/addresses';

/** An IP address, or a CIDR block, with the length of its prefix in bits. */
export interface Block {
  readonly address: string;
  readonly bits: number;
  readonly family: 'ipv4' | 'ipv6';
}

/** Reads an IPv4 or IPv6 address or CIDR block. Undefined for other text. */
export function parseBlock(text: string): Block | undefined {
  const [address = '', prefix, ...rest] = text.split('/');
  const version = ipVersion(address);
  const width = version === 6 ? 128 : 32;
  const bits = prefix === undefined ? width : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Infinity;
  if (version === undefined || rest.length > 0 || bits > width) return undefined;
  return { address, bits, family: version === 6 ? 'ipv6' : 'ipv4' };
}

/** Whether one block contains all of another. */
export function contains(outer: Block, inner: Block): boolean {
  if (outer.family !== inner.family || outer.bits > inner.bits) return false;
  const addresses = ({ address, bits }: Block) => parseAddresses(`${address}/${bits}`);
  return covers(addresses(outer), addresses(inner));
}
