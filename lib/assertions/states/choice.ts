import { readPath, requirePath } from './jsonpath';
import {
  InvalidDefinition,
  isFields,
  listOf,
  runtimeError,
  text,
  timestamp,
  type Fields,
  type Json,
  type Scope,
} from './model';

type Compare = (one: number | string, other: number | string) => boolean;

const COMPARISONS: Readonly<Record<string, Compare>> = {
  Equals: (a, b) => a === b,
  LessThan: (a, b) => a < b,
  GreaterThan: (a, b) => a > b,
  LessThanEquals: (a, b) => a <= b,
  GreaterThanEquals: (a, b) => a >= b,
};

/** How the values of a type are compared: undefined for a value of another type. */
const TYPES: Readonly<Record<string, (value: Json | undefined) => number | string | undefined>> = {
  String: (value) => (typeof value === 'string' ? value : undefined),
  Numeric: (value) => (typeof value === 'number' ? value : undefined),
  Timestamp: timestamp,
};

const TESTS: Readonly<Record<string, (value: Json) => boolean>> = {
  IsNull: (value) => value === null,
  IsNumeric: (value) => typeof value === 'number',
  IsString: (value) => typeof value === 'string',
  IsBoolean: (value) => typeof value === 'boolean',
  IsTimestamp: (value) => timestamp(value) !== undefined,
};

const comparison =
  /^(String|Numeric|Timestamp)(Equals|LessThan|GreaterThan|LessThanEquals|GreaterThanEquals)(Path)?$/;

/** Whether a field of a rule is a comparison operator. */
export const isOperator = (name: string): boolean =>
  comparison.test(name) ||
  Object.hasOwn(TESTS, name) ||
  ['IsPresent', 'BooleanEquals', 'BooleanEqualsPath', 'StringMatches'].includes(name);

/** Whether a JSONPath choice rule matches the effective input. */
export function matchesRule(rule: Fields, scope: Scope, input: Json): boolean {
  if (isFields(rule.Not)) return !matchesRule(rule.Not, scope, input);
  // `every` and `some` stop as soon as the value is determined.
  if (rule.And) return listOf(rule.And).every((inner) => matchesRule(inner, scope, input));
  if (rule.Or) return listOf(rule.Or).some((inner) => matchesRule(inner, scope, input));
  const [operator, operand] = Object.entries(rule).find(([name]) => isOperator(name)) ?? [];
  if (operator === undefined || operand === undefined || typeof rule.Variable !== 'string') {
    throw new InvalidDefinition(`choice rule ${JSON.stringify(rule)}: expected Variable and an operator`);
  }
  if (operator === 'IsPresent') return (readPath(rule.Variable, scope, input) !== undefined) === operand;
  const value = requirePath(rule.Variable, scope, input);
  const test = TESTS[operator];
  if (test) return test(value) === operand;
  if (operator === 'StringMatches') return typeof value === 'string' && wildcard(text(operand)).test(value);
  const expected = operator.endsWith('Path') ? requirePath(text(operand), scope, input) : operand;
  if (operator.startsWith('Boolean')) return typeof value === 'boolean' && value === expected;
  const [, type = '', comparator = ''] = comparison.exec(operator) ?? [];
  const [one, other] = [TYPES[type]?.(value), TYPES[type]?.(expected)];
  return one !== undefined && other !== undefined && COMPARISONS[comparator]?.(one, other) === true;
}

/** The pattern of `StringMatches`: `*` is any text, a backslash escapes `*` and itself. */
function wildcard(pattern: string): RegExp {
  const source = pattern.replace(/\\[*\\]|[\s\S]/g, (part) => {
    if (part === '*') return '[\\s\\S]*';
    if (part === '\\') throw runtimeError(`StringMatches ${pattern}: an escape is open`);
    return part.slice(-1).replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&');
  });
  return new RegExp(`^${source}$`, 'u');
}
