import { allOf, allOrNone, anyOf, type Verdict } from '../../../lib/assertions/network/forwarding/verdict';
import {
  embeddedIpv4,
  formatAddresses,
  onlyVersion,
  overlaps,
  parseAddresses,
  subBlock,
  union,
} from '../../../lib/assertions/network/model/addresses';
import { flowText, type Question } from '../../../lib/assertions/network/questions/question';
import {
  answerAt,
  answersOf,
  combineTraffic,
  openText,
  overall,
  rangesOf,
  type TrafficAnswer,
} from '../../../lib/assertions/network/questions/traffic-answers';
import type { Answer } from '../../../lib/assertions/network';

const traffic = (protocol: number, from: number, to: number, answer: Answer): TrafficAnswer => ({
  protocol,
  from,
  to,
  answer,
});
const whole = (protocol: number, answer: Answer) => traffic(protocol, 0, 65535, answer);
const [open, shut, unknown] = ['reachable', 'not reachable', 'unknown'] as const;
const rest = (answer: Answer) => [whole(1, answer), whole(255, answer)];

describe('what is open, as text', () => {
  it.each<[string, readonly TrafficAnswer[]]>([
    ['nothing', [whole(6, shut), whole(17, shut), ...rest(shut)]],
    ['unknown', [whole(6, unknown), whole(17, unknown), ...rest(unknown)]],
    ['everything', [whole(6, open), whole(17, open), ...rest(open)]],
    ['tcp 22', [traffic(6, 22, 22, open)]],
    ['tcp 22 only', [traffic(6, 22, 22, open), whole(17, shut), ...rest(shut)]],
    ['tcp 22-25 only', [traffic(6, 22, 25, open), whole(17, shut), ...rest(shut)]],
    ['ping only', [whole(6, shut), whole(17, shut), whole(1, open), whole(255, shut)]],
    ['other protocols only', [whole(6, shut), whole(17, shut), whole(1, shut), whole(255, open)]],
    ['protocol 47 only', [whole(6, shut), whole(47, open), ...rest(shut)]],
    ['tcp on all ports; udp none', [whole(6, open), whole(17, shut), ...rest(shut)]],
    ['tcp on all ports', [whole(6, open)]],
    ['tcp on all ports; udp on all ports; ping', [whole(1, open), whole(17, open), whole(6, open)]],
    ['tcp unknown; udp none', [whole(6, unknown), whole(17, shut), ...rest(shut)]],
    ['tcp none (unknown: 80); udp none', [traffic(6, 80, 80, unknown), whole(17, shut), ...rest(shut)]],
    [
      'tcp 22, 25-26 (unknown: 80, 90-91); udp 53; ping unknown; protocol 47; other protocols',
      [
        traffic(6, 22, 22, open),
        traffic(6, 25, 26, open),
        traffic(6, 80, 80, unknown),
        traffic(6, 90, 91, unknown),
        traffic(17, 53, 53, open),
        whole(1, unknown),
        whole(47, open),
        whole(50, shut),
        whole(255, open),
      ],
    ],
  ])('%s', (text, answers) => {
    expect(openText(answers)).toBe(text);
  });

  it('is reachable when some traffic is, and not reachable when none is', () => {
    expect(overall([whole(6, shut), whole(17, unknown), whole(1, open)])).toBe(open);
    expect(overall([whole(6, shut), whole(17, unknown)])).toBe(unknown);
    expect(overall([whole(6, shut)])).toBe(shut);
  });

  it('answers for a port by its own protocol, and for others by all other protocols', () => {
    const answers = [traffic(6, 22, 80, open), whole(255, unknown)];
    const asked = [
      [6, 21],
      [6, 22],
      [6, 80],
      [6, 81],
      [47, 0],
    ] as const;
    expect(asked.map(([protocol, port]) => answerAt(answers, protocol, port))).toEqual([
      shut,
      open,
      open,
      shut,
      unknown,
    ]);
    expect(answerAt([], 6, 22)).toBe(shut);
  });
});

