import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A function that a page names, and the file that the page says it is in. */
export interface NamedFunction {
  readonly name: string;
  /** As the page links to it. */
  readonly file: string;
  /** Whether the file declares it. */
  readonly isThere: boolean;
}

/** Each "`one` in [file](file)", "`one` and `two` of `Class` in [file](file)" of a page. */
export function namedFunctions(page: string): NamedFunction[] {
  const text = readFileSync(page, 'utf8').replace(/\s+/g, ' ');
  const mentions = text.matchAll(/((?:`\w+`(?:, | and )?)+(?: of `\w+`)?) in \[[^\]]+\]\(([^)]+\.ts)\)/g);
  return [...mentions].flatMap(([, names = '', file = '']) => {
    const path = join(dirname(page), file);
    const source = existsSync(path) ? readFileSync(path, 'utf8') : '';
    return [...names.matchAll(/`(\w+)`/g)].map(([, name = '']) => ({
      name,
      file,
      isThere: declares(source, name),
    }));
  });
}

/** A function, class or constant, or the method of a class. */
const declares = (source: string, name: string): boolean =>
  new RegExp(
    `\\b(function|class|const) ${name}\\b|^  (private |static |async |get |readonly )*${name}(<.*>)?( = )?\\(`,
    'm',
  ).test(source);
