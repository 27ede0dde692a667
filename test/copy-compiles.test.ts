import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ts from 'typescript';
import { appWithCopies, INIT_TEMPLATE } from './support/copies';

const apps = mkdtempSync(join(tmpdir(), 'copy-compiles-'));
afterAll(() => {
  rmSync(apps, { recursive: true });
});

// Two type-checks of every copy.
jest.setTimeout(120_000);

/** As earlier releases wrote it, for ts-node. */
const EARLIER_TEMPLATE = {
  compilerOptions: {
    target: 'ES2022',
    module: 'commonjs',
    moduleResolution: 'node10',
    ignoreDeprecations: '6.0',
    lib: ['es2022'],
    declaration: true,
    strict: true,
    noImplicitReturns: true,
    experimentalDecorators: true,
    strictPropertyInitialization: false,
    skipLibCheck: true,
    typeRoots: ['./node_modules/@types'],
    types: ['node'],
    noEmit: true,
  },
};

/** Declarations of the packages, which both apps share. */
const declarations = new Map<string, ts.SourceFile | undefined>();

function typeErrors(app: string): string[] {
  const config = join(app, 'tsconfig.json');
  const { fileNames, options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(config, (path) => ts.sys.readFile(path)).config,
    ts.sys,
    app,
  );
  const host = ts.createCompilerHost(options);
  const getSourceFile = host.getSourceFile.bind(host);
  host.getSourceFile = (name, ...rest) => {
    if (!name.includes('/node_modules/')) return getSourceFile(name, ...rest);
    if (!declarations.has(name)) declarations.set(name, getSourceFile(name, ...rest));
    return declarations.get(name);
  };
  const program = ts.createProgram(fileNames, options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(
      ({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    );
}

describe('a copied architecture', () => {
  it('compiles in an app of `cdk init`', () => {
    expect(typeErrors(appWithCopies(join(apps, 'fresh'), INIT_TEMPLATE))).toEqual([]);
  });

  it('compiles in an app of an earlier `cdk init`, for ts-node and CommonJS', () => {
    expect(typeErrors(appWithCopies(join(apps, 'earlier'), EARLIER_TEMPLATE))).toEqual([]);
  });
});
