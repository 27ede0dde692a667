import { endsWithPath } from './answer';
import { Events, type Question } from './events';

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- the only way to add a Jest matcher's type
  namespace jest {
    interface Matchers<R> {
      /**
       * The event or message reaches these targets and no other: construct paths or the ends of them, ARNs, addresses.
       * Fails with and without `.not` where the templates leave a delivery open.
       */
      toDeliverOnlyTo(question: Question, targets: readonly string[]): R;
    }
  }
}

// Importing this file adds the matcher to Jest's `expect`.
expect.extend({
  toDeliverOnlyTo(events: Events, question: Question, targets: readonly string[]) {
    const answer = events.deliveries(question);
    if (answer.unknown.length > 0) throw new Error(answer.toString());
    const named = (to: string) => targets.some((target) => endsWithPath(to, target));
    const missing = targets.filter((target) => !answer.targets.some((to) => endsWithPath(to, target)));
    const pass = answer.targets.every(named) && missing.length === 0;
    return { pass, message: () => `Expected ${targets.join(', ') || 'no target'}:\n${answer.toString()}` };
  },
});
