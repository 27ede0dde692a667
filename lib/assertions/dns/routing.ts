import type { Templates } from '../templates';
import { contains, parseBlock, type Block } from './addresses';
import { CONTINENT_CODES, NOMINAL_KM, REGIONS, continentOf, distance } from './geography';
import type { Client, Coordinates, DnsOptions, Policy, RecordSet } from './model';

/** Records with the same preference. */
export interface Tier {
  readonly records: readonly RecordSet[];
  readonly why: string;
  /** Why the order of its records is not known. */
  readonly doubt?: string;
}

/** A group of records in the order of its routing policy, without regard to health. */
export type Ranking =
  { readonly tiers: readonly Tier[] } | { readonly status: 'NODATA' | 'unknown'; readonly why: string };

type Routed<K extends Policy['kind']> = RecordSet & { readonly policy: Extract<Policy, { kind: K }> };

const ofKind = <K extends Policy['kind']>(group: readonly RecordSet[], kind: K): readonly Routed<K>[] =>
  group.filter((record): record is Routed<K> => record.policy.kind === kind);
const undecided = (why: string): Ranking => ({ status: 'unknown', why });
const labels = (records: readonly RecordSet[]) =>
  records.map((record) => record.setIdentifier ?? record.path).join(', ');

/** Ranks the records of one name and type for a client. */
export function rank(
  group: readonly RecordSet[],
  client: Client,
  templates: Templates,
  options: DnsOptions,
): Ranking {
  const [first] = group;
  const kind = first?.policy.kind ?? 'simple';
  if (group.some(({ policy }) => policy.kind !== kind)) {
    return undecided(
      `${labels(group)} have different routing policies: Route 53 refuses them under one name and type`,
    );
  }
  const unread = group.find(({ policy }) => JSON.stringify({ ...policy, collection: '' }).includes('⟨'));
  if (unread) return undecided(`the routing policy of ${unread.path} is known only once deployed`);
  switch (kind) {
    case 'simple':
      return group.length === 1
        ? { tiers: [{ records: group, why: 'the only record' }] }
        : undecided(`${labels(group)} are simple records of one name and type: Route 53 refuses the second`);
    case 'multivalue':
      return { tiers: [{ records: group, why: 'multivalue answer' }] };
    case 'weighted':
      return byWeight(ofKind(group, kind));
    case 'failover':
      return byRole(ofKind(group, kind));
    case 'latency':
      return byLatency(ofKind(group, kind), client, options);
    case 'geolocation':
      return byLocation(ofKind(group, kind), client);
    case 'geoproximity':
      return byProximity(ofKind(group, kind), client, options);
    case 'ip-based':
      return byAddress(ofKind(group, kind), client, templates);
  }
}

/**
 * A record of weight 0 counts only if all other records are unhealthy. If all weights are 0, probabilities are equal.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-how-route-53-chooses-records.html
 */
function byWeight(group: readonly Routed<'weighted'>[]): Ranking {
  const unread = group.find(({ policy }) => policy.weight === undefined);
  if (unread) return undecided(`the weight of ${unread.path} is not known`);
  const positive = group.filter(({ policy }) => policy.weight !== 0);
  const zero = group.filter(({ policy }) => policy.weight === 0);
  return {
    tiers: [
      { records: positive, why: `by weight ${positive.map(({ policy }) => policy.weight).join(':')}` },
      { records: zero, why: 'equal probability among weights of 0' },
    ].filter(({ records }) => records.length > 0),
  };
}

function byRole(group: readonly Routed<'failover'>[]): Ranking {
  const odd = group.find(({ policy }) => !['PRIMARY', 'SECONDARY'].includes(policy.role));
  if (odd) return undecided(`Failover of ${odd.path} is ${odd.policy.role}, expected PRIMARY or SECONDARY`);
  const tiers = ['PRIMARY', 'SECONDARY'].map((role) => ({
    records: group.filter(({ policy }) => policy.role === role),
    why: role,
  }));
  const twice = tiers.find(({ records }) => records.length > 1);
  if (twice) return undecided(`${labels(twice.records)} are all ${twice.why}: Route 53 refuses the second`);
  return { tiers: tiers.filter(({ records }) => records.length > 0) };
}

