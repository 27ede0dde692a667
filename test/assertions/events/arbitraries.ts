import fc from 'fast-check';
import type { Json } from '../../../lib/assertions/templates';

// Few names and values, so that patterns and events often meet.
const name = fc.constantFrom('a', 'b', 'c', 'state');
const text = fc.oneof(
  fc.constantFrom('', 'ab', 'Ab', 'abc', 'xabx', 'a*b', 'a\\b', 'B', 'ß', 'É', 'é', '10.0.0.1', '10.0.1.7'),
  fc.constantFrom('10.1.0.1', '2001:db8::1', '2001:db9::1', '5', 'null', 'true', '"', 'a.b', 'ab\n'),
  fc.string({ unit: fc.constantFrom('a', 'b', 'A', 'B'), maxLength: 4 }),
);
const number = fc.oneof(fc.integer({ min: -3, max: 5 }), fc.constantFrom(0.5, -0.5, 1.25, 100, 300, 4e9));
const scalar = fc.oneof({ weight: 4, arbitrary: text }, number, fc.boolean(), fc.constant(null));

const oneOrMore = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof(arbitrary, fc.array(arbitrary, { minLength: 1, maxLength: 3 }));
const wildcard = fc
  .array(fc.constantFrom('a', 'b', '*', '\\*', '\\\\', 'A'), { maxLength: 5 })
  .map((parts) => parts.filter((part, index) => part !== '*' || parts[index - 1] !== '*').join(''));
const affix = fc.constantFrom('a', 'ab', 'b', 'A', 'x', '10.', 'B');
const cidr = fc.constantFrom('10.0.0.0/24', '10.0.0.0/8', '10.0.0.9/23', '2001:db8::/32', '2001:db8::/31');
const numeric = fc.oneof(
  fc.tuple(fc.constantFrom('=', '<', '<=', '>', '>='), number),
  fc
    .tuple(fc.constantFrom('>', '>='), number, fc.constantFrom('<', '<='), number)
    .filter(([, lower, , upper]) => lower < upper),
);
const anythingBut = fc.oneof(
  oneOrMore(text),
  oneOrMore(number),
  fc.record({ prefix: oneOrMore(affix) }),
  fc.record({ suffix: oneOrMore(affix) }),
  fc.record({ 'equals-ignore-case': oneOrMore(text) }),
  fc.record({ wildcard: oneOrMore(wildcard.filter((one) => one !== '')) }),
);
const ignoringCase = fc.record({ 'equals-ignore-case': affix });

/** One element of a pattern's array, with every operator that an event bus knows. */
export const element: fc.Arbitrary<Json> = fc.oneof(
  { weight: 4, arbitrary: scalar },
  fc.record({ prefix: fc.oneof(affix, ignoringCase) }),
  fc.record({ suffix: fc.oneof(affix, ignoringCase) }),
  fc.record({ 'equals-ignore-case': text }),
  fc.record({ wildcard }),
  fc.record({ 'anything-but': anythingBut }),
  fc.record({ numeric }),
  { weight: 2, arbitrary: fc.record({ exists: fc.boolean() }) },
  fc.record({ cidr }),
);

// At most one `exists`: Event Ruler 2.1.0 misses `exists: false` beside `exists: true` where two branches of `$or` share both.
const elements = fc.uniqueArray(element, {
  minLength: 1,
  maxLength: 3,
  selector: (one) =>
    one !== null && typeof one === 'object' && 'exists' in one ? 'exists' : JSON.stringify(one),
});

const fields = (node: fc.Arbitrary<Json>, maxKeys: number) =>
  fc.dictionary(name, node, { minKeys: 1, maxKeys });
const branches = (node: fc.Arbitrary<Json>) => fc.array(fields(node, 2), { minLength: 2, maxLength: 3 });

/** Event patterns with nested fields and `$or`. */
export const pattern = fc.letrec<{ object: Json; node: Json }>((tie) => ({
  node: fc.oneof({ maxDepth: 2 }, { weight: 3, arbitrary: elements }, tie('object')),
  object: fc.oneof(
    { weight: 5, arbitrary: fields(tie('node'), 3) },
    fc.record({ $or: branches(tie('node')) }),
    fc.tuple(fields(tie('node'), 2), branches(tie('node'))).map(([rest, $or]) => ({ ...rest, $or })),
  ),
})).object;

/** Events with the same names, arrays and arrays of objects included. */
export const event = fc.letrec<{ object: Json; node: Json }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    { weight: 4, arbitrary: scalar },
    fc.array(tie('node'), { maxLength: 2 }),
    tie('object'),
  ),
  object: fc.dictionary(name, tie('node'), { maxKeys: 3 }),
})).object;
