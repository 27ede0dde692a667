import { parseArgs } from 'node:util';
import { behaviourDiff, toMarkdown, toText, type Verdict } from '../lib/assertions/changes';
import { EXIT_CODES, run } from './load/exit-codes';
import { loadPair, PAIR_OPTIONS } from './load/load-pair';

const USAGE = `Usage: npm run behaviour-diff -- --before <folder or template> [--after <folder or template>] [options]

Says what a change of templates does: flows that open or close, also after the loss of an Availability Zone;
requests that load balancers answer differently; permissions that appear or vanish; names that Route 53 answers
differently. Each with its reason before and after.

  --before, --after      a synthesized cloud assembly (cdk.out), or a CloudFormation template in YAML or JSON, which may
                         be repeated and be named: <stack name>=<file>; default of --after: cdk.out
  --parameter <key>=<value>   a template parameter, for the sides that have it; may be repeated
  --region, --account    where templates that are given as files are deployed; default: not known
  --json                 the changes as JSON
  --markdown             the changes as a comment for a pull request

Exit code: 0 nothing opens, 1 a flow, a request or a permission opens, 2 one may open: it is not decided any more, 3 bad input.`;

const CODES: Readonly<Record<Verdict, number>> = {
  'nothing opens': EXIT_CODES.holds,
  opens: EXIT_CODES.fails,
  'may open': EXIT_CODES.unknown,
};

function main(): number {
  const { values } = parseArgs({
    args: process.argv.slice(2),
    options: {
      ...PAIR_OPTIONS,
      json: { type: 'boolean', default: false },
      markdown: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return EXIT_CODES.holds;
  }
  if (values.json && values.markdown) throw new Error('expected --json or --markdown, got both');
  const diff = behaviourDiff(...loadPair(values));
  const print = values.markdown ? toMarkdown : toText;
  console.log(values.json ? JSON.stringify(diff, undefined, 2) : print(diff));
  return CODES[diff.verdict];
}

run('behaviour-diff', main);
