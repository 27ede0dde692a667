/** The service does not accept this pattern or filter policy, or AWS does not document what it does with it. */
export class InvalidPattern extends Error {}

/** Where a pattern stands. Each place accepts a different set of operators. */
export type Dialect = 'event bus' | 'pipe' | 'Lambda event source' | 'message attributes' | 'message body';

interface Rules {
  readonly operators: readonly string[];
  /** Operators that may stand inside `anything-but`. */
  readonly anythingBut: readonly string[];
  /** Operators whose operand may be `{ "equals-ignore-case": "..." }`. */
  readonly ignoringCase: readonly string[];
  /** Largest absolute value that numbers are compared up to. */
  readonly largest: number;
  /** Numbers that differ by less than this may count as equal. */
  readonly precision: number;
}

const COMMON = ['prefix', 'suffix', 'equals-ignore-case', 'anything-but', 'numeric', 'exists'];
const AFFIXES = ['prefix', 'suffix'];

/**
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html#filtering-syntax
 * @see https://docs.aws.amazon.com/sns/latest/dg/string-value-matching.html
 */
const EVENT_BUS: Rules = {
  operators: [...COMMON, 'wildcard', 'cidr'],
  anythingBut: [...AFFIXES, 'equals-ignore-case', 'wildcard'],
  ignoringCase: AFFIXES,
  largest: 5e9,
  precision: 1e-6,
};
const SNS: Rules = {
  operators: [...COMMON, 'wildcard', 'cidr'],
  anythingBut: [...AFFIXES, 'wildcard'],
  ignoringCase: [],
  largest: 1e9,
  precision: 1e-5,
};
const RULES: Readonly<Record<Dialect, Rules>> = {
  'event bus': EVENT_BUS,
  pipe: { ...EVENT_BUS, operators: COMMON, anythingBut: [] },
  'Lambda event source': { ...EVENT_BUS, operators: COMMON, anythingBut: [], ignoringCase: [] },
  'message attributes': SNS,
  'message body': SNS,
};

export const rulesOf = (dialect: Dialect): Rules => RULES[dialect];

/** Field names that `$or` refuses, so that a forgotten level of nesting is noticed. */
export const RESERVED = [
  ...[...COMMON, 'exactly', 'wildcard', 'cidr', 'regex', 'not-wildcard', 'not-equals-ignore-case'],
  ...['=', '<', '<=', '>', '>=', 'date-after', 'date-on-or-after', 'date-before', 'date-on-or-before'],
  ...['in-date-range', 'ip-address-in-range', 'ip-address-not-in-range'],
];
