import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { seeded } from '../dns/random';
import { isFields, type Json } from './model';

type Intrinsic = (values: readonly Json[], random: () => number) => Json;

const ALGORITHMS = ['MD5', 'SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'];
const CHARACTERS = 10_000;

/**
 * Braces that a string literal escapes, so that `States.Format` replaces only those that it does not. Both are of a private
 * area of Unicode.
 */
export const ESCAPED: Readonly<Record<string, string>> = { '{': '\uE07B', '}': '\uE07D' };

export const plain = (text: string): string =>
  text.replace(/[\uE07B\uE07D]/g, (c) => (c === '\uE07B' ? '{' : '}'));

function expectation(expected: string): never {
  throw new Error(`expected ${expected}`);
}
const array = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : expectation('an array'));
const string = (value: Json | undefined): string =>
  typeof value === 'string' ? value : expectation('a string');
const integer = (value: Json | undefined): number =>
  typeof value === 'number' && Number.isInteger(value) ? value : expectation('an integer');
const short = (text: string): string =>
  text.length > CHARACTERS ? expectation(`at most ${CHARACTERS} characters`) : text;

/** A version 4 UUID from a source of random numbers. */
export function uuid(random: () => number): string {
  return 'xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx'.replace(/[xy]/g, (place) => {
    const digit = Math.floor(random() * 16);
    return (place === 'x' ? digit : (digit & 3) | 8).toString(16);
  });
}

/** The hash of a value, in hexadecimal digits. */
export function hash(value: Json | undefined, algorithm: Json | undefined): string {
  if (!ALGORITHMS.includes(string(algorithm))) expectation(`one of ${ALGORITHMS.join(', ')}`);
  const text = short(typeof value === 'string' ? value : JSON.stringify(value));
  return createHash(string(algorithm).replace('-', '').toLowerCase()).update(text).digest('hex');
}

/** Chunks of `size` elements. */
export function partition(list: Json | undefined, size: Json | undefined): Json[][] {
  const [items, length] = [array(list), integer(size)];
  if (length < 1) expectation('a positive size');
  return Array.from({ length: Math.ceil(items.length / length) }, (_, i) =>
    items.slice(i * length, (i + 1) * length),
  );
}

/** The numbers from `first` to `last`, 1,000 at most. */
export function range(first: Json | undefined, last: Json | undefined, step: Json | undefined): number[] {
  const [from, to, by] = [integer(first), integer(last), integer(step)];
  if (by === 0) expectation('an increment that is not zero');
  const count = Math.max(0, Math.floor((to - from) / by) + 1);
  if (count > 1000) expectation('at most 1000 items');
  return Array.from({ length: count }, (_, i) => from + i * by);
}

function format([template, ...values]: readonly Json[]): string {
  const parts = string(template).split('{}');
  if (parts.length !== values.length + 1) expectation('as many arguments as there are {}');
  const texts = values.map((value) =>
    typeof value === 'object' && value !== null ? expectation('no array and no object') : String(value),
  );
  return plain(parts.map((part, i) => part + (texts[i] ?? '')).join(''));
}

const random: Intrinsic = ([start, end, seed], source) => {
  const [from, to] = [integer(start), integer(end)];
  const next = seed === undefined ? source : seeded(integer(seed));
  return from + Math.floor(next() * (to - from));
};

/** All intrinsic functions: https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html */
export const functions: Readonly<Record<string, Intrinsic>> = {
  'States.Array': (values) => [...values],
  'States.ArrayPartition': ([list, size]) => partition(list, size),
  'States.ArrayContains': ([list, value]) => array(list).some((item) => isDeepStrictEqual(item, value)),
  'States.ArrayRange': ([first, last, step]) => range(first, last, step),
  'States.ArrayGetItem': ([list, index]) => {
    const item = array(list)[integer(index)];
    return item === undefined ? expectation('an index inside the array') : item;
  },
  'States.ArrayLength': ([list]) => array(list).length,
  'States.ArrayUnique': ([list]) =>
    array(list).filter((item, i, items) => items.findIndex((other) => isDeepStrictEqual(item, other)) === i),
  'States.Base64Encode': ([text]) => Buffer.from(short(string(text))).toString('base64'),
  'States.Base64Decode': ([text]) => Buffer.from(short(string(text)), 'base64').toString(),
  'States.Hash': ([value, algorithm]) => hash(value, algorithm),
  'States.JsonMerge': ([one, other, deep]) => {
    // "Currently, Step Functions only supports the shallow merging mode", though the specification has both.
    if (deep !== false) expectation('false as third argument: Step Functions merges shallowly only');
    return isFields(one) && isFields(other) ? { ...one, ...other } : expectation('two objects');
  },
  'States.MathRandom': random,
  'States.MathAdd': ([one, other]) => integer(one) + integer(other),
  'States.StringSplit': ([text, delimiters]) => {
    const any = string(delimiters).replace(/[\\\]^-]/g, '\\$&');
    return any === '' ? [string(text)] : string(text).split(new RegExp(`[${any}]`));
  },
  'States.StringToJson': ([text]) => JSON.parse(string(text)) as Json,
  'States.JsonToString': ([value]) => JSON.stringify(value),
  'States.Format': (values) => format(values),
  'States.UUID': (_, source) => uuid(source),
};
