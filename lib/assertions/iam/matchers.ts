import { Decision, type Answer } from './decision';
import { Iam, type QuestionOptions } from './iam';
import type { PrincipalInput } from './principals';
import type { ResourceInput } from './target';

/** Allowed actions by resource, both written as in `Permission`. */
export type PermissionList = Readonly<Record<string, readonly string[]>>;

/** Compares the permissions of a principal with a list. */
export function compareToList(iam: Iam, who: PrincipalInput, list: PermissionList) {
  const wanted = Object.entries(list).flatMap(([resource, actions]) =>
    actions.map((action) => `${action} on ${resource}`),
  );
  const found = [...new Set(iam.permissions(who).map(({ action, resource }) => `${action} on ${resource}`))];
  const extra = found.filter((one) => !wanted.includes(one));
  const absent = wanted.filter((one) => !found.includes(one));
  return { extra, absent, matches: extra.length === 0 && absent.length === 0 };
}

/**
 * "Unknown" must fail also with `.not`. Therefore the matcher throws: Jest counts a matcher that throws as failed, with
 * and without `.not`.
 */
function answers(decision: Decision, expected: Answer, opposite: readonly Answer[]) {
  if (decision.answer !== expected && !opposite.includes(decision.answer))
    throw new Error(decision.toString());
  return { pass: decision.answer === expected, message: () => decision.toString() };
}

const DENIED: readonly Answer[] = ['explicit deny', 'implicit deny'];

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- the only way to add a Jest matcher's type
  namespace jest {
    interface Matchers<R, T> {
      /** The answer is `allowed`; with `.not`, an explicit or implicit deny. Fails for `conditional` and `unknown`. */
      toAllow(
        this: Matchers<R, T>,
        who: PrincipalInput,
        action: string,
        on: ResourceInput,
        options?: QuestionOptions,
      ): R;
      /** The answer is `conditional`; with `.not`, `allowed` or a deny. Fails for `unknown`. */
      toAllowConditionally(
        who: PrincipalInput,
        action: string,
        on: ResourceInput,
        options?: QuestionOptions,
      ): R;
      /** The policies allow exactly these actions on these resources, as patterns in the policies. */
      toAllowOnly(who: PrincipalInput, list: PermissionList): R;
    }
  }
}

// Importing this file adds the matchers to Jest's `expect`.
expect.extend({
  toAllow(iam: Iam, who: PrincipalInput, action: string, on: ResourceInput, options?: QuestionOptions) {
    return answers(iam.can(who, action, on, options), 'allowed', DENIED);
  },
  toAllowConditionally(
    iam: Iam,
    who: PrincipalInput,
    action: string,
    on: ResourceInput,
    options?: QuestionOptions,
  ) {
    return answers(iam.can(who, action, on, options), 'conditional', ['allowed', ...DENIED]);
  },
  toAllowOnly(iam: Iam, who: PrincipalInput, list: PermissionList) {
    const { extra, absent, matches } = compareToList(iam, who, list);
    const lines = [
      ...extra.map((one) => `  allowed, not in the list: ${one}`),
      ...absent.map((one) => `  in the list, not allowed: ${one}`),
    ];
    return {
      pass: matches,
      message: () => [`the permissions of ${JSON.stringify(who)}`, ...lines].join('\n'),
    };
  },
});
