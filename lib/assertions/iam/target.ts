import type { Resource, Templates } from '../templates';
import { actionProblem } from './actions';
import type { Arns } from './arns';

/** The resource of an action: a construct path, an ARN, `*` for no resource, or one of these. */
export type ResourceInput =
  | string
  | {
      /** A construct path, or an ARN. */
      readonly resource: string;
      /** The path inside the resource: an object key, `index/Name` of a table, `log-stream:name` of a log group. */
      readonly path: string;
    }
  | {
      /** A CloudFormation type: a resource of this type outside the templates, without a resource policy. */
      readonly another: string;
      /** The path inside the resource. @default - the resource itself */
      readonly path?: string;
    };

export interface Target {
  readonly arn: string;
  /** The name in messages. */
  readonly name: string;
  /** Undefined for a resource outside the templates. */
  readonly resource?: Resource;
  /** Why its resource policy is not known. Undefined, if it is known or there cannot be one. */
  readonly unknownPolicy?: string;
}

/** Services whose resources are only used by actions of the same service. */
const CLOSED = ['dynamodb', 'kinesis', 'kms', 'logs', 's3', 'secretsmanager', 'sns', 'sqs'];

/**
 * The policies of the access point and of its bucket must both allow a request.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html
 */
const ACCESS_POINTS = [
  'AWS::S3::AccessPoint',
  'AWS::S3::MultiRegionAccessPoint',
  'AWS::S3Express::AccessPoint',
  'AWS::S3ObjectLambda::AccessPoint',
];

const OBJECT_ACTION =
  /^s3:(?!(get|put)bucket).*(object|abortmultipartupload|listmultipartuploadparts|bypassgovernanceretention|replicate)/i;

/** Throws for an action with wildcards, and for an action that is not for this type of resource. */
export function resolveTarget(
  action: string,
  input: ResourceInput,
  templates: Templates,
  arns: Arns,
): Target {
  if (!/^[a-z0-9-]+:[a-z0-9]+$/i.test(action)) {
    throw new Error(`${action}: expected one action without wildcards, such as s3:GetObject`);
  }
  const problem = actionProblem(action);
  if (problem !== undefined) throw new Error(problem);
  if (input === '*') return { arn: '*', name: '*' };
  const { arn, name, resource, type } = keyOfAlias(action, find(input, templates, arns), templates, arns);
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
  const isAnother = typeof input !== 'string' && 'another' in input;
  const isAccessPoint = resource !== undefined && ACCESS_POINTS.includes(resource.type);
  const base = {
    ...(resource && { resource }),
    ...(isAccessPoint && {
      unknownPolicy: `${name} is an access point: the policy of its bucket decides too, which is not modelled`,
    }),
    ...(!resource &&
      !isAnother &&
      !hasNoPolicy(arn) && {
        unknownPolicy: `the policy of ${name}, if it has one, is not in these templates`,
      }),
  };
  if (path === undefined) return { arn, name, ...base };
  return {
    arn: arns.inside(arn, arns.canonical(path), type),
    name: given === undefined ? `any object of ${name}` : `${name} ${given}`,
    ...base,
  };
}

/**
 * Whether this type of resource has no resource policies.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
 */
const hasNoPolicy = (arn: string): boolean =>
  /^arn:[^:]*:(autoscaling|cloudformation|ecs|elasticloadbalancing|states):/u.test(arn) ||
  /^arn:[^:]*:iam:[^:]*:[^:]*:(user|group|policy|instance-profile)\//u.test(arn) ||
  /^arn:[^:]*:ec2:[^:]*:[^:]*:(instance|network-interface|route-table|security-group|subnet|volume|vpc)\//u.test(
    arn,
  ) ||
  /^arn:[^:]*:kms:[^:]*:[^:]*:alias\//u.test(arn);

interface Found {
  readonly arn: string;
  readonly name: string;
  /** Undefined for an ARN outside the templates. */
  readonly type?: string;
  readonly resource?: Resource;
}

/**
 * Replaces an alias of a KMS key by the key, except in actions that manage aliases.
 * https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
 */
function keyOfAlias(action: string, found: Found, templates: Templates, arns: Arns): Found {
  if (!/^arn:[^:]*:kms:.*:alias\//u.test(found.arn) || /alias(es)?$/i.test(action)) return found;
  const target = found.resource?.properties.TargetKeyId;
  const key =
    templates.reference(target)?.resource ??
    [...templates.ofType('AWS::KMS::Key'), ...templates.ofType('AWS::KMS::ReplicaKey')].find(
      (one) =>
        typeof target === 'string' && [arns.of(one), arns.nameOf(one)].includes(arns.canonical(target)),
    );
  if (key) return { arn: arns.of(key), name: `${found.name} (${key.path})`, type: key.type, resource: key };
  const account = found.arn
    .split(/:(?![^⟨]*⟩)/u)
    .slice(0, 5)
    .join(':');
  return { arn: `${account}:key/⟨?the key of ${found.name}⟩`, name: found.name, type: 'AWS::KMS::Key' };
}

function find(input: Exclude<ResourceInput, '*'>, templates: Templates, arns: Arns): Found {
  if (typeof input !== 'string' && 'another' in input) {
    const arn = arns.ofAnother(input.another);
    if (arn === undefined) throw new Error(`${input.another}: expected one of ${arns.types.join(', ')}`);
    return { arn, name: `another ${input.another}`, type: input.another };
  }
  const text = typeof input === 'string' ? input : input.resource;
  if (/^(arn:|⟨)/u.test(text)) {
    const arn = arns.canonical(text);
    const resource = ownerOf(arn, templates, arns);
    return { arn, name: text, type: resource?.type, resource };
  }
  const resource = templates.at(text);
  return { arn: arns.of(resource), name: resource.path, type: resource.type, resource };
}

/** The resource with this ARN, or the one that contains it. */
function ownerOf(arn: string, templates: Templates, arns: Arns): Resource | undefined {
  return templates.resources
    .map((resource) => ({ resource, own: arns.of(resource).replace(/:\*$/, '') }))
    .filter(({ own }) => arn === own || arn.startsWith(`${own}/`) || arn.startsWith(`${own}:`))
    .sort((a, b) => b.own.length - a.own.length)[0]?.resource;
}
