import type { Resource } from '../../templates';
import type { Model } from '../model/model';

/** The subnets of an Availability Zone. */
export const subnetsIn = (model: Model, zone: string): readonly Resource[] =>
  [...model.subnets.values()].filter((subnet) => subnet.zone === zone).map(({ resource }) => resource);

/** The Availability Zones of the subnets that are left. */
export const zonesLeft = (model: Model, removed: ReadonlySet<Resource>): readonly string[] =>
  [...model.subnets].flatMap(([resource, { zone }]) => (removed.has(resource) ? [] : (zone ?? [])));

/** Removes more resources, and those whose interfaces are all in removed subnets: instances, NAT gateways. */
export function remove(
  model: Model,
  removed: ReadonlySet<Resource>,
  resources: readonly Resource[],
): ReadonlySet<Resource> {
  const all = new Set([...removed, ...resources]);
  for (const [resource, nics] of model.interfacesOf) {
    if (nics.every(({ subnet }) => subnet && all.has(subnet.resource))) all.add(resource);
  }
  return all;
}
