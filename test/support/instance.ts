import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface InstanceOptions {
  /** File that stands for whatever is downloaded from S3. @default - an empty file */
  readonly application?: string;
  /** Commands that fail. */
  readonly broken?: readonly string[];
  /** Number of calls of `mount` that fail before one mounts. @default 0 */
  readonly failedMounts?: number;
  /** How long `timeout` waits, whatever it is asked. @default 20,000 ms */
  readonly patience?: number;
}

/** What came of the user data. */
export interface Boot {
  readonly status: number | null;
  readonly output: string;
  /** The commands that it found on the instance and ran, with their arguments. */
  readonly commands: readonly string[];
}

/** The commands of an image, as far as they matter here. */
const COMMANDS: Readonly<Record<string, string>> = {
  // Packages bring the folders that configuration goes to.
  'bin/dnf':
    'mkdir -p "$ROOT/etc/systemd/system" "$ROOT/opt/aws/amazon-cloudwatch-agent/etc" "$ROOT/var/log"',
  'bin/aws': 'cp "$APPLICATION" "$4"',
  'bin/curl': `exec "$NODE" -e 'fetch(process.argv.at(-1)).then((r) => process.exit(r.ok || !process.argv.includes("--fail") ? 0 : 22), () => process.exit(7))' -- "$@"`,
  'bin/timeout': `exec "$NODE" -e '
    const { status } = require("child_process").spawnSync(process.argv[2], process.argv.slice(3), { stdio: "inherit", timeout: +process.env.PATIENCE });
    process.exit(status ?? 124)' -- "$@"`,
  'bin/sysctl': 'sed -n "s/^$2 = //p" "$ROOT"/etc/sysctl.d/*.conf',
  // Starts what the unit says, unless it runs. Units other than the web server are enabled until they are disabled.
  'bin/systemctl': `case "$*" in
      daemon-reload) exit ;;
      disable*) touch "$ROOT/disabled-$2"; exit ;;
      is-enabled*) test ! -e "$ROOT/disabled-\${!#}"; exit ;;
    esac
    if [ -e "$ROOT/pid" ] && kill -0 "$(cat "$ROOT/pid")" 2>&-; then exit; fi
    value() { sed -n "s/^$1=//p" "$ROOT/etc/systemd/system/web.service"; }
    output=$(value StandardOutput)
    env "$(value Environment)" $(value ExecStart) </dev/null >>"\${output#append:}" 2>&1 &
    echo $! >"$ROOT/pid"`,
  // Mounts what fstab says for the folder, after the first calls have failed.
  'bin/mount': `[ "$(grep -c '^mount ' "$ROOT/commands")" -gt "$FAILED_MOUNTS" ] || exit 32
    grep " $1 " "$ROOT/etc/fstab" >>"$ROOT/mounts"`,
  'bin/mountpoint': 'grep -q " $2 " "$ROOT/mounts" 2>/dev/null',
  'bin/sleep': '',
  'bin/shutdown': '',
  'opt/aws/bin/cfn-signal': '',
  'opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl': '',
};

/**
 * An EC2 instance whose root is a temporary folder. User data runs for real in Bash, writes its files below that folder
 * and finds there the commands that an image has; the service that it starts, runs. Needs Bash and Node, nothing else.
 */
export class Instance {
  readonly root = mkdtempSync(join(tmpdir(), 'instance-'));

  constructor(private readonly options: InstanceOptions) {
    for (const [path, body] of Object.entries(COMMANDS)) {
      const name = path.slice(path.lastIndexOf('/') + 1);
      const fails = options.broken?.includes(name) ? 'exit 1' : '';
      this.write(path, `#!/usr/bin/env bash\necho "${name} $*" >>"$ROOT/commands"\n${fails}\n${body}\n`);
      chmodSync(join(this.root, path), 0o755);
    }
    mkdirSync(join(this.root, 'usr/bin'), { recursive: true });
    symlinkSync(process.execPath, join(this.root, 'usr/bin/node-24'));
  }

  boot(userData: string): Boot {
    const script = userData.replace(/(?<![\w.])\/(?=(opt|etc|var|usr|mnt)\/)/g, `${this.root}/`);
    // With a socket as standard input, which Node.js gives it, Bash takes itself for a remote shell and reads ~/.bashrc.
    const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-c', script], {
      encoding: 'utf8',
      env: {
        PATH: `${join(this.root, 'bin')}:${process.env.PATH ?? ''}`,
        ROOT: this.root,
        NODE: process.execPath,
        APPLICATION: this.options.application ?? '/dev/null',
        FAILED_MOUNTS: String(this.options.failedMounts ?? 0),
        PATIENCE: String(this.options.patience ?? 20_000),
      },
    });
    const log = join(this.root, 'commands');
    const commands = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
    return { status, output: stdout + stderr, commands };
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8');
  }

  /** The process of the service, while it runs. */
  get pid(): number | undefined {
    const path = join(this.root, 'pid');
    if (!existsSync(path)) return undefined;
    const pid = Number(readFileSync(path, 'utf8'));
    try {
      process.kill(pid, 0);
      return pid;
    } catch {
      return undefined;
    }
  }

  terminate(): void {
    if (this.pid !== undefined) process.kill(this.pid, 'SIGKILL');
    rmSync(this.root, { recursive: true });
  }

  private write(path: string, content: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), content);
  }
}

/** A TCP port on which nobody listens. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });
}
