import type { Stage } from 'aws-cdk-lib';
import { casesOf, NoSuchResource, Templates } from '../templates';
import type { Question } from './question';
import { readScalable, type Scalable } from './scalable';
import { PACES, simulate } from './simulation';
import { Sizes, type Run } from './sizes';

/** The Auto Scaling groups and scalable targets of a set of templates. */
export class Scaling {
  static of(templates: Templates): Scaling {
    return new Scaling(templates);
  }

  static fromApp(app: Stage): Scaling {
    return Scaling.of(Templates.fromApp(app));
  }

  private constructor(private readonly templates: Templates) {}

  /**
   * What scaling policies and scheduled actions do to the desired capacity, minute by minute.
   *
   * Throws an error of one line for a path that does not scale, a metric without data points, a schedule that AWS refuses
   * or that is not modelled, and step adjustments that overlap.
   */
  sizes(question: Question): Sizes {
    const { minutes, start = '2026-01-05T00:00:00Z' } = question;
    if (!Number.isInteger(minutes) || minutes < 1) {
      throw new Error(`minutes: got ${minutes}, expected a whole number, 1 or more`);
    }
    if (Number.isNaN(Date.parse(start))) throw new Error(`start: got ${start}, expected a time in ISO 8601`);
    // Reading the templates once tells which choices they leave open.
    readScalable(this.templates, question.of);
    const cases = casesOf(this.templates).map(({ templates, text }) => {
      const when = text === '' ? '' : `if ${text}`;
      return { when, scalable: ifItExists(() => readScalable(templates, question.of)) };
    });
    const open = cases.flatMap(({ when, scalable }) => {
      if (!scalable) return [`${question.of} does not exist ${when}`];
      return question.from === undefined && scalable.desired === undefined
        ? [
            ...scalable.open,
            `${scalable.path}: its capacity at the start is not in the templates, give \`from\``,
          ]
        : scalable.open;
    });
    if (open.length > 0) return new Sizes([], [...new Set(open)]);
    const answers = cases.flatMap(({ when, scalable }) =>
      scalable ? runs(scalable, question, Date.parse(start), when) : [],
    );
    return new Sizes(answers, [...new Set(answers.flatMap(({ unknown }) => unknown))]);
  }
}

/** Undefined if a condition removes the resource. */
function ifItExists(read: () => Scalable): Scalable | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof NoSuchResource) return undefined;
    throw error;
  }
}

/** One run for each pace of scaling in that AWS's documentation allows, if there is target tracking. */
function runs(scalable: Scalable, question: Question, start: number, when: string) {
  const tracks = scalable.policies.some(({ kind }) => kind === 'target tracking');
  return (tracks ? PACES : PACES.slice(0, 1)).map((pace) => ({
    when,
    ...simulate(scalable, question, start, pace),
  })) satisfies readonly Run[];
}
