import type { Arrow, Element } from '../model/elements';
import { heightOf } from './text';

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type BoxKind =
  'vpc' | 'az' | 'public' | 'private' | 'isolated' | 'services' | 'dns' | 'name' | 'checks';

/** A frame around others. Frames that contain others stand first. */
export interface PlacedBox extends Rect {
  readonly id: string;
  readonly kind: BoxKind;
  readonly label: string;
  readonly detail: string;
  readonly icon?: string;
}

export interface PlacedElement extends Rect {
  readonly element: Element;
}

export interface PlacedArrow {
  readonly arrow: Arrow;
  /** Corners of the line. Undefined: a curve from one element to the other. */
  readonly points?: readonly Point[];
  /** Shown only while it matters: too many would cover the drawing. */
  readonly quiet?: boolean;
  /** Where its label stands. */
  readonly label?: Point;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where everything is, in pixels. */
export interface Sheet {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly PlacedBox[];
  readonly elements: readonly PlacedElement[];
  readonly arrows: readonly PlacedArrow[];
}

/** A part of a sheet whose place is not decided yet. */
export type Part = Sheet;

/** Sizes that depend on how wide the page is. */
export interface Sizes {
  readonly element: { readonly width: number };
  readonly icon: number;
  readonly font: number;
  readonly column: number;
  readonly pad: number;
  readonly gap: number;
  readonly header: number;
}

export const WIDE: Sizes = {
  element: { width: 88 },
  icon: 40,
  font: 11,
  column: 110,
  pad: 11,
  gap: 12,
  header: 40,
};

export const NARROW: Sizes = {
  element: { width: 78 },
  icon: 30,
  font: 10,
  column: 100,
  pad: 6,
  gap: 6,
  header: 40,
};

/** Pages narrower than this are laid out for a phone. */
export const NARROW_BELOW = 640;

export const sizesFor = (width: number): Sizes => (width < NARROW_BELOW ? NARROW : WIDE);

export function moved(part: Part, x: number, y: number): Part {
  const by = <T extends Point>(one: T): T => ({ ...one, x: one.x + x, y: one.y + y });
  return {
    ...part,
    boxes: part.boxes.map(by),
    elements: part.elements.map(by),
    arrows: part.arrows.map((arrow) => ({
      ...arrow,
      ...(arrow.points && { points: arrow.points.map(by) }),
      ...(arrow.label && { label: by(arrow.label) }),
    })),
  };
}

export function combined(parts: readonly Part[], width: number, height: number): Part {
  return {
    width,
    height,
    boxes: parts.flatMap(({ boxes }) => boxes),
    elements: parts.flatMap(({ elements }) => elements),
    arrows: parts.flatMap(({ arrows }) => arrows),
  };
}

/** Puts parts side by side, and below each other where the width does not suffice. */
export function flow(parts: readonly Part[], width: number, gap: number): Part {
  const placed: Part[] = [];
  let [x, y, row, widest] = [0, 0, 0, 0];
  for (const part of parts) {
    if (x > 0 && x + part.width > width) [x, y, row] = [0, y + row + gap, 0];
    placed.push(moved(part, x, y));
    x += part.width + gap;
    row = Math.max(row, part.height);
    widest = Math.max(widest, x - gap);
  }
  return combined(placed, widest, y + row);
}

/** Elements in rows, each row in the middle of the width. */
export function elementsIn(
  elements: readonly Element[],
  width: number,
  sizes: Sizes,
  align: 'middle' | 'start' = 'middle',
): Part {
  const each = sizes.element.width;
  const perRow = Math.max(1, Math.min(elements.length, Math.floor(width / each)));
  const placed: PlacedElement[] = [];
  let y = 0;
  for (let start = 0; start < elements.length; start += perRow) {
    const row = elements.slice(start, start + perRow);
    const height = heightOf(row, sizes);
    const left = align === 'middle' ? (width - row.length * each) / 2 : 0;
    row.forEach((element, i) => placed.push({ element, x: left + i * each, y, width: each, height }));
    y += height;
  }
  return { width: Math.max(width, each), height: y, boxes: [], elements: placed, arrows: [] };
}

/** A frame around a part. */
export function framed(
  box: Omit<PlacedBox, keyof Rect>,
  inner: Part,
  { pad, header }: Pick<Sizes, 'pad' | 'header'>,
  least = 0,
): Part {
  const width = Math.max(inner.width + 2 * pad, least);
  const height = inner.height + header + pad;
  const content = moved(inner, (width - inner.width) / 2, header);
  return { ...content, width, height, boxes: [{ ...box, x: 0, y: 0, width, height }, ...content.boxes] };
}
