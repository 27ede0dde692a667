import type { Json, Resource, Templates } from '../templates';
import { Arns } from './arns';
import { exists } from './attachments';
import type { RequestContext } from './conditions';
import { Decision, type Answer } from './decision';
import { equal } from './glob';
import { acrossAccounts, missing, withinAccount, type Grants } from './grants';
import { permissionsIn, readable, type Permission } from './permissions';
import { IdentityPolicies, type ManagedPolicies } from './identity-policies';
import { OrganizationPolicies, scpAllows, type OrganizationAccounts } from './organization';
import { isPublicPolicy, restrictsPublicBuckets } from './public-access';
import { ResourcePolicies } from './resource-policies';
import {
  accountOf,
  contextOf,
  matchPrincipal,
  resolvePrincipal,
  type Principal,
  type PrincipalInput,
} from './principals';
import {
  canonicalContext,
  evaluate,
  hasEffect,
  matchesAction,
  statementsOf,
  type Request,
  type Statement,
} from './statements';
import { resolveTarget, type ResourceInput, type Target } from './target';
import { all, any, NO, not, unknown, YES, type Verdict } from './verdict';

export interface IamOptions {
  /** Documents of policies outside the templates, by ARN. @default - such policies make answers unknown */
  readonly managedPolicies?: ManagedPolicies;
  /**
   * Policies of resources outside the templates, by the ARN of the resource. `null`: the resource has no policy.
   * @default - the policy of such a resource is unknown
   */
  readonly resourcePolicies?: Readonly<Record<string, unknown>>;
  /**
   * Condition keys of every request, such as `aws:SecureTransport`.
   * @default - answers that depend on a key are conditional
   */
  readonly context?: RequestContext;
  /**
   * The parent of each account in the organization.
   * @default - policies on organizational units and roots make answers unknown
   */
  readonly accounts?: OrganizationAccounts;
}

export interface QuestionOptions {
  /** Condition keys of this request. `null`: the request does not have the key. @default - those of `IamOptions` */
  readonly context?: RequestContext;
}

/** A statement, and whether it applies to the request. */
interface Evaluated {
  readonly statement: Statement;
  readonly verdict: Verdict;
}

