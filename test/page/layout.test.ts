import { readWorld } from '../../page/behaviour/world';
import { sourcesOf } from '../../lib/assertions/templates/assembly';
import { layOut } from '../../page/layout/layout';
import type { PlacedBox, Rect, Sheet } from '../../page/layout/sheet';
import { captionOf, textWidth, wrap } from '../../page/layout/text';
import { allElements } from '../../page/model/drawing';
import { sandbox } from '../support/sandbox';

const sources = sourcesOf(
  sandbox({}, 'path-routed-services', 'dns-failover', 'thumbnail-pipeline', 'vpc-peering').synth(),
);
const drawingOf = (...names: string[]) =>
  readWorld(sources.filter(({ name }) => names.includes(name))).drawing;
const drawings = {
  PathRoutedServices: drawingOf('PathRoutedServices', 'MultiAzVpc'),
  DnsFailover: drawingOf('DnsFailover', 'AutoScalingWeb', 'MultiAzVpc'),
  ThumbnailPipeline: drawingOf('ThumbnailPipeline'),
  VpcPeering: drawingOf('VpcPeering'),
};

const overlap = (a: Rect, b: Rect) =>
  a.x < b.x + b.width - 1 && b.x < a.x + a.width - 1 && a.y < b.y + b.height - 1 && b.y < a.y + a.height - 1;
const within = (outer: Rect, inner: Rect) =>
  inner.x >= outer.x - 1 &&
  inner.y >= outer.y - 1 &&
  inner.x + inner.width <= outer.x + outer.width + 1 &&
  inner.y + inner.height <= outer.y + outer.height + 1;
const pairs = <T>(items: readonly T[]) =>
  items.flatMap((a, i) => items.slice(i + 1).map((b) => [a, b] as const));
const boxOf = ({ boxes }: Sheet, id: string | undefined): PlacedBox | undefined =>
  boxes.find((box) => box.id === id);

describe.each(Object.entries(drawings))('layout of %s', (_, drawing) => {
  describe.each([1280, 900, 358])('on %d pixels', (width) => {
    const sheet = layOut(drawing, width);

    it('places every element once', () => {
      const placed = sheet.elements.map(({ element }) => element.id);
      expect(placed.sort()).toEqual(
        allElements(drawing)
          .map(({ id }) => id)
          .sort(),
      );
    });

    it('lets no two elements overlap', () => {
      const names = pairs(sheet.elements)
        .filter(([a, b]) => overlap(a, b))
        .map(([a, b]) => `${a.element.id} and ${b.element.id}`);
      expect(names).toEqual([]);
    });

    it('puts elements into their subnet, and subnets into the column of their AZ', () => {
      for (const { element, ...rect } of sheet.elements) {
        const subnet = boxOf(sheet, element.subnet);
        if (subnet) expect([element.id, within(subnet, rect)]).toEqual([element.id, true]);
      }
      for (const vpc of drawing.vpcs) {
        for (const { path, zone } of vpc.tiers.flatMap(({ subnets }) => subnets)) {
          const [subnet, column] = [boxOf(sheet, path), boxOf(sheet, `az ${zone} of ${vpc.path}`)];
          expect([path, subnet && column && within(column, subnet)]).toEqual([path, true]);
        }
      }
    });

    it('lets no two subnets overlap', () => {
      const subnets = sheet.boxes.filter(({ kind }) => ['public', 'private', 'isolated'].includes(kind));
      expect(pairs(subnets).filter(([a, b]) => overlap(a, b))).toEqual([]);
    });

    it('fits the width, and the sheet has room for everything', () => {
      expect(sheet.width).toBe(width);
      for (const rect of [...sheet.boxes, ...sheet.elements])
        expect(within({ x: 0, y: 0, ...sheet }, rect)).toBe(true);
    });
  });
});

describe('layout', () => {
  it('puts events from left to right, and from top to bottom on a phone', () => {
    const at = (width: number, name: string) => {
      const found = layOut(drawings.ThumbnailPipeline, width).elements.find(
        ({ element }) => element.label === name,
      );
      return found ?? { x: NaN, y: NaN };
    };
    for (const [from, to] of [
      ['Uploads', 'Worker'],
      ['Worker', 'Thumbnails'],
    ] as const) {
      expect(at(900, from).x).toBeLessThan(at(900, to).x);
      expect(at(300, from).y).toBeLessThan(at(300, to).y);
    }
  });

  it('puts services below the VPC', () => {
    const { boxes } = layOut(drawings.PathRoutedServices, 1280);
    const [vpc, services] = [
      boxes.find(({ kind }) => kind === 'vpc'),
      boxes.find(({ kind }) => kind === 'services'),
    ];
    expect(services?.y).toBeGreaterThan((vpc?.y ?? Infinity) + (vpc?.height ?? 0));
  });

  it('is wider than the page where an Availability Zone would be too narrow', () => {
    expect(layOut(drawings.PathRoutedServices, 200).width).toBeGreaterThan(300);
  });

  it('breaks text between words and cuts what is too long', () => {
    expect(wrap('ApplicationLoadBalancer', 80, 11, 2)).toEqual(['Application', 'LoadBalancer']);
    expect(wrap('weight 70, 192.0.2.1', 80, 10, 3)).toEqual(['weight 70,', '192.0.2.1']);
    for (const line of wrap('x'.repeat(80), 60, 11, 2)) expect(textWidth(line, 11)).toBeLessThanOrEqual(60);
    expect(wrap('a b c d e f', 12, 11, 2).at(-1)).toContain('…');
  });

  it('gives an element three lines at most', () => {
    const [element] = allElements(drawings.DnsFailover);
    if (!element) throw new Error('no element');
    const long = captionOf(
      { ...element, label: 'OneTwoThree '.repeat(9), detail: 'four five '.repeat(9) },
      88,
      11,
    );
    expect([long.label.length, long.detail.length]).toEqual([2, 1]);
  });
});
