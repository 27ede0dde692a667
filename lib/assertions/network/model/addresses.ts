/**
 * Sets of IP addresses. IPv4 addresses stand in IPv6's own place for them, `::ffff:0:0/96` (RFC 4291 §2.5.5.2),
 * so that one kind of arithmetic serves both families.
 */
export interface AddressRange {
  readonly first: bigint;
  readonly last: bigint;
}

/** Sorted, disjoint ranges. */
export type AddressSet = readonly AddressRange[];

export type IpVersion = 4 | 6;

/** The text is no IP address and no CIDR block. */
export class InvalidAddress extends Error {}

const IPV4_BASE = 0xffffn << 32n;
const IPV4_ALL: AddressRange = { first: IPV4_BASE, last: IPV4_BASE + 0xffffffffn };

export const NO_ADDRESSES: AddressSet = [];

/** The addresses of a CIDR block or of one address. Throws `InvalidAddress`. */
export function parseAddresses(text: string): AddressSet {
  const [address = '', length, ...rest] = text.trim().split('/');
  const ipv4 = address.includes('.') && !address.includes(':');
  const value = ipv4 ? parseIpv4(address) : parseIpv6(address);
  const bits = ipv4 ? 32 : 128;
  const size = length === undefined ? bits : /^\d{1,3}$/.test(length) ? Number(length) : NaN;
  if (value === undefined || rest.length > 0 || !(size <= bits)) {
    throw new InvalidAddress(`${JSON.stringify(text)}: expected an IP address or a CIDR block`);
  }
  return block(value, BigInt(bits - size), ipv4);
}

/** The version of an IP address; undefined for any other text, also for a CIDR block. */
export function ipVersion(text: string): IpVersion | undefined {
  if (text.includes(':')) return parseIpv6(text) === undefined ? undefined : 6;
  return parseIpv4(text) === undefined ? undefined : 4;
}

/** Part `index` of the block, as Fn::Cidr cuts it into blocks of `length` bits of prefix. */
export function subBlock(within: AddressSet, index: number, length: number): AddressSet {
  const [range] = within;
  if (!range) return NO_ADDRESSES;
  const ipv4 = versionOf(within) === 4;
  const hostBits = BigInt((ipv4 ? 32 : 128) - length);
  return block(range.first + (BigInt(index) << hostBits), hostBits, ipv4);
}

export function union(...sets: readonly AddressSet[]): AddressSet {
  const filled = sets.filter((set) => set.length > 0);
  if (filled.length <= 1) return filled[0] ?? NO_ADDRESSES;
  const sorted = filled.flat().sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
  const merged: AddressRange[] = [];
  for (const range of sorted) {
    const previous = merged.at(-1);
    if (!previous || range.first > previous.last + 1n) merged.push(range);
    else if (range.last > previous.last) merged[merged.length - 1] = { ...previous, last: range.last };
  }
  return merged;
}

export function intersect(a: AddressSet, b: AddressSet): AddressSet {
  const both: AddressRange[] = [];
  let [i, j] = [0, 0];
  for (let x = a[0], y = b[0]; x && y; x = a[i], y = b[j]) {
    const first = x.first > y.first ? x.first : y.first;
    const last = x.last < y.last ? x.last : y.last;
    if (first <= last) both.push({ first, last });
    if (x.last < y.last) i++;
    else j++;
  }
  return both;
}

export function subtract(from: AddressSet, what: AddressSet): AddressSet {
  let left = from;
  for (const hole of what) {
    if (!left.some((range) => range.first <= hole.last && range.last >= hole.first)) continue;
    left = left.flatMap((range) => {
      if (range.last < hole.first || range.first > hole.last) return [range];
      const parts: AddressRange[] = [];
      if (range.first < hole.first) parts.push({ first: range.first, last: hole.first - 1n });
      if (range.last > hole.last) parts.push({ first: hole.last + 1n, last: range.last });
      return parts;
    });
  }
  return left;
}

export const isEmpty = (set: AddressSet): boolean => set.length === 0;

/** Whether every address of `inner` is in `outer`. */
export const covers = (outer: AddressSet, inner: AddressSet): boolean =>
  inner.every((x) => outer.some((y) => y.first <= x.first && x.last <= y.last));

export const overlaps = (a: AddressSet, b: AddressSet): boolean =>
  a.some((x) => b.some((y) => x.first <= y.last && y.first <= x.last));

/** Every address of one IP version. */
export const allAddresses = (version: IpVersion): AddressSet => (version === 4 ? [IPV4_ALL] : ALL_IPV6);

export const onlyVersion = (set: AddressSet, version: IpVersion): AddressSet =>
  intersect(set, allAddresses(version));

export const versionOf = (set: AddressSet): IpVersion =>
  set[0] && set[0].first >= IPV4_ALL.first && set[0].last <= IPV4_ALL.last ? 4 : 6;

