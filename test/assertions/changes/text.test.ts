import { toMarkdown, toText, type Change } from '../../../lib/assertions/changes';
import { verdictOf } from '../../../lib/assertions/changes/model';
import { effectText, listed, subjectText, summary } from '../../../lib/assertions/changes/text';

const change = (more: Partial<Change>): Change => ({
  area: 'flow',
  effect: 'opens',
  subjects: ['internet'],
  what: ['tcp 22', 'udp 53'],
  objects: ['Shop/Web'],
  before: { answer: 'not reachable', because: ['Shop/Group: no inbound rule', 'Shop/Acl: entry 1 denies'] },
  after: { answer: 'reachable', because: [] },
  ...more,
});
const diffOf = (...changes: readonly Change[]) => ({ verdict: verdictOf(changes), changes });

const LETTERS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

describe('changes: names in a list', () => {
  it.each([
    [['a', 'b', 'c', 'd'], 'a, b, c, d'],
    [['a', 'b', 'c', 'd', 'e'], 'a, b, c and 2 more'],
  ])('are shown up to four: %j', (names, text) => {
    expect(listed(names)).toBe(text);
  });

  const subnets = (parent: string, count: number, suffix = '') =>
    Array.from({ length: count }, (_, i) => `anything in ${parent}/Private${i}${suffix}`);

  it('count more than two subnets of one VPC', () => {
    expect(listed(subnets('Net/Vpc', 2))).toBe('anything in Net/Vpc/Private0, anything in Net/Vpc/Private1');
    expect(listed(subnets('Net/Vpc', 3))).toBe('anything in 3 subnets of Net/Vpc');
    const both = [...subnets('Net/Vpc', 3), 'internet', ...subnets('Net/Vpc', 4, ' with a public address')];
    expect(listed(both)).toBe(
      'anything in 3 subnets of Net/Vpc, internet, anything in 4 subnets of Net/Vpc with a public address',
    );
    expect(listed([...subnets('One', 2), ...subnets('Two', 2)])).toContain('anything in Two/Private1');
  });
});

describe('changes: a change as text', () => {
  it.each<[string, Partial<Change>]>([
    ['internet -> Shop/Web: tcp 22, udp 53', {}],
    ['internet -> Shop/Web: tcp 22, udp 53', { area: 'availability', when: 'without az-a' }],
    [
      'Shop/Role: s3:GetObject on Shop/Uploads/*',
      { area: 'permission', subjects: ['Shop/Role'], what: ['s3:GetObject'], objects: ['Shop/Uploads/*'] },
    ],
    [
      'path /a, other requests -> Shop/Alb: http 80',
      { area: 'request', subjects: ['path /a', 'other requests'], what: ['http 80'], objects: ['Shop/Alb'] },
    ],
    [
      'anyone: s3:* on *, through Shop/Endpoint',
      {
        area: 'permission',
        subjects: ['anyone'],
        what: ['s3:*'],
        objects: ['*'],
        when: 'through Shop/Endpoint',
      },
    ],
    [
      'Shop/Role: a, b, c, d, e, f, g on *',
      { area: 'permission', subjects: ['Shop/Role'], what: LETTERS.slice(0, 7), objects: ['*'] },
    ],
    [
      'Shop/Role: a, b, c, d, e, f and 2 more on *',
      { area: 'permission', subjects: ['Shop/Role'], what: LETTERS, objects: ['*'] },
    ],
    [
      'www.example.com A from the internet, with Shop/Check down',
      {
        area: 'name',
        subjects: ['www.example.com'],
        what: ['A'],
        objects: ['the internet'],
        when: 'with Shop/Check down',
      },
    ],
  ])('says who, what and where: %s', (text, more) => {
    expect(subjectText(change(more))).toBe(text);
  });

  const lost = { area: 'availability', when: 'without az-a' } as const;
  const unknown = { answer: 'unknown', because: [] };
  it.each<[string, Partial<Change>]>([
    ['opens', {}],
    ['survives the loss of az-a now', { ...lost, effect: 'survives' }],
    ['survives the loss of az-a: no longer', { ...lost, effect: 'does not survive' }],
    ['survives the loss of az-a: no before, now undecided', { ...lost, effect: 'undecided' }],
    [
      'survives the loss of az-a: yes before, now undecided',
      { ...lost, effect: 'undecided', before: { answer: 'reachable', because: [] } },
    ],
    ['was not reachable, now undecided', { effect: 'undecided', after: unknown }],
    ['not reachable', { effect: 'undecided', after: { answer: 'not reachable', because: [] } }],
    [
      'was not reachable, now allowed on conditions',
      { effect: 'undecided', after: { answer: 'allowed on conditions', because: [] } },
    ],
  ])('says what happened: %s', (text, more) => {
    expect(effectText(change(more))).toBe(text);
  });

  it.each<[string, Partial<Change>]>([
    ['flow opens', {}],
    ['flow closes', { effect: 'closes' }],
    ['request opens', { area: 'request' }],
    ['request closes', { area: 'request', effect: 'closes' }],
    ['permission appears', { area: 'permission' }],
    ['permission vanishes', { area: 'permission', effect: 'closes' }],
    ['may open', { effect: 'undecided', mayOpen: true }],
    ['undecided', { effect: 'undecided' }],
    ['survives the loss of an Availability Zone', { ...lost, effect: 'survives' }],
    ['does not survive the loss of an Availability Zone', { ...lost, effect: 'does not survive' }],
    ['answers differently', { area: 'name', effect: 'answers differently' }],
  ])('counts as: %s', (text, more) => {
    expect(summary(diffOf(change(more), change(more)))).toBe(`2 × ${text}`);
  });

  it('counts each kind in one line', () => {
    expect(summary(diffOf(change({ effect: 'closes' }), change({}), change({})))).toBe(
      '2 × flow opens, 1 × flow closes',
    );
    expect(summary(diffOf())).toBe('No flow, request, permission or name changes.');
  });

  it('has a line for each reason of both states', () => {
    expect(toText(diffOf(change({}), change({ effect: 'closes' })))).toBe(
      [
        '1 × flow opens, 1 × flow closes',
        ...['opens', 'closes'].flatMap((effect) => [
          '',
          `internet -> Shop/Web: tcp 22, udp 53: ${effect}`,
          '  before: not reachable',
          '            because Shop/Group: no inbound rule',
          '            and Shop/Acl: entry 1 denies',
          '  after:  reachable',
        ]),
      ].join('\n'),
    );
  });
});

