import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What user data has done to an instance. */
export interface Booted {
  readonly status: number | null;
  readonly stderr: string;
  /** The arguments of each call of systemctl. */
  readonly systemctl: readonly string[];
  /** The content of a file that the user data wrote. */
  readonly file: (path: string) => string;
}

/**
 * Runs user data in Bash. Its `mkdir -p` and `cat >` act below a temporary folder, `systemctl` only writes down its
 * arguments, `dnf` and `openssl` do nothing, and the commands in `failing` fail.
 */
export function boot(userData: string, { failing = [] }: { failing?: readonly string[] } = {}): Booted {
  const root = mkdtempSync(join(tmpdir(), 'user-data-'));
  try {
    mkdirSync(join(root, 'bin'));
    mkdirSync(join(root, 'etc/systemd/system'), { recursive: true });
    writeFileSync(join(root, 'calls'), '');
    const command = (name: string, body: string) => {
      writeFileSync(join(root, 'bin', name), `#!/bin/sh\n${body}\n`);
      chmodSync(join(root, 'bin', name), 0o755);
    };
    command('systemctl', `echo "$@" >> '${root}/calls'`);
    for (const name of ['dnf', 'openssl']) command(name, 'exit 0');
    for (const name of failing) command(name, 'exit 1');
    const script = userData.replaceAll(/(?<=mkdir -p |> )\//g, `${root}/`);
    const { status, stderr } = spawnSync('bash', ['--norc', '-c', script], {
      encoding: 'utf8',
      env: { PATH: `${join(root, 'bin')}:${process.env.PATH ?? ''}` },
    });
    const files = spawnSync('find', [root, '-type', 'f'], { encoding: 'utf8' }).stdout.trim().split('\n');
    const contents = new Map(files.map((path) => [path.slice(root.length), readFileSync(path, 'utf8')]));
    return {
      status,
      stderr,
      systemctl: (contents.get('/calls') ?? '').split('\n').slice(0, -1),
      file: (path) => {
        const content = contents.get(path);
        if (content === undefined) throw new Error(`the user data did not write ${path}`);
        return content;
      },
    };
  } finally {
    rmSync(root, { recursive: true });
  }
}