/** https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-latency.html */
function byLatency(
  group: readonly Routed<'latency'>[],
  { region }: Client,
  { latency }: DnsOptions,
): Ranking {
  if (region === undefined) return undecided('latency routing: the query has no from.region');
  const figures = latency?.[region];
  const ranked = group.flatMap((record) => {
    const ms = figures?.[record.policy.region];
    return ms === undefined ? [] : [{ record, score: ms, slack: 0, why: `${round(ms)} ms from ${region}` }];
  });
  if (ranked.length === group.length) return { tiers: nearestFirst(ranked) };
  const own = group.filter(({ policy }) => policy.region === region);
  const rest = group.filter(({ policy }) => policy.region !== region);
  const doubt = `no latency from ${region} to each of ${rest.map(({ policy }) => policy.region).join(', ')}: give Dns.of() a latency table`;
  const tiers = [
    { records: own, why: `in the client's own region ${region}` },
    { records: rest, why: `the only one left`, doubt },
  ];
  return { tiers: tiers.filter(({ records }) => records.length > 0) };
}

/**
 * The most specific location that matches comes first, then the larger ones around it, then the default. Without a
 * match there is no answer.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-geo.html
 */
function byLocation(group: readonly Routed<'geolocation'>[], client: Client): Ranking {
  const [stateCountry, state] = client.subdivision?.includes('-') ? client.subdivision.split('-') : [];
  const country = client.country ?? stateCountry;
  const continent = client.continent ?? (country === undefined ? undefined : continentOf(country));
  const subdivision = client.subdivision === 'none' ? undefined : (state ?? client.subdivision);
  const isDefault = ({ policy }: Routed<'geolocation'>) => policy.country === '*';
  const missing = group.flatMap((record) => {
    const { policy } = record;
    if (isDefault(record) || country === 'none') return [];
    if (continent === undefined) return [{ record, what: 'country' }];
    if (country === undefined) {
      const inContinent = policy.country !== undefined && continentOf(policy.country) === continent;
      return inContinent ? [{ record, what: 'country' }] : [];
    }
    const inState = policy.country === country && policy.subdivision !== undefined;
    return inState && client.subdivision === undefined ? [{ record, what: 'subdivision' }] : [];
  });
  if (missing[0]) {
    const { record, what } = missing[0];
    return undecided(
      `geolocation: ${labels([record])} may or may not match, because the query has no from.${what}`,
    );
  }
  const tiers: Tier[] = [];
  const add = (why: string, matches: (policy: Routed<'geolocation'>['policy']) => boolean) => {
    const records = group.filter(({ policy }) => matches(policy));
    if (records.length > 0) tiers.push({ records, why });
  };
  if (country !== undefined && subdivision !== undefined) {
    const why = `subdivision ${country}-${subdivision}`;
    add(why, (policy) => policy.country === country && policy.subdivision === subdivision);
  }
  if (country !== undefined) {
    add(`country ${country}`, (policy) => policy.country === country && policy.subdivision === undefined);
  }
  if (continent !== undefined) add(`continent ${continent}`, (policy) => policy.continent === continent);
  add('the default location', (policy) => policy.country === '*');
  const place = country ?? continent ?? 'an unknown location';
  return tiers.length > 0
    ? { tiers }
    : { status: 'NODATA', why: `geolocation: no record for ${place}, and no default` };
}

/**
 * The nearest record comes first. A bias shrinks or stretches its distance.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-geoproximity.html
 */
function byProximity(group: readonly Routed<'geoproximity'>[], client: Client, options: DnsOptions): Ranking {
  const places = { ...REGIONS, ...options.locations };
  const here = client.coordinates ?? (client.region === undefined ? undefined : places[client.region]);
  if (!here) return undecided('geoproximity: the query has neither from.coordinates nor from.region');
  const ranked = [];
  for (const record of group) {
    const { place, coordinates, bias } = record.policy;
    const there: Coordinates | undefined = coordinates ?? (place === undefined ? undefined : places[place]);
    if (!there)
      return undecided(
        `geoproximity: where ${place ?? record.path} is, is not known: give Dns.of() locations`,
      );
    if (Number.isNaN(bias)) return undecided(`geoproximity: the bias of ${record.path} is not known`);
    const factor = bias >= 0 ? 1 - bias / 100 : 1 / (1 + bias / 100);
    const nominal = (coordinates ? 0 : NOMINAL_KM) + (client.coordinates ? 0 : NOMINAL_KM);
    const km = distance(here, there);
    ranked.push({
      record,
      score: km * factor,
      slack: (km < 1 ? 0 : nominal) * factor,
      why: `${Math.round(km)} km away${bias === 0 ? '' : `, ${Math.round(km * factor)} km with bias ${bias}`}`,
    });
  }
  return { tiers: nearestFirst(ranked) };
}

