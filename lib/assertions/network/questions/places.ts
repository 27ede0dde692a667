import { NoSuchResource, type Resource } from '../../templates';
import { isInterfaceRemoved } from '../forwarding/direction';
import { addresses, type Addresses } from '../forwarding/trace';
import { usableAddresses } from '../model/address-reader';
import {
  covers,
  NO_ADDRESSES,
  onlyVersion,
  parseAddresses,
  PUBLIC_ADDRESSES,
  subtract,
  union,
  type AddressSet,
} from '../model/addresses';
import { AWS_SERVICES } from '../model/aws-services';
import { shortServiceName } from '../model/endpoints';
import type { NetworkInterface, SecurityGroup, Subnet, Vpc } from '../model/components';
import type { Model } from '../model/model';
import { type AnythingIn, type InterfaceIn, type Place, isList } from './question';
import type { IConstruct } from 'constructs';

/**
 * One interface. Where it is not known in which subnet it is: one interface for each subnet that is possible.
 */
export interface LogicalInterface {
  readonly nics: readonly NetworkInterface[];
  /** It may be in a removed subnet. */
  readonly mayBeGone: boolean;
}

export interface InterfacePlace {
  readonly kind: 'interfaces';
  readonly name: string;
  readonly units: readonly LogicalInterface[];
}

export type ResolvedPlace =
  | InterfacePlace
  | {
      readonly kind: 'outside';
      readonly name: string;
      readonly sets: readonly Addresses[];
      /** The VPC that the address is in, of which no resource is said to have it. */
      readonly inside?: Vpc;
    }
  | { readonly kind: 'service'; readonly name: string; readonly service: string }
  /** A Lambda function outside all VPCs. */
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'unmodelled'; readonly name: string; readonly reason: string };

/** Throws an error that names similar paths when a place does not exist, and `InvalidAddress`. */
export function resolvePlace(model: Model, removed: ReadonlySet<Resource>, place: Place): ResolvedPlace {
  if (typeof place === 'string') {
    if (place === 'internet') return internet(place, []);
    if (/^[\d.]+(\/\d*)?$/.test(place) || /^[\da-f.]*:[\da-f:.]*(\/\d*)?$/i.test(place)) {
      return atAddress(model, removed, place);
    }
    return atPath(model, removed, place, {});
  }
  if (isList(place)) return together(place.map((part) => resolvePlace(model, removed, part)));
  if ('internet' in place) {
    return internet(`internet except ${place.except.join(', ')}`, place.except);
  }
  if ('service' in place) {
    return { kind: 'service', name: `service ${place.service}`, service: serviceNamed(model, place.service) };
  }
  if ('interfaceOf' in place) return inSubnet(model, removed, place);
  if ('subnet' in place) return atPath(model, removed, place.subnet, { only: 'subnets', ...place });
  return atPath(model, removed, place, {});
}

/** An address or CIDR block outside the VPCs, or the interface that has the address. */
function atAddress(model: Model, removed: ReadonlySet<Resource>, place: string): ResolvedPlace {
  const set = parseAddresses(place);
  const vpc = [...model.vpcs.values()].find(({ cidrs }) => covers(cidrs, set));
  if (!vpc) return { kind: 'outside', name: place, sets: [addresses(set, place)] };
  const holders = model.interfaces.filter(({ ipv4, ipv6 }) => [ipv4, ipv6].some((own) => isSame(own, set)));
  if (holders.length > 0) return interfaces(place, holders, removed);
  return { kind: 'outside', name: place, sets: [addresses(set, place)], inside: vpc };
}

const isSame = (one: AddressSet, other: AddressSet): boolean => covers(one, other) && covers(other, one);

/** The short name of an AWS service, or the path of an endpoint service. Throws an error for any other name. */
function serviceNamed(model: Model, name: string): string {
  const own = model.endpointServices.find(({ path }) => path === name || path.startsWith(`${name}/`));
  if (own) return own.path;
  const short = shortServiceName(name);
  if (
    AWS_SERVICES.has(short) ||
    model.endpoints.some(({ service }) => service === short || service === name)
  ) {
    return model.endpoints.some(({ service }) => service === name) ? name : short;
  }
  const services = model.endpointServices.map(({ path }) => path).join(', ');
  const others = services === '' ? '' : `, or one of ${services}`;
  throw new NoSuchResource(
    `service ${name}: expected a service that has VPC endpoints (s3, ssm, ecr.dkr)${others}`,
  );
}

function together(groups: readonly ResolvedPlace[]): ResolvedPlace {
  const unmodelled = groups.find(({ kind }) => kind === 'unmodelled');
  if (unmodelled) return unmodelled;
  const units = groups.flatMap((group) => {
    if (group.kind === 'interfaces') return group.units;
    throw new Error(`${group.name}: expected a place with network interfaces in a list of places`);
  });
  return { kind: 'interfaces', name: groups.map(({ name }) => name).join(' and '), units };
}

