import { isIP } from 'node:net';
import { all, any, decided, NO, not, unknown, YES, type Verdict } from '../iam/verdict';
import { isRecord } from '../templates/functions';
import type { Json } from '../templates';
import { InvalidPattern, rulesOf, type Dialect } from './dialect';
import { numericTest } from './numeric';
import { equal, inBlock, openText, type Scalar } from './values';

/** One element of a pattern's array: a test of a value, or of the absence of the field. */
export type Test = 'absent' | ((value: Scalar) => Verdict);

type TextTest = (text: string) => boolean;

const isScalar = (value: Json): value is Scalar => value === null || typeof value !== 'object';

/** Compiles one element of a pattern's array. Throws `InvalidPattern` for what the service refuses. */
export function testOf(element: Json, dialect: Dialect): Test {
  const { operators, precision } = rulesOf(dialect);
  if (isScalar(element)) return (value) => equal(element, value, precision);
  const [name, operand] = onlyEntry(element, `a value or one operator`);
  if (!operators.includes(name)) {
    throw new InvalidPattern(
      `operator ${name}: expected one of ${operators.join(', ')} in a ${dialect} pattern`,
    );
  }
  if (name === 'exists') {
    if (typeof operand !== 'boolean') throw refused('exists', operand, 'true or false');
    return operand ? () => decided(true) : 'absent';
  }
  if (name === 'numeric') return numericTest(operand, dialect);
  if (name === 'cidr') return cidrTest(operand);
  if (name === 'anything-but') return anythingBut(operand, dialect);
  const test = onText(operand, textTest(name, operand, dialect));
  if (name !== 'prefix' || typeof operand !== 'string' || operand.includes('⟨?')) return test;
  // The same references on both sides have the same values, whatever those are.
  return (value) => (typeof value === 'string' && value.startsWith(operand) ? YES : test(value));
}

/** `anything-but` accepts every value that none of the operands is equal to, numbers and null included. */
function anythingBut(operand: Json, dialect: Dialect): Test {
  const { anythingBut: inner, precision } = rulesOf(dialect);
  if (isRecord(operand)) {
    const [name, operands] = onlyEntry(operand, `one operator`);
    if (!inner.includes(name)) {
      throw refused(
        'anything-but',
        operand,
        `a value, a list${inner.map((one) => `, {"${one}": ...}`).join('')}`,
      );
    }
    const tests = list(operands).map((one) => {
      if (one === '' && name !== 'equals-ignore-case')
        throw refused(`anything-but ${name}`, one, 'some text');
      if (typeof one !== 'string') throw refused(`anything-but ${name}`, one, 'text');
      return onText(one, textTest(name, one, dialect));
    });
    if (tests.length === 0) throw refused(`anything-but ${name}`, operands, 'at least one text');
    return (value) => not(any(tests.map((test) => test(value))));
  }
  const values = list(operand);
  const kinds = new Set(values.map((value) => typeof value));
  if (kinds.size !== 1 || !(kinds.has('string') || kinds.has('number'))) {
    throw refused('anything-but', operand, 'text or numbers, not both');
  }
  return (value) => all(values.map((one) => not(equal(one as Scalar, value, precision))));
}

function textTest(name: string, operand: Json, dialect: Dialect): TextTest {
  if (isRecord(operand) && rulesOf(dialect).ignoringCase.includes(name)) {
    const [inner, text] = onlyEntry(operand, '{"equals-ignore-case": "..."}');
    if (inner !== 'equals-ignore-case' || typeof text !== 'string') {
      throw refused(name, operand, 'text or {"equals-ignore-case": "..."}');
    }
    const pattern = ignoringCase(text);
    return matcher(name === 'prefix' ? `^${pattern}` : `${pattern}$`);
  }
  if (typeof operand !== 'string') throw refused(name, operand, 'text');
  if (name === 'prefix') return (text) => text.startsWith(operand);
  if (name === 'suffix') return (text) => text.endsWith(operand);
  if (name === 'wildcard') return matcher(`^${wildcard(operand)}$`);
  return matcher(`^${ignoringCase(operand)}$`);
}

const matcher = (source: string): TextTest => {
  const expression = new RegExp(source, 'su');
  return (text) => expression.test(text);
};

const literal = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

/** Each character, or its lower or upper case. Longer upper cases count too: SS for ß. */
function ignoringCase(text: string): string {
  const variants = (character: string) => [character, character.toLowerCase(), character.toUpperCase()];
  return Array.from(text, (one) => `(?:${[...new Set(variants(one))].map(literal).join('|')})`).join('');
}

/** `*` stands for any characters, `\*` and `\\` for themselves. */
function wildcard(text: string): string {
  if (text.replace(/\\./gs, '_').includes('**')) throw refused('wildcard', text, 'no consecutive wildcards');
  return [...text.matchAll(/\\(.?)|[^\\]/gsu)]
    .map(([part, escaped]) => {
      if (escaped === undefined) return part === '*' ? '.*' : literal(part);
      if (escaped !== '*' && escaped !== '\\') {
        throw refused('wildcard', text, 'a backslash only before * and another backslash');
      }
      return literal(escaped);
    })
    .join('');
}

/** A test of text: numbers, booleans and null do not pass. */
function onText(operand: Json, test: TextTest): (value: Scalar) => Verdict {
  const open = openText(JSON.stringify(operand));
  return (value) => {
    if (typeof value !== 'string') return NO;
    const undecided = open ?? openText(value);
    return undecided === undefined ? decided(test(value)) : unknown(undecided);
  };
}

function cidrTest(operand: Json): Test {
  if (typeof operand !== 'string') throw refused('cidr', operand, 'a CIDR block');
  const open = openText(operand);
  if (open !== undefined) return () => unknown(open);
  const [network = '', bits = '', ...rest] = operand.split('/');
  // Event Ruler, which EventBridge uses, refuses /32 and /128: write the address itself.
  const width = isIP(network) === 6 ? 128 : 32;
  if (isIP(network) === 0 || !/^\d+$/.test(bits) || Number(bits) >= width || rest.length > 0) {
    throw refused('cidr', operand, 'a block such as 10.0.0.0/24, shorter than one address');
  }
  return (value) => {
    if (typeof value !== 'string') return NO;
    const undecided = openText(value);
    if (undecided !== undefined) return unknown(undecided);
    if (/^\d+(\.\d+){3}$/.test(value) && isIP(value) === 0) return unknown(`${value} is no IPv4 address`);
    return decided(inBlock(value, network, Number(bits)));
  };
}

const list = (operand: Json): readonly Json[] => (Array.isArray(operand) ? operand : [operand]);

function onlyEntry(value: Json, expected: string): readonly [string, Json] {
  const entries = isRecord(value) ? Object.entries(value) : [];
  const [entry, second] = entries;
  if (!entry || second) throw new InvalidPattern(`got ${JSON.stringify(value)}, expected ${expected}`);
  return entry;
}

export const refused = (what: string, got: Json, expected: string): InvalidPattern =>
  new InvalidPattern(`${what}: got ${JSON.stringify(got)}, expected ${expected}`);
