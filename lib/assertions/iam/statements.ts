import { Templates, type Json } from '../templates';
import type { Arns } from './arns';
import { evaluateCondition, type RequestContext } from './conditions';
import { lacksVariable, literal, match, NO_VALUE } from './glob';
import { all, any, not, unknown, YES, type Verdict } from './verdict';

/** One statement of a policy document. */
export interface Statement {
  /** The construct path of the policy, or the ARN of an AWS managed policy. */
  readonly policy: string;
  /** Its Sid, or its index in the document, from 0. */
  readonly id: string;
  readonly elements: Readonly<Record<string, Json>>;
  /** Whether the document has version 2012-10-17. Older ones have no policy variables. */
  readonly hasVariables: boolean;
  /** Why it is not known whether the policy has this statement. */
  readonly undecided?: string;
}

/** The request that is decided. */
export interface Request {
  readonly action: string;
  /** An ARN with resolved references, or `*` for an action without a resource. */
  readonly resource: string;
  readonly context: RequestContext;
}

/** Reads a policy document, an object or JSON text. */
export function statementsOf(policy: string, document: Json | undefined, undecided?: string): Statement[] {
  const read = typeof document === 'string' ? parse(document) : document;
  if (read === undefined || read === null) return [];
  if (typeof read !== 'object' || Array.isArray(read) || read.Statement === undefined) {
    const why = Templates.unknown(read) ?? `${policy} is no policy document`;
    return [{ policy, id: 'document', elements: {}, hasVariables: false, undecided: why }];
  }
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
  const hasVariables = read.Version === '2012-10-17';
  const list = Array.isArray(read.Statement) ? read.Statement : [read.Statement];
  return list.map((item, index) => {
    const base = { policy, hasVariables };
    if (item === null || typeof item !== 'object' || Array.isArray(item)) {
      const why = Templates.unknown(item) ?? `statement ${index} of ${policy} is no statement`;
      return { ...base, id: String(index), elements: {}, undecided: why };
    }
    const why = undecided ?? (typeof item.Effect === 'string' ? Templates.unknown(item.Effect) : undefined);
    return {
      ...base,
      id: typeof item.Sid === 'string' && item.Sid !== '' ? item.Sid : String(index),
      elements: item,
      ...(why !== undefined && { undecided: why }),
    };
  });
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** Whether a statement has an effect. A statement with an unresolved effect has both. */
export function hasEffect({ elements, undecided }: Statement, effect: 'Allow' | 'Deny'): boolean {
  const written = elements.Effect;
  return written === effect || (undecided !== undefined && written !== 'Allow' && written !== 'Deny');
}

/** Whether action, resource and condition of a statement match a request. `matchPrincipal` compares the principal. */
export function evaluate(statement: Statement, request: Request, arns: Arns): Verdict {
  const { elements, undecided } = statement;
  if (!('Effect' in elements))
    return unknown(undecided ?? `statement ${statement.id} of ${statement.policy} has no Effect`);
  const expand = (text: string) => expandVariables(arns.canonical(text), statement, request.context);
  const verdict = all([
    matchesAction(statement, request.action),
    matchesResource(elements, request.resource, expand),
    evaluateCondition(elements.Condition, canonicalContext(request.context, arns), expand),
  ]);
  return undecided === undefined ? verdict : all([verdict, unknown(undecided)]);
}

/** Whether a statement matches an action. Actions are not case-sensitive. */
export function matchesAction({ elements: { Action, NotAction } }: Statement, action: string): Verdict {
  const one = (pattern: string) => match(pattern.toLowerCase(), action.toLowerCase());
  if (NotAction !== undefined) return not(any(texts(NotAction).map(one)));
  return any(texts(Action).map(one));
}

function matchesResource(
  { Resource, NotResource }: Statement['elements'],
  resource: string,
  expand: (text: string) => string,
): Verdict {
  const one = (pattern: string) => match(expand(pattern), resource);
  if (NotResource !== undefined) {
    const excluded = any(texts(NotResource).map(one));
    // "If the variable can't be resolved, the entire statement might be invalid."
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
    return excluded.truth === 'no' && texts(NotResource).map(expand).some(lacksVariable)
      ? unknown('NotResource has a policy variable that the request has no value for')
      : not(excluded);
  }
  // A trust policy has no `Resource`: it is for its role.
  return Resource === undefined ? YES : any(texts(Resource).map(one));
}

/** A string or a list of them. */
export function texts(value: Json | undefined): string[] {
  if (value === undefined || value === null) return [];
  return (Array.isArray(value) ? value : [value]).map((item) =>
    typeof item === 'string' ? item : JSON.stringify(item),
  );
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html */
function expandVariables(text: string, { hasVariables }: Statement, context: RequestContext): string {
  if (!hasVariables) return text;
  return text.replace(/\$\{([^{}]*)\}/gu, (_, variable: string) => {
    if (['*', '?', '$'].includes(variable)) return literal(variable);
    const [, key = variable, otherwise] = /^([^,]*?)\s*(?:,\s*'(.*)')?$/u.exec(variable) ?? [];
    const name = Object.keys(context).find(
      (candidate) => candidate.toLowerCase() === key.trim().toLowerCase(),
    );
    const value = name === undefined ? undefined : context[name];
    if (value === undefined) return `⟨$${key.trim()}⟩`;
    // A key with several values cannot be used as a variable.
    return literal(typeof value === 'string' ? value : (otherwise ?? NO_VALUE));
  });
}

export function canonicalContext(context: RequestContext, arns: Arns): RequestContext {
  return Object.fromEntries(
    Object.entries(context).map(([key, value]) => {
      // The values of these keys are ids. The ARN of the endpoint or VPC ends in the id.
      const hasId = /^aws:source(vpc|vpce)$/i.test(key);
      const canonical = (text: string) => arns.canonical(text).replace(hasId ? /^arn:.*\// : /^(?!)/, '');
      return [
        key,
        value === null || typeof value === 'string' ? value && canonical(value) : value.map(canonical),
      ];
    }),
  );
}
