import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { Resolver } from 'node:dns/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { decode, encode, type DecodedPacket, type OptAnswer, type Packet, type Question } from 'dns-packet';
import fc from 'fast-check';
import { respond } from '../scripts/dns/responder';
import { listen, type DnsServer } from '../scripts/dns/server';
import { Session } from '../scripts/dns/session';
import { alias, dnsOf, healthCheck, loadBalancer, member, record, zone } from './assertions/dns/template';
import { sandbox } from './support/sandbox';

const of = (Name: string, Type: string, ...ResourceRecords: unknown[]) =>
  record({ Name: `${Name}.example.org`, Type, ResourceRecords });
const long = Array.from({ length: 12 }, (_, n) => `"${String(n % 10).repeat(200)}"`);

/** Failover from a load balancer to a static address, and a record of each type. */
const resources = {
  Primary: member('primary', { Failover: 'PRIMARY', ...alias({ lb: 'Alb' }, true) }),
  Secondary: member('secondary', { Failover: 'SECONDARY', ResourceRecords: ['192.0.2.2'] }),
  Alb: loadBalancer,
  Checked: member('checked', { Name: 'checked.example.org', Failover: 'PRIMARY' }, 'Check'),
  Static: member('static', {
    ...{ Name: 'checked.example.org', Failover: 'SECONDARY', ResourceRecords: ['192.0.2.9'] },
  }),
  Check: healthCheck(),
  V6: of('app', 'AAAA', '2001:db8::1'),
  V6Alias: record({ Name: 'lb.example.org', Type: 'AAAA', ...alias({ lb: 'Alb' }) }),
  Www: of('www', 'CNAME', 'app.example.org.'),
  Out: of('out', 'CNAME', 'd111111abcdef8.cloudfront.net'),
  Lost: of('lost', 'CNAME', 'nothing.example.org'),
  ToLb: of('to-lb', 'CNAME', { 'Fn::GetAtt': ['Alb', 'DNSName'] }),
  Eip: { Type: 'AWS::EC2::EIP' },
  Elastic: of('elastic', 'A', { Ref: 'Eip' }),
  Mail: of('m', 'MX', '10 mail.example.org', '20 mail2.example.org.'),
  Text: of('t', 'TXT', String.raw`"v=spf1 -all" "two \"words\" \101"`, '"other"'),
  Long: of('long', 'TXT', ...long),
  Spf: of('t', 'SPF', '"v=spf1 -all"'),
  Caa: of('caa', 'CAA', '0 issue "amazon.com"', '128 iodef "mailto:a@example.org"'),
  Srv: of('_sip._tcp', 'SRV', '1 2 5060 sip.example.org'),
  Naptr: of('naptr', 'NAPTR', '100 50 "u" "E2U+sip" "!^.*$!sip:info@example.org!" .'),
  Ptr: of('ptr', 'PTR', 'host.example.org'),
  Ds: of('ds', 'DS', '12345 13 2 0A0B'),
  Sshfp: of('ssh', 'SSHFP', `1 1 ${'ab'.repeat(20)}`),
  Tlsa: of('_443._tcp', 'TLSA', '3 1 1 0a0b'),
  Https: of('https', 'HTTPS', '1 . alpn="h2"'),
  Odd: of('odd', 'A', 'not an address'),
  TooLong: of('too-long', 'TXT', `"${'x'.repeat(256)}"`),
  Wild: of('*.wild', 'A', '192.0.2.5'),
  Many: of('many', 'A', '192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4'),
  Child: zone('dev.example.org'),
  ChildNs: of('dev', 'NS', { 'Fn::GetAtt': ['Child', 'NameServers'] }),
  InChild: record({ Name: 'app.dev.example.org', HostedZoneId: { Ref: 'Child' } }),
  Elsewhere: of('away', 'NS', 'ns1.example.net'),
  Soa: record({
    ...{ HostedZoneId: { Ref: 'Child' }, Name: 'dev.example.org', Type: 'SOA', TTL: '300' },
    ResourceRecords: ['ns1.example.org. admin\\.dns.example.org. 7 7200 900 1209600 60'],
  }),
  ...Object.fromEntries<unknown>(
    [
      ['FR', '192.0.2.31'],
      ['*', '192.0.2.32'],
    ].map(([CountryCode, address]) => [
      `Geo${address}`,
      member(`geo-${CountryCode}`, {
        ...{ Name: 'geo.example.org', GeoLocation: { CountryCode }, ResourceRecords: [address] },
      }),
    ]),
  ),
  Vpc: { Type: 'AWS::EC2::VPC', Properties: { EnableDnsHostnames: true } },
  Inside: zone('inside.example.net', { VPCs: [{ VPCId: { Ref: 'Vpc' }, VPCRegion: 'eu-west-3' }] }),
  Db: record({ Name: 'db.inside.example.net', HostedZoneId: { Ref: 'Inside' } }),
};

