import { isIP } from 'node:net';
import fc from 'fast-check';
import {
  covers,
  formatAddresses,
  intersect,
  InvalidAddress,
  ipVersion,
  isEmpty,
  parseAddresses,
  prefixLength,
  PUBLIC_ADDRESSES,
  subtract,
  union,
  versionOf,
} from '../../../lib/assertions/network/model/addresses';

describe('address sets', () => {
  it.each([
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['10.1.2.3/16', '10.1.0.0/16'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8::/32', '2001:db8::/32'],
    ['2001:0DB8:0:0:1::', '2001:db8:0:0:1::'],
    ['::1', '::1'],
    ['fe80::1:0:0:2', 'fe80::1:0:0:2'],
    ['64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
  ])('reads %s as %s', (text, expected) => {
    expect(formatAddresses(parseAddresses(text))).toBe(expected);
  });

  it.each([
    ...['', '10.0.0', '10.0.0.256', '10.0.0.0/33', '1.2.3.4/', 'x', '1::2::3', '::/129', ':::'],
    ...['01.2.3.4', '::1.2.3', '1.2.3.4::', '1:2:3:4:5:6:7:1.2.3.4'],
  ])('refuses %j by name', (text) => {
    expect(() => parseAddresses(text)).toThrow(InvalidAddress);
    expect(() => parseAddresses(text)).toThrow(JSON.stringify(text));
  });

  it('agrees with node:net on what is an address', () => {
    const digits = fc.constantFrom('0', '1', '9', '10', '255', '256', '01', 'a', 'ffff', 'fffff', '');
    const address = fc
      .array(fc.tuple(digits, fc.constantFrom('.', ':', '::', '/')), { maxLength: 8 })
      .map((parts) => parts.map((part) => part.join('')).join(''))
      .chain((text) => digits.map((last) => text + last));
    fc.assert(
      fc.property(fc.oneof(address, fc.ipV4(), fc.ipV6()), (text) => {
        expect(ipVersion(text) ?? 0).toBe(isIP(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps IPv4 out of ::/0 and IPv6 out of 0.0.0.0/0', () => {
    expect(isEmpty(intersect(parseAddresses('::/0'), parseAddresses('0.0.0.0/0')))).toBe(true);
    expect([versionOf(parseAddresses('0.0.0.0/0')), versionOf(parseAddresses('::1'))]).toEqual([4, 6]);
  });

  it('knows the length of a prefix', () => {
    const lengths = ['0.0.0.0/0', '10.0.0.0/16', '10.0.0.1', '2001:db8::/32', '::1']
      .map(parseAddresses)
      .map(prefixLength);
    expect(lengths).toEqual([0, 16, 32, 32, 128]);
  });

  it.each(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fd00::/8'])(
    'counts %s as private',
    (cidr) => {
      expect(isEmpty(intersect(PUBLIC_ADDRESSES, parseAddresses(cidr)))).toBe(true);
    },
  );

  it.each(['8.8.8.8', '203.0.113.0/24', '2001:db8::/32'])('counts %s as public', (cidr) => {
    expect(covers(PUBLIC_ADDRESSES, parseAddresses(cidr))).toBe(true);
  });

  const cidr = fc
    .tuple(fc.nat(3), fc.nat(255), fc.integer({ min: 4, max: 32 }))
    .map(([a, b, length]) => parseAddresses(`10.${a}.${b}.${a}/${length}`));
  const set = fc.array(cidr, { maxLength: 5 }).map((parts) => union(...parts));

  it('does the arithmetic of sets', () => {
    fc.assert(
      fc.property(set, set, (a, b) => {
        expect(intersect(a, b)).toEqual(intersect(b, a));
        expect(isEmpty(intersect(subtract(a, b), b))).toBe(true);
        expect(union(subtract(a, b), intersect(a, b))).toEqual(a);
        expect(covers(union(a, b), a)).toBe(true);
        expect(covers(a, b)).toBe(isEmpty(subtract(b, a)));
      }),
      { numRuns: 200 },
    );
  });
});
