import fc from 'fast-check';
import type { Json } from '../../../../lib/assertions/templates';
import { event, pattern } from '../arbitraries';

// Prints samples for Record.java: patterns with events, then patterns of which many are invalid.
const operator = fc.constantFrom(
  'prefix',
  'suffix',
  'wildcard',
  'equals-ignore-case',
  'numeric',
  'cidr',
  'exists',
);
const operand = fc.constantFrom<Json>(
  ...['a', '', 'a**b', 'a\\b', '10.0.0.0/32', '10.0.0.0/8', '10.0.0', '2001:db8::/128', 5, null, true, []],
  ...[
    ['=', 5],
    ['>', 5, '<', 5],
    ['>=', 1, '<=', 1],
    ['<', 1, '>', 0],
    ['>', 0, '<', 5, 'x'],
    ['!=', 5],
    ['>'],
  ],
  ...[{ prefix: 'a' }, { 'equals-ignore-case': 'a' }, { 'equals-ignore-case': 5 }, {}, ['a', 'b'], ['a', 5]],
);
const odd = fc.oneof(
  fc
    .tuple(fc.oneof(operator, fc.constantFrom('anything-but', 'regex')), operand)
    .map(([name, value]) => [{ [name]: value }]),
  fc.tuple(operator, operand).map(([name, value]) => [{ 'anything-but': { [name]: value } }]),
  fc.constantFrom<Json>([], {}, 'text', 5, [['a']], [{}], [{ prefix: 'a', suffix: 'b' }]),
) as fc.Arbitrary<Json>;
const invalid = fc.oneof(
  odd.map((a) => ({ a })),
  odd.map((b) => ({ a: { b } })),
  fc.tuple(odd, odd).map(([a, b]) => ({ $or: [{ a }, { b }] })),
  odd.map(($or) => ({ $or })),
  fc.constantFrom<Json>({ $or: [{ a: [1] }] }, { $or: [{ prefix: [1] }, { a: [1] }] }, {}),
);

const rows: readonly unknown[] = [
  ...fc.sample(fc.tuple(pattern, event, event, event, event), { numRuns: 3000, seed: 1 }),
  ...fc.sample(fc.tuple(invalid), { numRuns: 600, seed: 2 }),
];
console.log(rows.map((row) => JSON.stringify(row)).join('\n'));
