import { isIPv4, isIPv6 } from 'node:net';
import * as fc from 'fast-check';
import { isIpv4Network, isIpv6Network } from '../../lib/dns/dns-records/networks';
import { textValue } from '../../lib/dns/dns-records/text';
import { isIpv4, isIpv6 } from '../../lib/shared/ip-address';
import { txtStrings, txtText } from '../support/txt';

/** Texts of every kind, those around the length of one string more often. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 1200 }),
  fc.string({
    unit: fc.constantFrom('"', '\\', '\\0', 'é', '€', '😀', ' ', 'a', '\u0000', '\u001f', '\u007f'),
    maxLength: 600,
  }),
  fc.integer({ min: 250, max: 260 }).map((length) => 'a'.repeat(length)),
);

describe('dns-records: TXT values of any length and content', () => {
  it('have the same text after joining their strings', () => {
    fc.assert(
      fc.property(text, (wanted) => {
        expect(txtText(textValue(wanted))).toBe(wanted);
      }),
    );
  });

  it('have strings of at most 255 bytes and at most 255 characters', () => {
    fc.assert(
      fc.property(text, (wanted) => {
        for (const string of txtStrings(textValue(wanted))) expect(string.length).toBeLessThanOrEqual(255);
        for (const [, body = ''] of textValue(wanted).matchAll(/"((?:[^"\\]|\\.)*)"/gs)) {
          expect(body.length).toBeLessThanOrEqual(255);
        }
      }),
    );
  });

  it('have the same text after encoding as RFC 1035, section 3.3.14', () => {
    fc.assert(
      fc.property(text, (wanted) => {
        const data = Buffer.concat(
          txtStrings(textValue(wanted)).flatMap((string) => [Buffer.of(string.length), string]),
        );
        const read: Buffer[] = [];
        for (let at = 0; at < data.length; at += 1 + data.readUInt8(at)) {
          read.push(data.subarray(at + 1, at + 1 + data.readUInt8(at)));
        }
        expect(Buffer.concat(read).toString('utf8')).toBe(wanted);
      }),
    );
  });

  it('have as few strings as possible', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2000 }), (length) => {
        expect(txtStrings(textValue('a'.repeat(length)))).toHaveLength(Math.max(1, Math.ceil(length / 255)));
      }),
    );
  });
});

describe('dns-records: addresses', () => {
  const anything = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.ipV4Extended(),
    fc.string({
      unit: fc.constantFrom('0', '1', '25', 'f', 'FFFF', ':', '::', '.', '%', '/'),
      maxLength: 20,
    }),
  );

  it('agree with node:net', () => {
    fc.assert(
      fc.property(anything, (candidate) => {
        expect([candidate, isIpv4(candidate)]).toEqual([candidate, isIPv4(candidate)]);
        // An AAAA record has no zone index (`fe80::1%eth0`).
        const known = isIPv6(candidate) && !candidate.includes('%');
        expect([candidate, isIpv6(candidate)]).toEqual([candidate, known]);
      }),
      { numRuns: 2000 },
    );
  });

  it('have a prefix of at most 32 or 128 bits', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV6(), fc.nat({ max: 200 }), (v4, v6, prefix) => {
        expect(isIpv4Network(`${v4}/${prefix}`)).toBe(prefix <= 32);
        expect(isIpv6Network(`${v6}/${prefix}`)).toBe(prefix <= 128);
      }),
    );
    expect(isIpv4Network('203.0.113.0/024') || isIpv6Network('2001:db8::/')).toBe(false);
  });
});
