import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { catalog } from '../lib/catalog';
import { run, snippets, typeErrors } from './support/readme';

const root = join(__dirname, '..');
const readmes = [
  'README.md',
  'lib/assertions/README.md',
  ...catalog.map(({ domain, id }) => `lib/${domain}/${id}/README.md`),
].filter((path) => existsSync(join(root, path)));

describe('the examples in the READMEs', () => {
  const examples = readmes.map((path) => [path, snippets(join(root, path))] as const);

  it('compile', () => {
    expect(typeErrors(examples.flatMap(([, all]) => all))).toEqual([]);
  });

  it.each(examples)('of %s run', (_, all) => {
    for (const example of all) run(example);
  });
});
