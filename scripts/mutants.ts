/**
 * Changes the sources in small ways, one at a time, and sees whether a test fails: `npm run mutants -- lib/dns/dns-records`
 * for all mutants of folders or files, `npm run mutants` for a random sample of all. `--sample=N` takes about N mutants of
 * the given folders or files, `--seed=N` repeats a sample, `--concurrency=N` uses N processes instead of one for each core.
 * Snapshots play no part: test/catalog.test.ts is not run.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import type { MutantResult } from '@stryker-mutator/api/core';
import { Stryker } from '@stryker-mutator/core';

const root = join(__dirname, '..');
/** Takes two to three minutes on two idle cores, of which running all tests once takes one. */
const SAMPLE = 200;
/** Measured over lib; only the size of the sample depends on it. */
const MUTANTS_PER_KB = 22;

const args = process.argv.slice(2);
const option = (name: string) => args.find((arg) => arg.startsWith(`--${name}=`))?.slice(`--${name}=`.length);
const seed = option('seed') ?? String(Math.floor(Math.random() * 1e6));
const paths = args.filter((arg) => !arg.startsWith('--'));
for (const path of paths) {
  if (existsSync(join(root, path)) && path.startsWith('lib')) continue;
  console.error(`${path}: no such file or folder below lib`);
  process.exit(2);
}

const sample = option('sample') !== undefined || paths.length === 0;
const files = (paths.length === 0 ? ['lib'] : paths).flatMap((path) =>
  statSync(join(root, path)).isFile()
    ? [path]
    : readdirSync(join(root, path), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts'))
        .map((file) => join(path, file)),
);

const kilobytes = files.reduce((sum, file) => sum + statSync(join(root, file)).size, 0) / 1024;
const share = sample ? Math.min(1, Number(option('sample') ?? SAMPLE) / (MUTANTS_PER_KB * kilobytes)) : 1;
process.env.MUTANTS_SEED = seed;
process.env.MUTANTS_SHARE = String(share);

const stryker = new Stryker({
  mutate: files,
  plugins: [join(__dirname, 'mutants/plugins.mjs'), join(__dirname, 'mutants/test-runner.mjs')],
  ignorers: ['texts'],
  checkers: sample ? ['sample'] : [],
  testRunner: 'test-files',
  coverageAnalysis: 'perTest',
  concurrency: Number(option('concurrency') ?? availableParallelism()),
  reporters: ['progress-append-only', 'survivors'],
  incremental: !sample,
  incrementalFile: '.mutants/results.json',
  ignorePatterns: ['cdk.out', 'coverage', '.mutants'],
  tempDirName: '.mutants/sandbox',
  cleanTempDir: 'always',
  // The tests do not check types.
  disableTypeChecks: false,
  allowConsoleColors: false,
  timeoutMS: 30_000,
  dryRunTimeoutMinutes: 15,
  // CDK keeps every token that it has seen: some 5 MB for each test file that is run.
  maxTestRunnerReuse: 100,
});

/** `lib/dns`, `lib/assertions/dns` */
const roomOf = ({ fileName }: MutantResult) =>
  /^lib\/(assertions\/)?[^/]+/.exec(relative(root, fileName))?.[0] ?? fileName;

async function main(): Promise<void> {
  const results = await stryker.runMutationTest();
  const counted = results.filter(({ status }) => status !== 'Ignored');
  const tried = counted.filter(({ status }) => status !== 'CompileError');
  // A test file that fails when it is loaded has noticed the mutant, and so has one that does not end.
  const survivors = tried.filter(({ status }) => status === 'Survived' || status === 'NoCoverage');
  const caught = (inRoom: (result: MutantResult) => boolean) => {
    const [all, missed] = [tried, survivors].map((results) => results.filter(inRoom).length) as [
      number,
      number,
    ];
    return `${all - missed}/${all} caught (${((100 * (all - missed)) / all).toFixed(1)} %)`;
  };
  for (const room of [...new Set(tried.map(roomOf))].sort())
    console.log(`${room}: ${caught((result) => roomOf(result) === room)}`);
  const what = sample ? `sample of ${tried.length} among ${counted.length} mutants, --seed=${seed}: ` : '';
  console.log(`\n${what}${caught(() => true)}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
});
