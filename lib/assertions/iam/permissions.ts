import { Templates, type Json } from '../templates';
import type { Arns } from './arns';
import type { IdentityPolicies } from './identity-policies';
import type { ResourcePolicies } from './resource-policies';
import { matchPrincipal, type Principal } from './principals';
import { hasEffect, texts, type Statement } from './statements';
import { any } from './verdict';

/** One action that a statement allows on one resource, both as patterns. */
export interface Permission {
  /** The pattern in the policy. `not s3:*` for NotAction. */
  readonly action: string;
  /** The pattern in the policy, with construct paths instead of ARNs: `Stack/Uploads/thumbnails/*`. */
  readonly resource: string;
  /** The condition in the statement. @default - none */
  readonly condition?: Json;
}

/** Throws for a policy that cannot be resolved, because an incomplete list proves nothing. */
export function permissionsIn(
  principal: Principal,
  templates: Templates,
  arns: Arns,
  identityPolicies: IdentityPolicies,
  resourcePolicies: ResourcePolicies,
): Permission[] {
  const isElsewhere = (principal.kind === 'role' || principal.kind === 'user') && !principal.resource;
  const problem = isElsewhere ? 'its policies are not in these templates' : templates.unexpanded[0];
  if (problem !== undefined) throw new Error(`the permissions of ${principal.name} are unknown: ${problem}`);
  const own = identityPolicies.of(principal);
  const granted = templates.resources.flatMap((resource) =>
    resourcePolicies
      .of(resource)
      .filter(({ elements }) => names(elements, principal, arns))
      .map((statement) => ({ statement, on: resource.path })),
  );
  const all = [...own.map((statement) => ({ statement, on: undefined })), ...granted].flatMap(
    ({ statement, on }) => {
      const why = statement.undecided ?? Templates.unknown(statement.elements);
      if (why !== undefined) throw new Error(`the permissions of ${principal.name} are unknown: ${why}`);
      return hasEffect(statement, 'Allow') ? permissions(statement, on, templates, arns) : [];
    },
  );
  const unique = new Map(all.map((permission) => [JSON.stringify(permission), permission]));
  return [...unique.values()].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

const key = ({ resource, action }: Permission) => `${resource} ${action}`;

function names(elements: Statement['elements'], principal: Principal, arns: Arns): boolean {
  // An unresolved statement may be for any principal.
  if (elements.Principal === undefined && elements.NotPrincipal === undefined) return true;
  const { direct, role } = matchPrincipal(elements, principal, arns);
  return any([direct, role]).truth !== 'no';
}

function permissions(
  { elements }: Statement,
  on: string | undefined,
  templates: Templates,
  arns: Arns,
): Permission[] {
  const { Action, NotAction, Resource, NotResource, Condition } = elements;
  const actions = [...texts(Action), ...texts(NotAction).map((action) => `not ${action}`)];
  const written = [...texts(Resource), ...texts(NotResource)];
  // In a resource policy, no `Resource` and `*` both mean the resource with the policy.
  const resources =
    on === undefined ? written : written.length === 0 ? [on] : written.map((one) => (one === '*' ? on : one));
  return actions.flatMap((action) =>
    resources.map((resource) => ({
      action,
      resource: `${NotResource === undefined ? '' : 'not '}${readable(arns.canonical(resource), templates, arns)}`,
      ...(Condition !== undefined && { condition: Condition }),
    })),
  );
}

/** Replaces the ARN of a construct by its path. */
function readable(arn: string, templates: Templates, arns: Arns): string {
  const found = templates.resources
    .map((resource) => ({ path: resource.path, own: arns.of(resource).replace(/:\*$/, '') }))
    .filter(({ own }) => own !== '' && arn.startsWith(own) && /^$|^[:/*]/.test(arn.slice(own.length)))
    .sort((a, b) => b.own.length - a.own.length)[0];
  return found ? `${found.path}${arn.slice(found.own.length)}` : arn;
}