describe('ranges of ports', () => {
  it('are cut where a rule of the protocol, or of all protocols, begins or ends', () => {
    const rules = [
      { protocol: 6, ports: { from: 22, to: 22 } },
      { ports: { from: 1024, to: 65535 } },
      { protocol: NaN, ports: { from: 100, to: 199 } },
      { protocol: 17, ports: { from: 53, to: 53 } },
      { protocol: 6 },
    ];
    expect(rangesOf(rules, 6)).toEqual([
      { from: 0, to: 21 },
      { from: 22, to: 22 },
      { from: 23, to: 99 },
      { from: 100, to: 199 },
      { from: 200, to: 1023 },
      { from: 1024, to: 65535 },
    ]);
    expect(rangesOf([], 6)).toEqual([{ from: 0, to: 65535 }]);
  });

  const verdict = (answer: Answer): Verdict => ({ answer, path: [], explanation: [] });
  const range = (protocol: number, from: number, to: number, answer: Answer) => ({
    protocol,
    from,
    to,
    verdict: verdict(answer),
  });

  it('of several lists are combined, each with what the lists say of it', () => {
    const one = [range(6, 0, 79, shut), range(6, 80, 65535, open)];
    const other = [range(6, 0, 89, shut), range(6, 90, 65535, open), range(17, 53, 53, open)];
    const combined = combineTraffic([one, other], (verdicts) =>
      verdict(verdicts.every((each) => each?.answer === open) ? open : shut),
    );
    expect(combined.map((each) => [each.protocol, each.from, each.to, each.verdict.answer])).toEqual([
      [6, 0, 79, shut],
      [6, 80, 89, shut],
      [6, 90, 65535, open],
      [17, 53, 53, shut],
    ]);
    expect(combineTraffic([one], () => verdict(unknown))).toBe(one);
  });

  it('of one answer that follow each other are one', () => {
    expect(
      answersOf([
        range(6, 0, 21, open),
        range(6, 22, 22, open),
        range(6, 24, 25, open),
        range(6, 26, 30, shut),
        range(17, 31, 40, shut),
      ]),
    ).toEqual([
      traffic(6, 0, 22, open),
      traffic(6, 24, 25, open),
      traffic(6, 26, 30, shut),
      traffic(17, 31, 40, shut),
    ]);
  });
});

describe('verdicts of several paths', () => {
  const on = (component: string): Verdict => ({ answer: open, path: [{ component }], explanation: [] });
  const off = (reason: string): Verdict => ({
    answer: shut,
    path: [],
    explanation: [{ component: 'c', reason }],
  });
  const doubt = (reason: string): Verdict => ({ ...off(reason), answer: unknown });
  const seen = ({ answer, path, explanation }: Verdict) => [
    answer,
    path.map(({ component }) => component).join(),
    explanation.map(({ reason }) => reason).join(),
  ];

  it('any: the first that is reachable, otherwise all reasons, each once', () => {
    expect(seen(anyOf([off('a'), on('x'), on('y')]))).toEqual([open, 'x', '']);
    expect(seen(anyOf([off('a'), off('b'), off('a')]))).toEqual([shut, '', 'a,b']);
    expect(seen(anyOf([off('a'), doubt('b')]))).toEqual([unknown, '', 'a,b']);
    expect(seen(anyOf([]))).toEqual([shut, '', '']);
  });

  it('all: the reasons of those not reachable, otherwise of those unknown', () => {
    expect(seen(allOf([on('x'), on('y')]))).toEqual([open, 'x,y', '']);
    expect(seen(allOf([on('x'), off('a'), doubt('b')]))).toEqual([shut, '', 'a']);
    expect(seen(allOf([on('x'), doubt('b')]))).toEqual([unknown, '', 'b']);
  });

  it('all or none: unknown where they differ', () => {
    expect(seen(allOrNone([on('x'), on('y')]))).toEqual([open, 'x', '']);
    expect(seen(allOrNone([off('a'), off('b')]))).toEqual([shut, '', 'a,b']);
    expect(seen(allOrNone([on('x'), off('a')]))).toEqual([unknown, '', 'a']);
    expect(seen(allOrNone([doubt('b'), off('a'), on('x')]))).toEqual([unknown, '', 'b,a']);
    expect(seen(allOrNone([]))).toEqual([unknown, '', '']);
  });
});

