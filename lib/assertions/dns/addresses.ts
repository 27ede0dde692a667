import { BlockList, isIP } from 'node:net';

/** An IP address, or a CIDR block, with the length of its prefix in bits. */
export interface Block {
  readonly address: string;
  readonly bits: number;
  readonly family: 'ipv4' | 'ipv6';
}

/** Reads an IPv4 or IPv6 address or CIDR block. Undefined for other text. */
export function parseBlock(text: string): Block | undefined {
  const [address = '', prefix, ...rest] = text.split('/');
  const version = isIP(address);
  const width = version === 6 ? 128 : 32;
  const bits = prefix === undefined ? width : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Infinity;
  if (version === 0 || rest.length > 0 || bits > width) return undefined;
  return { address, bits, family: version === 6 ? 'ipv6' : 'ipv4' };
}

/** Whether one block contains all of another. */
export function contains(outer: Block, inner: Block): boolean {
  if (outer.family !== inner.family || outer.bits > inner.bits) return false;
  const blocks = new BlockList();
  blocks.addSubnet(outer.address, outer.bits, outer.family);
  return blocks.check(inner.address, inner.family);
}
