import { any, unknown, type Verdict } from '../iam/verdict';
import { casesOf, type Json, type Templates } from '../templates';
import { Answer, type Delivery } from './answer';
import { deliver, type BusEvent } from './event-buses';
import { passes } from './sources';
import { publish, type TopicMessage } from './topics';

/** Which event or message is sent where. */
export type Question =
  /** `bus` is a construct path. @default - the default bus */
  | {
      readonly event: BusEvent;
      readonly bus?: string;
      /** The rules that a replay names, by construct path. @default - all rules */
      readonly rules?: readonly string[];
    }
  /** `topic` is a construct path. */
  | { readonly message: TopicMessage; readonly topic: string };

/** The event buses, topics, pipes and event source mappings of a set of templates, ready to be asked. */
export class Events {
  static of(templates: Templates): Events {
    return new Events(templates);
  }

  private constructor(private readonly templates: Templates) {}

  /**
   * Where an event or message goes. Throws for an event, pattern, filter policy or target that AWS refuses, and for a
   * bus or topic that is not in the templates.
   */
  deliveries(question: Question): Answer {
    const ask = (templates: Templates) =>
      'event' in question
        ? deliver(templates, question)
        : publish(templates, question.message, question.topic);
    // Reading the templates once tells which choices they leave open.
    ask(this.templates);
    const cases = casesOf(this.templates).map(({ templates, text }) => ({ answer: ask(templates), text }));
    return merged(cases);
  }

  /** Whether a pipe or event source mapping, by its construct path, passes a record on. Throws as `passes` does. */
  passes(path: string, record: Json): Verdict {
    // The choices of all resources of a type that was read are open. `at` reads one by its path.
    this.templates.ofType(this.templates.at(path).type);
    const verdicts = casesOf(this.templates).map(({ templates }) => passes(templates, path, record));
    const [first] = verdicts;
    if (first && verdicts.every(({ truth }) => truth === first.truth)) return first;
    return unknown(`it depends on parameters or conditions: ${any(verdicts).why.join('; ')}`);
  }
}

interface Case {
  readonly answer: Answer;
  readonly text: string;
}

/** What holds in all cases is certain, the rest unknown. */
function merged(cases: readonly Case[]): Answer {
  const [only, second] = cases;
  if (only && !second) return only.answer;
  const keyOf = ({ through, to, input }: Delivery) => JSON.stringify([through, to, input]);
  const everywhere = new Map(
    cases.flatMap(({ answer }) => answer.deliveries.map((one) => [keyOf(one), one])),
  );
  const deliveries = [...everywhere].map(([key, one]): Delivery => {
    const absent = cases.find(({ answer }) => !answer.deliveries.some((other) => keyOf(other) === key));
    const undecided = cases
      .flatMap(({ answer }) => answer.deliveries)
      .find((other) => keyOf(other) === key && other.verdict.truth !== 'yes');
    if (absent) return { ...one, verdict: unknown(`not if ${absent.text}`) };
    return { ...one, verdict: undecided?.verdict ?? one.verdict };
  });
  const archives = [...new Set(cases.flatMap(({ answer }) => answer.archives))];
  const certain = archives.filter((path) => cases.every(({ answer }) => answer.archives.includes(path)));
  const open = cases.flatMap(({ answer }) => answer.open);
  const sometimes = archives
    .filter((path) => !certain.includes(path))
    .map((path) => `${path}: in some cases only`);
  return new Answer(deliveries, certain, [...new Set([...open, ...sometimes])]);
}
