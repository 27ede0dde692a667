import type { Json, Resource, Templates } from '../templates';
import type { Arns } from './arns';
import { equal } from './glob';
import { statementsOf, texts, type Statement } from './statements';
import { all, any, decided, NO, unknown, YES, type Verdict } from './verdict';

/** Types that refer to another resource, with the property that names it. */
const STANDS_FOR: Readonly<Record<string, string>> = {
  'AWS::Lambda::Alias': 'FunctionName',
  'AWS::Lambda::Version': 'FunctionName',
  'AWS::SecretsManager::SecretTargetAttachment': 'SecretId',
};

/** Decides which policies are attached to which resources. */
export class Attachments {
  constructor(
    private readonly templates: Templates,
    private readonly arns: Arns,
  ) {}

  /** Whether a property of `holder` names a resource: by a reference, its ARN, or its name. */
  names(holder: Resource, value: Json | undefined, resource: Resource): Verdict {
    return all([exists(holder), this.refersTo(holder, value, resource)]);
  }

  private refersTo(holder: Resource, value: Json | undefined, resource: Resource): Verdict {
    const own = [this.arns.nameOf(resource), this.arns.of(resource)];
    return any(
      texts(value).flatMap((text) => {
        const named = this.templates.reference(text)?.resource;
        if (named === resource) return YES;
        const through = named && STANDS_FOR[named.type];
        if (named && through !== undefined) return this.refersTo(named, named.properties[through], resource);
        if (named || differ(holder.account, resource.account) || differ(holder.region, resource.region))
          return NO;
        return own.map((name) => equal(name, this.arns.canonical(text)));
      }),
    );
  }
}

// IAM is global, but a policy and its role are in one account.
const differ = (a: string | undefined, b: string | undefined) =>
  a !== undefined && b !== undefined && a !== b;

/** The statements of a document: none if the policy is not attached, undecided ones if that is not known. */
export function attached(policy: string, document: Json | undefined, attachment: Verdict): Statement[] {
  if (attachment.truth === 'no') return [];
  return statementsOf(policy, document, attachment.truth === 'yes' ? undefined : attachment.why.join('; '));
}

/** Whether the template creates the resource: unknown under an undecided condition. */
export const exists = ({ path, undecidedCondition }: Resource): Verdict =>
  undecidedCondition === undefined
    ? decided(true)
    : unknown(`${path} exists only under condition ${undecidedCondition}`);

export const isRecord = (value: Json | undefined): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const listOf = (value: Json | undefined): Json[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];
