import type { PassageQuestion } from './matchers';
import type { Question } from './question';

declare global {
  namespace jest {
    interface Matchers<R, T> {
      /** The source can open a connection; with `.not`, it certainly cannot. Unknown fails both. */
      toReach(this: Matchers<R, T>, question: Question): R;
      /** The flow holds, and without any one Availability Zone it still does. Unknown fails both. */
      toSurviveLossOfAnyAz(question: Question): R;
      /** There is a path, and none without the component. Unknown fails both. */
      toPassThrough(question: PassageQuestion): R;
    }
  }
}
