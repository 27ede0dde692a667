/**
 * Runs test files for `npm run mutants`, one after the other in one process, with Jest's own `describe`, `it` and
 * `expect`. Stryker's Jest runner loads aws-cdk-lib again for each mutant and each test file, which takes longer than
 * the tests. Here only lib and test are loaded again. To Stryker, a test file is one test: it synthesizes when it is
 * loaded, so that most mutants belong to all of its tests.
 */
import { createRequire } from 'node:module';
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { DryRunStatus, MutantRunStatus, TestStatus } from '@stryker-mutator/api/test-runner';
import { PluginKind, declareClassPlugin } from '@stryker-mutator/api/plugin';

const require = createRequire(import.meta.url);
const circus = require('jest-circus');
const { expect } = require('expect');
const { ModuleMocker } = require('jest-mock');
const fc = require('fast-check');
const { transform } = require('sucrase');

/** These start processes, read the repository, compare with a snapshot, or measure the size of lib. */
const LEFT_OUT = /^test\/(?!parameters)[\w-]+\.test\.ts$|^test\/page\/pages\.test\.ts$/;

/** What the code that Stryker adds to lib reads and writes. */
const stryker = (globalThis.__stryker__ ??= {});
stryker.mutantCoverage = { static: {}, perTest: {} };

const compiled = new Map();
require.extensions['.ts'] = (module, path) => {
  if (!compiled.has(path)) {
    const options = { transforms: ['typescript', 'imports'], filePath: path };
    compiled.set(path, transform(readFileSync(path, 'utf8'), options).code);
  }
  module._compile(compiled.get(path), path);
};

const { describe, it, test, beforeAll, beforeEach, afterAll, afterEach } = circus;
Object.assign(globalThis, { describe, it, test, beforeAll, beforeEach, afterAll, afterEach, expect });
const mocker = new ModuleMocker(globalThis);
globalThis.jest = {
  requireActual: require,
  spyOn: mocker.spyOn.bind(mocker),
  restoreAllMocks: mocker.restoreAllMocks.bind(mocker),
  resetModules: () => {
    forgetOurs();
  },
  isolateModules: (load) => {
    const loaded = forgetOurs();
    load();
    forgetOurs();
    Object.assign(require.cache, loaded);
  },
  setTimeout: (milliseconds) => {
    circus.getState().testTimeout = milliseconds;
  },
};

// Otherwise, a test of random input would catch a mutant in one run and not in the next.
fc.configureGlobal({ seed: 1 });

let failure;
circus.addEventHandler(({ name, test }) => {
  if (name === 'test_done') failure ??= test.errors.map(([error]) => String(error?.stack ?? error))[0];
  // The first failure is enough.
  if (name === 'test_start' && failure !== undefined) test.mode = 'skip';
});

const isOurs = (path) => !path.includes(`${sep}node_modules${sep}`) || path.includes('jest-autoclean');

/** Makes the next `require` load lib, test and scripts again. */
function forgetOurs() {
  const ours = Object.entries(require.cache).filter(([path]) => isOurs(path));
  for (const [path] of ours) Reflect.deleteProperty(require.cache, path);
  return Object.fromEntries(ours);
}

/** The message of the first failure, if there is one. `isNeeded` says, after loading the file, whether to run it. */
async function failureOf(path, isNeeded = () => true) {
  forgetOurs();
  const environment = { ...process.env };
  circus.resetState();
  // On a busy machine, a test takes longer. Stryker ends those that never end.
  circus.getState().testTimeout = 120_000;
  failure = undefined;
  try {
    // What jest.config.js does before each test file.
    require(join(process.cwd(), 'jest.config.js')).setupFilesAfterEnv.forEach((setup) => require(setup));
    require(path);
    if (!isNeeded()) return undefined;
    const { unhandledErrors } = await circus.run();
    return failure ?? unhandledErrors[0];
  } catch (error) {
    return String(error?.stack ?? error);
  } finally {
    mocker.restoreAllMocks();
    for (const name of Object.keys(process.env))
      if (!(name in environment)) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, environment);
  }
}

class TestFiles {
  capabilities() {
    return { reloadEnvironment: true };
  }

  async dryRun({ files = [] }) {
    const tests = [];
    for (const id of testFiles()) {
      const path = join(process.cwd(), id);
      const judged = files.filter((file) => testsOf(relative(process.cwd(), file), [id]).length > 0);
      if (judged.length === 0) continue;
      stryker.currentTestId = id;
      const start = Date.now();
      const message = await failureOf(path, () => judged.some((file) => file in require.cache));
      const result = { id, name: id, fileName: path, timeSpentMs: Date.now() - start };
      tests.push(
        message === undefined
          ? { ...result, status: TestStatus.Success }
          : { ...result, status: TestStatus.Failed, failureMessage: message },
      );
    }
    delete stryker.currentTestId;
    // A mutant is tried with the quickest test file first: Stryker keeps this order.
    tests.sort((a, b) => a.timeSpentMs - b.timeSpentMs);
    const perTest = Object.fromEntries(tests.map(({ id }) => [id, stryker.mutantCoverage.perTest[id] ?? {}]));
    return { status: DryRunStatus.Complete, tests, mutantCoverage: { static: {}, perTest } };
  }

  async mutantRun({ activeMutant, sandboxFileName, testFilter = [], hitLimit }) {
    const tests = testsOf(relative(process.cwd(), sandboxFileName), testFilter);
    let nrOfTests = 0;
    for (const id of tests) {
      nrOfTests += 1;
      Object.assign(stryker, { activeMutant: activeMutant.id, hitCount: 0, hitLimit });
      const failureMessage = await failureOf(join(process.cwd(), id));
      delete stryker.activeMutant;
      if (failureMessage !== undefined) {
        return { status: MutantRunStatus.Killed, killedBy: [id], failureMessage, nrOfTests };
      }
    }
    return { status: MutantRunStatus.Survived, nrOfTests };
  }
}

const testFiles = () =>
  readdirSync('test', { recursive: true, encoding: 'utf8' })
    .map((file) => join('test', file).split(sep).join('/'))
    .filter((file) => file.endsWith('.test.ts') && !LEFT_OUT.test(file));

/** The assertions have tests of their own, by which they are judged: each architecture's test uses them. */
function testsOf(file, covering) {
  if (!file.startsWith(join('lib', 'assertions'))) return covering;
  return covering.filter((test) => test.startsWith('test/assertions/'));
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'test-files', TestFiles)];
