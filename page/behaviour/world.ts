import { Dns, latencyByDistance } from '../../lib/assertions/dns';
import { targetGroupsOf } from '../../lib/assertions/dns/target-groups';
import { Iam } from '../../lib/assertions/iam';
import { Network } from '../../lib/assertions/network';
import { readModel, type Model } from '../../lib/assertions/network/model/model';
import { referencedBy } from '../model/references';
import { Templates, type Resource, type TemplateSource } from '../../lib/assertions/templates';
import { draw, type Drawing } from '../model/drawing';

/** What the templates describe, when everything works. */
export interface World {
  readonly templates: Templates;
  readonly model: Model;
  readonly network: Network;
  readonly dns: Dns;
  readonly iam: Iam;
  readonly drawing: Drawing;
  /** Availability Zones by the path of a subnet. */
  readonly zoneOf: ReadonlyMap<string, string>;
  /** Pairs that are connected. Empty for a network with more owners of interfaces than `MAX_OWNERS`. */
  readonly pairs: readonly Pair[];
}

/** Two construct paths, or `internet` and one, between which a TCP port is open. */
interface Pair {
  readonly source: string;
  readonly destination: string;
  /** @default - all ports */
  readonly port?: number;
}

/** With more owners of network interfaces, the page does not ask about every pair of them. */
const MAX_OWNERS = 40;

/** Reads templates. A parameter without a value keeps its default. */
export function readWorld(
  sources: readonly TemplateSource[],
  parameters: Readonly<Record<string, string>> = {},
): World {
  const templates = new Templates(sources, { parameters });
  const dns = Dns.of(templates, { sameName: 'together', latency: latencyByDistance() });
  // Nobody asks what happens without TLS, and most policies of buckets deny it.
  const iam = Iam.of(templates, { context: { 'aws:SecureTransport': 'true' } });
  const model = readModel(templates, {});
  const network = Network.of(templates);
  const isSmall = model.interfacesOf.size <= MAX_OWNERS;
  return {
    templates,
    model,
    network,
    dns,
    iam,
    drawing: draw(templates, { dns, iam }),
    zoneOf: new Map(
      [...model.subnets.values()].flatMap(({ path, zone }) =>
        zone === undefined ? [] : ([[path, zone]] as const),
      ),
    ),
    pairs: isSmall ? pairsOf(network) : [],
  };
}

const ALL_PORTS = 65536;

/** Every pair that is connected. A range of ports stands for its first one. */
function pairsOf(network: Network): Pair[] {
  return [...network.matrix({ protocol: 'tcp' }).rows].flatMap(({ sources, destinations, traffic }) =>
    traffic
      .filter(({ answer }) => answer === 'reachable')
      .flatMap(({ from, to }) =>
        sources.flatMap((source) =>
          destinations
            .filter((destination) => destination !== source)
            .map((destination) => ({
              source,
              destination,
              ...(to - from + 1 < ALL_PORTS && { port: from }),
            })),
        ),
      ),
  );
}

/** What fails. */
export interface Faults {
  /** Availability Zones. */
  readonly zones: ReadonlySet<string>;
  /** Construct paths. */
  readonly paths: ReadonlySet<string>;
}

export const NO_FAULTS: Faults = { zones: new Set(), paths: new Set() };

export const isFine = ({ zones, paths }: Faults): boolean => zones.size === 0 && paths.size === 0;

/** The network without what fails. */
export function networkWith({ network }: World, { zones, paths }: Faults): Network {
  let left = network;
  for (const zone of zones) if (left.availabilityZones.includes(zone)) left = left.withoutAz(zone);
  for (const path of paths) left = left.without(path);
  return left;
}

/** Whether a resource is gone in a subnet: it fails, its subnet does, or its Availability Zone. */
export function isGone({ zoneOf }: World, { zones, paths }: Faults, path: string, subnet?: string): boolean {
  if (isBelow(paths, path)) return true;
  if (subnet === undefined) return false;
  return isBelow(paths, subnet) || zones.has(zoneOf.get(subnet) ?? '');
}

const isBelow = (paths: ReadonlySet<string>, path: string): boolean =>
  [...paths].some((above) => path === above || path.startsWith(`${above}/`));

/**
 * What Route 53 finds down: what fails, what has lost all of its network interfaces, and target groups without a target
 * that their load balancer still reaches.
 */
export function downFor(world: World, faults: Faults): string[] {
  const { model, templates, pairs } = world;
  const left = networkWith(world, faults);
  const lost = [...model.interfacesOf].flatMap(([{ path }, nics]) =>
    nics.every(({ subnet }) => isGone(world, faults, path, subnet?.path)) ? [path] : [],
  );
  const balancers = templates.ofType('AWS::ElasticLoadBalancingV2::LoadBalancer');
  const groups = isFine(faults)
    ? []
    : balancers.flatMap((balancer) =>
        targetGroupsOf(templates, balancer).filter((group) => {
          const targets = targetsOf(templates, group);
          const used = pairs.filter(
            ({ source, destination }) => source === balancer.path && targets.includes(destination),
          );
          return used.length > 0 && used.every((pair) => left.canReach(pair).answer === 'not reachable');
        }),
      );
  return [...new Set([...faults.paths, ...lost, ...groups.map(({ path }) => path)])];
}

/** What is registered with a target group, and has network interfaces. */
function targetsOf(templates: Templates, group: Resource): string[] {
  const owners = [
    ...templates.ofType('AWS::AutoScaling::AutoScalingGroup'),
    ...templates.ofType('AWS::ECS::Service'),
  ].filter(({ properties }) =>
    referencedBy(templates, [properties.TargetGroupARNs ?? null, properties.LoadBalancers ?? null]).some(
      (resource) => resource === group,
    ),
  );
  const instances = referencedBy(templates, group.properties.Targets).filter(
    ({ type }) => type === 'AWS::EC2::Instance',
  );
  return [...owners, ...instances].map(({ path }) => path);
}
