import type { NameBox, ZoneBox } from '../model/dns-zones';
import type { Element } from '../model/elements';
import { elementsIn, flow, framed, type Part, type PlacedArrow, type Sizes } from './sheet';

/** Route 53 zones: a frame for each name and type, with the records among which Route 53 chooses. */
export function layOutZones(zones: readonly ZoneBox[], width: number, sizes: Sizes): Part[] {
  const frame = { pad: sizes.pad, header: 34 };
  return zones.map((zone): Part => {
    const inner = width - 2 * sizes.pad;
    const names = zone.names.map((name) => namePart(name, inner, sizes));
    const checks = zone.checks.length > 0 ? [checksPart(zone, inner, sizes)] : [];
    const content = flow([...names, ...checks], inner, sizes.gap);
    const arrows = zone.names
      .flatMap(({ records }) => records)
      .flatMap(({ id, check }): PlacedArrow[] =>
        check === undefined
          ? []
          : [
              {
                arrow: { from: id, to: `check ${check}`, label: 'health check', kind: 'use' },
                quiet: zone.names.length > MAX_NAMES_WITH_ARROWS,
              },
            ],
      );
    const part = framed(
      {
        id: zone.path,
        kind: 'dns',
        label: zone.label,
        detail: `${zone.visibility} hosted zone`,
        icon: 'resource/AmazonRoute53HostedZone',
      },
      { ...content, width: Math.max(content.width, Math.min(inner, 220)), arrows },
      frame,
    );
    return part;
  });
}

/** With more names in a zone, arrows to health checks are shown only while these fail. */
const MAX_NAMES_WITH_ARROWS = 3;

/** Records need more room for their text than other elements. */
const forRecords = (sizes: Sizes): Sizes => ({
  ...sizes,
  element: { width: sizes.element.width * 1.25 },
});

function inFrame(elements: readonly Element[], width: number, sizes: Sizes): Part {
  const larger = forRecords(sizes);
  const room = width - 2 * sizes.pad;
  const wanted = Math.min(elements.length, Math.max(1, Math.floor(room / larger.element.width)));
  return elementsIn(elements, wanted * larger.element.width, larger, 'start');
}

function namePart({ id, name, type, records }: NameBox, width: number, sizes: Sizes): Part {
  const label = Math.min(width - 2 * sizes.pad, (name.length + type.length + 2) * sizes.font * 0.6);
  return framed(
    { id, kind: 'name', label: name, detail: type },
    inFrame(records, width, sizes),
    { pad: sizes.pad, header: 26 },
    label + 2 * sizes.pad,
  );
}

const checksPart = (zone: ZoneBox, width: number, sizes: Sizes): Part =>
  framed(
    { id: `checks of ${zone.path}`, kind: 'checks', label: 'Health checks', detail: '' },
    inFrame(zone.checks, width, sizes),
    { pad: sizes.pad, header: 26 },
  );