describe('changes: a comment in Markdown', () => {
  it('has a row for each change, and escapes what GitHub reads as Markdown', () => {
    const odd = change({
      subjects: ['a|b `c`'],
      after: { answer: 'x*y', because: ['<b> [l]', 'one\n two_'] },
    });
    expect(toMarkdown(diffOf(odd))).toBe(
      [
        '<!-- behaviour-diff -->',
        '### What this change does',
        '',
        '1 × flow opens',
        '',
        '| effect | what | before | after |',
        '| --- | --- | --- | --- |',
        "| opens | `a\\|b 'c' -> Shop/Web: tcp 22, udp 53` | **not reachable**<br>Shop/Group: no inbound rule<br>Shop/Acl: entry 1 denies | **x\\*y**<br>\\<b\\> \\[l\\]<br>one two\\_ |",
      ].join('\n'),
    );
  });

  it('has no table without changes', () => {
    expect(toMarkdown(diffOf())).toBe(
      '<!-- behaviour-diff -->\n### What this change does\n\nNo flow, request, permission or name changes.',
    );
  });

  // GitHub refuses comments of more than 65,536 characters.
  it('leaves out the rows that do not fit into a comment, and counts them', () => {
    const many = Array.from({ length: 1000 }, () => change({}));
    const text = toMarkdown(diffOf(...many));
    const rows = text.split('\n').filter((line) => line.startsWith('| opens'));
    expect(text.length).toBeLessThan(61_000);
    expect(text.length).toBeGreaterThan(59_000);
    expect(text).toContain(`\n\n${1000 - rows.length} more changes are not shown.`);
    expect(toMarkdown(diffOf(change({})))).not.toContain('not shown');
  });
});

describe('changes: the verdict', () => {
  it('is what opens first, then what may open', () => {
    const may = change({ effect: 'undecided', mayOpen: true });
    expect(verdictOf([change({ effect: 'closes' }), may, change({})])).toBe('opens');
    expect(verdictOf([change({ effect: 'closes' }), may])).toBe('may open');
    expect(verdictOf([change({ effect: 'closes' }), change({ effect: 'undecided' })])).toBe('nothing opens');
  });
});