const dns = dnsOf(resources);
let session: Session;
let server: DnsServer;
const resolver = new Resolver({ timeout: 2000, tries: 2 });

beforeAll(async () => {
  server = await listen(
    (message, transport) => respond(message, transport, session)?.message,
    '127.0.0.1',
    0,
  );
  resolver.setServers([`127.0.0.1:${server.port}`]);
});
afterAll(() => server.close());

describe('dns:serve, asked by a TCP client that does not read', () => {
  it('stops answering, and goes on when the client reads', async () => {
    let answered = 0;
    const slow = await listen(
      (message) => {
        answered += 1;
        return Buffer.alloc(60_000, message);
      },
      '127.0.0.1',
      0,
    );
    const socket = connect(slow.port, '127.0.0.1');
    socket.pause();
    const asked = 2000;
    socket.write(Buffer.concat(Array.from({ length: asked }, () => Buffer.of(0, 2, 1, 2))));
    // The count stands still once the buffers of the operating system are full.
    for (let before = -1; before !== answered || answered === 0;) {
      before = answered;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const whileSilent = answered;
    socket.resume();
    let received = 0;
    await new Promise<void>((resolve) => {
      socket.on('data', (chunk) => {
        received += chunk.length;
        if (received === asked * 60_002) resolve();
      });
    });
    socket.destroy();
    await slow.close();
    expect(whileSilent).toBeLessThan(asked / 2);
    expect(answered).toBe(asked);
  });
});
beforeEach(() => {
  session = new Session(dns, 1);
});

describe('dns:serve, asked by a DNS client', () => {
  it('fails over when the primary goes down, and back when it is up again', async () => {
    const [primary] = await resolver.resolve4('app.example.org', { ttl: true });
    expect(primary).toEqual({ address: expect.stringMatching(/^198\.1[89]\./) as string, ttl: 60 });
    session.command('down Alb');
    expect(await resolver.resolve4('app.example.org')).toEqual(['192.0.2.2']);
    session.command('up Alb');
    expect(await resolver.resolve4('app.example.org', { ttl: true })).toEqual([primary]);
  });

  it('fails over when a health check fails', async () => {
    expect(await resolver.resolve4('checked.example.org')).toEqual(['192.0.2.1']);
    session.command('down Check');
    expect(await resolver.resolve4('checked.example.org')).toEqual(['192.0.2.9']);
    session.command('up');
    expect(await resolver.resolve4('checked.example.org')).toEqual(['192.0.2.1']);
  });

  it('answers records of every type that the client reads', async () => {
    expect(await resolver.resolve6('app.example.org')).toEqual(['2001:db8::1']);
    expect(await resolver.resolveCname('out.example.org')).toEqual(['d111111abcdef8.cloudfront.net']);
    expect(await resolver.resolvePtr('ptr.example.org')).toEqual(['host.example.org']);
    // Newer Node.js says the type beside the data.
    expect((await resolver.resolveMx('m.example.org')).sort((a, b) => a.priority - b.priority)).toMatchObject(
      [
        { priority: 10, exchange: 'mail.example.org' },
        { priority: 20, exchange: 'mail2.example.org' },
      ],
    );
    expect(await resolver.resolveTxt('t.example.org')).toEqual(
      expect.arrayContaining([['v=spf1 -all', 'two "words" A'], ['other']]),
    );
    expect(await resolver.resolveCaa('caa.example.org')).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ critical: 0, issue: 'amazon.com' }),
        expect.objectContaining({ critical: 128, iodef: 'mailto:a@example.org' }),
      ]),
    );
    expect(await resolver.resolveSrv('_sip._tcp.example.org')).toMatchObject([
      { priority: 1, weight: 2, port: 5060, name: 'sip.example.org' },
    ]);
    expect(await resolver.resolveNaptr('naptr.example.org')).toMatchObject([
      {
        ...{ order: 100, preference: 50, flags: 'u', service: 'E2U+sip', replacement: '' },
        regexp: '!^.*$!sip:info@example.org!',
      },
    ]);
    expect(await resolver.resolveSoa('dev.example.org')).toMatchObject({
      ...{ nsname: 'ns1.example.org', serial: 7, minttl: 60 },
    });
    expect((await resolver.resolveNs('example.org')).sort()).toEqual(
      [1, 2, 3, 4].map((n) => `ns-${n}.awsdns.invalid`),
    );
  });

  it('follows CNAMEs, wildcards and delegations', async () => {
    session.command('down Alb');
    expect(await resolver.resolve4('www.example.org')).toEqual(['192.0.2.2']);
    expect(await resolver.resolve4('any.thing.wild.example.org')).toEqual(['192.0.2.5']);
    expect(await resolver.resolve4('app.dev.example.org')).toEqual(['192.0.2.1']);
  });

  it('answers NXDOMAIN for a missing name, NODATA for a missing type, else REFUSED', async () => {
    await expect(resolver.resolve4('nothing.example.org')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    await expect(resolver.resolve4('t.example.org')).rejects.toMatchObject({ code: 'ENODATA' });
    await expect(resolver.resolve4('example.com')).rejects.toMatchObject({ code: 'EREFUSED' });
    await expect(resolver.resolve4('db.inside.example.net')).rejects.toMatchObject({ code: 'EREFUSED' });
    session.command('vpc App/Vpc');
    expect(await resolver.resolve4('db.inside.example.net')).toEqual(['192.0.2.1']);
  });

  it('truncates what is too long for UDP, so that the client asks again by TCP', async () => {
    const texts = await resolver.resolveTxt('long.example.org');
    expect(texts.flat().sort()).toEqual(long.map((text) => text.slice(1, -1)).sort());
  });

  it('answers by place', async () => {
    await expect(resolver.resolve4('geo.example.org')).rejects.toMatchObject({ code: 'ESERVFAIL' });
    session.command('from FR');
    expect(await resolver.resolve4('geo.example.org')).toEqual(['192.0.2.31']);
    session.command('from us-ca');
    expect(await resolver.resolve4('geo.example.org')).toEqual(['192.0.2.32']);
  });
});

