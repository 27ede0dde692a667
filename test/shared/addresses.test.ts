import { App, Stack } from 'aws-cdk-lib';
import { overlap, parseCidr, parseIpv6Cidr } from '../../lib/shared/cidr';
import { isDomainName, isLowerCaseDomainName } from '../../lib/shared/domain-name';
import { isIpv4, isIpv6 } from '../../lib/shared/ip-address';
import { isIpAddress, isPublicAddress } from '../../lib/shared/public-address';
import { shortUniqueName, uniqueName } from '../../lib/shared/unique-name';

describe('an IPv4 network', () => {
  it.each([
    ['0.0.0.0/0', { address: 0, prefix: 0 }],
    ['10.0.0.0/8', { address: 10 * 2 ** 24, prefix: 8 }],
    ['203.0.113.7/32', { address: ((203 * 256 + 0) * 256 + 113) * 256 + 7, prefix: 32 }],
    ['255.255.255.254/31', { address: 2 ** 32 - 2, prefix: 31 }],
  ])('is read: %s', (text, cidr) => {
    expect(parseCidr('cidr', text)).toEqual(cidr);
  });

  it.each([
    ...['', '/', '10.0.0.0', '10.0.0.0/', '/8', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.0/08', '10.0.0/8'],
    ...['10.0.0.0.0/8', '10.0.0.256/32', '010.0.0.0/8', '10.0.0.0/-1', ' 10.0.0.0/8', '2001:db8::/32'],
  ])('is refused when it is malformed: %j', (text) => {
    expect(() => parseCidr('cidr', text)).toThrow(
      `cidr: got "${text}", expected an IPv4 network such as 10.0.0.0/16 or 203.0.113.7/32`,
    );
  });

  it.each([
    ['10.0.0.1/8', '10.0.0.0/8'],
    ['203.0.113.7/31', '203.0.113.6/31'],
    ['128.0.0.0/0', '0.0.0.0/0'],
  ])('is refused when its address is not the first one: %s', (text, network) => {
    expect(() => parseCidr('cidr', text)).toThrow(
      `got "${text}", expected the start of the network, ${network}`,
    );
  });
});

describe('two IPv4 networks', () => {
  it.each([
    ['10.0.0.0/8', '10.255.255.255/32', true],
    ['10.255.255.255/32', '10.0.0.0/8', true],
    ['10.0.0.0/24', '10.0.1.0/24', false],
    ['10.0.0.0/23', '10.0.1.0/24', true],
    ['0.0.0.0/0', '192.0.2.0/24', true],
  ])('%s and %s overlap: %s', (one, other, expected) => {
    expect(overlap(parseCidr('a', one), parseCidr('b', other))).toBe(expected);
  });
});

describe('an IPv6 network', () => {
  it.each([
    ['::/0', 0n, 0],
    ['::/128', 0n, 128],
    ['::1/128', 1n, 128],
    ['2001:db8::/32', 0x20010db8n << 96n, 32],
    ['2001:0DB8:0:0:0:0:0:0/32', 0x20010db8n << 96n, 32],
    ['1:2:3:4:5:6:7:8/128', 0x00010002000300040005000600070008n, 128],
    ['1:2:3:4:5:6:7::/112', 0x00010002000300040005000600070000n, 112],
    ['::ffff:192.0.2.0/120', 0xffffc0000200n, 120],
    ['8000::/1', 1n << 127n, 1],
  ])('is read: %s', (text, address, prefix) => {
    expect(parseIpv6Cidr('cidr', text)).toEqual({ address, prefix });
  });

  it.each([
    ...[
      '',
      '/',
      '::',
      '::/',
      '/32',
      '::/129',
      '::/032',
      '::/-1',
      '::/32/32',
      'g::/16',
      ':::/16',
      '1::2::3/128',
    ],
    ...['1:2:3:4:5:6:7/112', '1:2:3:4:5:6:7:8:9/128', '12345::/16', ':1::/32', 'fe80::%eth0/64', '[::]/0'],
    ...['::1.2.3/128', '::1.2.3.256/128', ' ::/0', '10.0.0.0/8'],
  ])('is refused when it is malformed: %j', (text) => {
    expect(() => parseIpv6Cidr('cidr', text)).toThrow(
      `cidr: got "${text}", expected an IPv6 network such as 2001:db8::/32`,
    );
  });

  it.each([
    ['2001:db8::/28', 28],
    ['2001:db8::1/127', 127],
    ['4000::/1', 1],
    ['::1/0', 0],
  ])('is refused when it has host bits: %s', (text, prefix) => {
    expect(() => parseIpv6Cidr('cidr', text)).toThrow(
      `got "${text}", expected the start of the network: every bit after the first ${prefix} is 0`,
    );
  });
});

describe('an IP address', () => {
  it.each(['0.0.0.0', '203.0.113.7', '255.255.255.255'])('of version 4 is %s', (text) => {
    expect([isIpv4(text), isIpv6(text), isIpAddress(text)]).toEqual([true, false, true]);
  });

  it.each(['::', '::1', '2001:DB8::a', '::ffff:192.0.2.1'])('of version 6 is %s', (text) => {
    expect([isIpv4(text), isIpv6(text), isIpAddress(text)]).toEqual([false, true, true]);
  });

  it.each([
    '',
    '1.2.3',
    '1.2.3.4.',
    '1.2.3.4.5',
    '256.1.1.1',
    '01.2.3.4',
    ':',
    '1:2',
    '::g',
    'a.example.org',
  ])('is not %j', (text) => {
    expect(isIpAddress(text)).toBe(false);
  });

  // The first and the last address of a network, and their neighbours.
  it.each([
    ...['1.0.0.0', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255'],
    ...['128.0.0.0', '169.253.255.255', '169.255.0.0', '172.15.255.255', '172.32.0.0', '191.255.255.255'],
    ...['192.0.1.0', '192.0.3.0', '192.88.98.255', '192.88.100.0', '192.167.255.255', '192.169.0.0'],
    ...['198.17.255.255', '198.20.0.0', '198.51.99.255', '198.51.101.0', '203.0.112.255', '203.0.114.0'],
    ...['223.255.255.255', '2000::', '3ffe::1', '3fff:1000::', '2001:db7:ffff::', '2001:db9::'],
  ])('is public: %s', (text) => {
    expect(isPublicAddress(text)).toBe(true);
  });

  it.each([
    ...[
      '0.0.0.0',
      '0.255.255.255',
      '10.0.0.0',
      '10.255.255.255',
      '100.64.0.0',
      '100.127.255.255',
      '127.0.0.0',
    ],
    ...['127.255.255.255', '169.254.0.0', '169.254.255.255', '172.16.0.0', '172.31.255.255', '192.0.0.0'],
    ...['192.0.0.255', '192.0.2.0', '192.0.2.255', '192.88.99.0', '192.88.99.255', '192.168.0.0'],
    ...['192.168.255.255', '198.18.0.0', '198.19.255.255', '198.51.100.0', '198.51.100.255', '203.0.113.0'],
    ...['203.0.113.255', '224.0.0.0', '239.255.255.255', '240.0.0.0', '255.255.255.255'],
    ...['::', '::1', '2::1', '1fff::', '4000::', 'fc00::1', 'fe80::1', 'ff02::1', '::ffff:192.0.2.1'],
    ...['2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', '3fff::', '3fff:fff::'],
  ])('is not public: %s', (text) => {
    expect(isPublicAddress(text)).toBe(false);
  });
});

describe('a domain name', () => {
  const long = (length: number) => `${'a.'.repeat((length - 3) / 2)}org`;

  it.each([
    'a.b',
    'www.example.org',
    '_dmarc.example.org',
    'a_b.example.org',
    'a--b.org',
    '1.org',
    'a.xn--p1ai',
  ])('is %s', (text) => {
    expect(isDomainName(text)).toBe(true);
  });

  it.each([
    '',
    'org',
    '.org',
    'a..org',
    'a.org.',
    '-a.org',
    'a-.org',
    'a.1',
    'a.-org',
    'a.org-',
    'a b.org',
    'é.org',
  ])('is not %j', (text) => {
    expect(isDomainName(text)).toBe(false);
  });

  it.each([
    ['a label of 63 characters', true, `${'a'.repeat(63)}.${'b'.repeat(63)}`],
    ['a label of 64 characters', false, `${'a'.repeat(64)}.org`],
    ['a top-level domain of 64 characters', false, `a.${'b'.repeat(64)}`],
    ['253 characters', true, long(253)],
    ['255 characters', false, long(255)],
  ])('with %s: %s', (_, valid, text) => {
    expect(isDomainName(text)).toBe(valid);
  });

  it('has upper case only where any case is accepted', () => {
    expect([isDomainName('A.example.ORG'), isLowerCaseDomainName('A.example.ORG')]).toEqual([true, false]);
    expect([isLowerCaseDomainName('a.example.org'), isLowerCaseDomainName('org')]).toEqual([true, false]);
  });
});

describe('a unique name', () => {
  it('ends with the UUID of the stack, and has up to 64 characters', () => {
    const stack = new Stack(new App(), 'AStackWithALongNameThatDoesNotFit');
    const name = stack.resolve(uniqueName(stack)) as unknown;
    expect(name).toEqual({
      'Fn::Join': [
        '',
        [
          expect.stringMatching(/^[A-Za-z0-9]{20,27}-$/),
          { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] },
        ],
      ],
    });
  });

  it('can be shorter: it ends with the last 12 digits of the UUID', () => {
    const stack = new Stack(new App(), 'AStackWithAVeryLongNameThatDoesNotFit');
    const name = stack.resolve(shortUniqueName(stack, 32)) as object;
    const uuid = { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] };
    expect(name).toEqual({
      'Fn::Join': [
        '',
        [
          // 12 digits follow.
          expect.stringMatching(/^.{15,19}-$/),
          { 'Fn::Select': [4, { 'Fn::Split': ['-', uuid] }] },
        ],
      ],
    });
  });
});
