import { conditional, NO, unknown, YES, type Verdict } from './verdict';

/*
 * Strings here contain symbols, `⟨...⟩`, for text that is known only after deployment:
 *   ⟨=Stack.LogicalId⟩  a name or id that AWS generates, without `:` and `/`
 *   ⟨*...⟩              any text; the same symbol always has the same text
 *   ⟨?why⟩              any text; the same symbol may have different texts
 *   ⟨$key⟩              an IAM policy variable whose key the context does not have
 *   ⟨#...⟩              one generated letter or digit
 */
const PART = /⟨[^⟨⟩]*⟩|[^]/gu;

/**
 * Whether an ARN, action or other string matches a pattern: `*` is any text, `?` is one character.
 * Unknown if that depends on the text of a symbol, in the pattern or in the string.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function match(pattern: string, subject: string): Verdict {
  const [p, s] = [pattern.match(PART) ?? [], subject.match(PART) ?? []];
  if (search(p, s, certainStep)) return YES;
  if (!search(p, s, possibleStep)) return NO;
  const variables = pattern.match(/⟨\$[^⟨⟩]*⟩/gu);
  return variables
    ? conditional(`${variables.map((name) => `\${${name.slice(2, -1)}}`).join(', ')} in ${pattern}`)
    : unknown(`whether ${subject} is ${pattern}`);
}

/** Whether two strings are the same. `*` and `?` are ordinary characters. */
export const equal = (a: string, b: string): Verdict => match(literal(a), b);

/** Marks `*` and `?` as ordinary characters of a pattern. */
export const literal = (text: string): string =>
  text.replace(/[*?]/gu, (c) => (c === '*' ? '\u{E000}' : '\u{E001}'));
const LITERALS: Readonly<Record<string, string>> = { '\u{E000}': '*', '\u{E001}': '?' };

/** A policy variable without a value in the request. It matches nothing. */
export const NO_VALUE = '\u{E002}';
export const lacksVariable = (text: string): boolean => text.includes(NO_VALUE);

type Parts = readonly string[];
/** The next positions in pattern and subject after one pair of positions. */
type Step = (p: Parts, i: number, s: Parts, j: number) => readonly (readonly [number, number])[];

function search(p: Parts, s: Parts, step: Step): boolean {
  const seen = new Set<number>();
  const open: (readonly [number, number])[] = [[0, 0]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [i, j] = next;
    if (i === p.length && j === s.length) return true;
    const state = i * (s.length + 1) + j;
    if (seen.has(state)) continue;
    seen.add(state);
    open.push(...step(p, i, s, j));
  }
  return false;
}

/** Matches for each text of the symbols: only the symbol itself and `*` match a symbol. */
const certainStep: Step = (p, i, s, j) => {
  const [a, b] = [p[i], s[j]];
  if (a === '*')
    return b === undefined
      ? [[i + 1, j]]
      : [
          [i + 1, j],
          [i, j + 1],
        ];
  if (a === undefined || b === undefined) return [];
  const same = a === '?' ? !isSymbol(b) || b.startsWith('⟨#') : (LITERALS[a] ?? a) === b && !/^⟨[?$]/.test(a);
  return same ? [[i + 1, j + 1]] : [];
};

/** Matches for at least one text of the symbols. */
const possibleStep: Step = (p, i, s, j) => {
  const [a, b] = [p[i], s[j]];
  const steps: (readonly [number, number])[] = [];
  if (a !== undefined && b !== undefined && (isOne(a) || isOne(b) ? alike(a, b) : a === b)) {
    steps.push([i + 1, j + 1]);
  }
  if (a !== undefined && b !== undefined && a !== b && isName(a) && isName(b)) {
    // Two generated names differ, if each one is a whole name.
    if (!related(a, b) && isWhole(p, i) && isWhole(s, j)) return [];
  }
  if (a !== undefined && isMany(a)) {
    steps.push([i + 1, j]);
    if (b !== undefined && admits(a, b)) steps.push([i, j + 1]);
  }
  if (b !== undefined && isSymbol(b) && isMany(b)) {
    steps.push([i, j + 1]);
    if (a !== undefined && admits(b, a)) steps.push([i + 1, j]);
  }
  return steps;
};

const isSymbol = (part: string) => part.length > 1 && part.startsWith('⟨');
const isMany = (part: string) => part === '*' || (isSymbol(part) && !part.startsWith('⟨#'));
const isOne = (part: string) => !isMany(part);
const isName = (part: string) => /^⟨(?![?*$#]|AWS::)/.test(part);
const related = (a: string, b: string) =>
  a.startsWith(`${b.slice(0, -1)}.`) || b.startsWith(`${a.slice(0, -1)}.`);
const isWhole = (parts: Parts, at: number) =>
  /^[:/]?$/.test(parts[at - 1] ?? '') && /^[:/]?$/.test(parts[at + 1] ?? '');

function alike(a: string, b: string): boolean {
  if (a === '?') return isOne(b);
  const [x, y] = [LITERALS[a] ?? a, b];
  if (isMany(a) || isMany(b)) return false;
  return x === y || (isSymbol(x) && /\w/.test(y)) || (isSymbol(y) && /\w/.test(x));
}

/** Whether the text of a symbol or `*` may contain this part. */
function admits(many: string, part: string): boolean {
  if (many === '*' || /^⟨[?*$]/.test(many) || isSymbol(part) || /^[*?]$/.test(part)) return true;
  if (many === '⟨AWS::AccountId⟩') return /\d/.test(part);
  if (many === '⟨AWS::Region⟩') return /[a-z0-9-]/.test(part);
  return !/[:/]/.test(part);
}
