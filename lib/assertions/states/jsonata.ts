import jsonata from 'jsonata';
import { hash, partition, range, uuid } from './intrinsic-functions';
import { seeded } from '../dns/random';
import { InvalidDefinition, isFields, StateError, type Json, type Scope } from './model';

/** The fields of `$states` that an expression may use, besides `input` and `context`. */
export type Available = 'result' | 'errorOutput' | undefined;

const EXPRESSION = /^\{%([\s\S]*)%\}$/;
const compiled = new Map<string, jsonata.Expression>();

export const isJsonata = (value: Json | undefined): value is string =>
  typeof value === 'string' && EXPRESSION.test(value);

/** Every `{% %}` string in a value. */
export function expressionsIn(value: Json | undefined): string[] {
  if (isJsonata(value)) return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(expressionsIn) : [];
}

/** Throws `InvalidDefinition` for an expression that Step Functions refuses. */
export function checkExpression(text: string, available: Available, where: string): void {
  const refuse = (why: string) => new InvalidDefinition(`${where}: ${text}: ${why}`);
  visit(compile(text, refuse).ast(), false, available, refuse);
}

/** The value, with each `{% %}` string in it replaced by its result. */
export async function evaluate(value: Json, scope: Scope): Promise<Json> {
  if (isJsonata(value)) return evaluateExpression(value, scope);
  if (Array.isArray(value)) return Promise.all(value.map((item) => evaluate(item, scope)));
  if (!isFields(value)) return value;
  const entries = Object.entries(value).map(
    async ([key, item]) => [key, await evaluate(item, scope)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

async function evaluateExpression(text: string, scope: Scope): Promise<Json> {
  const fail = (why: string) => new StateError('States.QueryEvaluationError', `${text}: ${why}`);
  const { input, context, result, errorOutput, variables } = scope;
  const states = {
    input,
    context,
    ...(result !== undefined && { result }),
    ...(errorOutput !== undefined && { errorOutput }),
  };
  let value: unknown;
  try {
    // A copy, because an expression could change it by the transform operator.
    const bindings = structuredClone({ ...variables, states });
    value = await compile(text, fail).evaluate(undefined, { ...functionsFor(scope), ...bindings });
  } catch (error) {
    throw fail((error as Error).message);
  }
  if (value === undefined) throw fail('the result is undefined');
  // A function, or a list with marks of JSONata's own, is no JSON.
  const json = JSON.stringify(value) as string | undefined;
  if (json === undefined) throw fail('the result is a function');
  return JSON.parse(json) as Json;
}

/** Functions that Step Functions adds to JSONata, or that depend on the clock or on a random source. */
function functionsFor({ random, now }: Scope) {
  const time = (picture: unknown, zone: unknown) =>
    jsonata('$fromMillis($at, $picture, $zone)').evaluate(undefined, { at: now, picture, zone });
  return {
    partition: (list: Json, size: Json) => partition(list, size),
    range: (first: Json, last: Json, step: Json) => range(first, last, step),
    hash: (value: Json, algorithm: Json) => hash(value, algorithm ?? 'SHA-256'),
    random: (seed?: number) => (seed === undefined ? random() : seeded(seed)()),
    uuid: () => uuid(random),
    parse: (text: string) => JSON.parse(text) as Json,
    millis: () => now,
    now: time,
    // "$eval isn't supported": https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
    eval: () => {
      throw new Error('$eval is not supported in Step Functions, use $parse');
    },
  };
}

function compile(text: string, refuse: (why: string) => Error): jsonata.Expression {
  const known = compiled.get(text);
  if (known) return known;
  try {
    const expression = jsonata(EXPRESSION.exec(text)?.[1] ?? '');
    compiled.set(text, expression);
    return expression;
  } catch (error) {
    throw refuse((error as Error).message);
  }
}

const CONTEXTS = ['predicate', 'stages', 'group', 'terms', 'pattern', 'update', 'delete'];

interface Node {
  readonly type: string;
  readonly value?: unknown;
  readonly steps?: readonly Node[];
}

/**
 * There is no input document: `$`, `$$` and a field name without a variable mean nothing, except for `$` and names that are
 * nested inside of an expression with a context.
 */
function visit(node: Node, nested: boolean, available: Available, refuse: (why: string) => Error): void {
  const { type, value, steps } = node;
  if (type === 'variable' && value === '$')
    throw refuse('$$ refers to an input document, which there is not');
  if (!nested && type === 'variable' && value === '')
    throw refuse('$ refers to an input document at the top level');
  if (!nested && ['name', 'wildcard', 'descendant'].includes(type)) {
    throw refuse(`${String(value)} refers to a field of an input document at the top level`);
  }
  const [first, second] = steps ?? [];
  if (first?.type === 'variable' && first.value === 'states' && second?.type === 'name') {
    const field = String(second.value);
    if (!['input', 'context', available].includes(field))
      throw refuse(`$states.${field} is not available here`);
  }
  for (const [key, child] of Object.entries(node)) {
    for (const [index, inner] of (Array.isArray(child) ? child.flat(2) : [child]).entries()) {
      // The first step of a path has no context. Later steps have one, and so have filters, sort terms, groups and the parts of
      // a transform.
      const hasContext = CONTEXTS.includes(key) || (key === 'steps' && index > 0);
      if (isNode(inner)) visit(inner, nested || hasContext, available, refuse);
    }
  }
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !(value instanceof RegExp);
