import { isRecord, text as textOf } from '../templates/functions';
import type { Json } from '../templates';
import { InvalidPattern, type Dialect } from './dialect';
import type { Alternative } from './alternatives';

const LIMITS = { keys: 5, combinations: 150, bytes: 256 * 1024, wildcardPoints: 100, wildcards: 3 };

/**
 * Throws `InvalidPattern` for a filter policy that is larger than SNS accepts.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
 */
export function checkFilterPolicy(
  alternatives: readonly Alternative[],
  dialect: Dialect,
  text: string,
): void {
  const refuse = (what: string, got: number, limit: number) => {
    if (got > limit) throw new InvalidPattern(`filter policy: got ${got} ${what}, expected at most ${limit}`);
  };
  refuse('keys', new Set(alternatives.flatMap((one) => [...one.keys()])).size, LIMITS.keys);
  refuse('combinations', sum(alternatives.map((one) => combinations(one, dialect))), LIMITS.combinations);
  refuse('bytes', Buffer.byteLength(text), LIMITS.bytes);
  const fields = new Map(
    alternatives.flatMap((one) => [...one].map(([path, { written }]) => [path, written])),
  );
  const all = [...fields.values()];
  refuse('wildcards in one pattern', Math.max(0, ...all.flat().map(wildcardsIn)), LIMITS.wildcards);
  if (all.flat().some((element) => wildcardsIn(element) > 0)) {
    const points = all.map((elements) => sum(elements.map(pointsOf)) * elements.length);
    refuse('points of wildcard complexity', sum(points), LIMITS.wildcardPoints);
  }
}

/** The values of each key, multiplied; in the body of a message, each times the level of its key. */
function combinations(alternative: Alternative, dialect: Dialect): number {
  return [...alternative]
    .map(([path, { written }]) => written.length * (dialect === 'message body' ? path.split('.').length : 1))
    .reduce((product, factor) => product * factor, 1);
}

function wildcardsIn(element: Json): number {
  const operand = isRecord(element) ? (element.wildcard ?? element['anything-but']) : undefined;
  const texts = isRecord(operand) ? operand.wildcard : isRecord(element) ? element.wildcard : undefined;
  const counts = [texts ?? []].flat().map((text) => textOf(text).replace(/\\./g, '').split('*').length - 1);
  return Math.max(0, ...counts);
}

function pointsOf(element: Json): number {
  const wildcards = wildcardsIn(element);
  if (isRecord(element) && 'anything-but' in element && wildcards === 0) return 1;
  return wildcards > 1 ? 3 * wildcards : wildcards;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
