import type { Network, NetworkPlace, Place } from '../network';
import {
  formatAddresses,
  intersect,
  isEmpty,
  onlyVersion,
  parseAddresses,
  PUBLIC_ADDRESSES,
  subtract,
  union,
  versionOf,
  type AddressSet,
} from '../network/model/addresses';
import type { Pair } from './pair';

/** Before and after. */
export type Both<T> = readonly [T, T];

/** A source or destination that is asked about in both states: one of several places that behave alike. */
export interface End {
  /** An endpoint is a VPC endpoint, which is only a destination. */
  readonly kind: 'resource' | 'subnet' | 'endpoint' | 'outside' | 'service';
  /** The places that it stands for. */
  readonly names: readonly string[];
  /** The place to ask about in each state; undefined where it does not exist. */
  readonly at: Both<Place | undefined>;
  /** Another one of the same kind, to ask whether they reach each other. */
  readonly peer?: Both<Place | undefined>;
  /** Its own rules or interfaces differ, so that its flows may differ where the rest of the network is the same. */
  readonly differs: boolean;
  readonly places?: Both<NetworkPlace | undefined>;
  /** Addresses outside the VPCs. */
  readonly addresses?: AddressSet;
  /** All public addresses that no VPC has, of which those are a part. */
  readonly internet?: AddressSet;
}

/** The resources and subnets among some paths, one for all that behave alike in both states. */
export function endsIn(networks: Both<Network>, pair: Pair, paths: ReadonlySet<string>): readonly End[] {
  const [before, after] = networks.map((network, i) => {
    const side = pair.sides[i === 0 ? 0 : 1];
    return new Map(network.places().map((place) => [side.pathOf(place.resource), place]));
  }) as unknown as Both<ReadonlyMap<string, NetworkPlace>>;
  const groups = new Map<
    string,
    { readonly names: string[]; readonly places: Both<NetworkPlace | undefined>[] }
  >();
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    if (!paths.has(name)) continue;
    const places: Both<NetworkPlace | undefined> = [before.get(name), after.get(name)];
    const key = JSON.stringify(places.map((place) => place?.signature ?? null));
    const group = groups.get(key) ?? { names: [], places: [] };
    group.names.push(name);
    group.places.push(places);
    groups.set(key, group);
  }
  return [...groups.values()].flatMap(({ names, places }): End[] => {
    const [first, second] = places;
    if (!first) return [];
    const [old, now] = first;
    const at: Both<Place | undefined> = [old?.resource, now?.resource];
    const isSeveral = old?.isSeveral === true || now?.isSeveral === true;
    return [
      {
        kind: (old ?? now)?.kind ?? 'resource',
        names,
        at,
        ...(second
          ? { peer: [second[0]?.resource, second[1]?.resource] as const }
          : isSeveral
            ? { peer: at }
            : {}),
        differs: old?.rules !== now?.rules || !sameInterfaces(first, pair),
        places: first,
      },
    ];
  });
}

/** Signatures name security groups by logical id, which may differ. */
function sameInterfaces([old, now]: Both<NetworkPlace | undefined>, { before, after }: Pair): boolean {
  if (!old || !now) return false;
  if (old.kind === 'subnet') return old.signature === now.signature;
  return before.textOf(old.resource) === after.textOf(now.resource);
}

/** The services that endpoints among some paths lead to in either state. */
export function services(networks: Both<Network>, pair: Pair, paths: ReadonlySet<string>): readonly End[] {
  const [before, after] = ([0, 1] as const).map((side) =>
    [...networks[side].services].map(([service, resources]) => ({
      service,
      isConcerned: resources.some((resource) => paths.has(pair.sides[side].pathOf(resource))),
    })),
  ) as unknown as Both<readonly { readonly service: string; readonly isConcerned: boolean }[]>;
  const concerned = [...before, ...after].filter(({ isConcerned }) => isConcerned);
  return [...new Set(concerned.map(({ service }) => service))].map((service): End => {
    // A name of AWS exists without an endpoint: it then stands for public addresses.
    const exists = (names: typeof before) =>
      !service.includes('/') || names.some((one) => one.service === service);
    const place = { service };
    return {
      kind: 'service',
      names: [`service ${service}`],
      at: [exists(before) ? place : undefined, exists(after) ? place : undefined],
      differs: true,
    };
  });
}

/** The addresses outside the VPCs, one for each set of them that all rules and routes of both states treat alike. */
export function outside(
  networks: Both<Network>,
  places: Both<NetworkPlace | undefined> | undefined,
): readonly End[] {
  const sets = networks.flatMap((network, i) => network.addressSets(places?.[i === 0 ? 0 : 1]));
  const narrow = [...new Map(sets.map((set) => [formatKey(set), set])).values()].filter(
    (set) => !isEmpty(set),
  );
  const own = union(...networks.map((network) => network.vpcAddresses));
  const space = subtract(union(PUBLIC_ADDRESSES, ...narrow.filter(isPrivate)), own);
  const publicly = subtract(PUBLIC_ADDRESSES, own);
  return atomsOf(space, narrow).map((set): End => {
    const [range] = set;
    // All of them are treated alike, so that one stands for all.
    const address = formatAddresses(range ? [{ first: range.first, last: range.first }] : []);
    return {
      kind: 'outside',
      names: [formatAddresses(set)],
      at: [address, address],
      differs: false,
      addresses: set,
      internet: publicly,
    };
  });
}

const formatKey = (set: AddressSet) => set.map(({ first, last }) => `${first}-${last}`).join();
const PRIVATE = union(
  ...['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'].map(parseAddresses),
);
const isPrivate = (set: AddressSet) => isEmpty(subtract(set, PRIVATE));

/** Splits addresses so that each of the sets has all of a part or nothing of it. */
function atomsOf(space: AddressSet, sets: readonly AddressSet[]): readonly AddressSet[] {
  let atoms: readonly AddressSet[] = ([4, 6] as const)
    .map((version) => onlyVersion(space, version))
    .filter((part) => !isEmpty(part));
  for (const set of sets) {
    atoms = atoms.flatMap((atom) =>
      [intersect(atom, set), subtract(atom, set)].filter((part) => !isEmpty(part)),
    );
  }
  return atoms;
}

/** `internet`, `internet (IPv4)`, or the addresses. */
export function addressName(set: AddressSet, internet: AddressSet): string {
  const whole = (version: 4 | 6) => isEmpty(subtract(onlyVersion(internet, version), set));
  const versions = ([4, 6] as const).filter((version) => !isEmpty(onlyVersion(set, version)));
  if (versions.every(whole)) return versions.length === 2 ? 'internet' : `internet (IPv${versionOf(set)})`;
  // Most of the internet: what is left out is shorter.
  const [only] = versions;
  const rest = only === undefined ? [] : subtract(onlyVersion(internet, only), set);
  if (versions.length === 1 && set.length > 3 && rest.length <= 3) {
    return `internet (IPv${only ?? 4}) except ${formatAddresses(rest)}`;
  }
  return formatAddresses(set);
}
