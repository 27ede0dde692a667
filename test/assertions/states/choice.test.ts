import { States } from '../../../lib/assertions/states';
import { chain, END } from './documented/row';

const answer = async (rule: object, input: unknown): Promise<boolean | string> => {
  const machine = chain({
    X: { Type: 'Choice', Choices: [{ ...rule, Next: 'Yes' }], Default: 'No' },
    Yes: END,
    No: END,
  });
  const { states, error } = await States.fromDefinition(machine).run({ input });
  return error ?? states.at(-1) === 'Yes';
};

const RANK = ['less', 'equal', 'greater'] as const;
const OPERATORS: Readonly<Record<string, readonly (typeof RANK)[number][]>> = {
  Equals: ['equal'],
  LessThan: ['less'],
  GreaterThan: ['greater'],
  LessThanEquals: ['less', 'equal'],
  GreaterThanEquals: ['greater', 'equal'],
};
const SAMPLES = {
  String: { less: 'A', equal: 'a', greater: 'b', other: 5 },
  Numeric: { less: -1, equal: 2.5, greater: 30, other: '2.5' },
  Timestamp: {
    less: '2016-03-14T01:58:59.999Z',
    equal: '2016-03-14T03:59:00+02:00',
    greater: '2016-03-14T01:59:00.001Z',
    other: '2016-03-14',
  },
};
const EXPECTED = { String: 'a', Numeric: 2.5, Timestamp: '2016-03-14T01:59:00Z' };

describe.each(Object.keys(SAMPLES) as (keyof typeof SAMPLES)[])('%s operators', (type) => {
  it.each(Object.keys(OPERATORS))('%s, with a value and with a path', async (operator) => {
    const expected = EXPECTED[type];
    for (const rank of [...RANK, 'other'] as const) {
      const value = SAMPLES[type][rank];
      const wanted = rank !== 'other' && OPERATORS[operator]?.includes(rank) === true;
      const direct = { Variable: '$.value', [`${type}${operator}`]: expected };
      const indirect = { Variable: '$.value', [`${type}${operator}Path`]: '$.expected' };
      expect([rank, await answer(direct, { value })]).toEqual([rank, wanted]);
      expect([rank, await answer(indirect, { value, expected })]).toEqual([rank, wanted]);
    }
  });
});

const values = [null, 5, 'a', '2016-03-14T01:59:00Z', true, [], {}];
describe.each<[string, readonly number[]]>([
  ['IsNull', [0]],
  ['IsNumeric', [1]],
  ['IsString', [2, 3]],
  ['IsTimestamp', [3]],
  ['IsBoolean', [4]],
  ['IsPresent', [0, 1, 2, 3, 4, 5, 6]],
])('%s', (operator, which) => {
  it('is true for its type only, and can be asked for with false', async () => {
    for (const [index, value] of values.entries()) {
      const is = which.includes(index);
      expect(await answer({ Variable: '$.value', [operator]: true }, { value })).toBe(is);
      expect(await answer({ Variable: '$.value', [operator]: false }, { value })).toBe(!is);
    }
  });

  it('fails the execution for a field that is absent, except for IsPresent', async () => {
    const expected = operator === 'IsPresent' ? false : 'States.Runtime';
    expect(await answer({ Variable: '$.value', [operator]: true }, {})).toBe(expected);
  });
});

describe('BooleanEquals', () => {
  it('compares booleans only', async () => {
    const rule = { Variable: '$.value', BooleanEquals: false };
    expect(await answer(rule, { value: false })).toBe(true);
    expect(await answer(rule, { value: true })).toBe(false);
    expect(await answer(rule, { value: null })).toBe(false);
    const path = { Variable: '$.value', BooleanEqualsPath: '$.expected' };
    expect(await answer(path, { value: true, expected: true })).toBe(true);
    expect(await answer(path, { value: true, expected: 'true' })).toBe(false);
  });
});

describe('And and Or', () => {
  const absent = { Variable: '$.absent', IsNull: true };
  it('stop as soon as the value is determined', async () => {
    const no = { Variable: '$.a', NumericEquals: 2 };
    const yes = { Variable: '$.a', NumericEquals: 1 };
    expect(await answer({ And: [no, absent] }, { a: 1 })).toBe(false);
    expect(await answer({ And: [yes, absent] }, { a: 1 })).toBe('States.Runtime');
    expect(await answer({ Or: [yes, absent] }, { a: 1 })).toBe(true);
    expect(await answer({ Or: [no, absent] }, { a: 1 })).toBe('States.Runtime');
  });
});

describe('StringMatches', () => {
  it.each([
    ['a.c', 'abc', false],
    ['a[b]c', 'a[b]c', true],
    ['*', '', true],
    ['a*', 'a\nb', true],
    ['ab', 'abc', false],
    ['open\\', 'open\\', 'States.Runtime'],
  ])('%j of %j: %j', async (StringMatches, value, expected) => {
    expect(await answer({ Variable: '$.value', StringMatches }, { value })).toBe(expected);
  });
});
