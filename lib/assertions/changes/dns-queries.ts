import type { Client, Dns, RecordSet, Zone } from '../dns';
import { asList, asRecord, asText } from '../network/model/properties';
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
    // Whatever a wildcard covers stands for all of it.
    const asked = name.replace(/^\*(?=\.)/, 'any-name');
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

/** What may fail and both sides have: health checks, load balancers and records with a health check. */
export function failuresOf(pair: Pair, sides: readonly [Dns, Dns]): readonly string[] {
  const [before, after] = pair.sides.map((side, i) => {
    const records = (sides[i === 0 ? 0 : 1].zones as readonly Zone[]).flatMap((zone) => zone.records);
    const checked = records.filter(
      ({ healthCheck, alias }) => healthCheck !== undefined || alias?.evaluateTargetHealth,
    );
    const failing = [...side.byPath].filter(([, { type }]) => FAILING.includes(type)).map(([path]) => path);
    return { failing: new Set([...failing, ...checked.map(({ path }) => path)]), records };
  });
  const exists = (path: string, side: typeof before) =>
    side?.failing.has(path) === true || side?.records.some((record) => record.path === path) === true;
  return [...new Set([...(before?.failing ?? []), ...(after?.failing ?? [])])].filter(
    (path) => exists(path, before) && exists(path, after),
  );
}
