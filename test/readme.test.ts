import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalog } from '../lib/catalog';
import { run, snippets, typeErrors } from './support/readme';
import { runScript } from './support/script';
import { sandbox } from './support/sandbox';

const root = join(__dirname, '..');
const readmes = [
  'README.md',
  'lib/assertions/README.md',
  ...catalog.map(({ domain, id }) => `lib/${domain}/${id}/README.md`),
].filter((path) => existsSync(join(root, path)));

// A type-check of all examples, and loading what they import, take seconds on a busy machine.
jest.setTimeout(60_000);
// Each example loads aws-cdk-lib anew, which listens to the end of the process.
process.setMaxListeners(0);

describe('the examples in the READMEs', () => {
  const examples = readmes.map((path) => [path, snippets(join(root, path))] as const);

  it('compile', () => {
    expect(typeErrors(examples.flatMap(([, all]) => all))).toEqual([]);
  });

  it.each(examples)('of %s run', async (_, all) => {
    for (const example of all) await run(example);
  });
});

describe('the questions in the READMEs', () => {
  const catalogue = readmes.filter((path) => path !== 'lib/assertions/README.md');
  const questions = catalogue.flatMap((path) =>
    [
      ...readFileSync(join(root, path), 'utf8').matchAll(
        /npm run (dns|reach|request) -- ([^`#\n]+)(# NXDOMAIN)?/g,
      ),
    ].map(([, script = '', args = '', comment]) => ({ script, args: args.trim(), comment, path })),
  );
  let directory: string;
  beforeAll(() => {
    ({ directory } = sandbox().synth());
  });

  it.each(questions)('`npm run $script -- $args` has an answer', ({ script, args, comment }) => {
    const { stdout, stderr } = runScript(script, [...args.split(/ +/), '--app', directory]);
    expect(stderr).toBe('');
    if (script === 'dns') expect(stdout).toContain(comment ? 'NXDOMAIN' : ': NOERROR');
    else expect(stdout).not.toBe('');
  });
});

describe('the deployments in the READMEs', () => {
  it.each(readmes)('of %s take their parameters from sandbox.json', (path) => {
    const commands = readFileSync(join(root, path), 'utf8').match(/^npx cdk (deploy|destroy) .*$/gm) ?? [];
    expect(commands.filter((command) => command.includes(' -c '))).toEqual([]);
  });

  it('name stacks of the catalogue', () => {
    const names = readmes.flatMap((path) =>
      [...readFileSync(join(root, path), 'utf8').matchAll(/^npx cdk (?:deploy|destroy) ([\w ]+)/gm)].flatMap(
        ([, stacks = '']) => stacks.trim().split(/ +/),
      ),
    );
    const known = catalog.map(({ stackName }) => stackName);
    expect(names.filter((name) => !known.includes(name))).toEqual([]);
  });
});
