import { textWidth } from '../layout/graph';

/** Text in at most `count` lines of a width, cut with an ellipsis. It breaks between words, also of `PascalCase`. */
export function wrap(text: string, width: number, size: number, count: number): string[] {
  const fits = (line: string) => textWidth(line, size) <= width;
  const words = text.split(/(?<=[\s\-_/.,:])|(?<=[a-z0-9])(?=[A-Z])/);
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    if (line !== '' && !fits((line + word).trimEnd())) {
      lines.push(line.trim());
      line = '';
    }
    line += word;
  }
  if (line.trim() !== '') lines.push(line.trim());
  const shown = lines.slice(0, count);
  if (lines.length > count) shown[count - 1] = `${shown[count - 1] ?? ''}…`;
  return shown.map((one) => shorten(one, fits));
}

function shorten(line: string, fits: (line: string) => boolean): string {
  if (fits(line)) return line;
  let end = line.length;
  while (end > 1 && !fits(`${line.slice(0, end)}…`)) end--;
  return `${line.slice(0, end)}…`;
}
