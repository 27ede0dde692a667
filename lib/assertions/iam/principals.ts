import { Templates, type Json, type Resource } from '../templates';
import type { Arns } from './arns';
import { isRecord } from './attachments';
import type { RequestContext } from './conditions';
import { equal } from './glob';
import { texts } from './statements';
import { all, any, decided, NO, not, unknown, YES, type Verdict } from './verdict';

/**
 * A principal: a construct path (see `Iam.can`), a service such as `lambda.amazonaws.com`, an account, an ARN, a web
 * identity provider such as `cognito-identity.amazonaws.com`, or `*`.
 */
export type PrincipalInput =
  | string
  | {
      /** The construct path of an ECS task definition. */
      readonly taskDefinition: string;
      /**
       * `task`: the task role, which the containers use. `execution`: the task execution role, which ECS uses to start
       * them.
       */
      readonly role: 'task' | 'execution';
    };

/** The principal of a request. */
export interface Principal {
  readonly kind: 'role' | 'user' | 'group' | 'service' | 'account' | 'federated' | 'anonymous';
  /** The name in messages. */
  readonly name: string;
  /** ARN, service name or account id. For a session, the ARN of its role. */
  readonly id: string;
  /** ARN of the session, if the question names a session of a role. */
  readonly session?: string;
  /** Undefined for services and anonymous requests. */
  readonly account?: string;
  /** Undefined for a principal outside the templates. */
  readonly resource?: Resource;
  /** `unknown`, if a condition of the template decides that. */
  readonly hasBoundary: Verdict;
  /** What acts with the role: a function, or an instance and its instance profile. @default - none */
  readonly through?: readonly Resource[];
}

/** The property with the role of a resource, by type. */
const ROLE_OF: Readonly<Record<string, string>> = {
  'AWS::CodeBuild::Project': 'ServiceRole',
  'AWS::Lambda::Function': 'Role',
  'AWS::Pipes::Pipe': 'RoleArn',
  'AWS::Scheduler::Schedule': 'Target.RoleArn',
  'AWS::StepFunctions::StateMachine': 'RoleArn',
  'AWS::EC2::Instance': 'IamInstanceProfile',
  'AWS::EC2::LaunchTemplate': 'LaunchTemplateData.IamInstanceProfile',
};

/**
 * Web identity providers that are built into AWS. Others need an AWS::IAM::OIDCProvider in the account.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-federated-web-identity
 */
const WEB_IDENTITY_PROVIDERS = [
  'accounts.google.com',
  'cognito-identity.amazonaws.com',
  'graph.facebook.com',
  'www.amazon.com',
];

const PROVIDERS = ['AWS::IAM::OIDCProvider', 'AWS::IAM::SAMLProvider', 'Custom::AWSCDKOpenIdConnectProvider'];

const KINDS: Readonly<Record<string, 'role' | 'user' | 'group'>> = {
  'AWS::IAM::Role': 'role',
  'AWS::IAM::User': 'user',
  'AWS::IAM::Group': 'group',
};

/** Throws for a construct that is no principal and has no role. The message says what is accepted. */
export function resolvePrincipal(input: PrincipalInput, templates: Templates, arns: Arns): Principal {
  if (typeof input !== 'string') {
    const definition = templates.at(input.taskDefinition);
    const property = input.role === 'task' ? 'TaskRoleArn' : 'ExecutionRoleArn';
    return roleIn(definition, property, templates, arns);
  }
  if (input === '*') return { kind: 'anonymous', name: 'anyone', id: '*', hasBoundary: NO };
  if (WEB_IDENTITY_PROVIDERS.includes(input)) return federated(input, input);
  if (/^[\w.-]+\.amazonaws\.com(\.cn)?$/.test(input)) {
    return { kind: 'service', name: input, id: input, hasBoundary: NO };
  }
  if (/^\d{12}$/.test(input)) {
    return { kind: 'account', name: `account ${input}`, id: input, account: input, hasBoundary: NO };
  }
  if (input.startsWith('arn:')) return fromArn(input, templates, arns);
  const resource = templates.at(input);
  const kind = KINDS[resource.type];
  if (kind) return fromResource(resource, kind, arns);
  if (PROVIDERS.includes(resource.type)) return federated(resource.path, arns.of(resource));
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
    hasBoundary: hasBoundary(resource),
  };
}

const federated = (name: string, id: string): Principal => ({
  kind: 'federated',
  name,
  id,
  hasBoundary: NO,
});

function hasBoundary({ path, properties: { PermissionsBoundary } }: Resource): Verdict {
  const why = Templates.unknown(PermissionsBoundary);
  return why === undefined
    ? decided(PermissionsBoundary !== undefined)
    : unknown(`the permissions boundary of ${path}: ${why}`);
}

/**
 * A session of a role. Its `aws:PrincipalArn` is the ARN of the role.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
 */
