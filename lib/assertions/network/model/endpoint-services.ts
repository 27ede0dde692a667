import type { Json, Resource, Templates } from '../../templates';
import type { EndpointService, NetworkInterface, ServiceLoadBalancer, ServiceListener } from './components';
import { listener, LOAD_BALANCER, readListeners } from './load-balancers';
import { registrations, strayTargets, TARGET_GROUP } from './target-groups';
import {
  asBoolean,
  asFlag,
  asList,
  asNumber,
  asRecord,
  asText,
  conditionDoubt,
  describe,
  each,
  isOneOf,
  strayDoubt,
  target,
  Undecided,
  type Owned,
  type Trilean,
} from '../../templates/properties';

export const CROSS_ZONE = 'load_balancing.cross_zone.enabled';

type InterfacesOf = ReadonlyMap<Resource, readonly NetworkInterface[]>;

/** The endpoint service that an endpoint's ServiceName ends with, `com.amazonaws.vpce.<region>.<id>`. */
export function endpointServiceOf(templates: Templates, name: Json | undefined): Resource | undefined {
  const id = /^com\.amazonaws\.vpce\.[^.]+\.(⟨[^⟨⟩]*⟩)$/.exec(typeof name === 'string' ? name : '')?.[1];
  return target(templates, id, 'AWS::EC2::VPCEndpointService');
}

/**
 * The account's own endpoint services, behind Network Load Balancers.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html
 */
export function readEndpointServices(
  templates: Templates,
  interfacesOf: InterfacesOf,
): readonly EndpointService[] {
  const listeners = readListeners(templates);
  return [
    ...each(templates, ['AWS::EC2::VPCEndpointService'], (resource): EndpointService => {
      const { NetworkLoadBalancerArns, GatewayLoadBalancerArns, AcceptanceRequired } = resource.properties;
      const balancers = asList(NetworkLoadBalancerArns).map((arn) => target(templates, arn, LOAD_BALANCER));
      return {
        path: resource.path,
        resource,
        doubt:
          conditionDoubt(resource) ??
          (GatewayLoadBalancerArns === undefined
            ? undefined
            : `${resource.path} leads to Gateway Load Balancers, for endpoints that are routed to`) ??
          (balancers.includes(undefined)
            ? `a load balancer of ${resource.path} is not in the templates`
            : undefined) ??
          (asBoolean(AcceptanceRequired) === false
            ? undefined
            : `whether ${resource.path} has accepted a connection is not in the templates`),
        loadBalancers: balancers.flatMap((one) =>
          one ? readLoadBalancer(templates, listeners, interfacesOf, one) : [],
        ),
      };
    }).values(),
  ];
}

function readLoadBalancer(
  templates: Templates,
  listeners: Owned,
  interfacesOf: InterfacesOf,
  resource: Resource,
): ServiceLoadBalancer {
  const { properties } = resource;
  const crossZone = attribute(properties.LoadBalancerAttributes, CROSS_ZONE) ?? false;
  return {
    path: resource.path,
    resource,
    nics: interfacesOf.get(resource) ?? [],
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
    inboundRulesApply: isOneOf(
      properties.EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic ?? 'on',
      ['on'],
      true,
    ),
    listeners: [
      ...listeners.of(resource).map((one) => readListener(templates, interfacesOf, one, crossZone)),
      ...listeners.stray.map((one) => ({
        ...readListener(templates, interfacesOf, one, crossZone),
        doubt: strayDoubt(one),
      })),
    ],
  };
}

function readListener(
  templates: Templates,
  interfacesOf: InterfacesOf,
  resource: Resource,
  crossZone: Trilean,
): ServiceListener {
  const { DefaultActions, Port, Protocol } = resource.properties;
  const heard = listener(Protocol, Port, undefined);
  const actions = asList(DefaultActions).map(asRecord);
  const arns = actions.flatMap(({ TargetGroupArn, ForwardConfig }) => [
    ...asList(TargetGroupArn),
    ...asList(asRecord(ForwardConfig).TargetGroups).map((group) => asRecord(group).TargetGroupArn ?? null),
  ]);
  const groups = arns.map((arn) => target(templates, arn, TARGET_GROUP));
  const read = groups.flatMap((group) =>
    group ? readTargets(templates, interfacesOf, group, crossZone) : [],
  );
  return {
    path: resource.path,
    resource,
    doubt:
      conditionDoubt(resource) ??
      heard.find(({ doubt }) => doubt !== undefined)?.doubt ??
      (groups.includes(undefined)
        ? `a target group of ${resource.path} is not in the templates`
        : undefined) ??
      read.find(({ doubt }) => doubt !== undefined)?.doubt,
    protocols: heard.flatMap(({ protocol }) => protocol ?? []),
    port: knownNumber(Port),
    targets: read.flatMap(({ targets }) => targets),
  };
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html */
function readTargets(
  templates: Templates,
  interfacesOf: InterfacesOf,
  group: Resource,
  balancerCrossesZones: Trilean,
): { readonly targets: ServiceListener['targets']; readonly doubt?: string } {
  const { Port, TargetGroupAttributes } = group.properties;
  const crossZone = attribute(TargetGroupAttributes, CROSS_ZONE) ?? balancerCrossesZones;
  const of = (resource: Resource, port: Json | undefined) =>
    (interfacesOf.get(resource) ?? []).map((nic) => ({ nic, port: knownNumber(port), crossZone }));
  const registered = registrations(templates, group).map(({ resource, id, port }) => ({
    id,
    nics: resource ? of(resource, port ?? Port) : [],
  }));
  const stranger = registered.find(({ id, nics }) => id !== undefined && nics.length === 0);
  return {
    targets: registered.flatMap(({ nics }) => nics),
    doubt:
      (stranger && `target ${describe(stranger.id)} of ${group.path} is not in the templates`) ??
      strayTargets(templates),
  };
}

const knownNumber = (value: Json | undefined): number | undefined => {
  const number = asNumber(value);
  return number instanceof Undecided ? undefined : number;
};

/** A flag among the attributes of a load balancer or target group. Undefined when it is not among them. */
export function attribute(attributes: Json | undefined, key: string): Trilean | undefined {
  const entries = asList(attributes).map(asRecord);
  const found = entries.find(({ Key }) => Key === key);
  // `use_load_balancer_configuration` is the default of a target group.
  if (found)
    return found.Value === 'use_load_balancer_configuration' ? undefined : asFlag(found.Value, false);
  return entries.some(({ Key }) => asText(Key) instanceof Undecided) ? 'doubt' : undefined;
}
