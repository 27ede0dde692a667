import { recordValues } from '../../lib/dns/dns-records/record-values';
import type { ValueType } from '../../lib/dns/dns-records/zone-record';
import { checkZone } from '../../lib/dns/dns-records/zone-rules';

/** The error for these values of a record, without the part before "expected"; undefined when they are accepted. */
function fault(key: string, type: ValueType, ...values: string[]): string | undefined {
  try {
    recordValues({ key, record: { name: key, type, values } });
    return undefined;
  } catch (error) {
    return (error as Error).message.replace(/^.*, expected /s, '');
  }
}

const TERM = 'an SPF term: include:, a, mx, ip4:, ip6:, exists:, redirect= or all';
const EVERYBODY = '-all or ~all: this allows everybody to send mail from your domain';
const REST = 'no term after it: receivers ignore the rest';
const LOOKUPS = 'at most 10 terms with a DNS look-up';
const DMARC = 'v=DMARC1; p=none, quarantine or reject; …';
const DKIM = 'v=DKIM1; k=rsa; p= and the public key in Base64';
const list = (length: number, term: (index: number) => string) =>
  Array.from({ length }, (_, index) => term(index)).join(' ');

describe('dns-records: values', () => {
  it.each([
    ['v=spf1 -all', undefined],
    ['V=SPF1 -ALL', undefined],
    [' v=spf1   mx  -all ', undefined],
    ['v=spf1 a:x.org mx/24 ptr ?a +mx ~ptr:x.org -all', undefined],
    ['v=spf1 exists:x.org exp=x.org -all', undefined],
    ['v=spf1 -all exp=x.org', undefined],
    ['v=spf1 -all x-y.z_1=b', undefined],
    ['v=spf1 redirect=_spf.x.org', undefined],
    ['v=spf1', undefined],
    ['v=spf10 -all', 'v=spf1, then a space'],
    ['v=spf1,-all', 'v=spf1, then a space'],
    ['v=spf1 mx -all mx', REST],
    ['v=spf1 -all a=b mx', REST],
    ['v=spf1 ?all', undefined],
    ['v=spf1 ~all', undefined],
    ['v=spf1 +all', EVERYBODY],
    ['v=spf1 ALL', EVERYBODY],
    ['v=spf1 -all:x', TERM],
    ['v=spf1 -all/', TERM],
    ['v=spf1 include', TERM],
    ['v=spf1 include/x', TERM],
    ['v=spf1 include:', TERM],
    ['v=spf1 exists', TERM],
    ['v=spf1 exists/x', TERM],
    ['v=spf1 exists:', TERM],
    ['v=spf1 a:', TERM],
    ['v=spf1 mx/', TERM],
    ['v=spf1 ptr:', TERM],
    ['v=spf1 ip4/203.0.113.0', TERM],
    ['v=spf1 ip4:2001:db8::1', TERM],
    ['v=spf1 ip4', TERM],
    ['v=spf1 ip6/2001:db8::1', TERM],
    ['v=spf1 ip6:203.0.113.1', TERM],
    ['v=spf1 ip6', TERM],
    ['v=spf1 -redirect=x.org', TERM],
    ['v=spf1 redirect=', TERM],
    ['v=spf1 re,direct=x', TERM],
    ['v=spf1 1=x', TERM],
    ['v=spf1 +-mx', TERM],
    [`v=spf1 ${list(10, (i) => `include:${i}.org`)} ip4:203.0.113.1 -all`, undefined],
    [`v=spf1 ${list(11, (i) => `include:${i}.org`)} -all`, LOOKUPS],
    [`v=spf1 ${list(11, (i) => `?exists:${i}.org`)} -all`, LOOKUPS],
    [`v=spf1 ${list(11, (i) => `a:${i}.org`)} -all`, LOOKUPS],
    [`v=spf1 ${list(11, (i) => `~mx/${i + 1}`)} -all`, LOOKUPS],
    [`v=spf1 ${list(11, (i) => (i < 10 ? 'a' : 'ptr'))} -all`, LOOKUPS],
    [`v=spf1 ${list(10, () => 'mx')} redirect=x.org`, LOOKUPS],
    [`v=spf1 ${list(11, (i) => `exp=${i}.org`)} -all`, undefined],
    [`v=spf1 ${list(11, (i) => `x-redirect=${i}.org`)} -all`, undefined],
    ['this is no v=spf1 +all', undefined],
  ])('SPF %s: %s', (text, message) => {
    expect(fault('x', 'TXT', text)).toBe(message);
  });

  it.each([
    ['_dmarc', 'v=DMARC1; p=none', undefined],
    ['_dmarc', 'v=DMARC1;p=quarantine;', undefined],
    ['_dmarc', 'v=DMARC1 ;  p=reject ; pct=5', undefined],
    ['_dmarc', 'xv=DMARC1; p=none', DMARC],
    ['_dmarc', 'v=DMARC1 p=none', DMARC],
    ['_dmarc', 'v=DMARC1; p=nonesuch', DMARC],
    ['_dmarc', 'v=DMARC1; p=x', DMARC],
    ['_dmarc.shop', 'p=none', DMARC],
    ['_dmarcs', 'p=none', undefined],
    ['x._dmarc', 'p=none', undefined],
  ])('DMARC at %s %s: %s', (key, text, message) => {
    expect(fault(key, 'TXT', text)).toBe(message);
  });

  it.each([
    ['a._domainkey', 'v=DKIM1; k=rsa; p=AAAA', undefined],
    ['a._domainkey', 'v=DKIM1 ; p=A+/=', undefined],
    ['a._domainkey', 'p=', undefined],
    ['a._domainkey', 'k=rsa;  p=AA AA; n=v=2', undefined],
    ['a._domainkey.shop', 'v=DKIM1', DKIM],
    ['a._domainkey', 'k=rsa; v=DKIM1; p=AAAA', DKIM],
    ['a._domainkey', 'k=rsa;v=DKIM2; p=AAAA', DKIM],
    ['a._domainkey', 'v=DKIM1x; p=AAAA', DKIM],
    ['a._domainkey', 'v=DKIM1; xp=AAAA', DKIM],
    ['a._domainkey', 'v=DKIM1; p=AA_A', DKIM],
    ['a._domainkey', 'v=DKIM1; p=AAAA,', DKIM],
    // A policy about the keys of the domain, not a key.
    ['_domainkey', 'o=~', undefined],
    ['a_domainkey', 'o=~', undefined],
    ['a._domainkeys', 'o=~', undefined],
  ])('DKIM at %s %s: %s', (key, text, message) => {
    expect(fault(key, 'TXT', text)).toBe(message);
  });

  it.each<[ValueType, string, boolean]>([
    ['CAA', '0 issue "amazon.com"', true],
    ['CAA', '128 issuewild "amazon.com; policy=ev"', true],
    ['CAA', '0 issue ";"', true],
    ['CAA', '0 contactemail "any thing"', true],
    ['CAA', '0 iodef "mailto:a@b.org"', true],
    ['CAA', '0 iodef "https://a.org"', true],
    ['CAA', '0 iodef "http://a.org"', true],
    ['CAA', '0 iodef "amailto:a@b.org"', false],
    ['CAA', '0 iodef "mailto:a@b.org c"', false],
    ['CAA', '0 iodef "mailto:@b.org"', false],
    ['CAA', '0 iodef "mailto:a@"', false],
    ['CAA', '0 iodef "https://"', false],
    ['CAA', '0 iodef "a.org"', false],
    ['CAA', '0 issue "a,b"', false],
    ['CAA', '0 issue "a b"', false],
    ['CAA', '1 issue "a"', false],
    ['CAA', 'x0 issue "a"', false],
    ['CAA', '0 issue "a" b', false],
    ['CAA', '0 issue "a\\"b"', false],
    ['CAA', '0 issues "a"', false],
    ['MX', '10 mail.example.org.', true],
    ['MX', '0 .', true],
    ['MX', '65535 a.b.', true],
    ['MX', '65536 a.b.', false],
    ['MX', '10 mail.example.org', false],
    ['MX', '10 .', false],
    ['MX', 'x a.b.', false],
    ['MX', '10', false],
    ['MX', '10 a.b. c.', false],
    ['SRV', '10 60 5060 sip.example.org.', true],
    ['SRV', '0 0 0 .', true],
    ['SRV', '10 60 70000 a.b.', false],
    ['SRV', '10 x 5060 a.b.', false],
    ['SRV', '-1 60 5060 a.b.', false],
    ['SRV', '10 60 5060 a.b', false],
    ['SRV', '10 60 5060 a.b. c', false],
    ['CNAME', `${'a'.repeat(63)}.org.`, true],
    ['CNAME', `${'a'.repeat(64)}.org.`, false],
    ['CNAME', 'a.'.repeat(127), true],
    ['CNAME', 'a.'.repeat(128), false],
    ['CNAME', '_a.B-c.', true],
    ['CNAME', '-a.org.', false],
    ['CNAME', 'a-.org.', false],
    ['CNAME', 'a..org.', false],
    ['CNAME', '.', false],
    ['NS', 'ns1.example.net', false],
    ['PTR', 'www.example.org', false],
    ['NAPTR', '100 10 "S" "SIP+D2T" "" _sip._tcp.example.org.', true],
    ['NAPTR', '100 10 "U" "E2U+sip" "!^.*$!sip:a@b.org!" .', true],
    ['NAPTR', '100 10 "U" "E2U+sip" "!^(.*)$!\\\\1!" .', true],
    ['NAPTR', '100 10 "U" "E2U+sip" "!a\\041!\\"b!" .', true],
    ['NAPTR', '100 10 "U" "E2U+sip" "!a\\1!b!" .', false],
    ['NAPTR', '100 10 "U" "E2U+sip" "!a\\048!b!" .', false],
    ['NAPTR', '100 10 "U" "E2U+sip" "!a!b!" a.org.', false],
    ['NAPTR', '100 10 "U" "E2U+sip" "!a!b" .', false],
    ['NAPTR', '100 10 "U" "E2U+sip" "!a!b!c!" .', false],
    ['NAPTR', '100 10 "U" "E2U+sip" "" .', false],
    ['NAPTR', '65536 10 "S" "x" "" a.b.', false],
    ['NAPTR', '100 65536 "S" "x" "" a.b.', false],
    ['NAPTR', '100 10 "S-" "x" "" a.b.', false],
    ['NAPTR', '100 10 "S" "x" "" a.b. c', false],
  ])('%s %s: %s', (type, value, isAccepted) => {
    const expected = isAccepted ? undefined : (expect.any(String) as unknown);
    expect(fault('_sip._tcp', type, value)).toEqual(expected);
  });

  it.each([
    ['_sip._tcp', true],
    ['_sip._tcp.shop', true],
    ['x._sip._tcp', false],
    ['_sip.tcp', false],
    ['sip._tcp', false],
    ['_sip._tcp,', false],
    ['_sip', false],
  ])('SRV at %s: %s', (key, isAccepted) => {
    const message = isAccepted ? undefined : 'a service and a protocol: _sip._tcp';
    expect(fault(key, 'SRV', '10 60 5060 a.b.')).toBe(message);
  });

  it('are written with single spaces, and each only once', () => {
    const values = [' 10   a.b. ', '20 c.d.'];
    expect(recordValues({ key: 'x', record: { name: 'x', type: 'MX', values } })).toEqual([
      '10 a.b.',
      '20 c.d.',
    ]);
    expect(fault('x', 'MX', '10 a.b.', '10  a.b.')).toBe('each value once');
    expect(fault('x', 'MX', '10 a.b.', '0 .')).toBe('no other value: it means that the name accepts no mail');
    expect(fault('x', 'CNAME', 'a.b.', 'c.d.')).toBe('one value: a CNAME has one target');
    expect(fault('x', 'A')).toBe('at least one value');
  });

  it('are at most 400', () => {
    const addresses = (count: number) =>
      Array.from({ length: count }, (_, index) => `10.0.${Math.floor(index / 250)}.${index % 250}`);
    expect(fault('x', 'A', ...addresses(400))).toBeUndefined();
    expect(fault('x', 'A', ...addresses(401))).toBe('at most 400 values');
  });

  it.each([
    ['"quoted"', false],
    [' "quoted"\n', false],
    ['"a\nb"', false],
    ['a "quoted" word', true],
    ['"a" b', true],
    ['a "b"', true],
  ])('TXT %j: %s', (text, isAccepted) => {
    const message = 'the text without quotation marks: the construct adds them and splits long texts';
    expect(fault('x', 'TXT', text)).toBe(isAccepted ? undefined : message);
  });
});

