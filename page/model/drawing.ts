import type { Dns } from '../../lib/assertions/dns';
import type { Iam } from '../../lib/assertions/iam';
import { readModel } from '../../lib/assertions/network/model/model';
import type { Templates } from '../../lib/assertions/templates';
import { drawZones, type ZoneBox } from './dns-zones';
import type { Arrow, Element } from './elements';
import { INTERNET_ICON } from './types';
import { drawServices, type Services } from './services';
import { drawHub, drawVpcs, type VpcBox } from './vpcs';

/** How many resources of a type are in the templates, and have no place in the drawing. */
export interface Rest {
  readonly type: string;
  readonly paths: readonly string[];
}

/** What the page draws. It comes from the templates alone. */
export interface Drawing {
  readonly zones: readonly ZoneBox[];
  readonly services: Services;
  /** Undefined when no VPC has a gateway to the internet. */
  readonly internet?: Element;
  readonly vpcs: readonly VpcBox[];
  /** What stands between VPCs and sites: transit gateways, peering and VPN connections. */
  readonly hub: readonly Element[];
  /** Between elements of the hub, and from there to VPCs: attachments. */
  readonly attachments: readonly Arrow[];
  readonly rest: readonly Rest[];
}

export interface Analyses {
  readonly dns: Dns;
  readonly iam: Iam;
}

export const INTERNET = 'internet';

export function draw(templates: Templates, { dns, iam }: Analyses): Drawing {
  const model = readModel(templates, {});
  const vpcs = drawVpcs(model);
  const { elements: hub, attachments } = drawHub(model);
  const zones = drawZones(templates, dns);
  const inVpcs = [...vpcs.flatMap(elementsOf), ...hub];
  const inZones = zones.flatMap(({ names, checks }) => [...names.flatMap((name) => name.records), ...checks]);
  const services = drawServices(templates, iam, new Set(inVpcs.flatMap(({ members }) => members)));
  const hasInternet =
    model.internetGateways.size > 0 ||
    vpcs.some(({ edge }) => edge.some((one) => one.type.includes('Internet')));
  const drawn = new Set(
    [...inVpcs, ...inZones, ...services.elements]
      .flatMap(({ members }) => members)
      .concat(
        vpcs.flatMap(({ path, tiers }) => [
          path,
          ...tiers.flatMap((tier) => tier.subnets.map((s) => s.path)),
        ]),
        zones.map(({ path }) => path),
      ),
  );
  return {
    zones,
    services,
    ...(hasInternet && {
      internet: {
        id: INTERNET,
        path: INTERNET,
        type: INTERNET,
        label: 'Internet',
        detail: '',
        icon: INTERNET_ICON,
        members: [INTERNET],
      },
    }),
    vpcs,
    hub,
    attachments: attachments.flatMap((arrow) => between(arrow, inVpcs)),
    rest: restOf(templates, drawn),
  };
}

/** The same arrow from and to every element that shows the construct; a VPC is its own frame. */
function between(arrow: Arrow, elements: readonly Element[]): Arrow[] {
  const ids = (path: string) => {
    const own = elements.filter(({ members }) => members.includes(path)).map(({ id }) => id);
    return own.length > 0 ? own : [path];
  };
  return ids(arrow.from).flatMap((from) => ids(arrow.to).map((to) => ({ ...arrow, from, to })));
}

export const elementsOf = ({ edge, tiers }: VpcBox): readonly Element[] => [
  ...edge,
  ...tiers.flatMap(({ subnets }) => subnets.flatMap(({ elements }) => elements)),
];

/** Every element of the drawing. */
export const allElements = (drawing: Drawing): readonly Element[] => [
  ...(drawing.internet ? [drawing.internet] : []),
  ...drawing.vpcs.flatMap(elementsOf),
  ...drawing.hub,
  ...drawing.services.elements,
  ...drawing.zones.flatMap(({ names, checks }) => [...names.flatMap(({ records }) => records), ...checks]),
];

/** The names of the icons that a drawing shows. */
export const iconsOf = (drawing: Drawing): readonly string[] => [
  ...new Set([
    ...allElements(drawing).map(({ icon }) => icon),
    'architecture-group/VirtualprivatecloudVPC',
    'architecture-group/Publicsubnet',
    'architecture-group/Privatesubnet',
    'resource/AmazonRoute53HostedZone',
  ]),
];

function restOf(templates: Templates, drawn: ReadonlySet<string>): Rest[] {
  const byType = new Map<string, string[]>();
  for (const { type, path } of templates.resources) {
    if (drawn.has(path) || type === 'AWS::CDK::Metadata') continue;
    byType.set(type, [...(byType.get(type) ?? []), path]);
  }
  return [...byType].map(([type, paths]) => ({ type, paths })).sort((a, b) => (a.type < b.type ? -1 : 1));
}
