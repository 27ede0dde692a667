import type { Resource, Templates } from '../templates';
import { Arns } from './arns';
import type { RequestContext } from './conditions';
import { Decision, type Answer } from './decision';
import { equal } from './glob';
import { acrossAccounts, missing, withinAccount, type Grants } from './grants';
import { permissionsIn, type Permission } from './permissions';
import { IdentityPolicies, type ManagedPolicies } from './identity-policies';
import { blocksPublicAccess, isPublic, ResourcePolicies } from './resource-policies';
import {
  accountOf,
  contextOf,
  matchPrincipal,
  resolvePrincipal,
  type Principal,
  type PrincipalInput,
} from './principals';
import { evaluate, hasEffect, matchesAction, type Request, type Statement } from './statements';
import { resolveTarget, type ResourceInput } from './target';
import { all, any, NO, not, unknown, YES, type Verdict } from './verdict';

export interface IamOptions {
  /** Documents of policies that the templates do not define, by ARN. @default - such policies make answers unknown */
  readonly managedPolicies?: ManagedPolicies;
  /** Keys that every request has, such as `aws:SecureTransport`. @default - what depends on a key is conditional */
  readonly context?: RequestContext;
}

export interface QuestionOptions {
  /** Keys of this request, by name; `null` for a key that it does not have. @default - those of `IamOptions` */
  readonly context?: RequestContext;
}

/** A statement that was looked at, and whether it applies. */
interface Evaluated {
  readonly statement: Statement;
  readonly verdict: Verdict;
}

