import { isAsExpected, type ExpectedRoute } from './check';
import { Requests } from './requests';
import type { RequestQuestion, SendQuestion } from './request';
import type { Trilean } from '../templates/properties';

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- the only way to add a Jest matcher's type
  namespace jest {
    interface Matchers<R> {
      /** The load balancer does that with the request; with `.not`, it certainly does not. Unknown fails both. */
      toRoute(question: RequestQuestion, expected: ExpectedRoute): R;
      /**
       * A request from the place gets its answer, and its route is as expected; with `.not`, it certainly gets none, or
       * takes another route. Unknown fails both.
       */
      toServe(question: SendQuestion, expected?: ExpectedRoute): R;
      /** As `toServe`, with all Availability Zones and without any one of them. Unknown fails both. */
      toServeWithoutAnyAz(question: SendQuestion): R;
    }
  }
}

/** Jest inverts `pass` after `.not`: what is unknown must fail either way. */
const result = (isNot: boolean | undefined, match: Trilean, text: string) => ({
  pass: isNot === true ? match !== false : match === true,
  message: () => text,
});

function checked(received: unknown): Requests {
  if (received instanceof Requests) return received;
  throw new Error(`expected Requests.of(templates), got ${typeof received}`);
}

// Importing this file adds the matchers to Jest's `expect`.
expect.extend({
  toRoute(this: jest.MatcherContext, received: unknown, question: RequestQuestion, expected: ExpectedRoute) {
    const route = checked(received).route(question);
    const text = `expected${this.isNot ? ' not' : ''} ${wanted(expected)}\n${String(route)}`;
    return result(this.isNot, isAsExpected(route, expected), text);
  },
  toServe(
    this: jest.MatcherContext,
    received: unknown,
    question: SendQuestion,
    expected: ExpectedRoute = {},
  ) {
    const answer = checked(received).send(question);
    const served = { answered: true, 'not answered': false, unknown: 'doubt' } as const;
    const matches = [served[answer.answer], isAsExpected(answer.route, expected)];
    const match = matches.includes(false) ? false : matches.includes('doubt') ? 'doubt' : true;
    return result(this.isNot, match, `${String(answer)}\n${wanted(expected)}: ${String(answer.route)}`);
  },
  toServeWithoutAnyAz(this: jest.MatcherContext, received: unknown, question: SendQuestion) {
    const survival = checked(received).survivesLossOfAnyAz(question);
    const match = { survives: true, 'does not survive': false, unknown: 'doubt' } as const;
    return result(this.isNot, match[survival.answer], String(survival));
  },
});

const wanted = (expected: ExpectedRoute): string =>
  Object.entries(expected)
    .map(
      ([key, value]) =>
        `${key} ${typeof value === 'object' ? (value as { node: { path: string } }).node.path : String(value)}`,
    )
    .join(', ');
