import type { Json, Resource, Templates } from '../templates';
import type { Arns } from './arns';
import { isRecord } from './attachments';
import type { RequestContext } from './conditions';
import { equal } from './glob';
import { texts } from './statements';
import { all, any, NO, not, unknown, YES, type Verdict } from './verdict';

/** Who asks: a construct path (see `Iam.can`), a service such as `lambda.amazonaws.com`, an account, an ARN, or `*`. */
export type PrincipalInput =
  | string
  | {
      /** The construct path of an ECS task definition. */
      readonly taskDefinition: string;
      /** `task` for what the containers do, `execution` for what ECS does to start them. */
      readonly role: 'task' | 'execution';
    };

/** Who asks, found in the templates where it is there. */
export interface Principal {
  readonly kind: 'role' | 'user' | 'group' | 'service' | 'account' | 'anonymous';
  /** How messages name it. */
  readonly name: string;
  /** ARN, service name or account id. */
  readonly id: string;
  /** Undefined for services and anonymous requests. */
  readonly account?: string;
  /** Undefined for what is not in the templates. */
  readonly resource?: Resource;
  readonly hasBoundary: boolean;
}

/** The property that holds the role that a resource acts with. */
const ROLE_OF: Readonly<Record<string, string>> = {
  'AWS::CodeBuild::Project': 'ServiceRole',
  'AWS::Lambda::Function': 'Role',
  'AWS::Pipes::Pipe': 'RoleArn',
  'AWS::Scheduler::Schedule': 'Target.RoleArn',
  'AWS::StepFunctions::StateMachine': 'RoleArn',
  'AWS::EC2::Instance': 'IamInstanceProfile',
  'AWS::EC2::LaunchTemplate': 'LaunchTemplateData.IamInstanceProfile',
};

const KINDS: Readonly<Record<string, 'role' | 'user' | 'group'>> = {
  'AWS::IAM::Role': 'role',
  'AWS::IAM::User': 'user',
  'AWS::IAM::Group': 'group',
};

/** Throws an error that says what is accepted, for a construct that is no principal and has no role. */
export function resolvePrincipal(input: PrincipalInput, templates: Templates, arns: Arns): Principal {
  if (typeof input !== 'string') {
    const definition = templates.at(input.taskDefinition);
    const property = input.role === 'task' ? 'TaskRoleArn' : 'ExecutionRoleArn';
    return roleIn(definition, property, templates, arns);
  }
  if (input === '*') return { kind: 'anonymous', name: 'anyone', id: '*', hasBoundary: false };
  if (/^[\w.-]+\.amazonaws\.com(\.cn)?$/.test(input)) {
    return { kind: 'service', name: input, id: input, hasBoundary: false };
  }
  if (/^\d{12}$/.test(input)) {
    return { kind: 'account', name: `account ${input}`, id: input, account: input, hasBoundary: false };
  }
  if (input.startsWith('arn:')) return fromArn(input, templates, arns);
  const resource = templates.at(input);
  const kind = KINDS[resource.type];
  if (kind) return fromResource(resource, kind, arns);
  if (resource.type === 'AWS::ECS::TaskDefinition') {
    throw new Error(
      `${input} is a task definition: expected { taskDefinition: '${input}', role: 'task' | 'execution' }`,
    );
  }
  const property = ROLE_OF[resource.type];
  if (property === undefined) {
    throw new Error(
      `${input} is ${resource.type}: expected a role, user, group, ${Object.keys(ROLE_OF).join(', ')}, a service, an account, an ARN or *`,
    );
  }
  return roleIn(resource, property, templates, arns);
}

function fromResource(resource: Resource, kind: 'role' | 'user' | 'group', arns: Arns): Principal {
  return {
    kind,
    name: resource.path,
    id: arns.of(resource),
    account: resource.account ?? '⟨AWS::AccountId⟩',
    resource,
    hasBoundary: resource.properties.PermissionsBoundary !== undefined,
  };
}

function fromArn(arn: string, templates: Templates, arns: Arns): Principal {
  const account = accountOf(arn);
  if (arn.endsWith(':root')) return { kind: 'account', name: arn, id: account, account, hasBoundary: false };
  const found = templates.resources.find((resource) => KINDS[resource.type] && arns.of(resource) === arn);
  const kind = found && KINDS[found.type];
  if (found && kind) return fromResource(found, kind, arns);
  const isUser = arn.includes(':user/');
  return { kind: isUser ? 'user' : 'role', name: arn, id: arn, account, hasBoundary: false };
}

function roleIn(owner: Resource, property: string, templates: Templates, arns: Arns): Principal {
  const value = property
    .split('.')
    .reduce<Json | undefined>((at, key) => (isRecord(at) ? at[key] : undefined), owner.properties);
  // A launch template names its instance profile or gives its ARN.
  const reference = templates.reference(isRecord(value) ? (value.Arn ?? value.Name) : value);
  const role =
    reference?.resource.type === 'AWS::IAM::InstanceProfile'
      ? templates.reference(texts(reference.resource.properties.Roles)[0])
      : reference;
  const kind = role && KINDS[role.resource.type];
  if (role && kind) return fromResource(role.resource, kind, arns);
  if (typeof value === 'string' && value.startsWith('arn:'))
    return fromArn(arns.canonical(value), templates, arns);
  throw new Error(
    `${owner.path}: expected its ${property} to be a role of these templates, got ${value === undefined ? 'none' : JSON.stringify(value)}`,
  );
}