/**
 * Who may do what on which resource, by the policies in synthesized templates.
 *
 * Modelled: identity policies, permissions boundaries, resource policies, role trust policies. Not modelled, because
 * they are not in the template of the resource: service and resource control policies, session policies, VPC endpoint
 * policies, ACLs, KMS grants. A resource outside the templates is taken to have no policy of its own.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export class Iam {
  static of(templates: Templates, options: IamOptions = {}): Iam {
    return new Iam(templates, options);
  }

  private readonly arns: Arns;
  private readonly identityPolicies: IdentityPolicies;
  private readonly resourcePolicies: ResourcePolicies;

  private constructor(
    private readonly templates: Templates,
    private readonly options: IamOptions,
  ) {
    this.arns = new Arns(templates);
    this.identityPolicies = new IdentityPolicies(templates, this.arns, options.managedPolicies ?? {});
    this.resourcePolicies = new ResourcePolicies(templates, this.arns);
  }

  /** The ARN of a construct, to stand in a context such as `aws:SourceArn`. */
  arn(path: string): string {
    return this.arns.of(this.templates.at(path));
  }

  /**
   * Whether a principal may do an action on a resource.
   *
   * The principal is the construct path of a role, user or group, of something that has one role (a function, an
   * instance), a service, an account, an ARN or `*`. The resource is a construct path, an ARN, or `*` for actions that
   * are on no resource. An object action on a bucket without a path asks about any object.
   *
   * Throws an error that says what was expected, for a path that is not there, for an action with wildcards, and for
   * an action that cannot be on the resource.
   */
  can(who: PrincipalInput, action: string, on: ResourceInput, options: QuestionOptions = {}): Decision {
    const principal = resolvePrincipal(who, this.templates, this.arns);
    const target = resolveTarget(action, on, this.templates, this.arns);
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
    return this.decide(principal, request, target.resource, `${principal.name} ${action} on ${target.name}`);
  }

  /**
   * Everything that statements allow a principal: its own, and those of resource policies that name it. An upper
   * bound: denials and boundaries are not subtracted. Throws when a policy cannot be resolved.
   */
  permissions(who: PrincipalInput): readonly Permission[] {
    const principal = resolvePrincipal(who, this.templates, this.arns);
    return permissionsIn(principal, this.templates, this.arns, this.identityPolicies, this.resourcePolicies);
  }

  private decide(
    principal: Principal,
    request: Request,
    target: Resource | undefined,
    question: string,
  ): Decision {
    const check = (statements: readonly Statement[]): Evaluated[] =>
      statements.map((statement) => ({ statement, verdict: evaluate(statement, request, this.arns) }));
    const identity = check(this.identityPolicies.of(principal));
    const limits = this.identityPolicies.boundaryOf(principal);
    const boundary = check(limits ?? []);
    const resource = target ? check(this.resourcePolicies.of(target)) : [];
    const ways = resource.map(({ statement, verdict }) => {
      const { direct, role, account } = matchPrincipal(statement.elements, principal, this.arns);
      const and = (way: Verdict): Evaluated => ({ statement, verdict: all([verdict, way]) });
      const open =
        statement.elements.Principal === undefined && statement.elements.NotPrincipal === undefined;
      // A statement that could not be read may be about anyone.
      if (open)
        return {
          direct: and(unknown(`the principal of ${statement.policy}`)),
          role: and(NO),
          account: and(NO),
        };
      const barred = target && isPublic(statement) ? this.isBarred(principal, target) : NO;
      return { direct: and(all([direct, not(barred)])), role: and(role), account: and(account) };
    });
    const named = ways.map((way): Evaluated => ({
      statement: way.direct.statement,
      verdict: any([way.direct.verdict, way.role.verdict, way.account.verdict]),
    }));

    const outside = this.outside(principal);
    const denials = [...identity, ...boundary, ...named].filter(({ statement }) =>
      hasEffect(statement, 'Deny'),
    );
    const deny = any([...denials.map(({ verdict }) => verdict), ...outside]);

    const allowed = (list: readonly Evaluated[]) =>
      any(list.filter(({ statement }) => hasEffect(statement, 'Allow')).map(({ verdict }) => verdict));
    const isRoot = principal.kind === 'account';
    const grants: Grants = {
      identity: any([allowed(identity), ...(isRoot ? [YES] : outside)]),
      boundary: limits ? allowed(boundary) : YES,
      direct: any([allowed(ways.map(({ direct }) => direct)), ...this.unseen()]),
      role: allowed(ways.map(({ role }) => role)),
      account: allowed(ways.map(({ account }) => account)),
    };
    const allow = this.grant(principal, request, target, grants);
    const allowances = [...identity, ...boundary, ...named].filter(({ statement }) =>
      hasEffect(statement, 'Allow'),
    );
    return conclude(question, request.action, deny, allow, denials, allowances, grants);
  }

  /** What may speak for or against a principal, and is not in the templates. */
  private outside({ kind, name, resource }: Principal): Verdict[] {
    const isElsewhere = (kind === 'role' || kind === 'user') && !resource;
    return [
      ...this.unseen(),
      ...(isElsewhere ? [unknown(`the policies of ${name} are not in these templates`)] : []),
    ];
  }

  /** Any policy may be in what CloudFormation has yet to expand. */
  private unseen(): Verdict[] {
    return this.templates.unexpanded.map((what) => unknown(what));
  }

  /** Whether S3 keeps a principal from using a statement for everyone. */
  private isBarred({ kind, account }: Principal, target: Resource): Verdict {
    if (kind === 'service') return NO;
    const isInside = account === undefined ? NO : equal(account, target.account ?? '⟨AWS::AccountId⟩');
    return all([blocksPublicAccess(target), not(isInside)]);
  }

  private grant(
    principal: Principal,
    { action, resource }: Request,
    target: Resource | undefined,
    grants: Grants,
  ): Verdict {
    const theirs = target ? (target.account ?? '⟨AWS::AccountId⟩') : accountOf(resource);
    const ours = principal.account ?? theirs;
    const [same, cross] = [withinAccount(action, resource, target, grants), acrossAccounts(grants)];
    if (theirs === '' || resource === '*') return same;
    const isSame = equal(ours, theirs);
    if (isSame.truth === 'yes') return same;
    if (isSame.truth === 'no') return cross;
    return same.truth === cross.truth ? same : unknown(`whether account ${ours} is ${theirs}`);
  }
}

function conclude(
  question: string,
  action: string,
  deny: Verdict,
  allow: Verdict,
  denials: readonly Evaluated[],
  allowances: readonly Evaluated[],
  grants: Grants,
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
      missing(grants),
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
