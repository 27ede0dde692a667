import type { Drawing } from '../model/drawing';
import type { VpcBox } from '../model/vpcs';
import { layOutServices } from './graph';
import { combined, elementsIn, flow, moved, sizesFor, type Part, type Sheet, type Sizes } from './sheet';
import { layOutVpc, vpcWidth } from './vpc';
import { layOutZones } from './zones';

/** A drawing on a sheet of a given width. It is wider where there are more columns than fit. */
export function layOut(drawing: Drawing, width: number): Sheet {
  const sizes = sizesFor(width);
  const parts: Part[] = [];
  let y = 0;
  let widest = width;
  const add = (part: Part | undefined, align: 'start' | 'middle' = 'start') => {
    if (!part || part.height === 0) return;
    parts.push(moved(part, align === 'middle' ? Math.max(0, (width - part.width) / 2) : 0, y));
    y += part.height + sizes.gap;
    widest = Math.max(widest, part.width);
  };
  const services = layOutServices(drawing.services, width, sizes);
  const besideZones = services && drawing.vpcs.length === 0 ? [services] : [];
  add(flow([...layOutZones(drawing.zones, width, sizes), ...besideZones], width, sizes.gap));
  if (drawing.internet) add(elementsIn([drawing.internet], width, sizes));
  // What connects VPCs stands below the first row of them.
  const [first, ...more] = layOutVpcs(drawing.vpcs, width, sizes);
  add(first, 'middle');
  if (drawing.hub.length > 0) {
    y += sizes.gap;
    add(elementsIn(drawing.hub, width, { ...sizes, element: { width: sizes.element.width * 1.3 } }));
    y += sizes.gap;
  }
  for (const row of more) add(row, 'middle');
  // What is outside of VPCs stands below them: often it is only where logs go.
  if (besideZones.length === 0) add(services);
  const sheet = combined(parts, widest, Math.max(0, y - sizes.gap));
  return { ...sheet, arrows: [...sheet.arrows, ...drawing.attachments.map((arrow) => ({ arrow }))] };
}

/** As many VPCs beside each other as fit; they share the width of the row. */
function layOutVpcs(vpcs: readonly VpcBox[], width: number, sizes: Sizes): Part[] {
  const rows: VpcBox[][] = [];
  let used = Infinity;
  for (const vpc of vpcs) {
    const wanted = vpcWidth(vpc, sizes) + sizes.gap;
    if (used + wanted - sizes.gap > width) {
      rows.push([]);
      used = 0;
    }
    rows.at(-1)?.push(vpc);
    used += wanted;
  }
  return rows.map((row) => {
    const least = row.map((vpc) => vpcWidth(vpc, sizes));
    const spare = width - least.reduce((sum, one) => sum + one, 0) - (row.length - 1) * sizes.gap;
    const extra = Math.max(0, spare) / row.length;
    return flow(
      row.map((vpc, i) => layOutVpc(vpc, Math.min((least[i] ?? 0) + extra, MAX_VPC_WIDTH), sizes)),
      Infinity,
      sizes.gap,
    );
  });
}

/** One narrow VPC is easier to read when it is not stretched over a whole screen. */
const MAX_VPC_WIDTH = 1100;
