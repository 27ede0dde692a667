import * as dagre from '@dagrejs/dagre';
import type { Services } from '../model/services';
import { heightOf, textWidth } from './text';
import {
  combined,
  elementsIn,
  framed,
  moved,
  type Part,
  type PlacedArrow,
  type Point,
  type Sizes,
} from './sheet';

interface Graph {
  setGraph(settings: object): void;
  setDefaultEdgeLabel(label: () => object): void;
  setNode(id: string, size: object): void;
  setEdge(from: string, to: string, label: object): void;
  graph(): { readonly width?: number; readonly height?: number };
  node(id: string): { readonly x: number; readonly y: number };
  edge(
    from: string,
    to: string,
  ): { readonly points: readonly Point[]; readonly x?: number; readonly y?: number };
}

/** What this file uses of dagre: the types of its package do not resolve for CommonJS. */
const { graphlib, layout } = dagre as unknown as {
  readonly graphlib: { readonly Graph: new () => Graph };
  readonly layout: (graph: Graph) => void;
};

/** Above this number of elements, the graph is not laid out as one. */
const MAX_ELEMENTS = 250;

/** Services from left to right, in the order in which events and requests pass them; from top to bottom on a phone. */
export function layOutServices(
  { elements, arrows }: Services,
  width: number,
  sizes: Sizes,
): Part | undefined {
  if (elements.length === 0) return undefined;
  const inner = width - 2 * sizes.pad;
  const connected = new Set(arrows.flatMap(({ from, to }) => [from, to]));
  const isInGraph = ({ id }: { readonly id: string }) => connected.has(id) && connected.size <= MAX_ELEMENTS;
  const alone = elements.filter((element) => !isInGraph(element));
  const graph = { elements: elements.filter(isInGraph), arrows };
  const parts: Part[] = [];
  let height = 0;
  if (graph.elements.length > 0) {
    const leftToRight = ordered(graph, 'LR', sizes);
    const drawn = leftToRight.width <= inner ? leftToRight : ordered(graph, 'TB', sizes);
    parts.push(drawn);
    height = drawn.height + sizes.gap;
  }
  const widest = Math.max(
    parts[0]?.width ?? 0,
    Math.min(inner, alone.length * sizes.element.width),
    sizes.element.width,
  );
  if (alone.length > 0) {
    const grid = elementsIn(alone, widest, sizes, 'start');
    parts.push(moved(grid, 0, height));
    height += grid.height;
  }
  return framed(
    { id: 'services', kind: 'services', label: 'Services', detail: '' },
    combined(parts, widest, height - (alone.length > 0 ? 0 : sizes.gap)),
    { pad: sizes.pad, header: 32 },
  );
}

function ordered({ elements, arrows }: Services, rankdir: 'LR' | 'TB', sizes: Sizes): Part {
  const graph = new graphlib.Graph();
  const size = { width: sizes.element.width, height: heightOf(elements, sizes) };
  const labelled = rankdir === 'LR';
  graph.setGraph({ rankdir, nodesep: 14, ranksep: labelled ? 46 : 34, marginx: 4, marginy: 4 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of elements) graph.setNode(id, { ...size });
  for (const { from, to, label, kind } of arrows) {
    graph.setEdge(from, to, {
      // What reads and writes should not decide what stands left of what.
      weight: kind === 'event' ? 3 : 1,
      labelpos: 'c',
      width: labelled ? textWidth(label, 10) : 0,
      height: labelled ? 14 : 0,
    });
  }
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    width,
    height,
    boxes: [],
    elements: elements.map((element) => {
      const { x, y } = graph.node(element.id);
      return { element, x: x - size.width / 2, y: y - size.height / 2, ...size };
    }),
    arrows: arrows.map((arrow): PlacedArrow => {
      const { points, x, y } = graph.edge(arrow.from, arrow.to);
      if (!labelled) return { arrow, points };
      // Lines from left to right are at the height of the icons, and start and end at them.
      const up = size.height / 2 - 4 - sizes.icon / 2;
      const [from, to] = [graph.node(arrow.from), graph.node(arrow.to)];
      const side = sizes.icon / 2 + 5;
      const ends = { [0]: from.x + side, [points.length - 1]: to.x - side };
      const forward = from.x < to.x;
      return {
        arrow,
        points: points.map((point, i) => ({
          x: (forward ? ends[i] : undefined) ?? point.x,
          y: point.y - up,
        })),
        ...(x !== undefined && y !== undefined && { label: { x, y: y - up - 8 } }),
      };
    }),
  };
}