const [AUTHORITATIVE, RECURSION_DESIRED] = [0x400, 0x100];

type Options = Partial<OptAnswer> & { readonly subnet?: Buffer };
const opt = ({ subnet, ...rest }: Options = {}) =>
  ({
    ...{ type: 'OPT', name: '.', udpPayloadSize: 1232, extendedRcode: 0, ednsVersion: 0, flags: 0 },
    options: subnet ? [{ code: 8, data: subnet }] : [],
    ...rest,
  }) as OptAnswer;
const query = (name: string, type = 'A', rest: Packet = {}) =>
  encode({
    ...{ type: 'query', id: 4660, flags: RECURSION_DESIRED },
    questions: [{ name, type: type as Question['type'] }],
    ...rest,
  });
/** In dns-packet's words, and the code of the response beside them. */
type Read = DecodedPacket & { readonly rcode: string };
const reply = (message: Buffer, transport: 'udp' | 'tcp' = 'udp') => {
  const response = respond(message, transport, session);
  if (response === undefined) throw new Error('no response');
  return { ...(decode(response.message) as Read), bytes: response.message, log: response.log.join('\n') };
};
/** The data of the answers: text, or an object for the types that have several fields. */
const data = ({ answers = [] }: Packet) =>
  answers.map((answer) => ('data' in answer ? (answer.data as string) : undefined));
const optOf = ({ additionals = [] }: Packet) =>
  additionals.find((each): each is OptAnswer => each.type === 'OPT');
/** Extended DNS error (RFC 8914). */
const explanation = (packet: Packet) => {
  const error = optOf(packet)?.options.find(({ code }) => (code as number) === 15)?.data;
  return error && { code: error.readUInt16BE(0), text: error.toString('utf8', 2) };
};

