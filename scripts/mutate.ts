/**
 * Breaks the synthesized templates of each architecture in every way that its table of mutations names, one at a
 * time, and runs its tests: `npm run mutate [architecture ...]`. Prints which test caught what, and caught/total.
 * Exits with 1 when a mutation goes unnoticed. The snapshots play no part: they are in test/catalog.test.ts.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { catalog } from '../lib/catalog';
import type { Mutation } from '../test/support/mutation';

const root = join(__dirname, '..');

/** The sentences that fail under a mutation; none when it went unnoticed. */
function failures(test: string, environment: Readonly<Record<string, string>>): string[] {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/jest/bin/jest.js'), '--json', '--runTestsByPath', test],
    { cwd: root, encoding: 'utf8', env: { ...process.env, ...environment } },
  );
  interface Results {
    readonly numRuntimeErrorTestSuites: number;
    readonly testResults: {
      readonly message: string;
      readonly assertionResults: { readonly status: string; readonly fullName: string }[];
    }[];
  }
  if (!stdout.startsWith('{')) throw new Error(`jest printed no result for ${test}\n${stderr}`);
  const { numRuntimeErrorTestSuites, testResults } = JSON.parse(stdout) as Results;
  // A mutation that keeps the tests from starting proves nothing.
  if (numRuntimeErrorTestSuites > 0) throw new Error(testResults.map(({ message }) => message).join('\n'));
  return testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'failed')
    .map(({ fullName }) => fullName);
}

const wanted = process.argv.slice(2);
for (const name of wanted) {
  if (!catalog.some(({ id }) => id === name)) {
    console.error(`${name}: no such architecture, expected of ${catalog.map(({ id }) => id).join(', ')}`);
    process.exit(2);
  }
}

let caught = 0;
let total = 0;
for (const { id, domain } of catalog.filter(({ id }) => wanted.length === 0 || wanted.includes(id))) {
  const file = join(root, 'test', domain, `${id}.mutations.ts`);
  if (!existsSync(file)) {
    console.log(`${id}: no table of mutations`);
    continue;
  }
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- one table for each entry of the catalogue
  const { mutations } = require(file) as { readonly mutations: readonly Mutation[] };
  const test = `test/${domain}/${id}.test.ts`;
  const before = failures(test, {});
  if (before.length > 0) throw new Error(`${id} fails without any mutation: ${before.join('; ')}`);
  console.log(id);
  mutations.forEach(({ name }, index) => {
    const [first, ...others] = failures(test, { MUTATION_FILE: file, MUTATION_INDEX: String(index) });
    total += 1;
    if (first !== undefined) caught += 1;
    const more = others.length > 0 ? ` (and ${others.length} more)` : '';
    console.log(
      first === undefined ? `  NOT CAUGHT  ${name}` : `  caught  ${name}\n          by: ${first}${more}`,
    );
  });
}
console.log(`\n${caught}/${total} caught`);
if (caught < total) process.exitCode = 1;
