import { compile, type Dialect } from '../../../lib/assertions/events';
import type { Json } from '../../../lib/assertions/templates';

const many = (count: number) => Array.from({ length: count }, (_, index) => `value${index}`);
const keys = (count: number) => Object.fromEntries(many(count).map((key) => [key, ['x']]));

const BUS: readonly (readonly [string, Json, string])[] = [
  ['an unknown operator', { a: [{ regex: 'x' }] }, 'a: operator regex: expected one of prefix, suffix'],
  ['a bare value', { a: 'x' }, 'a: got "x", expected a list or an object'],
  ['an empty list', { a: [] }, 'a: an empty list'],
  ['an empty object', { a: {} }, 'a: an empty object'],
  ['a list in a list', { a: [['x']] }, 'a: got ["x"], expected a value or one operator'],
  ['two operators in one element', { a: [{ prefix: 'x', suffix: 'y' }] }, 'expected a value or one operator'],
  ['text for exists', { a: [{ exists: 'yes' }] }, 'exists: got "yes", expected true or false'],
  ['a number for prefix', { a: [{ prefix: 5 }] }, 'prefix: got 5, expected text'],
  ['an empty prefix in anything-but', { a: [{ 'anything-but': { prefix: '' } }] }, 'expected some text'],
  [
    'mixed kinds in anything-but',
    { a: [{ 'anything-but': ['x', 5] }] },
    'expected text or numbers, not both',
  ],
  ['cidr in anything-but', { a: [{ 'anything-but': { cidr: '10.0.0.0/8' } }] }, 'anything-but: got'],
  ['consecutive wildcards', { a: [{ wildcard: 'a**b' }] }, 'wildcard: got "a**b", expected no consecutive'],
  ['another escape', { a: [{ wildcard: 'a\\b' }] }, 'a backslash only before *'],
  ['one address as a block', { a: [{ cidr: '10.0.0.1/32' }] }, 'cidr: got "10.0.0.1/32"'],
  ['no block', { a: [{ cidr: '10.0.0/8' }] }, 'cidr: got "10.0.0/8"'],
  ['an empty range', { a: [{ numeric: ['>', 5, '<', 5] }] }, 'a lower bound below the upper bound'],
  [
    'a range from above',
    { a: [{ numeric: ['<', 5, '>', 1] }] },
    'one comparison, or > or >= and then < or <=',
  ],
  ['another comparison', { a: [{ numeric: ['!=', 5] }] }, 'expected =, <, <=, > or >='],
  ['a number that is too large', { a: [{ numeric: ['<', 6e9] }] }, 'a number from -5000000000 to 5000000000'],
  ['$or with one branch', { $or: [{ a: [1] }] }, '$or: got [{"a":[1]}], expected a list of two objects'],
  [
    'an operator as a field of $or',
    { $or: [{ prefix: ['a'] }, { a: [1] }] },
    'prefix is reserved inside $or',
  ],
  ['a number', 5, 'pattern: got 5, expected an object'],
  ['a list', [{ a: ['x'] }], 'expected an object'],
  ['text that is no JSON', '{a: 1}', 'pattern: got "{a: 1}", expected JSON'],
  ['more than 2,048 characters', { a: ['x'.repeat(2048)] }, 'expected at most 2048'],
  [
    'more than 1,000 combinations',
    { $or: many(2).map((a) => ({ [a]: [1] })), ...combine(10) },
    'more than 1000 combinations',
  ],
];

/** An `$or` of two branches in each of some objects: twice as many combinations with each. */
function combine(levels: number): Record<string, Json> {
  return Object.fromEntries(
    many(levels).map((key) => [`n${key}`, { $or: [{ a: [1] }, { b: [1] }] as Json[] }]),
  );
}

const SNS: readonly (readonly [string, Json, Dialect, string])[] = [
  ['more than five keys', keys(6), 'message attributes', 'got 6 keys, expected at most 5'],
  ['more than 150 combinations', { a: many(13), b: many(12) }, 'message attributes', 'got 156 combinations'],
  [
    'more than 150 combinations with levels',
    { a: { b: { c: many(10) } }, d: { e: many(3) } },
    'message body',
    'got 180 combinations',
  ],
  [
    'four wildcards in one pattern',
    { a: [{ wildcard: '*a*b*c*' }] },
    'message body',
    'got 4 wildcards in one pattern',
  ],
  [
    'more than 100 points of complexity',
    { a: Array.from({ length: 6 }, (_, index) => ({ wildcard: `*${index}*` })), b: [{ wildcard: '*' }] },
    'message body',
    'got 217 points',
  ],
  ['more than 256 KB', { a: ['x'.repeat(300_000)] }, 'message body', 'bytes, expected at most 262144'],
  [
    'an operator that SNS does not document',
    { a: [{ 'anything-but': { 'equals-ignore-case': 'x' } }] },
    'message body',
    'anything-but',
  ],
  [
    'numbers above a billion',
    { a: [{ numeric: ['<', 2e9] }] },
    'message body',
    'from -1000000000 to 1000000000',
  ],
  [
    'a reserved key in $or',
    { $or: [{ numeric: 123 }, { prefix: 'abc' }] },
    'message body',
    '$or: numeric: got 123',
  ],
  ['an object for an attribute', { a: { b: ['x'] } }, 'message attributes', 'attributes are not nested'],
];

describe('event patterns that EventBridge refuses', () => {
  it.each(BUS)('%s', (_, pattern, message) => {
    expect(() => compile(pattern, 'event bus')).toThrow(message);
  });

  it('a wildcard in a pipe, whose patterns know fewer operators', () => {
    expect(() => compile({ a: [{ wildcard: 'x*' }] }, 'pipe')).toThrow('in a pipe pattern');
    expect(() => compile({ a: [{ 'anything-but': { prefix: 'x' } }] }, 'Lambda event source')).toThrow(
      'anything-but',
    );
  });
});

describe('filter policies that SNS refuses', () => {
  it.each(SNS)('%s', (_, pattern, dialect, message) => {
    expect(() => compile(pattern, dialect)).toThrow(message);
  });

  it('take $or as the name of an attribute where one branch has a reserved key', () => {
    const branches: Record<string, Json> = { $or: [{ a: ['x'] }, { prefix: ['y'] }] };
    expect(() => compile(branches, 'message body')).toThrow('$or: ');
    expect(() => compile({ $or: [{ a: ['x'] }, { b: ['y'] }] }, 'message body')).not.toThrow();
  });

  it("accepts AWS's examples at their documented complexity", () => {
    const nested = { key_a: { key_b: { key_c: many(4) } }, key_d: { key_e: many(3) } };
    expect(() => compile(nested, 'message body')).not.toThrow();
    // 72 combinations, twice.
    expect(() => compile({ ...nested, key_f: many(2) }, 'message body')).not.toThrow();
    expect(() => compile({ ...nested, key_f: many(3) }, 'message body')).toThrow('got 216 combinations');
    const branches: Record<string, Json> = {
      source: ['aws.cloudwatch'],
      $or: [
        { metricName: many(2) },
        { metricType: ['x'], $or: [{ metricId: [1, 2] }, { spaceId: [1, 2, 3] }] },
      ],
    };
    expect(() => compile({ ...branches, source: many(21) }, 'message body')).not.toThrow();
    expect(() => compile({ ...branches, source: many(22) }, 'message body')).toThrow('got 154 combinations');
  });
});
