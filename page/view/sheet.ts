import type { PlacedArrow, PlacedBox, PlacedElement, Point, Rect, Sheet, Sizes } from '../layout/sheet';
import type { Element } from '../model/elements';
import { s } from './dom';
import { captionOf, wrap } from '../layout/text';

/** The drawing in the page, and what one can do with its parts. */
export interface View {
  readonly svg: SVGSVGElement;
  /** Groups of boxes and elements, by id. */
  readonly parts: ReadonlyMap<string, SVGGElement>;
  /** Lines of the arrows that do not depend on what fails, by `from` and `to`, with a line break between. */
  readonly arrows: ReadonlyMap<string, SVGGElement>;
  /** Where arrows start and end. */
  readonly anchors: ReadonlyMap<string, Rect>;
  /** For lines that come and go. */
  readonly overlay: SVGGElement;
}

interface Options {
  readonly icons: Readonly<Record<string, string>>;
  readonly sizes: Sizes;
  /** Whether something can be done with a box. Elements always can be activated. */
  readonly isActive: (box: PlacedBox) => boolean;
}

/** Draws a sheet as SVG. */
export function render(sheet: Sheet, options: Options): View {
  const parts = new Map<string, SVGGElement>();
  const arrows = new Map<string, SVGGElement>();
  const anchors = anchorsOf(sheet, options.sizes);
  const boxes = s('g', { class: 'boxes' });
  const names = s('g', { class: 'names', 'aria-hidden': 'true' });
  const active = s('g', { class: 'elements' });
  for (const box of sheet.boxes) {
    const [group, name] = drawBox(box, options);
    parts.set(box.id, group);
    boxes.append(group);
    names.append(name);
  }
  for (const placed of sheet.elements) {
    const group = drawElement(placed, options);
    parts.set(placed.element.id, group);
    active.append(group);
  }
  const lines = s('g', { class: 'arrows', 'aria-hidden': 'true' });
  for (const placed of sheet.arrows) {
    const group = drawArrow(placed, anchors);
    if (!group) continue;
    arrows.set(`${placed.arrow.from}\n${placed.arrow.to}`, group);
    lines.append(group);
  }
  const overlay = s('g', { class: 'overlay', 'aria-hidden': 'true' });
  const svg = s(
    'svg',
    {
      viewBox: `-4 -4 ${sheet.width + 8} ${sheet.height + 8}`,
      width: sheet.width + 8,
      height: sheet.height + 8,
      role: 'group',
      'aria-label': 'Drawing of the architecture',
    },
    markers(),
    boxes,
    lines,
    overlay,
    names,
    active,
  );
  return { svg, parts, arrows, anchors, overlay };
}

function markers(): SVGDefsElement {
  const kinds = ['plain', 'alive', 'dead', 'path', 'use', 'failure'];
  return s(
    'defs',
    {},
    ...kinds.map((kind) =>
      s(
        'marker',
        {
          id: `tip-${kind}`,
          class: `tip ${kind}`,
          viewBox: '0 0 8 8',
          refX: 7,
          refY: 4,
          markerWidth: 7,
          markerHeight: 7,
          orient: 'auto-start-reverse',
          markerUnits: 'userSpaceOnUse',
        },
        s('path', { d: 'M0 0.5L8 4L0 7.5Z' }),
      ),
    ),
  );
}

