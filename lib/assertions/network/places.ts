import type { IConstruct } from 'constructs';
import type { Resource } from '../templates';
import { usableAddresses } from './address-book';
import { onlyVersion, parseAddresses, PUBLIC_ADDRESSES, subtract, union } from './addresses';
import type { NetworkInterface, SecurityGroup, Subnet } from './components';
import type { Model } from './model';
import { addresses, type Addresses } from './trace';

/** Any address of the internet but some: `{ internet: true, except: ['203.0.113.0/24'] }`. */
export interface InternetExcept {
  readonly internet: true;
  /** Addresses and CIDR blocks. */
  readonly except: readonly string[];
}

/** Whatever would be started in a subnet. */
export interface AnythingIn {
  /** A path that holds one or more subnets, as `canReach` takes it. */
  readonly subnet: string | IConstruct | Resource;
  /** Whether it has a public IPv4 address. @default - as the subnet's MapPublicIpOnLaunch says */
  readonly publicAddress?: boolean;
  /** What has the security groups that it has too. @default - they allow everything */
  readonly like?: string | IConstruct | Resource;
}

/**
 * An AWS service of the region, by the last part of its endpoint's service name: `{ service: 's3' }`, `ecr.dkr`. Or an
 * endpoint service of the templates, by its path or one above: a client reaches it through an endpoint, a load balancer
 * and to a target.
 */
export interface ServicePlace {
  readonly service: string;
}

/**
 * Where a connection comes from or goes to:
 * - `'internet'`: any public address; one that gets through is enough;
 * - an address or CIDR block outside the VPCs, public or on-premises: all of it, or the answer is unknown;
 * - a construct, its path, or a resource: the interfaces at and below it; where there are none, the subnets at and
 *   below it, each standing for an interface that has no security groups to limit it;
 * - `InternetExcept`, `AnythingIn`, `ServicePlace`;
 * - a list of places with interfaces, a tier of subnets for example: all of their interfaces together.
 */
export type Place =
  string | IConstruct | Resource | InternetExcept | AnythingIn | ServicePlace | readonly Place[];

/**
 * Interfaces that stand for one: one interface, or those that a resource may have where it is not known in which of
 * its subnets.
 */
export interface Unit {
  readonly nics: readonly NetworkInterface[];
  /** It may be gone with what is gone, since it may have been there. */
  readonly mayBeGone: boolean;
}

export type Group =
  | { readonly kind: 'interfaces'; readonly name: string; readonly units: readonly Unit[] }
  | { readonly kind: 'outside'; readonly name: string; readonly sets: readonly Addresses[] }
  | { readonly kind: 'service'; readonly name: string; readonly service: string }
  | { readonly kind: 'unmodelled'; readonly name: string; readonly reason: string };

/** Throws an error that says what exists when a place names nothing, and `InvalidAddress`. */
export function resolvePlace(model: Model, gone: ReadonlySet<Resource>, place: Place): Group {
  if (typeof place === 'string') {
    if (place === 'internet') return internet(place, []);
    if (/^[\d.]+(\/\d*)?$/.test(place) || /^[\da-f.]*:[\da-f:.]*(\/\d*)?$/i.test(place)) {
      return { kind: 'outside', name: place, sets: [addresses(parseAddresses(place), place)] };
    }
    return atPath(model, gone, place, {});
  }
  if (isList(place)) return together(place.map((part) => resolvePlace(model, gone, part)));
  if ('internet' in place) {
    return internet(`internet except ${place.except.join(', ')}`, place.except);
  }
  if ('service' in place) {
    const found = model.endpointServices.find(
      ({ path }) => path === place.service || path.startsWith(`${place.service}/`),
    );
    return { kind: 'service', name: `service ${place.service}`, service: found?.path ?? place.service };
  }
  if ('subnet' in place) return atPath(model, gone, place.subnet, { only: 'subnets', ...place });
  return atPath(model, gone, place, {});
}

export const isList = (place: Place): place is readonly Place[] => Array.isArray(place);

function together(groups: readonly Group[]): Group {
  const unmodelled = groups.find(({ kind }) => kind === 'unmodelled');
  if (unmodelled) return unmodelled;
  const units = groups.flatMap((group) => {
    if (group.kind === 'interfaces') return group.units;
    throw new Error(`${group.name}: expected a place with network interfaces in a list of places`);
  });
  return { kind: 'interfaces', name: groups.map(({ name }) => name).join(' and '), units };
}

function internet(name: string, except: readonly string[]): Group {
  const left = subtract(PUBLIC_ADDRESSES, union(...except.map(parseAddresses)));
  return {
    kind: 'outside',
    name,
    sets: ([4, 6] as const).map((version) => addresses(onlyVersion(left, version), name, 'some')),
  };
}

