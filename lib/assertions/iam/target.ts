import type { Resource, Templates } from '../templates';
import type { Arns } from './arns';

/** What an action is on: a construct path, an ARN, `*` for nothing in particular, or one of these. */
export type ResourceInput =
  | string
  | {
      /** A construct path, or an ARN. */
      readonly resource: string;
      /** What is inside it: the key of an object, `index/Name` of a table, `log-stream:name` of a log group. */
      readonly path: string;
    }
  | {
      /** A CloudFormation type: some resource of this type that is in none of the templates. */
      readonly another: string;
      /** What is inside it. @default - the resource itself */
      readonly path?: string;
    };

export interface Target {
  readonly arn: string;
  /** How messages name it. */
  readonly name: string;
  /** Undefined for what is not in the templates. */
  readonly resource?: Resource;
}

/** Services whose resources only their own actions are on. */
const CLOSED = ['dynamodb', 'kinesis', 'kms', 'logs', 's3', 'secretsmanager', 'sns', 'sqs'];

const OBJECT_ACTION =
  /^s3:(?!(get|put)bucket).*(object|abortmultipartupload|listmultipartuploadparts|bypassgovernanceretention|replicate)/i;

/** Throws an error that says what was expected, for an action with wildcards or one that cannot be on the resource. */
export function resolveTarget(
  action: string,
  input: ResourceInput,
  templates: Templates,
  arns: Arns,
): Target {
  if (!/^[a-z0-9-]+:[a-z0-9]+$/i.test(action)) {
    throw new Error(`${action}: expected one action without wildcards, such as s3:GetObject`);
  }
  if (input === '*') return { arn: '*', name: '*' };
  const { arn, name, resource, type } = find(input, templates, arns);
  const given = typeof input === 'string' ? undefined : input.path;

  const [service = ''] = action.toLowerCase().split(':');
  const [, , owner = ''] = arn.split(':');
  if (CLOSED.includes(owner) && owner !== service) {
    throw new Error(`${action} is never on ${arn}: expected an action of ${owner}`);
  }
  const isBucket = /^arn:[^:]*:s3:::[^/]*$/u.test(arn);
  const onObject = OBJECT_ACTION.test(action);
  if (isBucket && !onObject && given !== undefined) {
    throw new Error(`${action} is on a bucket, not on an object: expected no path, got ${given}`);
  }
  const path = given ?? (isBucket && onObject ? `⟨*any object of ${name}⟩` : undefined);
  if (path === undefined) return { arn, name, ...(resource && { resource }) };
  return {
    arn: arns.inside(arn, path, type),
    name: given === undefined ? `any object of ${name}` : `${name} ${given}`,
    ...(resource && { resource }),
  };
}

function find(
  input: Exclude<ResourceInput, '*'>,
  templates: Templates,
  arns: Arns,
): { arn: string; name: string; type: string; resource?: Resource } {
  if (typeof input !== 'string' && 'another' in input) {
    const arn = arns.ofAnother(input.another);
    if (arn === undefined) throw new Error(`${input.another}: expected one of ${arns.types.join(', ')}`);
    return { arn, name: `another ${input.another}`, type: input.another };
  }
  const text = typeof input === 'string' ? input : input.resource;
  if (/^(arn:|⟨)/u.test(text)) {
    const arn = arns.canonical(text);
    const resource = ownerOf(arn, templates, arns);
    return { arn, name: text, type: resource?.type ?? '', ...(resource && { resource }) };
  }
  const resource = templates.at(text);
  return { arn: arns.of(resource), name: resource.path, type: resource.type, resource };
}

/** The resource that an ARN is of, or inside of. */
function ownerOf(arn: string, templates: Templates, arns: Arns): Resource | undefined {
  return templates.resources
    .map((resource) => ({ resource, own: arns.of(resource).replace(/:\*$/, '') }))
    .filter(({ own }) => arn === own || arn.startsWith(`${own}/`) || arn.startsWith(`${own}:`))
    .sort((a, b) => b.own.length - a.own.length)[0]?.resource;
}
