import { compile } from 'json-p3';
import { isFields, NotModelled, runtimeError, StateError, type Json, type Scope } from './model';

interface Segment {
  /** As RFC 9535 writes it. */
  readonly text: string;
  /** The one member or element that it selects; undefined where it can select several. */
  readonly key?: string | number;
}

/** A parsed path: where it starts, and how it goes on. */
export interface Path {
  readonly text: string;
  readonly root: 'input' | 'context' | { readonly variable: string };
  readonly segments: readonly Segment[];
  /** Whether it selects one node at most. */
  readonly definite: boolean;
}

const parsed = new Map<string, Path>();

/** Parses a path of the States Language. Throws `NotModelled` for syntax that RFC 9535 does not have, such as functions. */
export function parsePath(text: string): Path {
  const known = parsed.get(text);
  if (known) return known;
  const [start = '', variable = ''] =
    /^\$(?:\$(?=[.[]|$)|([\p{ID_Start}][\p{ID_Continue}]*))?/u.exec(text) ?? [];
  if (start === '') throw new NotModelled(`path ${text}: expected one that starts with $`);
  const segments = segmentsOf(text, start.length);
  const path: Path = {
    text,
    root: variable !== '' ? { variable } : start === '$$' ? 'context' : 'input',
    segments,
    definite: segments.every(({ key }) => key !== undefined),
  };
  try {
    compile(rfc9535(segments));
  } catch (error) {
    throw new NotModelled(`path ${text}: ${(error as Error).message}`);
  }
  parsed.set(text, path);
  return path;
}

/**
 * The value that a path selects; undefined for none. A path that can select several values selects a list, also where it
 * selects one or none.
 */
export function readPath(text: string, scope: Scope, input: Json = scope.input): Json | undefined {
  const { root, segments, definite } = parsePath(text);
  const start =
    root === 'input' ? input : root === 'context' ? scope.context : scope.variables[root.variable];
  if (start === undefined) return undefined;
  if (definite) return select(start, segments)[0];
  // What stands before the first segment that can select several must exist, as in Jayway's JsonPath.
  const first = segments.findIndex(({ key }) => key === undefined);
  const before = select(start, segments.slice(0, first))[0];
  return before === undefined ? undefined : select(before, segments.slice(first));
}

/** The value that a path selects. Throws the error of the state when there is none. */
export function requirePath(text: string, scope: Scope, input: Json = scope.input): Json {
  const value = readPath(text, scope, input);
  if (value === undefined) throw runtimeError(`Invalid path '${text}': it selects nothing`);
  return value;
}

/** A copy of `target` in which a Reference Path has the value. */
export function writePath(text: string, target: Json, value: Json): Json {
  const keys = parsePath(text).segments.flatMap(({ key }) => key ?? []);
  return write(target, keys, value, text);
}

function write(target: Json, [key, ...rest]: readonly (string | number)[], value: Json, text: string): Json {
  if (key === undefined) return value;
  if (typeof key === 'number') {
    if (Array.isArray(target) && key >= 0 && key < target.length) {
      return target.with(key, write(target[key] as Json, rest, value, text));
    }
  } else if (isFields(target)) {
    const child = Object.hasOwn(target, key) ? (target[key] as Json) : {};
    return { ...target, [key]: write(child, rest, value, text) };
  }
  throw new StateError(
    'States.ResultPathMatchFailure',
    `Unable to apply ResultPath '${text}' to input ${JSON.stringify(target).slice(0, 100)}`,
  );
}

const rfc9535 = (segments: readonly Segment[]): string => `$${segments.map(({ text }) => text).join('')}`;

const select = (root: Json, segments: readonly Segment[]): Json[] =>
  compile(rfc9535(segments)).query(root).values() as Json[];

/** Writes each segment as RFC 9535 does: the States Language has names with escapes, and with characters such as `-`. */
function segmentsOf(path: string, start: number): Segment[] {
  const segments: Segment[] = [];
  let at = start;
  while (at < path.length) {
    const descends = path.startsWith('..', at);
    if (descends) at += 2;
    else if (path[at] === '.') at += 1;
    else if (path[at] !== '[') throw new NotModelled(`path ${path}: expected . or [ at ${at}`);
    const [segment, end] = path[at] === '[' ? bracket(path, at) : member(path, at);
    segments.push(descends ? { text: `..${segment.text}` } : segment);
    at = end;
  }
  return segments;
}

function member(path: string, start: number): [Segment, number] {
  let name = '';
  let at = start;
  for (; at < path.length && path[at] !== '.' && path[at] !== '['; at++) {
    if (path[at] === '(') throw new NotModelled(`path ${path}: functions in paths are not modelled`);
    if (path[at] === '\\') at++;
    name += path[at] ?? '';
  }
  if (name === '') throw new NotModelled(`path ${path}: expected a name at ${start}`);
  return name === '*' ? [{ text: '[*]' }, at] : [{ text: `[${JSON.stringify(name)}]`, key: name }, at];
}

function bracket(path: string, start: number): [Segment, number] {
  let depth = 0;
  let quote = '';
  for (let at = start; at < path.length; at++) {
    const character = path[at] ?? '';
    if (character === '\\') at++;
    else if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === "'" || character === '"') quote = character;
    else if (character === '[') depth++;
    else if (character === ']' && --depth === 0) {
      return [selector(path.slice(start + 1, at).trim()), at + 1];
    }
  }
  throw new NotModelled(`path ${path}: expected a closing bracket`);
}

function selector(content: string): Segment {
  if (/^-?\d+$/.test(content)) return { text: `[${content}]`, key: Number(content) };
  const quoted = /^(['"])((?:\\.|(?!\1)[^\\])*)\1$/s.exec(content)?.[2];
  if (quoted === undefined) return { text: `[${content}]` };
  const key = quoted.replace(/\\(.)/gs, '$1');
  return { text: `[${JSON.stringify(key)}]`, key };
}
