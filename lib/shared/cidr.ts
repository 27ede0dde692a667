import { InvalidValue } from './invalid-value';

/** An IPv4 network: its first address as a number, and the length of its prefix. */
export interface Cidr {
  readonly address: number;
  readonly prefix: number;
}

const IPV4_CIDR = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/;

/**
 * Reads an IPv4 network in CIDR notation. Throws `InvalidValue`, in the name of the given prop, when it is
 * malformed or when its address lies inside the network instead of at its start.
 */
export function parseCidr(name: string, value: string): Cidr {
  const numbers = IPV4_CIDR.exec(value)?.slice(1).map(Number);
  const [a = 256, b = 256, c = 256, d = 256, prefix = 33] = numbers ?? [];
  if (Math.max(a, b, c, d) > 255 || prefix > 32) {
    throw new InvalidValue(name, value, 'an IPv4 network such as 10.0.0.0/16 or 203.0.113.7/32');
  }
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
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

/** Whether two networks have an address in common. */
export function overlap(a: Cidr, b: Cidr): boolean {
  const size = 2 ** (32 - Math.min(a.prefix, b.prefix));
  return Math.floor(a.address / size) === Math.floor(b.address / size);
}

function format(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}
