import { join, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';

const ROOT = resolve(__dirname, '../..');

/** Files that read from the disk, and what stands in for them in a browser. */
const STAND_INS: Readonly<Record<string, string>> = {
  'lib/assertions/iam/action-list': 'page/browser/action-list.ts',
  'lib/assertions/templates/assembly': 'page/browser/assembly.ts',
};

const standIns: Plugin = {
  name: 'stand-ins',
  setup(setup) {
    setup.onResolve({ filter: /\/(action-list|assembly)$/ }, ({ path, resolveDir }) => {
      const file = Object.keys(STAND_INS).find((one) => join(ROOT, one) === resolve(resolveDir, path));
      return file === undefined ? undefined : { path: join(ROOT, STAND_INS[file] ?? '') };
    });
  },
};

/** The script of a page, in one piece. */
export async function bundle(entry: 'main' | 'index'): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, 'page/view', `${entry}.ts`)],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: 'es2022',
    platform: 'browser',
    legalComments: 'inline',
    plugins: [standIns],
  });
  return outputFiles[0]?.text ?? '';
}
