import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Network, type Question } from '../../../lib/assertions/network';
import { Templates } from '../../../lib/assertions/templates';

/** A small template with questions that are easy to answer wrongly, and the answers that are right. */
interface Fault {
  readonly why: string;
  readonly templates: Readonly<Record<string, unknown>>;
  readonly questions: readonly (Question & {
    readonly expected?: readonly string[];
    readonly survival?: readonly string[];
  })[];
}

const FOLDER = join(__dirname, 'faults');
const faults = readdirSync(FOLDER).map(
  (file) =>
    [file.replace('.json', ''), JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Fault] as const,
);

/** The answer, or `error` for an error that says what is wrong with the question. */
function answerTo(ask: () => { readonly answer: string }): string {
  try {
    return ask().answer;
  } catch (error) {
    return error instanceof Error && error.message !== '' && !(error instanceof RangeError)
      ? 'error'
      : 'crash';
  }
}

describe.each(faults)('%s', (_, { why, templates, questions }) => {
  const network = Network.of(Templates.fromTemplates(templates));

  it.each(questions.map((question) => [JSON.stringify(question), question] as const))(
    `${why} %s`,
    (_text, { expected, survival, ...question }) => {
      if (expected) expect(expected).toContain(answerTo(() => network.canReach(question)));
      else expect(survival).toContain(network.survivesLossOfAnyAz(question).answer);
    },
  );
});
