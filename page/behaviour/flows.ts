import type { Network, Place, Question } from '../../lib/assertions/network';
import { formatAddresses } from '../../lib/assertions/network/model/addresses';
import { INTERNET } from '../model/drawing';
import type { Element } from '../model/elements';
import { shortName } from '../model/names';
import { typeInfo } from '../model/types';
import { UNKNOWN_ZONE, type SubnetBox, type VpcBox } from '../model/vpcs';
import type { Atlas } from './atlas';
import { isGone, networkWith, type Faults, type World } from './world';

/** A connection that the page watches while things fail. */
export interface Flow {
  readonly question: Question;
  /** Flows of one group are shown as one line: `Private subnets to internet, tcp 443`. */
  readonly group: string;
  /** What tells it from the others of its group: an Availability Zone. */
  readonly zone: string;
  /** Not drawn while it is alive: every subnet has such a path, and nobody wants to see all of them. */
  readonly quiet?: true;
  /** What has to be there for the question to make sense: paths with the subnets that they are in. */
  readonly ends: readonly { readonly path: string; readonly subnet?: string }[];
}

export interface FlowState {
  readonly flow: Flow;
  /** `gone`: the source or the destination itself fails. */
  readonly status: 'reachable' | 'not reachable' | 'unknown' | 'gone';
  /** The elements that it passes. Empty unless reachable. */
  readonly steps: readonly string[];
  readonly reasons: readonly { readonly component: string; readonly reason: string }[];
}

/** More flows than this take too long to ask again at each click. */
const MAX_FLOWS = 240;
const HTTPS = 443;

const MANAGED = /NatGateway$|VPCEndpoint$|Attachment$|LoadBalancer$|InstanceConnectEndpoint$/;

/** Connections that one would ask about: out to the internet, in from it, between resources, and to endpoints. */
export function flowsOf(world: World): Flow[] {
  const flows = [
    ...world.drawing.vpcs.flatMap((vpc) => outbound(vpc)),
    ...betweenResources(world),
    ...world.drawing.vpcs.flatMap((vpc) => toServices(world, vpc)),
    ...toSites(world),
    ...betweenVpcs(world),
  ];
  const seen = new Map(flows.map((flow) => [JSON.stringify(flow.question), flow]));
  return [...seen.values()].slice(0, MAX_FLOWS);
}

/** Only what is reachable, or not known, while everything works is worth watching. */
export const worthWatching = ({ status }: FlowState): boolean =>
  status === 'reachable' || status === 'unknown';

interface Source {
  readonly place: Place;
  readonly name: string;
  readonly end: { readonly path: string; readonly subnet?: string };
}

/** What opens connections from a subnet: what is in it, or anything that would be started there. */
function sourcesIn(subnet: SubnetBox): Source[] {
  const owners = subnet.elements.filter(({ type }) => !MANAGED.test(type));
  if (owners.some(({ members }) => members.length > 1) || owners.length === 0) {
    if (
      subnet.elements.length > 0 &&
      owners.length === 0 &&
      !subnet.elements.some(({ type }) => /NatGateway|LoadBalancer/.test(type))
    )
      return [];
    return [
      {
        place: subnet.path,
        name: `${subnet.label} subnets`,
        end: { path: subnet.path, subnet: subnet.path },
      },
    ];
  }
  return owners.map((owner) => ({
    place: { interfaceOf: owner.path, subnet: subnet.path },
    name: owner.label,
    end: { path: owner.path, subnet: subnet.path },
  }));
}

function outbound(vpc: VpcBox): Flow[] {
  return subnetsOf(vpc).flatMap((subnet) =>
    sourcesIn(subnet).map(({ place, name, end }) => ({
      question: { source: place, destination: INTERNET, port: HTTPS },
      group: `${name} to internet, tcp ${HTTPS}`,
      zone: subnet.zone,
      ends: [end],
    })),
  );
}

const subnetsOf = ({ tiers }: VpcBox): SubnetBox[] => tiers.flatMap(({ subnets }) => subnets);

/** Every pair that is connected: from the internet and from resources, to each interface of a resource. */
function betweenResources({ drawing, pairs }: World): Flow[] {
  const placed = drawing.vpcs
    .flatMap(subnetsOf)
    .flatMap(({ elements, zone }) => elements.map((element) => ({ element, zone })));
  const of = (path: string) => placed.filter(({ element }) => element.members.includes(path));
  return pairs.flatMap(({ source, destination, port }) =>
    of(destination).map(({ element, zone }): Flow => {
      const near = of(source).find((one) => one.zone === zone && one.zone !== UNKNOWN_ZONE)?.element;
      return {
        question: {
          source: near ? { interfaceOf: source, subnet: near.subnet ?? '' } : source,
          destination: { interfaceOf: destination, subnet: element.subnet ?? '' },
          port,
        },
        group: `${source === INTERNET ? INTERNET : shortName(source)} to ${nameOf(element)}, ${port === undefined ? 'all ports' : `tcp ${port}`}`,
        zone,
        ends: [
          { path: destination, subnet: element.subnet },
          ...(near ? [{ path: source, subnet: near.subnet }] : []),
        ],
      };
    }),
  );
}