/** Prefix length of a set that is one block: 16 for 10.0.0.0/16. More ranges count as the widest of them. */
export function prefixLength(set: AddressSet): number {
  const widest = set.reduce((max, { first, last }) => (last - first > max ? last - first : max), 0n);
  return (versionOf(set) === 4 ? 32 : 128) - (widest === 0n ? 0 : widest.toString(2).length);
}

/** CIDR notation where a range is a block, `first-last` where it is not; at most three ranges are written out. */
export function formatAddresses(set: AddressSet): string {
  const shown = set.slice(0, 3).map(formatRange);
  return shown.join(', ') + (set.length > 3 ? `, and ${set.length - 3} more ranges` : '');
}

function formatRange({ first, last }: AddressRange): string {
  const ipv4 = first >= IPV4_ALL.first && last <= IPV4_ALL.last;
  const format = ipv4 ? formatIpv4 : formatIpv6;
  if (first === last) return format(first);
  const size = last - first + 1n;
  const isBlock = (size & (size - 1n)) === 0n && first % size === 0n;
  const length = (ipv4 ? 32 : 128) - (size.toString(2).length - 1);
  return isBlock ? `${format(first)}/${length}` : `${format(first)}-${format(last)}`;
}

function block(value: bigint, hostBits: bigint, ipv4: boolean): AddressSet {
  const first = (value >> hostBits) << hostBits;
  const range = { first, last: first + (1n << hostBits) - 1n };
  // ::/0 is every IPv6 address and no IPv4 address. ::ffff:192.0.2.1 is an IPv4 address.
  return ipv4 || covers([IPV4_ALL], [range]) ? [range] : subtract([range], [IPV4_ALL]);
}

function parseIpv4(text: string): bigint | undefined {
  const octets = text.split('.');
  if (
    octets.length !== 4 ||
    !octets.every((octet) => /^(0|[1-9]\d{0,2})$/.test(octet) && Number(octet) < 256)
  ) {
    return undefined;
  }
  return octets.reduce((value, octet) => (value << 8n) + BigInt(octet), 0xffffn);
}

function parseIpv6(text: string): bigint | undefined {
  // The last 32 bits may be written as an IPv4 address. RFC 4291 §2.2.
  const [, head4, tail4] = /^(.*:)([\d.]+\.[\d.]+)$/.exec(text) ?? [];
  if (head4 !== undefined && tail4 !== undefined) {
    const low = parseIpv4(tail4);
    if (low === undefined) return undefined;
    const groups = [16n, 0n].map((shift) => ((low >> shift) & 0xffffn).toString(16));
    return parseIpv6(`${head4}${groups.join(':')}`);
  }
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...tail];
  if (!groups.every((group) => /^[\da-f]{1,4}$/i.test(group))) return undefined;
  return groups.reduce((value, group) => (value << 16n) + BigInt(`0x${group}`), 0n);
}

const formatIpv4 = (value: bigint): string =>
  [24n, 16n, 8n, 0n].map((shift) => ((value >> shift) & 255n).toString()).join('.');

function formatIpv6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, i) =>
    ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16),
  );
  const zeros = [...groups.join(':').matchAll(/\b0(?::0)+\b/g)].sort((a, b) => b[0].length - a[0].length)[0];
  if (!zeros) return groups.join(':');
  const text = groups.join(':');
  const [before, after] = [text.slice(0, zeros.index), text.slice(zeros.index + zeros[0].length)];
  return `${before.replace(/:$/, '')}::${after.replace(/^:/, '')}`;
}

const ALL_IPV6: AddressSet = parseAddresses('::/0');

const NAT64 = parseAddresses('64:ff9b::/96');

/** The IPv4 addresses in addresses of 64:ff9b::/96. Undefined for other addresses. RFC 6052. */
export function embeddedIpv4(set: AddressSet): AddressSet | undefined {
  const base = NAT64[0]?.first ?? 0n;
  if (isEmpty(set) || !covers(NAT64, set)) return undefined;
  return set.map(({ first, last }) => ({
    first: first - base + IPV4_BASE,
    last: last - base + IPV4_BASE,
  }));
}

/**
 * Addresses that the internet routes. The documentation blocks (192.0.2.0/24, 203.0.113.0/24, 2001:db8::/32) count
 * as such, since examples and tests use them for public addresses.
 * https://www.iana.org/assignments/iana-ipv4-special-registry
 */
export const PUBLIC_ADDRESSES: AddressSet = union(
  subtract(
    [IPV4_ALL],
    union(
      ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'].map(
        parseAddresses,
      ),
      ...['192.168.0.0/16', '198.18.0.0/15', '224.0.0.0/3'].map(parseAddresses),
    ),
  ),
  parseAddresses('2000::/3'),
);
