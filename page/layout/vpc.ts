import type { Element } from '../model/elements';
import type { SubnetBox, Tier, VpcBox } from '../model/vpcs';
import { textWidth } from './text';
import { combined, elementsIn, moved, type Part, type PlacedBox, type Sizes } from './sheet';

const AZ_HEADER = 26;

/** The least width of a VPC: a column for each Availability Zone. */
export const vpcWidth = ({ zones }: VpcBox, { column, pad, gap }: Sizes): number =>
  Math.max(1, zones.length) * (column + gap) - gap + 4 * pad;

const KIND = {
  public: { name: 'Public', icon: 'architecture-group/Publicsubnet' },
  private: { name: 'Private', icon: 'architecture-group/Privatesubnet' },
  isolated: { name: 'Isolated', icon: 'architecture-group/Privatesubnet' },
} as const;

const atTop = ({ type }: Element) => type.endsWith('InternetGateway');

/**
 * A VPC: internet gateways on its upper edge, a column for each Availability Zone, a row for each kind of subnet, other
 * gateways and endpoints on its lower edge.
 */
export function layOutVpc(vpc: VpcBox, width: number, sizes: Sizes): Part {
  const { pad, gap } = sizes;
  const [above, below] = [vpc.edge.filter(atTop), vpc.edge.filter((one) => !atTop(one))];
  const inner = width - 2 * pad;
  const columns = Math.max(1, vpc.zones.length);
  const column = (inner - (columns - 1) * gap) / columns;
  // The edge of the VPC cuts the icon of a gateway below its middle.
  const half = sizes.icon + 2;
  const top = above.length > 0 ? half : 0;

  // A gateway on the edge stands beside the name of the VPC where there is room.
  const parts: Part[] = [];
  const gateways = elementsIn(above, inner * 0.5, sizes);
  parts.push(moved(gateways, pad + inner * 0.25, 0));
  let y = Math.max(top + 44, above.length > 0 ? gateways.height + 6 : 0);
  const azTop = y;
  y += AZ_HEADER;
  for (const tier of vpc.tiers) {
    const cells = vpc.zones.map((zone) =>
      tier.subnets
        .filter((subnet) => subnet.zone === zone)
        .map((subnet) => subnetPart(subnet, tier, column - 2 * pad, sizes)),
    );
    const height = Math.max(...cells.map((all) => all.reduce((sum, part) => sum + part.height + gap, 0)));
    cells.forEach((all, i) => {
      const each = (height - all.length * gap) / Math.max(1, all.length);
      all.forEach((part, j) => {
        parts.push(moved(stretched(part, each), pad + i * (column + gap) + pad, y + j * (each + gap)));
      });
    });
    y += height;
  }
  const azs = vpc.zones.map((zone, i): PlacedBox => ({
    id: azId(vpc.path, zone),
    kind: 'az',
    label: zone,
    detail: '',
    x: pad + i * (column + gap),
    y: azTop,
    width: column,
    height: y - azTop,
  }));
  y += pad;
  const endpoints = elementsIn(below, inner, sizes);
  parts.push(moved(endpoints, pad, y));
  // The last row of what is on the lower edge is cut by it.
  const lastRow = endpoints.elements.at(-1)?.y ?? 0;
  const bottom = below.length > 0 ? y + lastRow + half : y;
  const height = below.length > 0 ? y + endpoints.height : y;
  const box: PlacedBox = {
    id: vpc.path,
    kind: 'vpc',
    label: `VPC ${vpc.label}`,
    detail: vpc.cidr,
    icon: 'architecture-group/VirtualprivatecloudVPC',
    x: 0,
    y: top,
    width,
    height: bottom - top,
  };
  const content = combined(parts, width, height);
  return { ...content, boxes: [box, ...azs, ...content.boxes] };
}

export const azId = (vpc: string, zone: string): string => `az ${zone} of ${vpc}`;

function subnetPart(subnet: SubnetBox, tier: Tier, width: number, sizes: Sizes): Part {
  const content = elementsIn(subnet.elements, width, sizes);
  const { name, icon } = KIND[tier.kind];
  const header = sizes.header;
  return {
    ...moved(content, 0, header),
    width,
    height: header + content.height + 4,
    boxes: [
      {
        id: subnet.path,
        kind: tier.kind,
        label: labelOf(subnet.label, name, width - 32, sizes.font),
        detail: subnet.cidr,
        icon,
        x: 0,
        y: 0,
        width,
        height: header + content.height + 4,
      },
    ],
  };
}

function labelOf(label: string, kind: string, width: number, font: number): string {
  if (label.toLowerCase() === kind.toLowerCase())
    return textWidth(`${kind} subnet`, font) <= width ? `${kind} subnet` : kind;
  const whole = `${label}, ${kind.toLowerCase()}`;
  return textWidth(whole, font) <= width ? whole : label;
}

/** The same subnet with the height of its row. */
function stretched(part: Part, height: number): Part {
  return { ...part, height, boxes: part.boxes.map((box) => ({ ...box, height })) };
}