describe('a question, as text', () => {
  const base = { source: 'internet', destination: 'Shop/Web' } as const;
  it.each<[string, Partial<Question>]>([
    ['internet to Shop/Web on tcp', {}],
    ['internet to Shop/Web on tcp 22', { port: 22 }],
    ['internet to Shop/Web on udp 53', { protocol: 'udp', port: 53 }],
    ['internet to Shop/Web on icmp (ping)', { protocol: 'icmp' }],
    ['internet to Shop/Web on all traffic', { protocol: 'all' }],
    ['internet to Shop/Web on protocol 47', { protocol: 47 }],
    ['internet to service s3 on tcp 443', { destination: { service: 's3' } }],
    ['internet to service s3 on tcp 80', { destination: { service: 's3' }, port: 80 }],
    ['internet to service Shop/Service on tcp', { destination: { service: 'Shop/Service' } }],
    [
      'internet except 192.0.2.0/24, 203.0.113.7 to Shop/Web on tcp',
      { source: { internet: true, except: ['192.0.2.0/24', '203.0.113.7'] } },
    ],
    ['A and B to Shop/Web on tcp', { source: ['A', 'B'] }],
    ['Fleet in Net/A to Shop/Web on tcp', { source: { interfaceOf: 'Fleet', subnet: 'Net/A' } }],
    ['anything in Net/A to Shop/Web on tcp', { source: { subnet: 'Net/A' } }],
    [
      'anything in Net/A with a public address like Shop/Web to Shop/Web on tcp',
      { source: { subnet: 'Net/A', publicAddress: true, like: 'Shop/Web' } },
    ],
  ])('%s', (text, question) => {
    expect(flowText({ ...base, ...question })).toBe(text);
  });
});

describe('addresses', () => {
  it.each([
    [['10.0.0.0/32', '10.0.0.1/32', '10.0.0.2/32'], '10.0.0.0-10.0.0.2'],
    [['10.0.0.1', '10.0.0.2'], '10.0.0.1-10.0.0.2'],
    [['10.0.0.0/25', '10.0.0.128/25'], '10.0.0.0/24'],
    [['10.0.0.1', '10.0.1.1', '10.0.2.1'], '10.0.0.1, 10.0.1.1, 10.0.2.1'],
    [
      ['10.0.0.1', '10.0.1.1', '10.0.2.1', '10.0.3.1', '10.0.4.1'],
      '10.0.0.1, 10.0.1.1, 10.0.2.1, and 2 more ranges',
    ],
    [['2001:db8::/33', '2001:db8:8000::/33'], '2001:db8::/32'],
    [['1:2:3:4:5:6:7:8'], '1:2:3:4:5:6:7:8'],
    [['1:0:0:2:0:0:0:3'], '1:0:0:2::3'],
    [['1:2::'], '1:2::'],
    [['::'], '::'],
  ])('%j are written as %s', (blocks, text) => {
    expect(formatAddresses(union(...blocks.map(parseAddresses)))).toBe(text);
  });

  it('of a block are cut as Fn::Cidr cuts them', () => {
    const part = (block: string, index: number, length: number) =>
      formatAddresses(subBlock(parseAddresses(block), index, length));
    expect(part('10.0.0.0/16', 3, 24)).toBe('10.0.3.0/24');
    expect(part('2001:db8::/56', 255, 64)).toBe('2001:db8:0:ff::/64');
    expect(subBlock([], 0, 24)).toEqual([]);
  });

  it('of NAT64 hold IPv4 addresses (RFC 6052)', () => {
    const held = (text: string) => {
      const found = embeddedIpv4(parseAddresses(text));
      return found && formatAddresses(found);
    };
    expect(held('64:ff9b::192.0.2.1')).toBe('192.0.2.1');
    expect(held('64:ff9b::10.0.0.0/104')).toBe('10.0.0.0/8');
    expect(held('2001:db8::1')).toBeUndefined();
    expect(embeddedIpv4([])).toBeUndefined();
  });

  it('overlap at their first and last address', () => {
    const at = (one: string, other: string) => overlaps(parseAddresses(one), parseAddresses(other));
    expect(at('10.0.0.0/24', '10.0.0.255')).toBe(true);
    expect(at('10.0.0.255', '10.0.0.0/24')).toBe(true);
    expect(at('10.0.0.0/24', '10.0.1.0')).toBe(false);
    expect(at('10.0.1.0', '10.0.0.0/24')).toBe(false);
  });

  it('of both versions are told apart', () => {
    const both = union(parseAddresses('10.0.0.0/8'), parseAddresses('2001:db8::/32'));
    expect(formatAddresses(onlyVersion(both, 4))).toBe('10.0.0.0/8');
    expect(formatAddresses(onlyVersion(both, 6))).toBe('2001:db8::/32');
  });
});
