import type { Vpc } from '../model/components';
import type { Model } from '../model/model';

const known = new WeakMap<Model, ReadonlyMap<Vpc, readonly Vpc[]>>();

/** The VPCs that traffic of a VPC may pass: by peering, transit gateways, endpoints of services and of appliances. */
export function connectedVpcs(model: Model, vpc: Vpc): readonly Vpc[] {
  const groups = known.get(model) ?? groupsOf(model);
  known.set(model, groups);
  return groups.get(vpc) ?? [...model.vpcs.values(), vpc];
}

function groupsOf(model: Model): ReadonlyMap<Vpc, readonly Vpc[]> {
  const groups = new Map<Vpc, Vpc[]>([...model.vpcs.values()].map((vpc) => [vpc, [vpc]]));
  const links = linksOf(model);
  // A VPC that is not known may be any of them.
  if (links.some((vpcs) => vpcs.some((vpc) => vpc?.undecided === true))) links.push([...model.vpcs.values()]);
  for (const link of links) {
    const joined = [...new Set(link.flatMap((vpc) => (vpc ? (groups.get(vpc) ?? [vpc]) : [])))];
    for (const vpc of joined) groups.set(vpc, joined);
  }
  return groups;
}

function linksOf(model: Model): (Vpc | undefined)[][] {
  const behind = (service: string) =>
    model.endpointServices
      .filter(({ path }) => path === service)
      .flatMap(({ loadBalancers }) => loadBalancers)
      .flatMap((balancer) => [
        ...balancer.nics,
        ...balancer.listeners.flatMap(({ targets }) => targets.map(({ nic }) => nic)),
      ]);
  return [
    ...model.peerings.map(({ sides }) => [...sides]),
    ...model.transitGateways.map(({ attachments }) => attachments.map(({ vpc }) => vpc)),
    ...model.endpoints.map((endpoint) => {
      const appliances = endpoint.resource && model.gatewayLoadBalancers.get(endpoint.resource);
      const nics = [
        ...behind(endpoint.service),
        ...(appliances?.nodes ?? []),
        ...(appliances?.targets ?? []),
      ];
      return [endpoint.vpc, ...nics.map(({ subnet }) => subnet?.vpc)];
    }),
  ];
}