/**
 * Decides which principal may do which action on which resource, from the policies in synthesized templates.
 *
 * Modelled: identity policies, permissions boundaries, resource policies, trust policies, service and resource control
 * policies, the policy of the VPC endpoint in `aws:SourceVpce`, S3 Block Public Access of buckets. Not modelled:
 * session policies, ACLs, access points, KMS grants. The policy of a resource outside the templates is unknown.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export class Iam {
  static of(templates: Templates, options: IamOptions = {}): Iam {
    return new Iam(templates, options);
  }

  private readonly arns: Arns;
  private readonly identityPolicies: IdentityPolicies;
  private readonly resourcePolicies: ResourcePolicies;
  private readonly organization: OrganizationPolicies;

  private constructor(
    private readonly templates: Templates,
    private readonly options: IamOptions,
  ) {
    this.arns = new Arns(templates);
    this.identityPolicies = new IdentityPolicies(templates, this.arns, options.managedPolicies ?? {});
    this.resourcePolicies = new ResourcePolicies(templates, this.arns);
    this.organization = new OrganizationPolicies(templates, this.arns, options.accounts ?? {});
  }

  /** The ARN of a construct, for a condition key such as `aws:SourceArn`. */
  arn(path: string): string {
    return this.arns.of(this.templates.at(path));
  }

  /** What Ref of a construct returns, for a condition key such as `aws:SourceVpce`. */
  id(path: string): string {
    const { stack, logicalId } = this.templates.at(path);
    return this.arns.canonical(`⟨${stack}.${logicalId}⟩`);
  }

  /**
   * Whether a principal may do an action on a resource.
   *
   * The principal is a construct path, a service, an account, an ARN or `*`. A construct is a role, user or group, or
   * has one role, like a function or an instance. The resource is a construct path, an ARN, or `*` for an action
   * without a resource. An action on objects of a bucket, without a path, means any object.
   *
   * Throws for a path that does not exist, an action with wildcards, an action that AWS does not have, and an action
   * that is not for this type of resource. The message says what was expected.
   */
  can(who: PrincipalInput, action: string, on: ResourceInput, options: QuestionOptions = {}): Decision {
    const principal = resolvePrincipal(who, this.templates, this.arns);
    const target = resolveTarget(action, on, this.templates, this.arns);
    if (
      principal.kind === 'federated' &&
      !/^sts:(AssumeRoleWith(SAML|WebIdentity)|TagSession|SetSourceIdentity)$/i.test(action)
    )
      throw new Error(
        `${action} by ${principal.name}: expected sts:AssumeRoleWithWebIdentity or sts:AssumeRoleWithSAML`,
      );
    const account = target.resource && (target.resource.account ?? '⟨AWS::AccountId⟩');
    const request: Request = {
      action,
      resource: target.arn,
      context: {
        ...contextOf(principal, this.arns),
        ...(account !== undefined && { 'aws:ResourceAccount': account }),
        ...this.options.context,
        ...options.context,
      },
    };
    return this.decide(principal, request, target, `${principal.name} ${action} on ${target.name}`);
  }

  /**
   * All permissions of a principal by its identity policies and by resource policies that name it. It is an upper
   * bound: Deny statements and boundaries are not subtracted. Throws if a policy cannot be resolved.
   */
  permissions(who: PrincipalInput): readonly Permission[] {
    const principal = resolvePrincipal(who, this.templates, this.arns);
    return permissionsIn(principal, this.templates, this.arns, this.identityPolicies, this.resourcePolicies);
  }

  /** The statements of the policies of a role, user or group of the templates, and of its permissions boundary. */
  policiesOf(path: string): {
    readonly identity: readonly Statement[];
    readonly boundary: readonly Statement[];
  } {
    const principal = resolvePrincipal(path, this.templates, this.arns);
    return {
      identity: this.identityPolicies.of(principal),
      boundary: this.identityPolicies.boundaryOf(principal) ?? [],
    };
  }

  /** The statements of the policies of a resource of the templates. */
  resourcePolicyOf(resource: Resource): readonly Statement[] {
    return this.resourcePolicies.of(resource);
  }

  /** The same ARN, however the template refers to a resource: names that AWS generates stand as `⟨=Stack.LogicalId⟩`. */
  canonical(text: string): string {
    return this.arns.canonical(text);
  }

  /** An ARN with the construct path of the resource that it is of, or inside of. */
  readable(arn: string): string {
    return readable(this.arns.canonical(arn), this.templates, this.arns);
  }

  private decide(
    principal: Principal,
    request: Request,
    { resource: target, through, unknownPolicy }: Target,
    question: string,
  ): Decision {
    const check = (statements: readonly Statement[]): Evaluated[] =>
      statements.map((statement) => ({ statement, verdict: evaluate(statement, request, this.arns) }));
    const identity = check(this.identityPolicies.of(principal));
    const limits = this.identityPolicies.boundaryOf(principal);
    const boundary = check(limits ?? []);
    const given = target ? undefined : this.givenPolicy(request.resource);
    const policy = target ? this.resourcePolicies.of(target) : (given ?? []);
    const resource = check(policy);
    const barred = target ? this.isBarred(principal, target, policy) : NO;
    const ways = resource.map(({ statement, verdict }) => {
      const { direct, role, account } = matchPrincipal(statement.elements, principal, this.arns);
      const and = (way: Verdict): Evaluated => ({ statement, verdict: all([verdict, way]) });
      const open =
        statement.elements.Principal === undefined && statement.elements.NotPrincipal === undefined;
      // An unresolved statement may be for any principal.
      if (open)
        return {
          direct: and(unknown(`the principal of ${statement.policy}`)),
          role: and(NO),
          account: and(NO),
        };
      const pass = hasEffect(statement, 'Allow') ? not(barred) : YES;
      return {
        direct: and(all([direct, pass])),
        role: and(all([role, pass])),
        account: and(all([account, pass])),
      };
    });
    const named = ways.map((way): Evaluated => ({
      statement: way.direct.statement,
      verdict: any([way.direct.verdict, way.role.verdict, way.account.verdict]),
    }));

    const account = principal.account;
    const theirs = target ? (target.account ?? '⟨AWS::AccountId⟩') : accountOf(request.resource);
    const scp = account === undefined ? [] : check(this.organization.serviceControl(account));
    const rcp = theirs === '' ? [] : check(this.organization.resourceControl(theirs, request.action));
    const endpoint = this.throughEndpoint(principal, request);
    const elsewhere = unknownPolicy === undefined || given ? [] : [unknown(unknownPolicy)];

    const outside = this.outside(principal);
    const denials = [...identity, ...boundary, ...named, ...scp, ...rcp, ...(endpoint ?? [])].filter(
      ({ statement }) => hasEffect(statement, 'Deny'),
    );
    const deny = any([...denials.map(({ verdict }) => verdict), ...outside, ...elsewhere]);

    const allowed = (list: readonly Evaluated[]) =>
      any(list.filter(({ statement }) => hasEffect(statement, 'Allow')).map(({ verdict }) => verdict));
    const isRoot = principal.kind === 'account';
    const grants: Grants = {
      identity: any([allowed(identity), ...(isRoot ? [YES] : outside)]),
      boundary: limits ? allowed(boundary) : YES,
      direct: any([allowed(ways.map(({ direct }) => direct)), ...this.unseen(), ...elsewhere]),
      role: allowed(ways.map(({ role }) => role)),
      account: any([allowed(ways.map((way) => way.account)), ...elsewhere]),
    };
    const limit = all([scpAllows(scp), endpoint ? allowed(endpoint) : YES]);
    // Who does not exist may do nothing, and nothing can be done to what does not exist.
    const needed = [principal.resource, ...(principal.through ?? []), target, through];
    const existing = needed.map((one) => (one ? exists(one) : YES));
    const allow = all([this.grant(principal, request, target, grants), limit, ...existing]);
    const allowances = [...identity, ...boundary, ...named].filter(({ statement }) =>
      hasEffect(statement, 'Allow'),
    );
    const why = limit.truth === 'no' ? ['the policy of the VPC endpoint does not allow it'] : missing(grants);
    return conclude(question, request.action, deny, allow, denials, allowances, why);
  }

  /** The statements of the resource policy in the options, for the ARN or its parent. Undefined, if there is none. */
  private givenPolicy(arn: string): Statement[] | undefined {
    const [found] = Object.entries(this.options.resourcePolicies ?? {})
      .map(([key, document]) => ({ key: this.arns.canonical(key), document }))
      .filter(({ key }) => arn === key || arn.startsWith(`${key}/`) || arn.startsWith(`${key}:`))
      .sort((a, b) => b.key.length - a.key.length);
    return (
      found && statementsOf(`the policy of ${found.key}`, (found.document ?? undefined) as Json | undefined)
    );
  }

  /** Why policies of the principal may be missing from the templates. */
  private outside({ kind, name, resource }: Principal): Verdict[] {
    const isElsewhere = (kind === 'role' || kind === 'user') && !resource;
    return [
      ...this.unseen(),
      ...(isElsewhere ? [unknown(`the policies of ${name} are not in these templates`)] : []),
    ];
  }

  /** A transform may add any policy. */
  private unseen(): Verdict[] {
    return this.templates.unexpanded.map((what) => unknown(what));
  }

  /** Whether S3 Block Public Access makes S3 ignore the bucket policy for a principal. */
  private isBarred({ kind, account }: Principal, target: Resource, policy: readonly Statement[]): Verdict {
    if (kind === 'service' || target.type !== 'AWS::S3::Bucket') return NO;
    const isInside = account === undefined ? NO : equal(account, target.account ?? '⟨AWS::AccountId⟩');
    return all([restrictsPublicBuckets(target), isPublicPolicy(policy), not(isInside)]);
  }

  /**
   * The statements of the endpoint policy, for the VPC endpoint in `aws:SourceVpce`. Undefined, if there is no such
   * key, if the endpoint is not in the templates, and for the default policy, which allows everything.
   * https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
   */
  private throughEndpoint(principal: Principal, request: Request): Evaluated[] | undefined {
    const given = canonicalContext(request.context, this.arns);
    const key = Object.keys(given).find((name) => name.toLowerCase() === 'aws:sourcevpce');
    const id = key === undefined ? undefined : given[key];
    const endpoint = this.templates
      .ofType('AWS::EC2::VPCEndpoint')
      .find((one) => this.arns.nameOf(one) === id);
    const document = endpoint?.properties.PolicyDocument;
    if (!endpoint || document === undefined) return undefined;
    return statementsOf(endpoint.path, document).map((statement) => {
      const { direct, role, account } = matchPrincipal(statement.elements, principal, this.arns);
      const who =
        statement.elements.Principal === undefined && statement.elements.NotPrincipal === undefined
          ? unknown(`the principal of ${statement.policy}`)
          : any([direct, role, account]);
      return { statement, verdict: all([evaluate(statement, request, this.arns), who]) };
    });
  }

  private grant(
    principal: Principal,
    { action, resource }: Request,
    target: Resource | undefined,
    grants: Grants,
  ): Verdict {
    const theirs = target ? (target.account ?? '⟨AWS::AccountId⟩') : accountOf(resource);
    const ours = principal.account ?? theirs;
    const [same, cross] = [withinAccount(action, resource, grants), acrossAccounts(grants)];
    if (theirs === '' || resource === '*') return same;
    const isSame = equal(ours, theirs);
    if (isSame.truth === 'yes') return same;
    if (isSame.truth === 'no') return cross;
    if (same.truth === cross.truth) return same;
    return { truth: 'unknown', why: [`whether account ${ours} is ${theirs}`, ...same.why, ...cross.why] };
  }
}

