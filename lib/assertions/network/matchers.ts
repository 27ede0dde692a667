import type { Resource } from '../templates';
import { Network } from './network';
import { flowText, type Question } from './questions/question';
import type { IConstruct } from 'constructs';

/** A question, and the component that its answer must depend on. */
export interface PassageQuestion extends Question {
  readonly component: string | IConstruct | Resource;
}

/** Jest inverts `pass` after `.not`: what is unknown must fail either way. */
const result = (isNot: boolean | undefined, yes: boolean, no: boolean, text: string) => ({
  pass: isNot === true ? !no : yes,
  message: () => text,
});

function checked(received: unknown): Network {
  if (received instanceof Network) return received;
  throw new Error(`expected a Network, got ${typeof received}`);
}

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- the only way to add a Jest matcher's type
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

// Importing this file adds the matchers to Jest's `expect`.
expect.extend({
  toReach(this: jest.MatcherContext, received: unknown, question: Question) {
    const flow = checked(received).canReach(question);
    const { answer } = flow;
    return result(this.isNot, answer === 'reachable', answer === 'not reachable', String(flow));
  },
  toSurviveLossOfAnyAz(this: jest.MatcherContext, received: unknown, question: Question) {
    const survival = checked(received).survivesLossOfAnyAz(question);
    const { answer } = survival;
    const text = `${flowText(question)}: ${answer}\n${String(survival)}`;
    return result(this.isNot, answer === 'survives', answer === 'does not survive', text);
  },
  toPassThrough(this: jest.MatcherContext, received: unknown, { component, ...question }: PassageQuestion) {
    const passage = checked(received).everyPath(question).passesThrough(component);
    return result(this.isNot, passage.answer === 'yes', passage.answer === 'no', String(passage));
  },
});