type Options = { readonly only?: 'subnets' } & Pick<AnythingIn, 'publicAddress' | 'like'>;

function atPath(
  model: Model,
  gone: ReadonlySet<Resource>,
  place: string | IConstruct | Resource,
  { only, publicAddress, like }: Options,
): Group {
  const name = nameOf(place);
  const found = resourcesAt(model, place);
  const nics = found.flatMap((resource) => model.interfacesOf.get(resource) ?? []);
  const workloads = nics.filter(({ plumbing }) => plumbing !== true);
  if (only === undefined && workloads.length > 0) return interfaces(name, workloads, gone);
  const subnets = found.flatMap((resource) => model.subnets.get(resource) ?? []);
  if (subnets.length > 0) {
    const groups = like === undefined ? undefined : groupsOf(model, like);
    const hypothetical = subnets.map((subnet) => anythingIn(subnet, publicAddress, groups));
    return interfaces(name, hypothetical, gone);
  }
  if (only === undefined && nics.length > 0) return interfaces(name, nics, gone);
  const types = [...new Set(found.map(({ type }) => type))].join(', ');
  const wanted = only ?? 'network interfaces that are modelled';
  return { kind: 'unmodelled', name, reason: `${name} has no ${wanted} (it has ${types})` };
}

const nameOf = (place: string | IConstruct | Resource): string =>
  typeof place === 'string' ? place : 'node' in place ? place.node.path : place.path;

/** The resources at and below a path; throws an error that names the nearest paths when there are none. */
export function resourcesAt(model: Model, place: string | IConstruct | Resource): readonly Resource[] {
  const { templates, found } = model;
  if (typeof place === 'object' && 'logicalId' in place) return [place];
  const path = (typeof place === 'string' ? place : place.node.path).replace(/^\/|\/$/g, '');
  const known = found.get(path);
  if (known) return known;
  const below = templates.below(path.replace(/\/(Resource|Default)$/, ''));
  const resources = below.length > 0 ? below : [templates.at(path)];
  found.set(path, resources);
  return resources;
}

/** Throws an error when the place has no interfaces with security groups, or several that differ. */
function groupsOf(model: Model, place: string | IConstruct | Resource): readonly SecurityGroup[] {
  const nics = resourcesAt(model, place).flatMap((resource) => model.interfacesOf.get(resource) ?? []);
  const [groups, ...others] = new Map(
    nics.map(({ groups = [] }) => [groups.map(({ id }) => id).join(), groups]),
  ).values();
  if (groups && groups.length > 0 && others.length === 0) return groups;
  throw new Error(`${nameOf(place)}: expected interfaces that all have the same security groups`);
}

function anythingIn(
  subnet: Subnet,
  publicAddress: boolean | undefined,
  groups: readonly SecurityGroup[] | undefined,
): NetworkInterface {
  return {
    path: subnet.path,
    resource: subnet.resource,
    subnet,
    ipv4: usableAddresses(onlyVersion(subnet.addresses, 4)),
    ipv6: onlyVersion(subnet.addresses, 6),
    publicIpv4: publicAddress ?? subnet.mapPublicIpOnLaunch,
    groups,
  };
}

export const isGone = (gone: ReadonlySet<Resource>, { resource, subnet }: NetworkInterface): boolean =>
  gone.has(resource) || (subnet !== undefined && gone.has(subnet.resource));

function interfaces(name: string, nics: readonly NetworkInterface[], gone: ReadonlySet<Resource>): Group {
  const units: Unit[] = [];
  const spread = new Map<Resource, NetworkInterface[]>();
  for (const nic of nics) {
    if (nic.spread === undefined) {
      if (!isGone(gone, nic)) units.push({ nics: [nic], mayBeGone: false });
    } else spread.set(nic.resource, [...(spread.get(nic.resource) ?? []), nic]);
  }
  for (const all of spread.values()) {
    const left = all.filter((nic) => !isGone(gone, nic));
    const lost = all.length - left.length;
    const count = all[0]?.spread ?? all.length;
    if (left.length === 0) continue;
    if (count >= all.length) units.push(...left.map((nic) => ({ nics: [nic], mayBeGone: false })));
    else units.push({ nics: left, mayBeGone: lost >= count });
  }
  return { kind: 'interfaces', name, units };
}

/** The addresses of a public place that is not named more closely. */
export const publicIpv4 = (name: string): Addresses => addresses(onlyVersion(PUBLIC_ADDRESSES, 4), name);
