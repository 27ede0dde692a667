import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

const LIB = join(__dirname, '../lib');
const files = readdirSync(LIB, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));

/** The files of `lib` that a file imports, types too. */
function importsOf(file: string): readonly string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(join(LIB, file), 'utf8'));
  return importedFiles
    .filter(({ fileName }) => fileName.startsWith('.'))
    .map(({ fileName }) => join(dirname(file), fileName))
    .map((path) => (existsSync(join(LIB, `${path}.ts`)) ? `${path}.ts` : join(path, 'index.ts')));
}

/** The shortest chain of imports that leads from a file back to it. */
function circleThrough(start: string, imports: ReadonlyMap<string, readonly string[]>): string | undefined {
  const chains = [{ last: start, files: [start] }];
  const seen = new Set<string>();
  for (const chain of chains) {
    for (const next of imports.get(chain.last) ?? []) {
      if (next === start) return [...chain.files, start].join(' -> ');
      if (seen.has(next)) continue;
      seen.add(next);
      chains.push({ last: next, files: [...chain.files, next] });
    }
  }
  return undefined;
}

describe('lib', () => {
  const imports = new Map(files.map((file) => [file, importsOf(file)]));

  it('resolves every relative import to a file', () => {
    expect([...imports.values()].flat().filter((file) => !files.includes(file))).toEqual([]);
  });

  it('has no import circles', () => {
    const circles = files.flatMap((file) => circleThrough(file, imports) ?? []);
    expect(circles).toEqual([]);
  });
});
