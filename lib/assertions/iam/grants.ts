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
 * Within one account, one policy that allows the request is enough. A permissions boundary limits identity policies,
 * and what a resource policy allows a role. It does not limit what a resource policy allows a user or everyone.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
export function withinAccount(action: string, arn: string, grants: Grants): Verdict {
  const { identity, boundary, direct, role, account } = grants;
  const own = needsResourcePolicy(action, arn)
    ? // Identity policies count only if the key policy, or the trust policy, allows the account.
      // https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
      all([identity, account])
    : identity;
  return any([direct, all([boundary, any([own, role])])]);
}

/** Across accounts, both sides must allow the request. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html */
export function acrossAccounts({ identity, boundary, direct, role, account }: Grants): Verdict {
  return all([identity, boundary, any([direct, role, account])]);
}

function needsResourcePolicy(action: string, arn: string): boolean {
  if (/^kms:/i.test(action)) return arn.includes(':key/');
  return /^sts:/i.test(action) && arn.includes(':role/');
}

/** Which policy would have to allow the request. */
export function missing({ identity, boundary, direct, role, account }: Grants): string[] {
  const own = any([identity, role]).truth !== 'no';
  if (own && boundary.truth === 'no') return ['its permissions boundary does not allow it'];
  if (identity.truth !== 'no') return ['its identity policies allow it, the resource policy does not'];
  return any([direct, account]).truth === 'no'
    ? ['no statement allows it']
    : ['the resource policy allows the account, but no identity policy of the principal allows it'];
}
