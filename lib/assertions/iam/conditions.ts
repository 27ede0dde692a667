import { covers, InvalidAddress, parseAddresses } from '../network/model/addresses';
import type { Json } from '../templates';
import { equal, lacksVariable, match } from './glob';
import { all, any, conditional, decided, NO, not, unknown, YES, type Verdict } from './verdict';

/** Condition keys of a request. `null`: the request does not have the key. */
export type RequestContext = Readonly<Record<string, string | readonly string[] | null>>;

type Compare = (policy: string, request: string) => Verdict;

const numeric =
  (holds: (request: number, policy: number) => boolean, read: (text: string) => number): Compare =>
  (policy, request) => {
    const [a, b] = [read(request), read(policy)];
    return Number.isNaN(a) || Number.isNaN(b)
      ? unknown(`whether ${request} compares to ${policy}`)
      : decided(holds(a, b));
  };

const date = (text: string) => (/^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text));

const COMPARISONS: readonly [string, (request: number, policy: number) => boolean][] = [
  ['Equals', (a, b) => a === b],
  ['LessThan', (a, b) => a < b],
  ['LessThanEquals', (a, b) => a <= b],
  ['GreaterThan', (a, b) => a > b],
  ['GreaterThanEquals', (a, b) => a >= b],
];

/** The operators without Not, by name. */
const OPERATORS: ReadonlyMap<string, Compare> = new Map<string, Compare>([
  ['StringEquals', equal],
  ['StringEqualsIgnoreCase', (policy, request) => equal(lower(policy), lower(request))],
  ['StringLike', match],
  ['BinaryEquals', equal],
  ['Bool', (policy, request) => equal(lower(policy), lower(request))],
  // ArnEquals and ArnLike behave identically.
  ['ArnEquals', arnLike],
  ['ArnLike', arnLike],
  ['IpAddress', inRange],
  ...COMPARISONS.flatMap(([name, holds]): [string, Compare][] => [
    [`Numeric${name}`, numeric(holds, Number)],
    [`Date${name}`, numeric(holds, date)],
  ]),
]);

const NEGATIONS: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NotIpAddress: 'IpAddress',
};

/**
 * Whether the `Condition` of a statement holds: each operator and each key must match one of its values.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
 */
export function evaluateCondition(
  condition: Json | undefined,
  context: RequestContext,
  expand: (value: string) => string,
): Verdict {
  if (condition === undefined) return YES;
  if (condition === null || typeof condition !== 'object' || Array.isArray(condition)) {
    return unknown(`the condition ${JSON.stringify(condition)}`);
  }
  return all(
    Object.entries(condition).flatMap(([operator, keys]) =>
      keys === null || typeof keys !== 'object' || Array.isArray(keys)
        ? [unknown(`the condition ${operator} ${JSON.stringify(keys)}`)]
        : Object.entries(keys).map(([key, values]) => {
            const wanted = (Array.isArray(values) ? values : [values]).map((value) =>
              expand(String(value as unknown)),
            );
            return evaluateKey(operator, key, wanted, valueOf(key, context));
          }),
    ),
  );
}

/** Key names are not case-sensitive. */
const valueOf = (key: string, context: RequestContext): readonly string[] | null | undefined => {
  const name = Object.keys(context).find((candidate) => lower(candidate) === lower(key));
  const value = name === undefined ? undefined : context[name];
  return typeof value === 'string' ? [value] : value;
};

function evaluateKey(
  written: string,
  key: string,
  wanted: readonly string[],
  values: readonly string[] | null | undefined,
): Verdict {
  const [, quantifier, operator = '', ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(written) ?? [];
  const negated = NEGATIONS[operator];
  const compare = OPERATORS.get(negated ?? operator);
  if (!compare && operator !== 'Null') return unknown(`the condition operator ${written}`);
  // The value may be `AWS::NoValue`, which drops the key from the condition.
  const [only] = wanted;
  if (wanted.length === 1 && only !== undefined && /^⟨\?[^⟨⟩]*⟩$/u.test(only)) {
    return unknown(`the value of ${written} ${key}: ${only.slice(2, -1)}`);
  }
  if (values === undefined) return conditional(`${written} ${key} ${wanted.join(' or ')}`);
  const present = values !== null && values.length > 0;
  if (operator === 'Null' && wanted.some((text) => text.includes('⟨')))
    return unknown(`the value of ${written} ${key}`);
  if (operator === 'Null') return decided(wanted.includes('true') !== present);
  if (!compare) return NO;
  if (!present) {
    // A missing key matches no operator, so that an operator with Not holds.
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
    if (quantifier === 'ForAnyValue') return decided(ifExists !== undefined);
    if (negated !== undefined && wanted.some(lacksVariable))
      return unknown(`${written} ${key}: the request has no value for a policy variable`);
    return decided(quantifier === 'ForAllValues' || ifExists !== undefined || negated !== undefined);
  }
  const single = (value: string): Verdict => {
    const matched = any(wanted.map((one) => compare(one, value)));
    if (negated === undefined) return matched;
    return matched.truth === 'no' && wanted.some(lacksVariable)
      ? unknown(`${written} ${key}: the request has no value for a policy variable`)
      : not(matched);
  };
  const verdicts = values.map(single);
  if (quantifier === 'ForAllValues') return all(verdicts);
  return quantifier === 'ForAnyValue' || negated === undefined ? any(verdicts) : all(verdicts);
}

const lower = (text: string) => text.toLowerCase();

/** Matches each of the six parts of an ARN separately. */
function arnLike(policy: string, request: string): Verdict {
  const [a, b] = [arnParts(policy), arnParts(request)];
  const isWhole = policy === '*' || [policy, request].some((arn) => arn.includes('⟨'));
  if (a.length !== 6 || b.length !== 6) return isWhole ? match(policy, request) : NO;
  return all(
    a.map((part, i) => {
      const other = b[i];
      return other === undefined ? NO : match(part, other);
    }),
  );
}

function arnParts(arn: string): string[] {
  // The colons in a symbol such as `⟨AWS::Region⟩` do not separate parts.
  const parts = arn.split(/:(?![^⟨]*⟩)/u);
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}

function inRange(range: string, address: string): Verdict {
  try {
    return decided(covers(parseAddresses(range), parseAddresses(address)));
  } catch (error) {
    if (error instanceof InvalidAddress) return unknown(`whether ${address} is in ${range}`);
    throw error;
  }
}
