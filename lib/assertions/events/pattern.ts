import { isRecord } from '../templates/functions';
import { Templates, type Json } from '../templates';
import type { Alternative, FieldPattern, Pattern } from './alternatives';
import { InvalidPattern, RESERVED, type Dialect } from './dialect';
import { checkFilterPolicy } from './filter-policy-limits';
import { refused, testOf } from './operators';
import { openText } from './values';

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const MAX_CHARACTERS = 2048;
/** Bounds the work: EventBridge refuses patterns with too many combinations as too complex. */
const MAX_ALTERNATIVES = 1000;

/**
 * Compiles an event pattern or filter policy, an object or its JSON text.
 * Throws `InvalidPattern` for one that the service refuses, or whose operators it does not document.
 */
export function compile(written: Json, dialect: Dialect): Pattern {
  const pattern = typeof written === 'string' && !openText(written) ? parse(written) : written;
  const open = typeof pattern === 'string' ? openText(pattern) : undefined;
  if (open !== undefined) return { alternatives: [], open };
  if (!isRecord(pattern)) throw refused('pattern', pattern, 'an object');
  const isFilterPolicy = dialect.startsWith('message');
  const text = JSON.stringify(pattern);
  if (!isFilterPolicy && !text.includes('⟨') && text.length > MAX_CHARACTERS) {
    throw new InvalidPattern(`pattern: got ${text.length} characters, expected at most ${MAX_CHARACTERS}`);
  }
  const alternatives = fieldsOf(pattern, [], [new Map()], dialect, false);
  if (isFilterPolicy) checkFilterPolicy(alternatives, dialect, text);
  return { alternatives };
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new InvalidPattern(`pattern: got ${JSON.stringify(text.slice(0, 60))}, expected JSON`);
  }
}

/** Adds the fields of an object to each alternative so far. */
function fieldsOf(
  object: Readonly<Record<string, Json>>,
  path: readonly string[],
  soFar: readonly Alternative[],
  dialect: Dialect,
  insideOr: boolean,
): readonly Alternative[] {
  const entries = Object.entries(object);
  if (entries.length === 0) throw new InvalidPattern(`${path.join('.') || 'pattern'}: an empty object`);
  let alternatives = soFar;
  for (const [name, value] of entries) {
    const field = [...path, name];
    if (name === '$or' && isOr(value, dialect)) {
      alternatives = value.flatMap((branch) => fieldsOf(branch, path, alternatives, dialect, true));
      if (alternatives.length > MAX_ALTERNATIVES) {
        throw new InvalidPattern(`$or: more than ${MAX_ALTERNATIVES} combinations`);
      }
    } else if (insideOr && RESERVED.includes(name)) {
      throw new InvalidPattern(`${field.join('.')}: ${name} is reserved inside $or`);
    } else if (Array.isArray(value)) {
      const pattern = fieldPattern(field.join('.'), value, dialect);
      // Of two patterns for one field, the last one counts.
      alternatives = alternatives.map((one) => new Map([...one, [field.join('.'), pattern]]));
    } else if (isRecord(value)) {
      if (dialect === 'message attributes') {
        throw new InvalidPattern(
          `${name}: got an object, expected a list, because attributes are not nested`,
        );
      }
      alternatives = fieldsOf(value, field, alternatives, dialect, insideOr);
    } else {
      const open = typeof value === 'string' ? openText(value) : undefined;
      if (open === undefined) throw refused(field.join('.'), value, 'a list or an object');
      const pattern: FieldPattern = { written: [value], tests: [], open };
      alternatives = alternatives.map((one) => new Map([...one, [field.join('.'), pattern]]));
    }
  }
  return alternatives;
}

/** SNS treats `$or` as the name of an attribute unless it is a list of two objects or more. EventBridge refuses that. */
function isOr(value: Json, dialect: Dialect): value is Record<string, Json>[] {
  const branches = Array.isArray(value) && value.length >= 2 && value.every(isRecord);
  const sns = dialect.startsWith('message');
  const reserved =
    branches && value.some((branch) => Object.keys(branch).some((name) => RESERVED.includes(name)));
  if (sns) return branches && !reserved;
  if (!branches) throw refused('$or', value, 'a list of two objects or more');
  return true;
}

function fieldPattern(path: string, written: readonly Json[], dialect: Dialect): FieldPattern {
  if (written.length === 0) throw new InvalidPattern(`${path}: an empty list`);
  // An element that could not be resolved can become any operator.
  const open = written.find((element) => typeof element === 'string' && /^⟨\?[^⟩]*⟩$/.test(element));
  const known = written.filter((element) => element !== open);
  try {
    return {
      written,
      tests: known.map((element) => testOf(element, dialect)),
      ...(open !== undefined && { open: Templates.unknown(open) }),
    };
  } catch (error) {
    if (error instanceof InvalidPattern) throw new InvalidPattern(`${path}: ${error.message}`);
    throw error;
  }
}
