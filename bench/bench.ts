/**
 * Times whole processes side by side and prints Markdown: `npm run bench`. Absolute times differ from machine to
 * machine, ratios hardly do. Runs take turns, so that a change in the machine's speed meets them all alike.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalog } from '../lib/catalog';
import { benchAssertions } from './assertions';
import { benchNetwork } from './network';

const RUNS = 7;
/** For the whole catalogue, when nothing has changed that CDK's validator would have to read. */
const BUDGET = 1.5;

const root = join(__dirname, '..');
const output = mkdtempSync(join(tmpdir(), 'bench-'));
const bin = (packageName: string, file: string) => join(root, 'node_modules', packageName, 'bin', file);
const synth = (...args: string[]) => [bin('aws-cdk', 'cdk'), 'synth', '--quiet', '--output', output, ...args];
/** Which templates the last synthesis found valid, see bin/changed-templates.ts. */
const valid = join(output, 'valid-templates.json');

/** Wall time of one process, in seconds. Throws what it printed when it fails. */
function time(args: readonly string[]): number {
  const started = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status ?? 'a signal'}\n${stderr}`);
  return Number(process.hrtime.bigint() - started) / 1e9;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Has the next synthesis validate that template again, as it does after a change. */
function forget(stackName: string): void {
  const { [stackName]: forgotten, ...others } = JSON.parse(readFileSync(valid, 'utf8')) as Record<
    string,
    string[]
  >;
  if (!forgotten) throw new Error(`${valid} says nothing of ${stackName}`);
  writeFileSync(valid, JSON.stringify(others));
}

const catalogue = `whole catalogue, ${catalog.length} architectures`;
const commands = [
  { what: 'empty app, one topic', args: synth('--app', 'node -r sucrase/register/ts bench/empty-app.ts') },
  {
    what: `${catalogue}, for the first time`,
    args: synth(),
    before: () => {
      rmSync(valid, { force: true });
    },
  },
  {
    what: `${catalogue}, after a change of one`,
    args: synth(),
    before: () => {
      forget('BastionHost');
    },
  },
  { what: `${catalogue}, unchanged`, args: synth(), budgeted: true },
];

const runs = () =>
  commands.map(({ args, before }) => {
    before?.();
    return time(args);
  });
runs(); // warms the file cache
const times = Array.from({ length: RUNS }, runs);
rmSync(output, { recursive: true });
const jest = time([bin('jest', 'jest.js'), '--silent']);

const medians = commands.map((_, index) => median(times.map((run) => run[index] ?? Number.NaN)));
const empty = medians[0] ?? Number.NaN;
console.log(`Median of ${RUNS} runs, Node ${process.version}, ${cpus().length} cores.\n`);
console.log('| `cdk synth` of | seconds | times the empty app |');
console.log('| --- | ---: | ---: |');
commands.forEach(({ what }, index) => {
  const seconds = medians[index] ?? Number.NaN;
  console.log(`| ${what} | ${seconds.toFixed(2)} | ${(seconds / empty).toFixed(2)} |`);
});
console.log(`| all tests (\`jest\`, one run) | ${jest.toFixed(2)} | ${(jest / empty).toFixed(2)} |`);

const { synth: inProcess, allPairs, pairs } = benchAssertions();
console.log('\n| the catalogue, inside one process | seconds | times its synthesis |');
console.log('| --- | ---: | ---: |');
console.log(`| synthesis, checks included | ${inProcess.toFixed(2)} | 1.00 |`);
console.log(
  `| network of all templates, all ${pairs} pairs | ${allPairs.toFixed(2)} | ${(allPairs / inProcess).toFixed(2)} |`,
);

console.log(
  '\n| generated network | model, ms | one pair, ms | internet to all, ms | the same, µs an interface |',
);
console.log('| --- | ---: | ---: | ---: | ---: |');
for (const { vpcs, interfaces, rules, model, pair, toAll } of benchNetwork()) {
  console.log(
    `| ${interfaces} interfaces, ${vpcs} VPCs, ${rules} rules | ${model.toFixed(0)} | ${pair.toFixed(2)} | ${toAll.toFixed(1)} | ${((toAll * 1000) / interfaces).toFixed(0)} |`,
  );
}

const ratio = (medians[commands.findIndex(({ budgeted }) => budgeted)] ?? Number.NaN) / empty;
if (ratio > BUDGET) {
  console.error(`\nThe catalogue takes ${ratio.toFixed(2)} times the empty app; the budget is ${BUDGET}.`);
  process.exitCode = 1;
}