describe('dns-records: records beside each other', () => {
  const at = (key: string, type: ValueType, ...values: string[]) => ({
    key,
    record: { name: key, type, values },
  });
  const www = at('www', 'CNAME', 'x.org.');

  it.each([
    ['MX', '10 WWW.example.org.'],
    ['NS', 'www.example.org.'],
    ['SRV', '1 2 3 www.example.org.'],
  ] as const)('%s must not name a CNAME of the zone', (type, value) => {
    const records = [www, at('sub', type, value)];
    expect(() => {
      checkZone(records, 'example.org');
    }).toThrow(`a host with A or AAAA records: this one is a CNAME, which ${type} must not name`);
    expect(() => {
      checkZone(records, undefined);
    }).not.toThrow();
    expect(() => {
      checkZone(records, 'example.com');
    }).not.toThrow();
  });

  it.each([
    ['a text that is the name of a CNAME', at('x', 'TXT', 'www.example.org.')],
    ['a CNAME of a CNAME', at('x', 'CNAME', 'www.example.org.')],
    ['an alias', { key: 'x', record: { name: 'x', type: 'A', alias: { bind: () => ({}) } } as never }],
    ['a name that ends like a delegated one', at('xsub', 'A', '203.0.113.1')],
    ['another type of the same name', at('sub2', 'AAAA', '2001:db8::1')],
  ])('accepts %s', (_, record) => {
    const records = [www, at('sub', 'NS', 'ns.x.org.'), at('sub2', 'A', '203.0.113.1'), record];
    expect(() => {
      checkZone(records, 'example.org');
    }).not.toThrow();
  });

  it.each([
    ['*', 'the name of a subdomain'],
    ['*.sub', 'the name of a subdomain'],
    ['@', 'the name of a subdomain'],
  ])('refuses NS at %s', (key, message) => {
    expect(() => {
      checkZone([at(key, 'NS', 'ns.x.org.')], 'example.org');
    }).toThrow(message);
  });
});
