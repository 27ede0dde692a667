import * as dagre from '@dagrejs/dagre';
import type { Services } from '../model/services';
import { combined, elementsIn, framed, moved, type Part, type PlacedArrow, type Sizes } from './sheet';

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
    parts.push(moved(drawn, Math.max(0, (inner - drawn.width) / 2), 0));
    height = drawn.height + sizes.gap;
  }
  if (alone.length > 0) {
    const grid = elementsIn(alone, inner, sizes);
    parts.push(moved(grid, 0, height));
    height += grid.height;
  }
  const widest = Math.max(inner, ...parts.map((part) => part.width));
  return framed(
    { id: 'services', kind: 'services', label: 'Services', detail: '' },
    combined(parts, widest, height),
    { pad: sizes.pad, header: 32 },
  );
}

function ordered({ elements, arrows }: Services, rankdir: 'LR' | 'TB', sizes: Sizes): Part {
  const graph = new dagre.graphlib.Graph();
  const labelled = rankdir === 'LR';
  graph.setGraph({ rankdir, nodesep: 14, ranksep: labelled ? 46 : 34, marginx: 4, marginy: 4 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of elements) graph.setNode(id, { ...sizes.element });
  for (const { from, to, label, kind } of arrows) {
    graph.setEdge(from, to, {
      // What reads and writes should not decide what stands left of what.
      weight: kind === 'event' ? 3 : 1,
      labelpos: 'c',
      width: labelled ? textWidth(label, 10) : 0,
      height: labelled ? 14 : 0,
    });
  }
  dagre.layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return {
    width,
    height,
    boxes: [],
    elements: elements.map((element) => {
      const { x, y } = graph.node(element.id) as { x: number; y: number };
      return { element, x: x - sizes.element.width / 2, y: y - sizes.element.height / 2, ...sizes.element };
    }),
    arrows: arrows.map((arrow): PlacedArrow => {
      const { points, x, y } = graph.edge(arrow.from, arrow.to) as {
        points: { x: number; y: number }[];
        x?: number;
        y?: number;
      };
      return { arrow, points, ...(labelled && x !== undefined && y !== undefined && { label: { x, y } }) };
    }),
  };
}

/** About as wide as a browser draws it. */
export const textWidth = (text: string, size: number): number => Math.ceil(text.length * size * 0.56);