/** A frame, and its name, which stands above the lines that cross the frame. */
function drawBox(
  box: PlacedBox,
  { icons, sizes, isActive }: Options,
): readonly [frame: SVGGElement, name: SVGGElement] {
  const icon = box.icon === undefined ? undefined : icons[box.icon];
  const activatable = isActive(box);
  const inset = icon === undefined ? 8 : 26;
  const room = box.width - inset - 6;
  const size = sizes.font + (box.kind === 'vpc' || box.kind === 'dns' ? 1 : 0);
  const twoLines = box.kind !== 'az' && box.kind !== 'name';
  const label = box.kind === 'name' ? `${box.label} ${box.detail}` : box.label;
  const [text = ''] = wrap(label, room, size, 1);
  const [detail = ''] = twoLines ? wrap(box.detail, room, sizes.font - 1, 1) : [];
  const frame = s(
    'g',
    {
      class: `box ${box.kind}`,
      'data-id': box.id,
      ...(activatable && {
        role: 'button',
        tabindex: '0',
        'aria-pressed': 'false',
        'aria-label': `${KIND_NAMES[box.kind] ?? ''} ${label} ${twoLines ? box.detail : ''}`.trim(),
      }),
    },
    s('title', {}, [label, twoLines ? box.detail : ''].filter((part) => part !== '').join(', ')),
    s('rect', {
      x: box.x,
      y: box.y,
      width: box.width,
      height: box.height,
      rx: box.kind === 'az' || box.kind === 'vpc' ? 4 : 3,
    }),
    activatable && box.kind === 'az' && cross(box.x + box.width - 14, box.y + 13, 'fails'),
  );
  const name = s(
    'g',
    { class: `box ${box.kind}` },
    icon !== undefined &&
      s('image', { href: icon, x: box.x, y: box.y, width: 22, height: 22, class: 'corner' }),
    s('text', { x: box.x + inset, y: box.y + (box.kind === 'az' ? 17 : 15), 'font-size': size }, text),
    detail !== '' &&
      s('text', { class: 'detail', x: box.x + inset, y: box.y + 29, 'font-size': sizes.font - 1 }, detail),
  );
  return [frame, name];
}

const KIND_NAMES: Readonly<Record<string, string>> = {
  az: 'Availability Zone',
  public: 'Public subnet',
  private: 'Private subnet',
  isolated: 'Isolated subnet',
};

function drawElement({ element, x, y, width }: PlacedElement, { icons, sizes }: Options): SVGGElement {
  const { icon, font } = sizes;
  const href = icons[element.icon];
  const middle = x + width / 2;
  const left = middle - icon / 2;
  const { label, detail } = captionOf(element, width, font);
  const lines = label.length + detail.length;
  const top = y + icon + 6 + font;
  const name = [element.label, element.detail].filter((part) => part !== '').join(', ');
  return s(
    'g',
    {
      class: 'element',
      'data-id': element.id,
      role: 'button',
      tabindex: '0',
      'aria-pressed': 'false',
      'aria-label': name,
    },
    s('title', {}, `${name}\n${element.members.slice(0, 12).join('\n')}`),
    s('rect', { class: 'hit', x: x + 2, y, width: width - 4, height: icon + 10 + lines * (font + 2), rx: 6 }),
    s('rect', { class: 'tile', x: left - 2, y: y + 2, width: icon + 4, height: icon + 4, rx: 5 }),
    href !== undefined && s('image', { href, x: left, y: y + 4, width: icon, height: icon }),
    ...label.map((line, i) =>
      s('text', { x: middle, y: top + 3 + i * (font + 2), 'text-anchor': 'middle', 'font-size': font }, line),
    ),
    ...detail.map((line, i) =>
      s(
        'text',
        {
          class: 'detail',
          x: middle,
          y: top + 3 + (label.length + i) * (font + 1),
          'text-anchor': 'middle',
          'font-size': font - 1,
        },
        line,
      ),
    ),
    cross(left + icon, y + 4, 'fails'),
  );
}

/** Shown on what fails: a sign besides the colour. */
const cross = (x: number, y: number, name: string): SVGGElement =>
  s(
    'g',
    { class: name, 'aria-hidden': 'true' },
    s('circle', { cx: x, cy: y, r: 8 }),
    s('path', { d: `M${x - 3.5} ${y - 3.5}l7 7m0 -7l-7 7` }),
  );

