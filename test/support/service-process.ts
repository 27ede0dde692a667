import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as ts from 'typescript';

/** A program of ours, running in a process of its own, on a port of the loopback interface. */
export interface ServiceProcess {
  readonly port: number;
  /** What it has logged: one JSON object a line. */
  readonly log: readonly Readonly<Record<string, unknown>>[];
  readonly child: ChildProcess;
  /** Its exit code, once it has ended. */
  readonly ended: Promise<number | null>;
}

/** Node.js runs TypeScript by itself since 22.18. For an older one, the types are stripped here. */
function runnable(file: string): { path: string; remove: () => void } {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (file.endsWith('.mjs') || major > 22 || (major === 22 && minor >= 18)) {
    return { path: file, remove: () => undefined };
  }
  const { outputText } = ts.transpileModule(readFileSync(file, 'utf8'), {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  const folder = mkdtempSync(join(tmpdir(), 'service-'));
  const path = join(folder, 'server.mjs');
  writeFileSync(path, outputText);
  return {
    path,
    remove: () => {
      rmSync(folder, { recursive: true });
    },
  };
}

/** Starts a server with nothing in its environment but what is given, and waits until it says where it listens. */
export async function startService(
  file: string,
  environment: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Promise<ServiceProcess> {
  const program = runnable(file);
  const child = spawn(process.execPath, [program.path, ...args], {
    env: { ...environment, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close').then(([code]) => {
    program.remove();
    return code as number | null;
  });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  const log: Record<string, unknown>[] = [];
  const port = await new Promise<number>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      const entry = JSON.parse(line) as Record<string, unknown>;
      log.push(entry);
      if (typeof entry.listening === 'number') resolve(entry.listening);
    });
    void ended.then((code) => {
      reject(new Error(`${file} ended with ${code ?? 'a signal'}\n${complaints}`));
    });
  });
  return { port, log, child, ended };
}