describe('dns:serve, message by message', () => {
  it('sends the question back with the case that it came in, and is the authority', () => {
    const response = reply(query('cHeCkEd.eXaMple.ORG'));
    expect(response.questions).toEqual([{ name: 'cHeCkEd.eXaMple.ORG', type: 'A', class: 'IN' }]);
    expect(response.answers?.[0]?.name).toBe('cHeCkEd.eXaMple.ORG');
    expect(response).toMatchObject({ id: 4660, type: 'response', flags: AUTHORITATIVE | RECURSION_DESIRED });
    expect(reply(query('checked.example.org', 'A', { flags: 0 })).flag_rd).toBe(false);
  });

  it.each([
    ['NXDOMAIN', 'nothing.example.org', 'A', 'example.org', 900],
    ['NOERROR', 't.example.org', 'A', 'example.org', 900],
    ['NXDOMAIN', 'nothing.dev.example.org', 'A', 'dev.example.org', 60],
    ['NXDOMAIN', 'lost.example.org', 'A', 'example.org', 900],
    ['NOERROR', 't.example.org', 'LOC', 'example.org', 900],
    ['NXDOMAIN', 'nothing.example.org', 'UNKNOWN_4711', 'example.org', 900],
  ])('lets resolvers keep %s for %s %s as long as the zone says', (rcode, name, type, apex, ttl) => {
    const { authorities, ...response } = reply(query(name, type));
    expect(response).toMatchObject({ rcode, flag_aa: true });
    expect(authorities).toMatchObject([{ type: 'SOA', name: apex, ttl }]);
  });

  it('says what stands for the names and addresses that AWS gives', () => {
    const response = reply(query('app.example.org', 'A', { additionals: [opt()] }));
    const text = `${data(response).join()} stands for App/Alb`;
    expect(explanation(response)).toEqual({ code: 4, text });
    expect(response.log).toContain(text);
    expect(data(reply(query('lb.example.org', 'AAAA')))).toEqual([expect.stringMatching(/^2001:2::/)]);
    expect(data(reply(query('elastic.example.org')))).toEqual([expect.stringMatching(/^198\.1[89]\./)]);
    expect(data(reply(query('to-lb.example.org', 'CNAME')))).toEqual(['dnsname.alb.app.invalid']);
    expect(data(reply(query('dev.example.org', 'NS')))).toHaveLength(4);
  });

  it('fails, and says why, where the templates do not decide', () => {
    const edns = { additionals: [opt()] };
    const undecided = reply(query('x.away.example.org', 'A', edns));
    expect(undecided).toMatchObject({ rcode: 'SERVFAIL', flag_aa: false, answers: [] });
    expect(explanation(undecided)?.text).toContain('which the templates do not tie to a zone');
    expect(explanation(reply(query('https.example.org', 'UNKNOWN_65', edns)))?.text).toContain(
      'HTTPS records',
    );
    expect(reply(query('odd.example.org', 'A', edns)).rcode).toBe('SERVFAIL');
    expect(explanation(reply(query('too-long.example.org', 'TXT', edns)))?.text).toContain('255 bytes');
    expect(explanation(reply(query('checked.example.org', 'A', edns)))).toBeUndefined();
  });

  it('writes the record types that the client has no words for', () => {
    expect(data(reply(query('ds.example.org', 'DS')))).toEqual([
      { keyTag: 12345, algorithm: 13, digestType: 2, digest: Buffer.from('0a0b', 'hex') },
    ]);
    expect(data(reply(query('ssh.example.org', 'SSHFP')))).toMatchObject([{ algorithm: 1, hash: 1 }]);
    expect(data(reply(query('_443._tcp.example.org', 'TLSA')))).toMatchObject([
      { usage: 3, matchingType: 1 },
    ]);
    expect(data(reply(query('t.example.org', 'SPF')))).toEqual([Buffer.from('\x0bv=spf1 -all')]);
  });

  it('answers ANY with all record sets of the name', () => {
    const types = (name: string) => reply(query(name, 'ANY'), 'tcp').answers?.map(({ type }) => type);
    expect(types('t.example.org')).toEqual(['SPF', 'TXT', 'TXT']);
    expect(types('www.example.org')).toEqual(['CNAME']);
    expect(reply(query('nothing.example.org', 'ANY')).rcode).toBe('NXDOMAIN');
  });

  it('shuffles values', () => {
    const orders = Array.from({ length: 20 }, () => data(reply(query('many.example.org'))).join());
    expect(new Set(orders).size).toBeGreaterThan(5);
    expect(new Set(orders.map((order) => order.split(',').sort().join())).size).toBe(1);
  });

  it.each([
    ['512 bytes without EDNS', undefined, 512],
    ['as much as the client takes', 1232, 1232],
    ['at least 512 bytes', 100, 512],
    ['at most 4096 bytes', 65_000, 4096],
  ])('sends by UDP %s, by TCP everything', (_, udpPayloadSize, maximum) => {
    const additionals = udpPayloadSize === undefined ? [] : [opt({ udpPayloadSize })];
    const resource = (count: number) => ({
      Long: of('long', 'TXT', ...Array<string>(count).fill(`"${'x'.repeat(99)}"`)),
    });
    const asked = query('long.example.org', 'TXT', { additionals });
    // Each record has the name, 10 bytes and 101 of text besides the length of that.
    for (let count = 1; count <= 40; count++) {
      session = new Session(dnsOf(resource(count)));
      const [udp, tcp] = [reply(asked), reply(asked, 'tcp')];
      expect(tcp.answers).toHaveLength(count);
      expect(udp.flag_tc).toBe(tcp.bytes.length > maximum);
      expect(udp.bytes.length).toBeLessThanOrEqual(maximum);
      expect(udp.answers).toHaveLength(udp.flag_tc ? 0 : count);
    }
  });

  it('refuses other classes, the root and zone transfers', () => {
    expect(
      reply(
        query('checked.example.org', 'A', {
          questions: [{ name: 'checked.example.org', type: 'A', class: 'CH' }],
        }),
      ).rcode,
    ).toBe('REFUSED');
    expect(reply(query('.', 'NS')).rcode).toBe('REFUSED');
    expect(reply(query('example.org', 'AXFR'), 'tcp').rcode).toBe('REFUSED');
    expect(reply(query('example.com')).log).toBe('example.com A: REFUSED');
  });

  it('takes a dot in a label for no separator', () => {
    const [first, ...rest] = ['checked.example', 'org'].map((label) =>
      Buffer.from(`${String.fromCharCode(label.length)}${label}`),
    );
    const header = query('.').subarray(0, 12);
    const message = Buffer.concat([header, ...[first ?? Buffer.alloc(0), ...rest], Buffer.of(0, 0, 1, 0, 1)]);
    const response = reply(message);
    expect(response.rcode).toBe('REFUSED');
    expect(response.bytes.subarray(12)).toEqual(message.subarray(12));
  });

  it.each([1, 2, 4, 5, 15])('answers NOTIMP to opcode %i, and repeats the opcode', (opcode) => {
    const response = reply(query('checked.example.org', 'A', { flags: (opcode << 11) | 0x100 }));
    expect(response.rcode).toBe('NOTIMP');
    expect(response.bytes.readUInt16BE(2)).toBe(0x8000 | (opcode << 11) | 0x100 | 4);
  });

  it('says what is wrong with a message, and answers no answers', () => {
    const asked = query('checked.example.org');
    const question = { name: 'checked.example.org', type: 'A' } as const;
    const code = (message: Buffer) => reply(message).rcode;
    expect(code(query('', 'A', { questions: [] }))).toBe('FORMERR');
    expect(code(query('', 'A', { questions: [question, question] }))).toBe('FORMERR');
    expect(code(asked.subarray(0, -1))).toBe('FORMERR');
    expect(reply(asked.subarray(0, -1)).log).toBe('FORMERR');
    expect(code(query('checked.example.org', 'A', { additionals: [opt(), opt()] }))).toBe('FORMERR');
    expect(code(query('checked.example.org', 'A', { flags: 5 << 11 }))).toBe('NOTIMP');
    expect(respond(query('checked.example.org', 'A', { type: 'response' }), 'udp', session)).toBeUndefined();
    expect(respond(Buffer.alloc(11), 'udp', session)).toBeUndefined();
    const version = reply(query('checked.example.org', 'A', { additionals: [opt({ ednsVersion: 1 })] }));
    expect(version).toMatchObject({ rcode: 'NOERROR', answers: [] });
    expect(optOf(version)).toMatchObject({ extendedRcode: 1, ednsVersion: 0 });
  });

  it('never fails, whatever comes', () => {
    const valid = [
      query('app.example.org', 'A', { additionals: [opt({ subnet: Buffer.of(0, 1, 24, 0, 203, 0, 113) })] }),
      query('long.example.org', 'ANY'),
    ];
    const spoilt = fc
      .tuple(
        fc.constantFrom(...valid),
        fc.array(fc.tuple(fc.nat(80), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
        fc.nat(80),
      )
      .map(([message, changes, cut]) => {
        const copy = Buffer.from(message);
        for (const [at, byte] of changes) if (at < copy.length) copy[at] = byte;
        return copy.subarray(0, Math.max(12, copy.length - (cut > 60 ? cut - 60 : 0)));
      });
    const anything = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(
        fc.oneof(spoilt, anything),
        fc.constantFrom('udp' as const, 'tcp' as const),
        (message, transport) => {
          const response = respond(message, transport, session);
          if (response === undefined) {
            expect(message.length < 12 || message.readUInt8(2) >= 0x80).toBe(true);
            return;
          }
          const read = decode(response.message) as Read;
          expect(read).toMatchObject({ id: message.readUInt16BE(0), type: 'response' });
          expect(response.message.length).toBeLessThanOrEqual(transport === 'udp' ? 4096 : 65_535);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('survives a TCP client that goes away, and several messages at once', async () => {
    const message = query('checked.example.org');
    const framed = Buffer.concat([Buffer.of(0, message.length), message]);
    await new Promise<void>((resolve) => {
      const gone = connect(server.port, '127.0.0.1', () =>
        gone.write(framed.subarray(0, 5), () => gone.destroy()),
      );
      gone.on('close', () => {
        resolve();
      });
    });
    const answered = await new Promise<Buffer>((resolve) => {
      let received = Buffer.alloc(0);
      const socket = connect(server.port, '127.0.0.1', () => socket.write(Buffer.concat([framed, framed])));
      socket.on('data', (chunk) => {
        received = Buffer.concat([received, chunk]);
        if (received.length < 2 * (2 + received.readUInt16BE(0))) return;
        socket.destroy();
        resolve(received);
      });
    });
    expect(decode(answered.subarray(2)).answers).toHaveLength(1);
  });
});

// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-edns0.html
describe('dns:serve, told the subnet of the client', () => {
  const from = (...subnet: number[]) =>
    reply(query('geo.example.org', 'A', { additionals: [opt({ subnet: Buffer.from(subnet) })] }));
  const PARIS = [0, 1, 24, 0, 203, 0, 113];

  it('answers for the smallest block that somebody gave a place', () => {
    session.command('from JP');
    session.command('place 203.0.113.0/24 FR');
    expect(data(from(...PARIS))).toEqual(['192.0.2.31']);
    expect(data(from(0, 1, 24, 0, 203, 0, 112))).toEqual(['192.0.2.32']);
    session.command('place 203.0.113.0/28 US-CA');
    expect(data(from(...PARIS))).toEqual(['192.0.2.31']);
    expect(data(from(0, 1, 32, 0, 203, 0, 113, 7))).toEqual(['192.0.2.32']);
    session.command('place 2001:db8::/32 FR');
    expect(data(from(0, 2, 48, 0, 0x20, 0x01, 0x0d, 0xb8, 0, 1))).toEqual(['192.0.2.31']);
  });

  it('says for which part of the address the answer holds', () => {
    session.command('from JP');
    const subnet = (packet: Packet) =>
      optOf(packet)?.options.find(({ code }) => (code as number) === 8)?.data;
    expect(subnet(from(...PARIS))).toEqual(Buffer.of(0, 1, 24, 24, 203, 0, 113));
    expect(subnet(from(0, 1, 0, 0))).toEqual(Buffer.of(0, 1, 0, 0));
    session.command('vpc App/Vpc');
    expect(subnet(from(...PARIS))).toEqual(Buffer.of(0, 1, 24, 0, 203, 0, 113));
  });

  it('does not let it move a client in a VPC', () => {
    session.command('place 203.0.113.0/24 FR');
    session.command('vpc App/Vpc');
    session.command('from JP');
    expect(data(from(...PARIS))).toEqual(['192.0.2.32']);
  });

  it.each([
    ['a family that is none', [0, 3, 24, 0, 203, 0, 113]],
    ['a prefix that is too long', [0, 1, 33, 0, 203, 0, 113, 1, 0]],
    ['bytes beyond the prefix', [0, 1, 16, 0, 203, 0, 113]],
    ['bits beyond the prefix', [0, 1, 23, 0, 203, 0, 113]],
    ['a scope in a question', [0, 1, 24, 24, 203, 0, 113]],
    ['half an option', [0, 1, 24]],
  ])('refuses %s', (_, bytes) => {
    expect(from(...bytes).rcode).toBe('FORMERR');
  });
});

describe('dns:serve, told what to change', () => {
  it('says what is so now', () => {
    expect(session.command('down Alb')).toBe('down: Alb; clients: not known');
    session.command('down Check');
    expect(session.command('from US-CA eu-west-3 203.0.113.7')).toBe(
      'down: Alb, Check; clients: US US-CA eu-west-3 203.0.113.7',
    );
    expect(session.command('up Alb')).toContain('down: Check;');
    expect(session.command('up')).toContain('everything is up');
    expect(session.command('vpc App/Vpc')).toContain('asked from App/Vpc');
    expect(session.command('from')).toContain('clients: not known');
    expect(session.command('help')).toContain('down <construct path>');
  });

  it.each([
    ['down Nothing', 'Nothing: no such resource'],
    ['down', 'down: expected a construct path'],
    ['up Alb', 'Alb is not down'],
    ['from Paris', 'from.country PARIS: expected an ISO 3166-1 code'],
    ['from eu-west-9', 'from.region eu-west-9: expected one of'],
    ['vpc Alb', 'no such resource'],
    ['place FR', 'place: expected a block and a place'],
    ['place 203.0.113.0/24 Paris', 'from.country PARIS'],
  ])('refuses "%s" in one line, and stays as it was', (command, message) => {
    const before = session.command('state');
    expect(() => session.command(command)).toThrow(message);
    expect(session.command('state')).toBe(before);
  });
});

describe('dns:serve, the command', () => {
  let child: ChildProcessWithoutNullStreams;
  // Also when the test ran out of time: Jest would wait for it.
  afterAll(() => child.kill());

  it('serves the DNS failover of the catalogue: down and up by command, then quit', async () => {
    const app = sandbox({}, 'multi-az-vpc', 'auto-scaling-web', 'dns-failover');
    const { directory } = app.synth();
    child = spawn(process.execPath, [
      ...['-r', 'sucrase/register/ts', join(__dirname, '../scripts/dns-serve.ts')],
      ...['--app', directory, '--port', '0'],
    ]);
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    let output = '';
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    const printed = (pattern: RegExp) =>
      new Promise<RegExpExecArray>((resolve) => {
        const look = () => {
          const match = pattern.exec(output);
          if (match) resolve(match);
          else child.stdout.once('data', look);
        };
        look();
      });
    const [, port] = await printed(/Serving failover\.sandbox\.test\. Ask: dig @127\.0\.0\.1 -p (\d+)/);
    const client = new Resolver({ timeout: 2000, tries: 2 });
    client.setServers([`127.0.0.1:${port ?? ''}`]);
    const [balancer] = await client.resolve4('app.failover.sandbox.test');
    await printed(new RegExp(`${balancer ?? ''} stands for AutoScalingWeb/Web/LoadBalancer/Alb`));
    child.stdin.write('down Primary\n');
    await printed(/^down: Primary/m);
    const [page] = await client.resolve4('app.failover.sandbox.test');
    await printed(new RegExp(`${page ?? ''} stands for DnsFailover/StatusPage/Distribution`));
    child.stdin.write('up Primary\n');
    await printed(/^everything is up/m);
    expect(await client.resolve4('app.failover.sandbox.test')).toEqual([balancer]);
    child.stdin.write('quit\n');
    expect(await ended).toBe(0);
  }, 30_000);
});
