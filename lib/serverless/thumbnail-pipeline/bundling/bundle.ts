import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix, relative, sep } from 'node:path';
import { buildSync } from 'esbuild';
import { zipSync, type Zippable } from 'fflate';
import { refuseForeignCode, type Machine } from './native-code';

const HANDLER = join(__dirname, '../handler');

/** Lambda on Graviton. */
export const LAMBDA: Machine = { os: 'linux', cpu: 'arm64' };

interface Lock {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>;
}

/**
 * Bundles the handler. One file has its code and the AWS SDK. sharp and its native code for the given machine stand beside
 * it; that machine may be another one than this. Returns the files by path.
 *
 * Runs `npm ci`, which checks the packages against the handler's lock file and downloads those that npm's cache lacks.
 */
export function bundle(machine: Machine): Map<string, Uint8Array> {
  const work = mkdtempSync(join(tmpdir(), 'thumbnail-pipeline-'));
  try {
    cpSync(HANDLER, work, { recursive: true, filter: (path) => !path.includes('node_modules') });
    install(work, machine);

    const { outputFiles } = buildSync({
      absWorkingDir: work,
      entryPoints: ['index.ts'],
      external: ['sharp'],
      bundle: true,
      minify: true,
      platform: 'node',
      target: 'node24',
      write: false,
    });
    const files = new Map(outputFiles.map(({ contents }) => ['index.js', contents]));

    const { packages } = JSON.parse(readFileSync(join(work, 'package-lock.json'), 'utf8')) as Lock;
    for (const [folder, { dev = false }] of Object.entries(packages)) {
      const path = join(work, folder);
      if (folder === '' || dev || !existsSync(path)) continue;
      for (const name of readdirSync(path, { recursive: true, encoding: 'utf8' })) {
        const file = join(path, name);
        if (statSync(file).isFile())
          files.set(relative(work, file).split(sep).join(posix.sep), readFileSync(file));
      }
    }
    refuseForeignCode(files, machine);
    return files;
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** Zips files: the same bytes for the same files, with permissions that Lambda needs whatever the umask here. */
export function zip(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const entries: Zippable = {};
  for (const [path, content] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) entries[path] = content;
  return zipSync(entries, { os: 3, attrs: 0o100755 << 16, mtime: new Date(1980, 0, 2) });
}

function install(folder: string, { os, cpu }: Machine): void {
  const libc = os === 'linux' ? ['--libc=glibc'] : [];
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  const { status, stderr } = spawnSync('npm', ['ci', `--os=${os}`, `--cpu=${cpu}`, ...libc, ...options], {
    cwd: folder,
    encoding: 'utf8',
    // On Windows, npm is a batch file.
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`npm ci for ${os}-${cpu} ended with ${status ?? 'a signal'}\n${stderr}`);
}
