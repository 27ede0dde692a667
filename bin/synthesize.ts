import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { readParameters } from '../lib/parameters';
import { addSandbox } from '../lib/sandbox';
import { InvalidValue } from '../lib/shared/invalid-value';
import { ChangedTemplatesValidator } from './changed-templates';
import type { LastSynthesis } from './unchanged';

/** Synthesizes the catalogue. Remembers it in the output folder, if it had no finding. */
export function synthesize(last: LastSynthesis | undefined): void {
  last?.forget();
  const printed = recordStderr();
  try {
    const app = new App();
    const context = app.node.getAllContext() as Record<string, unknown>;
    addSandbox(app, readParameters(context, readSandboxFile()));
    if (process.env.CDK_VALIDATION !== 'false') {
      const passed = join(app.outdir, 'valid-templates.json');
      Validations.of(app).addPlugins(new ChangedTemplatesValidator(passed));
    }
    app.synth();
    if (hasNoFinding(app.outdir)) last?.remember(printed());
  } catch (error) {
    // A parameter that cannot be used: one line, no stack trace. CDK would synthesize when the process ends by itself.
    if (!(error instanceof InvalidValue)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

/** The parameters in sandbox.json. Every synthesis reads them, so that a later command does not change them. */
function readSandboxFile(): Record<string, unknown> {
  const path = join(__dirname, '../sandbox.json');
  if (!existsSync(path)) return {};
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  } catch (error) {
    throw new InvalidValue('sandbox.json', (error as Error).message, 'a JSON object with parameters');
  }
}

/** Keeps a copy of what is printed, except for progress. Returns what was printed so far. */
function recordStderr(): () => string {
  const write = process.stderr.write.bind(process.stderr);
  let printed = '';
  process.stderr.write = ((...args: Parameters<typeof write>) => {
    const text = String(args[0]);
    if (!text.startsWith('Bundling asset')) printed += text;
    return write(...args);
  }) as typeof write;
  return () => printed;
}

/** The CLI has CDK write findings into a report instead of failing. It prints the report's warnings each time. */
function hasNoFinding(outdir: string): boolean {
  if (process.exitCode !== undefined && process.exitCode !== 0) return false;
  const report = join(outdir, 'validation-report.json');
  if (!existsSync(report)) return process.env.CDK_VALIDATION === 'false';
  const { pluginReports } = JSON.parse(readFileSync(report, 'utf8')) as {
    pluginReports?: readonly { readonly conclusion: string }[];
  };
  return pluginReports?.every(({ conclusion }) => conclusion === 'success') === true;
}
