import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import * as ts from 'typescript';

/** A TypeScript example of a README: its code, and a file name beside the README, from which it imports. */
export interface Snippet {
  readonly fileName: string;
  readonly code: string;
}

export function snippets(readmePath: string): Snippet[] {
  const blocks = readFileSync(readmePath, 'utf8').matchAll(/^```ts\n([\s\S]*?)^```$/gm);
  return [...blocks].map(([, code = ''], index) => ({
    fileName: resolve(dirname(readmePath), `readme-example-${index + 1}.ts`),
    code,
  }));
}

/** Type-checks examples as part of this project. Returns the errors, one line each. */
export function typeErrors(examples: readonly Snippet[]): string[] {
  const configPath = resolve(__dirname, '../../tsconfig.json');
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(configPath, (path) => ts.sys.readFile(path)).config,
    ts.sys,
    dirname(configPath),
  );
  // An example may declare what it does not use.
  const host = ts.createCompilerHost({ ...options, noUnusedLocals: false });
  const code = new Map(examples.map((example) => [example.fileName, example.code]));
  const original = { ...host };
  host.fileExists = (name) => code.has(name) || original.fileExists(name);
  host.readFile = (name) => code.get(name) ?? original.readFile(name);
  host.getSourceFile = (name, version) => {
    const text = code.get(name);
    return text === undefined
      ? original.getSourceFile(name, version)
      : ts.createSourceFile(name, text, version);
  };
  const program = ts.createProgram([...code.keys()], { ...options, noUnusedLocals: false }, host);
  return [...code.keys()].flatMap((name) => {
    const source = program.getSourceFile(name);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ messageText }) => `${name}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    );
  });
}

/** Runs an example and the functions that it exports, with its imports resolved from where it stands. Throws what it throws. */
export async function run({ fileName, code }: Snippet): Promise<void> {
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      esModuleInterop: true,
    },
  });
  const load = (id: string) =>
    jest.requireActual<object>(id.startsWith('.') ? resolve(dirname(fileName), id) : id);
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- this repository's own READMEs
  const main = new Function('require', 'exports', outputText) as (...args: unknown[]) => void;
  const context = process.env.CDK_CONTEXT_JSON;
  // An example that is an app of its own bundles no assets either.
  process.env.CDK_CONTEXT_JSON = JSON.stringify({ 'aws:cdk:bundling-stacks': [] });
  const exported: Record<string, () => unknown> = {};
  try {
    main(load, exported);
    for (const each of Object.values(exported)) await each();
  } finally {
    if (context === undefined) delete process.env.CDK_CONTEXT_JSON;
    else process.env.CDK_CONTEXT_JSON = context;
  }
}