interface Scored {
  readonly record: RecordSet;
  readonly score: number;
  /** The error of the score. */
  readonly slack: number;
  readonly why: string;
}

/** One tier for each record. Records whose scores differ by less than their error share a tier. */
function nearestFirst(scored: readonly Scored[]): readonly Tier[] {
  const clusters: Scored[][] = [];
  for (const next of [...scored].sort((a, b) => a.score - b.score)) {
    const last = clusters.at(-1);
    if (last?.some((other) => next.score - other.score <= next.slack + other.slack)) last.push(next);
    else clusters.push([next]);
  }
  return clusters.map((cluster) => ({
    records: cluster.map(({ record }) => record),
    why: cluster.map(({ why }) => why).join('; '),
    ...(cluster.length > 1 && {
      doubt: `${labels(cluster.map(({ record }) => record))} are too close to tell apart (${cluster.map(({ why }) => why).join('; ')})`,
    }),
  }));
}

/**
 * The location with the longest matching prefix comes first, then shorter prefixes, then the location `*`.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-ipbased.html
 */
function byAddress(group: readonly Routed<'ip-based'>[], { address }: Client, templates: Templates): Ranking {
  const fallback = {
    records: group.filter(({ policy }) => policy.location === '*'),
    why: 'the default location',
  };
  const located = group.filter(({ policy }) => policy.location !== '*');
  if (located.length === 0) return { tiers: [fallback] };
  const client = address === undefined ? undefined : parseBlock(address);
  if (address === undefined || !client) return undecided('IP-based routing: the query has no from.address');
  const matches: { readonly location: string; readonly block: Block }[] = [];
  for (const { policy } of located) {
    const collection = templates.reference(policy.collection)?.resource;
    if (!collection)
      return undecided(`IP-based routing: CIDR collection ${policy.collection} is not in the templates`);
    for (const item of (collection.properties.Locations ?? []) as {
      LocationName: string;
      CidrList?: string[];
    }[]) {
      for (const cidr of item.CidrList ?? []) {
        const block = parseBlock(cidr);
        if (!block) return undecided(`IP-based routing: ${cidr} in ${collection.path} is not a CIDR block`);
        if (contains(block, client)) matches.push({ location: item.LocationName, block });
      }
    }
  }
  matches.sort((a, b) => b.block.bits - a.block.bits);
  const [longest] = matches;
  if (longest && !located.some(({ policy }) => policy.location === longest.location)) {
    return undecided(
      `IP-based routing: ${address} is in location ${longest.location}, which has no record here; AWS does not say what is answered`,
    );
  }
  const locations = [...new Set(matches.map(({ location }) => location))];
  const tiers = locations.map((location) => ({
    records: located.filter(({ policy }) => policy.location === location),
    why: `${address} is in location ${location}`,
  }));
  const all = [...tiers, fallback].filter(({ records }) => records.length > 0);
  return all.length > 0
    ? { tiers: all }
    : {
        status: 'NODATA',
        why: `IP-based routing: no location holds ${address}, and there is no default`,
      };
}

const round = (value: number) => Math.round(value * 10) / 10;

/** Throws for an invalid location of a client. The message says what was expected. */
export function checkClient({ country, continent, address, region }: Client, options: DnsOptions): void {
  if (country !== undefined && country !== 'none' && continentOf(country) === undefined) {
    throw new Error(`from.country ${country}: expected an ISO 3166-1 code that Route 53 knows, such as FR`);
  }
  if (continent !== undefined && !CONTINENT_CODES.includes(continent)) {
    throw new Error(`from.continent ${continent}: expected one of ${CONTINENT_CODES.join(', ')}`);
  }
  if (address !== undefined && !parseBlock(address)) {
    throw new Error(`from.address ${address}: expected an IP address or a CIDR block`);
  }
  const regions = { ...REGIONS, ...options.locations, ...options.latency };
  if (region !== undefined && !(region in regions)) {
    throw new Error(`from.region ${region}: expected one of ${Object.keys(regions).sort().join(', ')}`);
  }
}
