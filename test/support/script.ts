import { join } from 'node:path';
import { format } from 'node:util';

/** What a script printed, and its exit code. */
export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a script of `scripts/` with new modules, as a new process would, but in this process: a process of its own
 * takes a second to load. `environment` is added to the environment while it runs.
 */
export function runScript(
  name: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Outcome {
  const printed = { stdout: '', stderr: '' };
  const into =
    (stream: keyof typeof printed) =>
    (...values: unknown[]) => {
      printed[stream] += `${format(...values)}\n`;
    };
  const spies = [
    jest.spyOn(console, 'log').mockImplementation(into('stdout')),
    jest.spyOn(console, 'error').mockImplementation(into('stderr')),
    jest.spyOn(console, 'warn').mockImplementation(into('stderr')),
  ];
  const { argv, env, exitCode } = process;
  const script = join(__dirname, '../../scripts', `${name}.ts`);
  try {
    Object.assign(process, {
      argv: [process.execPath, script, ...args],
      env: { ...env, ...environment },
      exitCode: undefined,
    });
    jest.isolateModules(() => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- runs it
      require(script);
    });
    return { status: Number(process.exitCode ?? 0), ...printed };
  } finally {
    Object.assign(process, { argv, env, exitCode });
    for (const spy of spies) spy.mockRestore();
  }
}