function drawArrow(
  { arrow, points, label, quiet }: PlacedArrow,
  anchors: ReadonlyMap<string, Rect>,
): SVGGElement | undefined {
  const [from, to] = [anchors.get(arrow.from), anchors.get(arrow.to)];
  if (!points && (!from || !to)) return undefined;
  const d = points ? smooth(points) : from && to ? curve(from, to) : '';
  const tip = arrow.kind === 'event' ? 'plain' : arrow.kind;
  return s(
    'g',
    { class: `arrow ${arrow.kind} ${quiet === true ? 'quiet' : ''}` },
    s('title', {}, arrow.label),
    s('path', { d, 'marker-end': `url(#tip-${tip})` }),
    label && s('text', { x: label.x, y: label.y + 3, 'text-anchor': 'middle', 'font-size': 10 }, arrow.label),
  );
}

/** A line through corners, rounded. */
function smooth(points: readonly Point[]): string {
  const [first, ...rest] = points;
  const last = rest.at(-1);
  if (!first || !last) return '';
  const middles = rest.slice(0, -1).map((point, i) => {
    const next = rest[i + 1] ?? last;
    return `Q${point.x} ${point.y} ${(point.x + next.x) / 2} ${(point.y + next.y) / 2}`;
  });
  return `M${first.x} ${first.y}${middles.join('')}L${last.x} ${last.y}`;
}

/** Farther apart than this, other elements stand between: the line leaves by the side of its element. */
const FAR = 150;

/** A curve from the edge of one rectangle to the edge of another one. */
export function curve(from: Rect, to: Rect): string {
  const [a, b] = [center(from), center(to)];
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  if (Math.abs(dy) >= Math.min(Math.abs(dx), from.height / 2 + to.height / 2)) {
    const [y1, y2] = dy > 0 ? [from.y + from.height, to.y - 2] : [from.y, to.y + to.height + 2];
    const bend = Math.max(14, Math.abs(y2 - y1) / 2) * Math.sign(dy || 1);
    if (Math.abs(y2 - y1) > FAR && from.width < 100) {
      const side = dx < -1 ? -1 : 1;
      const [x, y] = [a.x + (side * from.width) / 2, from.y + from.width / 2];
      return `M${x} ${y}C${x + 70 * side} ${y} ${b.x} ${y2 - bend} ${b.x} ${y2}`;
    }
    return `M${a.x} ${y1}C${a.x} ${y1 + bend} ${b.x} ${y2 - bend} ${b.x} ${y2}`;
  }
  const [x1, x2] = dx > 0 ? [from.x + from.width, to.x - 2] : [from.x, to.x + to.width + 2];
  const bend = Math.max(14, Math.abs(x2 - x1) / 2) * Math.sign(dx || 1);
  return `M${x1} ${a.y}C${x1 + bend} ${a.y} ${x2 - bend} ${b.y} ${x2} ${b.y}`;
}

const center = ({ x, y, width, height }: Rect): Point => ({ x: x + width / 2, y: y + height / 2 });

const linesOf = (element: Element, width: number, font: number): number => {
  const { label, detail } = captionOf(element, width, font);
  return label.length + detail.length;
};

/** Arrows of an element start at its icon, those of a frame at its head. */
function anchorsOf({ elements, boxes }: Sheet, { icon, font }: Sizes): Map<string, Rect> {
  const anchors = new Map<string, Rect>();
  for (const { id, kind, x, y, width, height } of boxes) {
    const head = { x: x + width / 2 - 24, y, width: 48, height: Math.min(36, height) };
    anchors.set(id, kind === 'vpc' ? { x, y, width, height } : head);
  }
  for (const { element, x, y, width } of elements) {
    anchors.set(element.id, {
      x: x + width / 2 - icon / 2 - 2,
      y: y + 2,
      width: icon + 4,
      height: icon + 8 + linesOf(element, width, font) * (font + 2),
    });
  }
  return anchors;
}
