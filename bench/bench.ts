/**
 * Times whole processes side by side and prints Markdown: `npm run bench`. Absolute times differ from machine to
 * machine, ratios hardly do. Runs take turns, so that a change in the machine's speed meets them all alike.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalog } from '../lib/catalog';
import { benchAssertions } from './assertions';
import { matrixCosts } from './matrix';
import { benchNetwork } from './network';

const RUNS = 5;
/** Budgets, in times of the empty app. A machine that does other things moves a ratio by a few per cent. */
const BUDGETS = { one: 1.4, unchanged: 1.0, many: 3.5 };
const TOLERANCE = 1.05;
const MANY = 43;

const root = join(__dirname, '..');
const output = mkdtempSync(join(tmpdir(), 'bench-'));
const bin = (packageName: string, file: string) => join(root, 'node_modules', packageName, 'bin', file);
const synth = (...args: string[]) => [bin('aws-cdk', 'cdk'), 'synth', '--quiet', ...args];
const into = (folder: string) => ['--output', join(output, folder)];
const SUCRASE = 'node -r sucrase/register/ts';

/** Wall time of one process, in seconds. Throws what it printed when it fails. */
function time(args: readonly string[], environment: Readonly<Record<string, string>> = {}): number {
  const started = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ...environment },
  });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status ?? 'a signal'}\n${stderr}`);
  return Number(process.hrtime.bigint() - started) / 1e9;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Deletes an output folder, all but the bundles, which are kept by the hash of their sources. */
function empty(folder: string): void {
  const path = join(output, folder);
  for (const name of existsSync(path) ? readdirSync(path) : []) {
    if (!name.startsWith('asset.')) rmSync(join(path, name), { recursive: true });
  }
}

/** Has the next synthesis find one template changed: it was not the one that the validator passed. */
function change(stackName: string): void {
  rmSync(join(output, 'all/synthesis.json'));
  const valid = join(output, 'all/valid-templates.json');
  const { [stackName]: forgotten, ...others } = JSON.parse(readFileSync(valid, 'utf8')) as Record<
    string,
    string[]
  >;
  if (!forgotten) throw new Error(`${valid} says nothing of ${stackName}`);
  writeFileSync(valid, JSON.stringify(others));
}

interface Command {
  readonly what: string;
  readonly args: readonly string[];
  readonly before?: () => void;
  readonly budget?: number;
  readonly environment?: Readonly<Record<string, string>>;
}
const all = `${catalog.length} architectures`;
const commands: readonly Command[] = [
  { what: 'empty app, one topic', args: synth(...into('empty'), '--app', `${SUCRASE} bench/empty-app.ts`) },
  {
    what: 'one architecture (`-c only=bastion-host`), for the first time',
    args: synth(...into('one'), '-c', 'only=bastion-host'),
    before: () => {
      empty('one');
    },
    budget: BUDGETS.one,
  },
  { what: `${all}, unchanged`, args: synth(...into('all')), budget: BUDGETS.unchanged },
  {
    what: `${all}, after a change of one`,
    args: synth(...into('all')),
    before: () => {
      change('BastionHost');
    },
  },
  {
    what: `${all}, for the first time`,
    args: synth(...into('all')),
    before: () => {
      empty('all');
    },
  },
  {
    what: `${MANY} architectures (some of them twice or more), for the first time`,
    args: synth(...into('many'), '--app', `${SUCRASE} bench/many-apps.ts`),
    before: () => {
      empty('many');
    },
    budget: BUDGETS.many,
    environment: { ARCHITECTURES: String(MANY) },
  },
];

const runs = () =>
  commands.map(({ args, before, environment }) => {
    before?.();
    return time(args, environment);
  });
time(synth(...into('all'))); // fills the folder that `unchanged` starts from
runs(); // warms the file cache
const times = Array.from({ length: RUNS }, runs);
rmSync(output, { recursive: true });
const jest = time([bin('jest', 'jest.js'), '--silent']);

const medians = commands.map((_, index) => median(times.map((run) => run[index] ?? Number.NaN)));
const emptyApp = medians[0] ?? Number.NaN;
console.log(`Median of ${RUNS} runs, Node ${process.version}, ${cpus().length} cores.\n`);
console.log('| `cdk synth` of | seconds | times the empty app |');
console.log('| --- | ---: | ---: |');
commands.forEach(({ what }, index) => {
  const seconds = medians[index] ?? Number.NaN;
  console.log(`| ${what} | ${seconds.toFixed(2)} | ${(seconds / emptyApp).toFixed(2)} |`);
});
console.log(`| all tests (\`jest\`, one run) | ${jest.toFixed(2)} | ${(jest / emptyApp).toFixed(2)} |`);

const { synth: inProcess, allPairs, places, open } = benchAssertions();
console.log('\n| the catalogue, inside one process | seconds | times its synthesis |');
console.log('| --- | ---: | ---: |');
console.log(`| synthesis, checks included | ${inProcess.toFixed(2)} | 1.00 |`);
console.log(
  `| what is open between all pairs of ${places} places (${open} rows) | ${allPairs.toFixed(2)} | ${(allPairs / inProcess).toFixed(2)} |`,
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

console.log(
  '\n| matrix of a generated network | model, ms | matrix, ms | heap, MB | times the interfaces | times the time | times the heap |',
);
console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: |');
const costs = matrixCosts();
costs.forEach(({ interfaces, rules, routes, model, matrix, heap }, i) => {
  const last = costs[i - 1];
  const growth = last
    ? [interfaces / last.interfaces, (model + matrix) / (last.model + last.matrix), heap / last.heap]
    : [];
  const ratios = [0, 1, 2].map((at) => growth[at]?.toFixed(1) ?? '');
  console.log(
    `| ${interfaces} interfaces, ${rules} rules in one security group, ${routes} routes in a table | ${model.toFixed(0)} | ${matrix.toFixed(0)} | ${heap.toFixed(0)} | ${ratios.join(' | ')} |`,
  );
});

commands.forEach(({ what, budget }, index) => {
  const ratio = (medians[index] ?? Number.NaN) / emptyApp;
  if (budget === undefined || ratio <= budget * TOLERANCE) return;
  console.error(`\n${what}: ${ratio.toFixed(2)} times the empty app; the budget is ${budget}.`);
  process.exitCode = 1;
});
