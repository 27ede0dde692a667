import { join } from 'node:path';
import { namedFunctions } from '../support/life-pages';

describe.each(['dns', 'iam', 'network'])('lib/assertions/%s/README.md', (folder) => {
  const page = join(__dirname, '../../lib/assertions', folder, 'README.md');

  it.each(namedFunctions(page))('$name is in $file', ({ isThere }) => {
    expect(isThere).toBe(true);
  });
});
