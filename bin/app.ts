// Before anything else, so that Node.js keeps what the other files load.
import './compile-cache';
import { join } from 'node:path';
import { LastSynthesis } from './unchanged';

// The CDK CLI names the output folder. Without it, CDK makes a temporary one.
const output = process.env.CDK_OUTDIR;
const last = output === undefined ? undefined : new LastSynthesis(join(__dirname, '..'), output);
const unchanged = last?.unchanged();
if (unchanged) {
  // The CLI reads the assembly that is there.
  process.stderr.write(unchanged.printed);
} else {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loading CDK takes longer than all of the above
  const { synthesize } = require('./synthesize') as typeof import('./synthesize');
  synthesize(last);
}
