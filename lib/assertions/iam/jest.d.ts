import type { QuestionOptions } from './iam';
import type { PermissionList } from './matchers';
import type { PrincipalInput } from './principals';
import type { ResourceInput } from './target';

declare global {
  namespace jest {
    interface Matchers<R, T> {
      /** The answer is `allowed`; with `.not`, an explicit or implicit deny. Conditional and unknown satisfy neither. */
      toAllow(
        this: Matchers<R, T>,
        who: PrincipalInput,
        action: string,
        on: ResourceInput,
        options?: QuestionOptions,
      ): R;
      /** The answer is `conditional`; with `.not`, `allowed` or a deny. Unknown satisfies neither. */
      toAllowConditionally(
        who: PrincipalInput,
        action: string,
        on: ResourceInput,
        options?: QuestionOptions,
      ): R;
      /** The policies allow these actions on these resources, word for word, and nothing else. */
      toAllowOnly(who: PrincipalInput, list: PermissionList): R;
    }
  }
}
