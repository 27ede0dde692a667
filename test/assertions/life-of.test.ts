import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const FOLDERS = ['dns', 'edge', 'events', 'iam', 'network', 'requests', 'scaling', 'states', 'templates'].map(
  (name) => join(__dirname, '../../lib/assertions', name),
);

/** The names in a page's code font, each with the file that the same paragraph, item or row links next. */
function namedFunctions(folder: string): (readonly [string, string])[] {
  const page = readFileSync(join(folder, 'README.md'), 'utf8');
  return page.split(/\n(?=[-|#])|\n\n/).flatMap((paragraph) => {
    const links = [...paragraph.matchAll(/\]\(([\w./-]+\.ts)\)/g)];
    return [...paragraph.matchAll(/`(\w+)`/g)].flatMap(({ 1: name = '', index }) => {
      const file = links.find((link) => link.index > index)?.[1];
      return file === undefined ? [] : [[name, join(folder, file)] as const];
    });
  });
}

/** The functions, methods and classes that a file declares. */
function declaredIn(file: string): readonly string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  const names: string[] = [];
  const visit = (node: ts.Node) => {
    const declares =
      ts.isFunctionDeclaration(node) ||
      ts.isMethodDeclaration(node) ||
      ts.isClassDeclaration(node) ||
      ts.isPropertyDeclaration(node) ||
      (ts.isVariableDeclaration(node) && node.initializer && ts.isArrowFunction(node.initializer));
    if (declares && node.name && ts.isIdentifier(node.name)) names.push(node.name.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return names;
}

describe.each(FOLDERS)('README.md of %s', (folder) => {
  const functions = namedFunctions(folder);

  it('names functions', () => {
    expect(functions.length).toBeGreaterThan(5);
  });

  it.each(functions)('names %s, which its file declares', (name, file) => {
    expect(declaredIn(file)).toContain(name);
  });
});
