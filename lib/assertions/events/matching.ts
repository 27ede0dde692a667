import { all, any, decided, unknown, YES, type Verdict } from '../iam/verdict';
import { isRecord } from '../templates/functions';
import type { Json } from '../templates';
import type { Alternative, FieldPattern, Pattern } from './alternatives';
import type { Scalar } from './values';

/** In which element of each array a field is. */
type Places = ReadonlyMap<number, number>;

/** A field of an event: its path without the arrays on the way, and its value. */
interface Field {
  readonly path: string;
  readonly value: Scalar;
  readonly places: Places;
}

/** Whether an event matches a pattern. Fields that the pattern does not name are ignored. */
export function matches(pattern: Pattern, event: Json): Verdict {
  if (pattern.open !== undefined) return unknown(pattern.open);
  const fields = flatten(event);
  return any(pattern.alternatives.map((one) => matchesAll(sorted(one), fields, new Map())));
}

/** Whether the event would match if each field were looked up alone, in whichever elements of an array. */
export function matchesLoosely(pattern: Pattern, event: Json): Verdict {
  if (pattern.open !== undefined) return unknown(pattern.open);
  const fields = flatten(event).map((field) => ({ ...field, places: new Map<number, number>() }));
  return any(pattern.alternatives.map((one) => matchesAll(sorted(one), fields, new Map())));
}

type Entry = readonly [path: string, pattern: FieldPattern];

/** Event Ruler looks at fields by name, which decides what `exists: false` sees inside arrays of objects. */
const sorted = (alternative: Alternative): readonly Entry[] =>
  [...alternative].sort(([a], [b]) => (a < b ? -1 : 1));

/**
 * All fields match, in objects that are not in different elements of the same array.
 * https://github.com/aws/event-ruler#json-array-matching
 */
function matchesAll([entry, ...rest]: readonly Entry[], fields: readonly Field[], soFar: Places): Verdict {
  if (!entry) return YES;
  const [path, { tests, open }] = entry;
  const candidates = fields.filter((field) => field.path === path && together(soFar, field.places));
  const ways: Verdict[] = [];
  for (const { value, places } of candidates) {
    const here = any(tests.flatMap((test) => (test === 'absent' ? [] : [test(value)])));
    if (here.truth === 'no') continue;
    const way = all([here, matchesAll(rest, fields, new Map([...soFar, ...places]))]);
    if (way.truth === 'yes') return way;
    ways.push(way);
  }
  if (candidates.length === 0 && tests.includes('absent')) ways.push(matchesAll(rest, fields, soFar));
  if (open !== undefined) ways.push(all([unknown(open), matchesAll(rest, fields, soFar)]));
  return ways.length === 0 ? decided(false) : any(ways);
}

const together = (one: Places, other: Places): boolean =>
  [...other].every(([array, element]) => (one.get(array) ?? element) === element);

/** The leaves of an event. Empty arrays and objects have none. */
function flatten(event: Json): readonly Field[] {
  const fields: Field[] = [];
  let arrays = 0;
  const visit = (value: Json, path: readonly string[], places: Places) => {
    if (Array.isArray(value)) {
      const array = arrays++;
      value.forEach((element, index) => {
        // An array of plain values is one field with several values, not several places.
        const inside =
          element !== null && typeof element === 'object' ? new Map([...places, [array, index]]) : places;
        visit(element, path, inside);
      });
    } else if (isRecord(value)) {
      for (const [name, child] of Object.entries(value)) visit(child, [...path, name], places);
    } else {
      fields.push({ path: path.join('.'), value, places });
    }
  };
  visit(event, [], new Map());
  return fields;
}
