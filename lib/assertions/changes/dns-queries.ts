import type { Client, Dns, RecordSet, Zone } from '../dns';
import { asList, asRecord, asText } from '../templates/properties';
import type { Resource } from '../templates';
import type { Pair, Side } from './pair';

/** A query that is asked on both sides. */
export interface Query {
  readonly name: string;
  readonly type: string;
  /** The path of the VPC that asks. @default - the internet */
  readonly vpc?: string;
}

/** Every name and type that either side has a record for, from everywhere that sees it. */
export function queriesOf(pair: Pair, sides: readonly [Dns, Dns]): readonly Query[] {
  const zones = sides.flatMap((dns, i) =>
    dns.zones.map((zone) => ({ zone, side: pair.sides[i === 0 ? 0 : 1] })),
  );
  const queries = new Map<string, Query>();
  for (const { name = '', type } of zones.flatMap(({ zone }) => zone.records)) {
    const asked = askedName(name);
    if (asked === '' || asked.includes('⟨')) continue;
    const seen = zones.filter(({ zone }) => asked === zone.name || asked.endsWith(`.${zone.name ?? '.'}`));
    const vpcs = seen.flatMap(({ zone, side }) => (zone.vpcs ?? []).flatMap((id) => vpcPath(id, side)));
    for (const vpc of new Set([undefined, ...vpcs])) {
      const query = { name: asked, type, ...(vpc !== undefined && { vpc }) };
      queries.set(JSON.stringify(query), query);
    }
  }
  return [...queries.values()];
}

/** Whatever a wildcard covers stands for all of it. */
export const askedName = (name: string): string => name.replace(/^\*(?=\.)/, 'any-name');

const vpcPath = (id: string, side: Side): readonly string[] => {
  const resource = side.templates.reference(id)?.resource;
  if (resource) return [side.pathOf(resource)];
  return id.startsWith('vpc-') ? [id] : [];
};

/** A client for each place that records of either side tell apart. */
export function clientsOf(pair: Pair, sides: readonly [Dns, Dns]): readonly Client[] {
  const records = sides.flatMap(({ zones }) => zones).flatMap((zone: Zone) => zone.records);
  const blocks = pair.sides.flatMap(({ templates }) =>
    templates.ofType('AWS::Route53::CidrCollection').flatMap(networksOf),
  );
  const clients = [...records.flatMap(clientOf), ...blocks.map((address) => ({ address }))];
  if (clients.length === 0) return [];
  return [
    ...new Map([{ country: 'none' }, ...clients].map((client) => [JSON.stringify(client), client])).values(),
  ];
}

function clientOf({ policy }: RecordSet): Client[] {
  if (policy.kind === 'latency') return [{ region: policy.region }];
  if (policy.kind === 'geoproximity') {
    return policy.coordinates
      ? [{ coordinates: policy.coordinates }]
      : policy.place === undefined
        ? []
        : [{ region: policy.place }];
  }
  if (policy.kind !== 'geolocation') return [];
  const { continent, country, subdivision } = policy;
  if (subdivision !== undefined)
    return [{ country, subdivision: `${country ?? 'US'}-${subdivision.replace(/^.*-/, '')}` }];
  if (country !== undefined && country !== '*') return [{ country, subdivision: 'none' }];
  return continent === undefined ? [] : [{ continent }];
}

function networksOf({ properties }: Resource): readonly string[] {
  return asList(properties.Locations).flatMap((location) =>
    asList(asRecord(location).CidrList).flatMap((block) => {
      const text = asText(block);
      return typeof text === 'string' ? [text] : [];
    }),
  );
}

const FAILING = [
  'AWS::Route53::HealthCheck',
  'AWS::ElasticLoadBalancingV2::LoadBalancer',
  'AWS::ElasticLoadBalancing::LoadBalancer',
];

/** Things that are down at one time. */
export interface Failure {
  readonly down: readonly string[];
  readonly text: string;
}

/**
 * What may fail and both sides have: each health check, load balancer and record with a health check; all of them; and the
 * first checks of each calculated one, one more at a time.
 */
export function failuresOf(pair: Pair, sides: readonly [Dns, Dns]): readonly Failure[] {
  const [before, after] = [failingOn(pair.before, sides[0]), failingOn(pair.after, sides[1])];
  const each = [...new Set([...before.failing, ...after.failing])].filter(
    (path) => before.known.has(path) && after.known.has(path),
  );
  const checks = each.filter((path) => pair.before.byPath.get(path)?.type === 'AWS::Route53::HealthCheck');
  const several = pair.sides.flatMap((side) =>
    checks.map((path) => childrenOf(side, path).filter((child) => each.includes(child))),
  );
  const together = [
    checks,
    ...several.flatMap((children) => children.map((_, i) => children.slice(0, i + 1))),
  ];
  const sets = [...each.map((path) => [path]), ...together.filter((paths) => paths.length > 1)];
  return [...new Map(sets.map((down) => [down.join(), down])).values()].map((down) => ({
    down,
    text: down === checks ? 'with all health checks failing' : `with ${down.join(' and ')} down`,
  }));
}

function failingOn(
  side: Side,
  dns: Dns,
): { readonly failing: readonly string[]; readonly known: ReadonlySet<string> } {
  const records = dns.zones.flatMap((zone: Zone) => zone.records);
  const checked = records.filter(
    ({ healthCheck, alias }) => healthCheck !== undefined || alias?.evaluateTargetHealth,
  );
  const own = [...side.byPath].filter(([, { type }]) => FAILING.includes(type)).map(([path]) => path);
  const failing = [...own, ...checked.map(({ path }) => path)];
  return { failing, known: new Set([...failing, ...records.map(({ path }) => path)]) };
}

/** The health checks that a calculated one counts. */
function childrenOf(side: Side, path: string): readonly string[] {
  const { ChildHealthChecks } = asRecord(side.byPath.get(path)?.properties.HealthCheckConfig);
  return asList(ChildHealthChecks).flatMap((child) => {
    const resource = side.templates.reference(child)?.resource;
    return resource ? [side.pathOf(resource)] : [];
  });
}