function internet(name: string, except: readonly string[]): ResolvedPlace {
  const left = subtract(PUBLIC_ADDRESSES, union(...except.map(parseAddresses)));
  return {
    kind: 'outside',
    name,
    sets: ([4, 6] as const).map((version) => addresses(onlyVersion(left, version), name, 'some')),
  };
}

function inSubnet(
  model: Model,
  removed: ReadonlySet<Resource>,
  { interfaceOf, subnet }: InterfaceIn,
): ResolvedPlace {
  const name = `${nameOf(interfaceOf)} in ${nameOf(subnet)}`;
  const subnets = resourcesAt(model, subnet);
  const nics = resourcesAt(model, interfaceOf)
    .flatMap((resource) => model.interfacesOf.get(resource) ?? [])
    .filter((nic) => nic.subnet && subnets.includes(nic.subnet.resource));
  if (nics.length > 0) return interfaces(name, nics, removed);
  return { kind: 'unmodelled', name, reason: `it has no network interface there that is modelled` };
}

type Options = { readonly only?: 'subnets' } & Pick<AnythingIn, 'publicAddress' | 'like'>;

function atPath(
  model: Model,
  removed: ReadonlySet<Resource>,
  place: string | IConstruct | Resource,
  { only, publicAddress, like }: Options,
): ResolvedPlace {
  const name = nameOf(place);
  const found = resourcesAt(model, place);
  const nics = found.flatMap((resource) => model.interfacesOf.get(resource) ?? []);
  const workloads = nics.filter(({ requesterManaged }) => requesterManaged !== true);
  if (only === undefined && workloads.length > 0) return interfaces(name, workloads, removed);
  const subnets = found.flatMap((resource) => model.subnets.get(resource) ?? []);
  if (subnets.length > 0) {
    const groups = like === undefined ? undefined : groupsOf(model, like);
    const hypothetical = subnets.map((subnet) => anythingIn(subnet, publicAddress, groups));
    return interfaces(name, hypothetical, removed);
  }
  if (only === undefined && nics.length > 0) return interfaces(name, nics, removed);
  if (found.every(({ type }) => type === 'AWS::Lambda::Function') && found.length > 0) {
    return { kind: 'function', name };
  }
  const types = [...new Set(found.map(({ type }) => type))].join(', ');
  const wanted = only ?? 'network interfaces that are modelled';
  return { kind: 'unmodelled', name, reason: `${name} has no ${wanted} (it has ${types})` };
}

const nameOf = (place: string | IConstruct | Resource): string =>
  typeof place === 'string' ? place : 'node' in place ? place.node.path : place.path;

/** The resources at and below a path. Throws an error that names similar paths when there are none. */
export function resourcesAt(model: Model, place: string | IConstruct | Resource): readonly Resource[] {
  const { templates, found } = model;
  if (typeof place === 'object' && 'logicalId' in place) {
    const own = templates.reference(`⟨${place.stack}.${place.logicalId}⟩`)?.resource;
    if (!own) throw new NoSuchResource(`${place.path}: no such resource`);
    return [own];
  }
  const path = (typeof place === 'string' ? place : place.node.path).replace(/^\/|\/$/g, '');
  const known = found.get(path);
  if (known) return known;
  const below = templates.below(path.replace(/\/(Resource|Default)$/, ''));
  const resources = below.length > 0 ? below : [templates.at(path)];
  found.set(path, resources);
  return resources;
}

/** Throws an error when the place has no security groups, or interfaces with different ones. */
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
    ipv6: subnet.assignIpv6 === false ? NO_ADDRESSES : onlyVersion(subnet.addresses, 6),
    ...(subnet.assignIpv6 === 'doubt' && {
      ipv6Doubt: `AssignIpv6AddressOnCreation of ${subnet.path} is not known before deployment`,
    }),
    publicIpv4: publicAddress ?? subnet.mapPublicIpOnLaunch,
    groups,
  };
}

/** A place that has these interfaces. */
export function interfaces(
  name: string,
  nics: readonly NetworkInterface[],
  removed: ReadonlySet<Resource>,
): InterfacePlace {
  const units: LogicalInterface[] = [];
  const spread = new Map<Resource, NetworkInterface[]>();
  for (const nic of nics) {
    if (nic.spread === undefined) {
      if (!isInterfaceRemoved(removed, nic)) units.push({ nics: [nic], mayBeGone: false });
    } else spread.set(nic.resource, [...(spread.get(nic.resource) ?? []), nic]);
  }
  for (const all of spread.values()) {
    const left = all.filter((nic) => !isInterfaceRemoved(removed, nic));
    const lost = all.length - left.length;
    const count = all[0]?.spread ?? all.length;
    if (left.length === 0) continue;
    if (count >= all.length) units.push(...left.map((nic) => ({ nics: [nic], mayBeGone: false })));
    else units.push({ nics: left, mayBeGone: lost >= count });
  }
  return { kind: 'interfaces', name, units };
}

/** All public IPv4 addresses, under a name. */
export const publicIpv4 = (name: string): Addresses => addresses(onlyVersion(PUBLIC_ADDRESSES, 4), name);
