import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { preProcessFile } from 'typescript';

/** What a copy of an architecture needs. */
export interface Closure {
  /** Paths below `lib`. */
  readonly files: readonly string[];
  /** npm packages that the files import, besides aws-cdk-lib and constructs. */
  readonly packages: readonly string[];
}

/** Files that are read at synthesis: `join(__dirname, 'app', 'server.mjs')`. */
const ASSET = /join\(__dirname, ([^()]+)\)/g;
const CODE = /\.(ts|cjs|mjs|js)$/;
/** What no package.json needs to name. `cloudfront` is a module of CloudFront's own JavaScript runtime. */
const NO_PACKAGE = /^node:|^aws-cdk-lib\b|^constructs$|^cloudfront$/;
/** CDK bundles with it, but does not depend on it. */
const BUNDLES = "from 'aws-cdk-lib/aws-lambda-nodejs'";

/**
 * The folder of an architecture and what it imports: parts of `lib/shared`, and files of other architectures with their
 * assets.
 *
 * @param lib this repository's `lib`
 * @param folder the architecture's folder below it: `dns/dns-failover`
 */
export function closureOf(lib: string, folder: string): Closure {
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = (path: string): void => {
    if (files.has(path)) return;
    files.add(path);
    if (!CODE.test(path)) return;
    const source = readFileSync(join(lib, path), 'utf8');
    if (source.includes(BUNDLES)) packages.add('esbuild');
    for (const { fileName: specifier } of preProcessFile(source, true, true).importedFiles) {
      if (specifier.startsWith('.')) visit(resolveImport(lib, path, specifier));
      else if (!NO_PACKAGE.test(specifier)) packages.add(packageOf(specifier));
    }
    for (const [, parts = ''] of source.matchAll(ASSET)) {
      const asset = [...parts.matchAll(/'([^']+)'/g)].map(([, part = '']) => part);
      filesBelow(lib, join(dirname(path), ...asset)).forEach(visit);
    }
  };
  filesBelow(lib, folder).forEach(visit);
  return { files: [...files].sort(), packages: [...packages].sort() };
}

function resolveImport(lib: string, from: string, specifier: string): string {
  const path = join(dirname(from), specifier);
  const found = [path, `${path}.ts`, join(path, 'index.ts')].find(
    (candidate) => existsSync(join(lib, candidate)) && statSync(join(lib, candidate)).isFile(),
  );
  if (found === undefined) throw new Error(`${from} imports ${specifier}, which is not there`);
  return found;
}

/** `@aws-sdk/client-s3` of `@aws-sdk/client-s3/commands`. */
const packageOf = (specifier: string): string =>
  specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');

function filesBelow(lib: string, path: string): string[] {
  const absolute = join(lib, path);
  if (!existsSync(absolute)) return [];
  if (statSync(absolute).isFile()) return [path];
  return readdirSync(absolute, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map((entry) => relative(lib, join(entry.parentPath, entry.name)));
}
