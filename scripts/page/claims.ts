import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** The tests of one `describe`, by name. */
export interface Claims {
  readonly about: string;
  readonly tests: readonly string[];
}

/** The names of the tests in a file, under the names of the blocks that they stand in. */
export function claimsIn(file: string, source: string): Claims[] {
  const found: { about: string; tests: string[] }[] = [];
  const visit = (node: ts.Node, about: readonly string[]) => {
    const call = ts.isCallExpression(node) ? node : undefined;
    const kind = call && kindOf(call.expression);
    const name = call?.arguments[0] && textOf(call.arguments[0]);
    if (kind === 'describe' && name !== undefined) {
      ts.forEachChild(node, (child) => {
        visit(child, [...about, name]);
      });
      return;
    }
    if (kind === 'it' && name !== undefined) {
      const heading = about.join(', ');
      const block = found.find((one) => one.about === heading);
      if (block) block.tests.push(name);
      else found.push({ about: heading, tests: [name] });
    }
    ts.forEachChild(node, (child) => {
      visit(child, about);
    });
  };
  visit(ts.createSourceFile(file, source, ts.ScriptTarget.ES2023, true), []);
  return found;
}

/** `it(...)`, `it.each(...)(...)`, `test.each\`...\`(...)`. */
function kindOf(expression: ts.Expression): 'describe' | 'it' | undefined {
  if (ts.isIdentifier(expression)) {
    if (expression.text === 'describe') return 'describe';
    return expression.text === 'it' || expression.text === 'test' ? 'it' : undefined;
  }
  if (ts.isPropertyAccessExpression(expression)) return kindOf(expression.expression);
  if (ts.isCallExpression(expression) && ts.isPropertyAccessExpression(expression.expression))
    return expression.expression.name.text === 'each' ? kindOf(expression.expression) : undefined;
  return ts.isTaggedTemplateExpression(expression) ? kindOf(expression.tag) : undefined;
}

/** What `each` fills in differs from case to case. */
function textOf(node: ts.Expression): string | undefined {
  if (!ts.isStringLiteralLike(node)) return undefined;
  return node.text.replace(/%[sdijop]|%#|\$[\w.]+/g, '…');
}

/** Test files of an architecture: `<id>.test.ts`, those in a folder `<id>`, and `<id>-more.test.ts`. */
export function testFilesOf(folder: string, id: string, otherIds: readonly string[]): string[] {
  if (!existsSync(folder)) return [];
  const longer = otherIds.filter((other) => other !== id && other.startsWith(`${id}-`));
  const isOwn = (name: string) =>
    name === `${id}.test.ts` ||
    (name.startsWith(`${id}-`) &&
      name.endsWith('.test.ts') &&
      !longer.some((other) => name.startsWith(other)));
  const own = readdirSync(folder).filter(isOwn);
  const inner = existsSync(join(folder, id))
    ? readdirSync(join(folder, id)).filter((name) => name.endsWith('.test.ts'))
    : [];
  return [...own, ...inner.map((name) => join(id, name))].sort((a, b) => a.length - b.length);
}

export const readClaims = (file: string): Claims[] => claimsIn(file, readFileSync(file, 'utf8'));
