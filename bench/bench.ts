/**
 * Times whole processes side by side and prints Markdown: `npm run bench`. Absolute times differ from machine to
 * machine, ratios hardly do. Runs take turns, so that a change in the machine's speed meets them all alike.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalog } from '../lib/catalog';
import { benchAssertions } from './assertions';
import { benchNetwork } from './network';

const RUNS = 7;
const BUDGET = 1.5;

const root = join(__dirname, '..');
const output = mkdtempSync(join(tmpdir(), 'bench-'));
const bin = (packageName: string, file: string) => join(root, 'node_modules', packageName, 'bin', file);
const synth = (...args: string[]) => [bin('aws-cdk', 'cdk'), 'synth', '--quiet', '--output', output, ...args];

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

const commands = [
  { what: 'empty app, one topic', args: synth('--app', 'node -r sucrase/register/ts bench/empty-app.ts') },
  { what: 'one architecture', args: synth('--exclusively', 'MultiAzVpc') },
  { what: `whole catalogue, ${catalog.length} architectures`, args: synth() },
];

for (const { args } of commands) time(args); // warm the file cache
const times = commands.map((): number[] => []);
for (let run = 0; run < RUNS; run++) commands.forEach(({ args }, index) => times[index]?.push(time(args)));
rmSync(output, { recursive: true });
const jest = time([bin('jest', 'jest.js'), '--silent']);

const empty = median(times[0] ?? []);
console.log(`Median of ${RUNS} runs, Node ${process.version}, ${cpus().length} cores.\n`);
console.log('| `cdk synth` of | seconds | times the empty app |');
console.log('| --- | ---: | ---: |');
commands.forEach(({ what }, index) => {
  const seconds = median(times[index] ?? []);
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

const catalogue = median(times[commands.length - 1] ?? []) / empty;
if (catalogue > BUDGET) {
  console.error(
    `\nThe whole catalogue takes ${catalogue.toFixed(2)} times the empty app; the budget is ${BUDGET}.`,
  );
  process.exitCode = 1;
}
