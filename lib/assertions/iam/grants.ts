import { all, any, type Verdict } from './verdict';

/** What each kind of policy allows. */
export interface Grants {
  readonly identity: Verdict;
  readonly boundary: Verdict;
  readonly direct: Verdict;
  readonly role: Verdict;
  readonly account: Verdict;
}

/**
 * One policy that allows it is enough. A boundary limits what identity policies allow and what a resource policy allows
 * to the role's ARN, not what it allows to a user or to everyone.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
export function withinAccount(action: string, arn: string, grants: Grants): Verdict {
  const { identity, boundary, direct, role, account } = grants;
  const own = needsResourcePolicy(action, arn)
    ? // Identity policies count only where the key policy, or the trust policy, leaves it to the account.
      // https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
      all([identity, account])
    : identity;
  return any([direct, all([boundary, any([own, role])])]);
}

/** Both sides must allow it. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html */
export function acrossAccounts({ identity, boundary, direct, role, account }: Grants): Verdict {
  return all([identity, boundary, any([direct, role, account])]);
}

function needsResourcePolicy(action: string, arn: string): boolean {
  if (/^kms:/i.test(action)) return arn.includes(':key/');
  return /^sts:/i.test(action) && arn.includes(':role/');
}

/** Why nothing allows it, where some policy does and another one would have to. */
export function missing({ identity, boundary, direct, role, account }: Grants): string[] {
  const own = any([identity, role]).truth !== 'no';
  if (own && boundary.truth === 'no') return ['its permissions boundary does not allow it'];
  if (identity.truth !== 'no') return ["its own policies allow it, the resource's policy does not"];
  return any([direct, account]).truth === 'no'
    ? ['no statement allows it']
    : ["the resource's policy leaves it to the principal's own policies, and none allows it"];
}
