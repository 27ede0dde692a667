import { all, decided, NO, unknown, type Verdict } from '../iam/verdict';
import type { Json } from '../templates';
import { InvalidPattern, rulesOf, type Dialect } from './dialect';
import type { Scalar } from './values';

type Bound = readonly [operator: string, limit: number];

/** Compiles the operand of `numeric`: `["=", 5]`, `["<", 5]` or `[">", 0, "<=", 5]`. Throws for anything else. */
export function numericTest(operand: Json, dialect: Dialect): (value: Scalar) => Verdict {
  const bounds = boundsOf(operand, rulesOf(dialect).largest);
  return (value) => {
    if (typeof value !== 'number') return NO;
    return all(bounds.map((bound) => compare(bound, value, rulesOf(dialect))));
  };
}

function boundsOf(operand: Json, largest: number): readonly Bound[] {
  const refuse = (expected: string) =>
    new InvalidPattern(`numeric: got ${JSON.stringify(operand)}, expected ${expected}`);
  if (!Array.isArray(operand)) throw refuse('a list such as [">", 0, "<=", 5]');
  const [first, lower, second, upper, ...rest] = operand;
  const isBound = (limit: Json | undefined): limit is number =>
    typeof limit === 'number' && Math.abs(limit) <= largest;
  const range = operand.length === 4 && (first === '>' || first === '>=');
  if (!range && operand.length !== 2) throw refuse('one comparison, or > or >= and then < or <=');
  if (typeof first !== 'string' || !['=', '<', '<=', '>', '>='].includes(first) || rest.length > 0) {
    throw refuse('=, <, <=, > or >=');
  }
  if (!isBound(lower)) throw refuse(`a number from -${largest} to ${largest}`);
  if (!range) return [[first, lower]];
  if (second !== '<' && second !== '<=') throw refuse('< or <= as the second comparison');
  if (!isBound(upper)) throw refuse(`a number from -${largest} to ${largest}`);
  if (lower >= upper) throw refuse('a lower bound below the upper bound');
  return [
    [first, lower],
    [second, upper],
  ];
}

function compare(
  [operator, limit]: Bound,
  value: number,
  { largest, precision }: ReturnType<typeof rulesOf>,
): Verdict {
  if (Math.abs(value) > largest) return unknown(`AWS documents no comparison with ${value}`);
  if (value !== limit && Math.abs(value - limit) < precision) {
    return unknown(`${value} and ${limit} differ by less than the precision that AWS documents`);
  }
  if (operator === '=') return decided(value === limit);
  const orEqual = operator.endsWith('=') && value === limit;
  return decided(orEqual || (operator.startsWith('<') ? value < limit : value > limit));
}
