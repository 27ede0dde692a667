import { InvalidValue } from './invalid-value';
import { isIpv4, isIpv6 } from './ip-address';

/** An IPv4 network: its first address as a number, and the length of its prefix. */
export interface Cidr {
  readonly address: number;
  readonly prefix: number;
}

/** An IPv6 network: its first address as a number, and the length of its prefix. */
export interface Ipv6Cidr {
  readonly address: bigint;
  readonly prefix: number;
}

/**
 * Reads an IPv4 network in CIDR notation. Throws `InvalidValue` with the name of the prop when it is malformed, and when
 * its address is not the first one of the network.
 */
export function parseCidr(name: string, value: string): Cidr {
  const [, text = '', length = ''] = /^([^/]*)\/(\d|[12]\d|3[0-2])$/.exec(value) ?? [];
  if (!isIpv4(text)) {
    throw new InvalidValue(name, value, 'an IPv4 network such as 10.0.0.0/16 or 203.0.113.7/32');
  }
  const address = text.split('.').reduce((number, byte) => number * 256 + Number(byte), 0);
  const prefix = Number(length);
  const size = 2 ** (32 - prefix);
  if (address % size !== 0) {
    throw new InvalidValue(
      name,
      value,
      `the start of the network, ${format(address - (address % size))}/${prefix}`,
    );
  }
  return { address, prefix };
}

/**
 * Reads an IPv6 network in CIDR notation. Throws `InvalidValue` with the name of the prop when it is malformed, and when
 * its address is not the first one of the network.
 */
export function parseIpv6Cidr(name: string, value: string): Ipv6Cidr {
  const [, text = '', length = ''] = /^([^/]*)\/(\d|[1-9]\d|1[01]\d|12[0-8])$/.exec(value) ?? [];
  if (!isIpv6(text)) throw new InvalidValue(name, value, 'an IPv6 network such as 2001:db8::/32');
  const address = ipv6Number(text);
  const prefix = Number(length);
  if (BigInt.asUintN(128 - prefix, address) !== 0n) {
    throw new InvalidValue(name, value, `the start of the network: every bit after the first ${prefix} is 0`);
  }
  return { address, prefix };
}

/** Whether two networks have an address in common. */
export function overlap(a: Cidr, b: Cidr): boolean {
  const size = 2 ** (32 - Math.min(a.prefix, b.prefix));
  return Math.floor(a.address / size) === Math.floor(b.address / size);
}

function format(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}

function ipv6Number(text: string): bigint {
  // The URL parser writes the address in lower case, without IPv4 notation and with one `::` at most.
  const [head = '', tail] = new URL(`http://[${text}]`).hostname.slice(1, -1).split('::');
  const groups = (part = '') => part.split(':').filter((group) => group !== '');
  const [first, last] = [groups(head), groups(tail)];
  const zeros = Array<string>(8 - first.length - last.length).fill('0');
  return [...first, ...zeros, ...last].reduce((number, group) => number * 65_536n + BigInt(`0x${group}`), 0n);
}
