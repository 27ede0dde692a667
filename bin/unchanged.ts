import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * Whether a synthesis would write again what stands in the output folder. It imports no CDK, so that an unchanged app
 * takes as long as starting Node.js.
 */

/** What a synthesis reads: sources, feature flags, and the installed packages by npm's own list of them. */
const INPUTS = [
  ...['bin', 'lib', 'cdk.json', 'sandbox.json', 'package.json', 'package-lock.json', 'tsconfig.json'],
  'node_modules/.package-lock.json',
];
/** Environment variables that CDK and Node.js read. The CLI passes context, account and region in them. */
const ENVIRONMENT = /^(CDK|JSII|NODE)_|^(AWS_REGION|AWS_DEFAULT_REGION|DEBUG|NO_COLOR|FORCE_COLOR|TZ)$/;
/** The CLI passes a large context in a file of another name each time. */
const CONTEXT_FILE = 'CONTEXT_OVERFLOW_LOCATION_ENV';
const RECORD = 'synthesis.json';

interface Synthesis {
  /** Digest of all inputs. */
  readonly inputs: string;
  /** Size and times of each file of the assembly. */
  readonly outputs: Readonly<Record<string, string>>;
  /** What it printed to stderr, such as warnings. */
  readonly printed: string;
}

/** The last complete synthesis into a folder. */
export class LastSynthesis {
  private readonly record: string;
  private inputsBefore = '';

  constructor(
    private readonly root: string,
    private readonly output: string,
  ) {
    this.record = join(output, RECORD);
  }

  /** What it printed, if nothing has changed since: no input, and no file of the assembly. */
  unchanged(): { readonly printed: string } | undefined {
    try {
      const last = JSON.parse(readFileSync(this.record, 'utf8')) as Synthesis;
      if (last.inputs !== this.inputs()) return undefined;
      const isSame = ([path, stamp]: [string, string]) => stampOf(join(this.output, path)) === stamp;
      return Object.entries(last.outputs).every(isSame) ? last : undefined;
    } catch {
      return undefined; // no record, one that was cut off, or a file that is gone
    }
  }

  /**
   * Before a synthesis: one that is interrupted leaves no record. The inputs are read now, since a file that is edited
   * during the synthesis may not be part of it.
   */
  forget(): void {
    rmSync(this.record, { force: true });
    this.inputsBefore = this.inputs();
  }

  /** After a synthesis without findings. The record appears at once and as a whole. */
  remember(printed: string): void {
    const files = filesBelow(this.output).filter(
      (path) => !/^(\.cache\/|synthesis\.json)|\.lock$/.test(path),
    );
    const outputs = Object.fromEntries(files.map((path) => [path, stampOf(join(this.output, path))]));
    const synthesis: Synthesis = { inputs: this.inputsBefore, outputs, printed };
    const draft = `${this.record}.${process.pid}`;
    writeFileSync(draft, JSON.stringify(synthesis));
    renameSync(draft, this.record);
  }

  private inputs(): string {
    const hash = createHash('sha256').update(`${process.version} ${process.platform} ${process.arch}\n`);
    for (const [name, value] of Object.entries(process.env).sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (ENVIRONMENT.test(name)) hash.update(`${name}=${value}\n`);
    }
    const context = process.env[CONTEXT_FILE];
    if (context !== undefined) hash.update(readFileSync(context));
    for (const input of INPUTS) {
      const path = join(this.root, input);
      if (!existsSync(path)) continue;
      const files = statSync(path).isDirectory()
        ? filesBelow(path).map((file) => join(input, file))
        : [input];
      for (const file of files) {
        const content = readFileSync(join(this.root, file));
        hash.update(`${file} ${content.length}\n`).update(content);
      }
    }
    return hash.digest('hex');
  }
}

/** Size, modification and change: what an edit cannot leave alone. */
function stampOf(path: string): string {
  const { size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
  return `${size} ${mtimeNs} ${ctimeNs}`;
}

function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return entries.filter((path) => statSync(join(folder, path)).isFile()).sort();
}