const nameOf = ({ path, type }: Element): string =>
  shortName(path) === '' ? typeInfo(type).name : shortName(path);

/** From each zone to the services that have an endpoint in the VPC. */
function toServices({ model }: World, vpc: VpcBox): Flow[] {
  const services = new Map(
    model.endpoints
      .filter(({ vpc: of, kind }) => of?.path === vpc.path && kind !== 'gateway load balancer')
      .flatMap(({ service, unreadService, kind }) =>
        unreadService === undefined ? [[service, kind] as const] : [],
      ),
  );
  const portsOf = (service: string) => {
    const own = model.endpointServices.find(({ path }) => path === service);
    const listeners = own?.loadBalancers.flatMap((balancer) => balancer.listeners) ?? [];
    const ports = new Set(listeners.flatMap(({ port }) => port ?? []));
    return ports.size > 0 ? [...ports] : [undefined];
  };
  const asked = [...services].flatMap(([service, kind]) =>
    portsOf(service).map((port) => ({ service, kind, port })),
  );
  return asked.flatMap(({ service, kind, port }) =>
    subnetsOf(vpc).flatMap((subnet) =>
      sourcesIn(subnet).map(({ place, name, end }): Flow => ({
        question: { source: place, destination: { service }, ...(port !== undefined && { port }) },
        group: `${name} to ${service.includes('/') ? shortName(service) : service}, by endpoint`,
        zone: subnet.zone,
        ...(kind === 'gateway' && { quiet: true as const }),
        ends: [end],
      })),
    ),
  );
}

/** To networks on the other side of VPN connections. */
function toSites({ model, drawing }: World): Flow[] {
  const vpns = [
    ...[...model.vpnGateways.values()].flatMap((gateway) => gateway.vpns),
    ...model.transitGateways.flatMap(({ attachments }) => attachments.flatMap(({ vpn }) => vpn ?? [])),
  ];
  const prefixes = new Set(vpns.flatMap(({ prefixes: set }) => set.map((range) => formatAddresses([range]))));
  return [...prefixes]
    .filter((prefix) => !prefix.includes('-'))
    .flatMap((prefix) =>
      drawing.vpcs.flatMap(subnetsOf).flatMap((subnet) =>
        sourcesIn(subnet).map(({ place, name, end }) => ({
          question: { source: place, destination: prefix, port: HTTPS },
          group: `${name} to ${prefix}, tcp ${HTTPS}`,
          zone: subnet.zone,
          ends: [end],
        })),
      ),
    );
}

const hasResources = (vpc: VpcBox): boolean =>
  subnetsOf(vpc).some(({ elements }) => elements.some(({ type }) => !MANAGED.test(type)));

/** From a subnet of each VPC to one of each other, in each zone. */
function betweenVpcs({ drawing }: World): Flow[] {
  const { vpcs, hub } = drawing;
  if (vpcs.length < 2 || vpcs.length > 6 || hub.length === 0) return [];
  const inner = (vpc: VpcBox, zone: string) =>
    vpc.tiers
      .filter(({ subnets }) => subnets.some((subnet) => subnet.zone === zone && sourcesIn(subnet).length > 0))
      .sort((a, b) => Number(a.kind === 'public') - Number(b.kind === 'public'))[0]
      ?.subnets.find((subnet) => subnet.zone === zone);
  return vpcs.flatMap((from) =>
    vpcs
      .filter((to) => to !== from)
      .flatMap((to) =>
        from.zones.flatMap((zone): Flow[] => {
          const [source, destination] = [inner(from, zone), inner(to, zone)];
          if (!source || !destination) return [];
          return [
            {
              question: {
                source: { subnet: source.path },
                destination: { subnet: destination.path },
                port: HTTPS,
              },
              group: `VPC ${from.label} to VPC ${to.label}, tcp ${HTTPS}`,
              zone,
              // A line from each subnet to each other one would cover the drawing.
              ...(vpcs.some(hasResources) && { quiet: true as const }),
              ends: [source, destination].map(({ path }) => ({ path, subnet: path })),
            },
          ];
        }),
      ),
  );
}

/** Asks one flow while something fails. */
export function ask(world: World, atlas: Atlas, left: Network, faults: Faults, flow: Flow): FlowState {
  const gone = flow.ends.find(({ path, subnet }) => isGone(world, faults, path, subnet));
  if (gone) {
    return { flow, status: 'gone', steps: [], reasons: [{ component: gone.path, reason: 'fails itself' }] };
  }
  const { answer, path, explanation } = left.canReach(flow.question);
  return { flow, status: answer, steps: atlas.steps(path, flow.question), reasons: explanation };
}

export function askAll(world: World, atlas: Atlas, faults: Faults, flows: readonly Flow[]): FlowState[] {
  const left = networkWith(world, faults);
  return flows.map((flow) => ask(world, atlas, left, faults, flow));
}
