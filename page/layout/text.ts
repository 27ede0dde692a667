import type { Element } from '../model/elements';

/** Text in at most `count` lines of a width, cut with an ellipsis. It breaks between words, also of `PascalCase`. */
export function wrap(text: string, width: number, size: number, count: number): string[] {
  const fits = (line: string) => textWidth(line, size) <= width;
  const words = text.split(/(?<=[\s\-_/,:])|(?<=\.)(?=\D)|(?<=[a-z0-9])(?=[A-Z])/);
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

/** About as wide as a browser draws it. */
export const textWidth = (text: string, size: number): number => Math.ceil(text.length * size * 0.56);

/** The lines below an icon: two of its name at most, three together. */
export function captionOf(
  { label, detail }: Element,
  width: number,
  font: number,
): { readonly label: readonly string[]; readonly detail: readonly string[] } {
  const name = wrap(label, width - 6, font, 2);
  return { label: name, detail: detail === '' ? [] : wrap(detail, width - 6, font - 1, 3 - name.length) };
}

/** The height of elements beside each other: that of the one with most lines. */
export function heightOf(
  elements: readonly Element[],
  {
    icon,
    font,
    element: { width },
  }: { readonly icon: number; readonly font: number; readonly element: { readonly width: number } },
): number {
  const lines = elements.map((element) => {
    const { label, detail } = captionOf(element, width, font);
    return label.length + detail.length;
  });
  return icon + 14 + Math.max(1, ...lines) * (font + 2);
}
