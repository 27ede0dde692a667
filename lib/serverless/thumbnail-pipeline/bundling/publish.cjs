/**
 * `cdk deploy` runs this when the asset bucket lacks the bundle. It prints the path of a zip file. It is plain JavaScript,
 * because Node.js runs it alone. esbuild, which bundles the handler too, strips the types of bundle.ts.
 */
const { mkdtempSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { buildSync } = require('esbuild');

const [{ text }] = buildSync({
  entryPoints: [join(__dirname, 'bundle.ts')],
  bundle: true,
  packages: 'external',
  platform: 'node',
  write: false,
}).outputFiles;
const compiled = { exports: {} };
new Function('module', 'exports', 'require', '__dirname', text)(
  compiled,
  compiled.exports,
  require,
  __dirname,
);
const { bundle, LAMBDA, zip } = compiled.exports;

const path = join(mkdtempSync(join(tmpdir(), 'thumbnail-pipeline-')), 'handler.zip');
writeFileSync(path, zip(bundle(LAMBDA)));
console.log(path);