/** The account in an ARN; empty for the ARNs of buckets. */
export const accountOf = (arn: string): string => arn.split(/:(?![^⟨]*⟩)/u)[4] ?? '';

/** What every request of a principal says about it. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
export function contextOf({ kind, id, account, resource }: Principal, arns: Arns): RequestContext {
  if (kind === 'service') return { 'aws:PrincipalIsAWSService': 'true', 'aws:PrincipalServiceName': id };
  if (kind === 'anonymous' || kind === 'group') return { 'aws:PrincipalIsAWSService': 'false' };
  return {
    'aws:PrincipalIsAWSService': 'false',
    ...(account !== undefined && { 'aws:PrincipalAccount': account }),
    ...(kind !== 'account' && { 'aws:PrincipalArn': id }),
    ...(kind === 'role' && { 'aws:PrincipalType': 'AssumedRole' }),
    ...(kind === 'user' && { 'aws:PrincipalType': 'User' }),
    ...(kind === 'user' && resource && { 'aws:username': arns.nameOf(resource) }),
  };
}

/** How the `Principal` of a resource policy's statement names a principal. */
export interface PrincipalMatch {
  /** As everyone, as this user or as this service: a boundary does not limit that. */
  readonly direct: Verdict;
  /** As this role: its boundary limits that. */
  readonly role: Verdict;
  /** Through its account, which leaves the permission to the account's own policies. */
  readonly account: Verdict;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html */
export function matchPrincipal(
  { Principal: named, NotPrincipal: others, Effect }: Readonly<Record<string, Json>>,
  principal: Principal,
  arns: Arns,
): PrincipalMatch {
  if (others !== undefined) {
    return { direct: isNotAmong(others, principal, Effect, arns), role: NO, account: NO };
  }
  const entries = entriesOf(named);
  const of = (way: keyof PrincipalMatch) =>
    any(entries.map((entry) => matchEntry(entry, principal, arns)[way]));
  return { direct: of('direct'), role: of('role'), account: of('account') };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html */
function isNotAmong(others: Json, principal: Principal, effect: Json | undefined, arns: Arns): Verdict {
  const matches = entriesOf(others).map((entry) => matchEntry(entry, principal, arns));
  const itself = any(matches.flatMap(({ direct, role }) => [direct, role]));
  if (effect !== 'Deny' || (principal.kind !== 'role' && principal.kind !== 'user')) return not(itself);
  // "will always deny any IAM principal that has a permissions boundary policy attached"
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
  if (principal.hasBoundary) return YES;
  const account = any(matches.map((found) => found.account));
  if (itself.truth === 'yes' && account.truth === 'no') {
    return unknown(
      `NotPrincipal names ${principal.name} without its account, which may deny the whole account`,
    );
  }
  return not(itself);
}

function entriesOf(named: Json | undefined): [string, string][] {
  if (typeof named === 'string') return [[named === '*' ? 'AWS' : 'unknown', named]];
  if (!isRecord(named)) return [];
  return Object.entries(named).flatMap(([kind, values]) =>
    texts(values).map((value): [string, string] => [kind, value]),
  );
}

function matchEntry([kind, written]: [string, string], principal: Principal, arns: Arns): PrincipalMatch {
  const value = arns.canonical(written);
  const none: PrincipalMatch = { direct: NO, role: NO, account: NO };
  if (kind === 'Service') {
    return principal.kind === 'service' ? { ...none, direct: equal(value, principal.id) } : none;
  }
  if (kind === 'unknown') return { ...none, direct: unknown(`the principal ${value}`) };
  if (kind !== 'AWS') return none;
  if (value === '*') return { ...none, direct: YES };
  if (value.startsWith('⟨?')) return { ...none, direct: unknown(`the principal ${value}`) };
  if (principal.account === undefined) return none;
  const isAccount = /^(\d{12}|⟨AWS::AccountId⟩)$/.test(value);
  if (isAccount || value.endsWith(':root')) {
    return { ...none, account: equal(isAccount ? value : accountOf(value), principal.account) };
  }
  if (principal.kind === 'role') {
    const session = /^(arn:[^:]*):sts:.*:assumed-role\/([^/]+)\//u.exec(value);
    if (session) {
      const sameRole = principal.id.endsWith(`/${session[2] ?? ''}`);
      return sameRole ? { ...none, direct: unknown(`whether the session is ${value}`) } : none;
    }
    return { ...none, role: equal(value, principal.id) };
  }
  return principal.kind === 'user' ? { ...none, direct: all([equal(value, principal.id)]) } : none;
}