function fromSession(arn: string, templates: Templates, arns: Arns): Principal | undefined {
  const [, start, account, name] = /^(arn:[^:]*):sts::([^:]*):assumed-role\/([^/]+)\/.+$/u.exec(arn) ?? [];
  if (start === undefined || account === undefined || name === undefined) return undefined;
  const role = templates
    .ofType('AWS::IAM::Role')
    .find((one) => arns.nameOf(one) === name && accountOf(arns.of(one)) === account);
  if (role) return { ...fromResource(role, 'role', arns), name: arn, session: arn };
  // The ARN of a session does not have the path of its role.
  const id = `${start}:iam::${account}:role/⟨?the path of role ${name}⟩${name}`;
  return {
    kind: 'role',
    name: arn,
    id,
    account,
    session: arn,
    hasBoundary: unknown(`the boundary of ${name}`),
  };
}

function fromArn(arn: string, templates: Templates, arns: Arns): Principal {
  const account = accountOf(arn);
  if (/:(oidc|saml)-provider\//u.test(arn)) return federated(arn, arn);
  const session = fromSession(arn, templates, arns);
  if (session) return session;
  if (arn.endsWith(':root')) return { kind: 'account', name: arn, id: account, account, hasBoundary: NO };
  const found = templates.resources.find((resource) => KINDS[resource.type] && arns.of(resource) === arn);
  const kind = found && KINDS[found.type];
  if (found && kind) return fromResource(found, kind, arns);
  const isUser = arn.includes(':user/');
  return { kind: isUser ? 'user' : 'role', name: arn, id: arn, account, hasBoundary: NO };
}

function roleIn(owner: Resource, property: string, templates: Templates, arns: Arns): Principal {
  const value = property
    .split('.')
    .reduce<Json | undefined>((at, key) => (isRecord(at) ? at[key] : undefined), owner.properties);
  // A launch template has the name or the ARN of an instance profile.
  const reference = templates.reference(isRecord(value) ? (value.Arn ?? value.Name) : value);
  const role =
    reference?.resource.type === 'AWS::IAM::InstanceProfile'
      ? templates.reference(texts(reference.resource.properties.Roles)[0])
      : reference;
  const kind = role && KINDS[role.resource.type];
  const through = [owner, ...(reference && reference !== role ? [reference.resource] : [])];
  if (role && kind) return { ...fromResource(role.resource, kind, arns), through };
  if (typeof value === 'string' && value.startsWith('arn:'))
    return { ...fromArn(arns.canonical(value), templates, arns), through };
  throw new Error(
    `${owner.path}: expected its ${property} to be a role of these templates, got ${value === undefined ? 'none' : JSON.stringify(value)}`,
  );
}

/** The account in an ARN. Empty for the ARN of a bucket. */
export const accountOf = (arn: string): string => arn.split(/:(?![^⟨]*⟩)/u)[4] ?? '';

/** The condition keys of every request of a principal. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
export function contextOf({ kind, id, account, resource }: Principal, arns: Arns): RequestContext {
  if (kind === 'service') return { 'aws:PrincipalIsAWSService': 'true', 'aws:PrincipalServiceName': id };
  if (kind === 'anonymous' || kind === 'group' || kind === 'federated')
    return { 'aws:PrincipalIsAWSService': 'false' };
  return {
    'aws:PrincipalIsAWSService': 'false',
    ...(account !== undefined && { 'aws:PrincipalAccount': account }),
    ...(kind !== 'account' && { 'aws:PrincipalArn': id }),
    ...(kind === 'role' && { 'aws:PrincipalType': 'AssumedRole' }),
    ...(kind === 'user' && { 'aws:PrincipalType': 'User' }),
    ...(kind === 'user' && resource && { 'aws:username': arns.nameOf(resource) }),
  };
}

/** How the `Principal` element of a statement matches a principal. */
export interface PrincipalMatch {
  /** Everyone, this user or this service. A permissions boundary does not limit these. */
  readonly direct: Verdict;
  /** This role. Its permissions boundary limits that. */
  readonly role: Verdict;
  /** Its account. An identity policy must then allow the request. */
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
  if (principal.hasBoundary.truth === 'yes') return YES;
  if (principal.hasBoundary.truth !== 'no') return any([not(itself), principal.hasBoundary]);
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
  if (kind === 'Federated') {
    return principal.kind === 'federated' ? { ...none, direct: equal(value, principal.id) } : none;
  }
  // AWS does not document whether `*` in a trust policy includes identities of a provider.
  if (principal.kind === 'federated') {
    return value === '*' || value.startsWith('⟨?')
      ? { ...none, direct: unknown(`whether ${value} includes ${principal.name}`) }
      : none;
  }
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
      if (principal.session !== undefined) return { ...none, direct: equal(value, principal.session) };
      const sameRole =
        principal.id.endsWith(`/${session[2]}`) || (principal.id.includes('⟨?') && !principal.resource);
      return sameRole ? { ...none, direct: unknown(`whether the session is ${value}`) } : none;
    }
    return { ...none, role: equal(value, principal.id) };
  }
  return principal.kind === 'user' ? { ...none, direct: all([equal(value, principal.id)]) } : none;
}
