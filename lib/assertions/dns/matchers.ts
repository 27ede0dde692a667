import { checkAnswer, type ExpectedAnswer } from './check';
import { Dns } from './dns';
import type { DnsQuery } from './model';

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- the only way to add a Jest matcher's type
  namespace jest {
    interface Matchers<R> {
      /**
       * All possible answers are as expected; with `.not`, none is. Fails with and without `.not` if that is unknown,
       * and if only some answers are as expected.
       */
      toAnswer(query: DnsQuery, expected: ExpectedAnswer): R;
    }
  }
}

expect.extend({
  toAnswer(this: jest.MatcherContext, received: unknown, query: DnsQuery, expected: ExpectedAnswer) {
    if (!(received instanceof Dns)) throw new Error('toAnswer: expected Dns.of(templates) inside expect()');
    const { verdict, explanation } = checkAnswer(received, query, expected);
    const pass = this.isNot ? verdict !== 'never' : verdict === 'always';
    const wanted = `${this.isNot ? 'never' : 'always'} ${JSON.stringify(expected)}`;
    return { pass, message: () => `Expected ${wanted}, which is ${verdict} so:\n${explanation}` };
  },
});