function conclude(
  question: string,
  action: string,
  deny: Verdict,
  allow: Verdict,
  denials: readonly Evaluated[],
  allowances: readonly Evaluated[],
  absent: readonly string[],
): Decision {
  const having = (list: readonly Evaluated[], ...truths: Verdict['truth'][]) =>
    list.filter(({ verdict }) => truths.includes(verdict.truth)).map(({ statement }) => describe(statement));
  const decision = (answer: Answer, statements: ReturnType<typeof describe>[], why: readonly string[] = []) =>
    new Decision(question, answer, statements, why);

  if (deny.truth === 'yes') return decision('explicit deny', having(denials, 'yes'));
  if (allow.truth === 'no') {
    const near = allowances.filter(
      ({ statement, verdict }) => verdict.truth === 'no' && matchesAction(statement, action).truth === 'yes',
    );
    return decision(
      'implicit deny',
      near.map(({ statement }) => describe(statement)),
      absent,
    );
  }
  for (const truth of ['unknown', 'conditional'] as const) {
    const why = [allow, deny].filter((verdict) => verdict.truth === truth).flatMap((verdict) => verdict.why);
    if (why.length > 0) {
      return decision(
        truth,
        [...having(denials, truth), ...having(allowances, truth, 'yes')],
        [...new Set(why)],
      );
    }
  }
  return decision('allowed', having(allowances, 'yes'));
}

const describe = ({ elements, policy, id }: Statement) => ({
  effect: typeof elements.Effect === 'string' ? elements.Effect : 'Unknown effect',
  policy,
  id,
});
