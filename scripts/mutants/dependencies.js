/**
 * Which files a file depends on, for Jest's --findRelatedTests: a mutant of a file is tried with the tests that
 * depend on the file. The catalogue loads architectures by name, so the imports alone do not say it.
 */
// eslint-disable-next-line @typescript-eslint/no-require-imports -- Jest loads this as CommonJS
const { dirname, posix, relative, sep } = require('node:path');

const root = dirname(dirname(__dirname));

module.exports = {
  getCacheKey: () => 'architectures-2',
  extract(code, file, extractImports) {
    const path = relative(root, file).split(sep).join('/');
    if (path === 'lib/catalog.ts') return new Set();
    const imports = extractImports(code, file);
    const [, domain, id] = /^test\/(\w+)\/([\w-]+)\.test\.ts$/.exec(path) ?? [];
    if (path.startsWith('test/assertions/') || !path.startsWith('test/')) return imports;
    // The assertions have tests of their own. Those of the architectures would take an hour for a few mutants.
    // The sandbox, which every test uses, is tested by test/parameters.test.ts.
    const dependencies = [...imports].filter(
      (specifier) =>
        !specifier.includes('lib/assertions') &&
        !(path === 'test/support/sandbox.ts' && /lib.(parameters|sandbox)$/.test(specifier)),
    );
    if (id !== undefined) dependencies.push(posix.join('../../lib', domain, id, `${id}-stack`));
    return new Set(dependencies);
  },
};
