import type { Json, Resource, Templates } from '../../templates';
import type { EndpointService, NetworkInterface, ServiceLoadBalancer, ServiceListener } from './components';
import { listener } from './load-balancers';
import {
  asBoolean,
  asList,
  asNumber,
  asRecord,
  asText,
  conditionDoubt,
  describe,
  each,
  target,
} from './properties';

const LOAD_BALANCER = 'AWS::ElasticLoadBalancingV2::LoadBalancer';
const TARGET_GROUP = 'AWS::ElasticLoadBalancingV2::TargetGroup';
export const CROSS_ZONE = 'load_balancing.cross_zone.enabled';

type InterfacesOf = ReadonlyMap<Resource, readonly NetworkInterface[]>;

/** The endpoint service that an endpoint's ServiceName ends with, `com.amazonaws.vpce.<region>.<id>`. */
export function endpointServiceOf(templates: Templates, name: Json | undefined): Resource | undefined {
  const id = /^com\.amazonaws\.vpce\.[^.]+\.(⟨[^⟨⟩]*⟩)$/.exec(asText(name) ?? '')?.[1];
  return target(templates, id, 'AWS::EC2::VPCEndpointService');
}

/**
 * Services of one's own behind Network Load Balancers.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html
 */
export function readEndpointServices(
  templates: Templates,
  interfacesOf: InterfacesOf,
): readonly EndpointService[] {
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
          one ? readLoadBalancer(templates, interfacesOf, one) : [],
        ),
      };
    }).values(),
  ];
}

function readLoadBalancer(
  templates: Templates,
  interfacesOf: InterfacesOf,
  resource: Resource,
): ServiceLoadBalancer {
  const { properties } = resource;
  const crossZone = attribute(properties.LoadBalancerAttributes, CROSS_ZONE) === 'true';
  return {
    path: resource.path,
    resource,
    nics: interfacesOf.get(resource) ?? [],
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
    inboundRulesApply: properties.EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic !== 'off',
    listeners: templates
      .ofType('AWS::ElasticLoadBalancingV2::Listener')
      .filter(({ properties: p }) => target(templates, p.LoadBalancerArn, LOAD_BALANCER) === resource)
      .map((one) => readListener(templates, interfacesOf, one, crossZone)),
  };
}

function readListener(
  templates: Templates,
  interfacesOf: InterfacesOf,
  resource: Resource,
  crossZone: boolean,
): ServiceListener {
  const { DefaultActions, Port, Protocol } = resource.properties;
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
      (groups.includes(undefined)
        ? `a target group of ${resource.path} is not in the templates`
        : undefined) ??
      read.find(({ doubt }) => doubt !== undefined)?.doubt,
    protocols: listener(asText(Protocol), undefined).map(({ protocol }) => protocol),
    port: asNumber(Port),
    targets: read.flatMap(({ targets }) => targets),
  };
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html */
function readTargets(
  templates: Templates,
  interfacesOf: InterfacesOf,
  group: Resource,
  balancerCrossesZones: boolean,
): { readonly targets: ServiceListener['targets']; readonly doubt?: string } {
  const { Port, Targets, TargetGroupAttributes } = group.properties;
  const own = attribute(TargetGroupAttributes, CROSS_ZONE);
  const crossZone = own === 'true' || (own !== 'false' && balancerCrossesZones);
  const of = (resource: Resource, port: Json | undefined) =>
    (interfacesOf.get(resource) ?? []).map((nic) => ({ nic, port: asNumber(port), crossZone }));
  const names = (arn: Json | undefined) => target(templates, arn, TARGET_GROUP) === group;

  const groups = templates
    .ofType('AWS::AutoScaling::AutoScalingGroup')
    .filter(({ properties }) => asList(properties.TargetGroupARNs).some(names));
  const services = templates.ofType('AWS::ECS::Service').flatMap((service) =>
    asList(service.properties.LoadBalancers)
      .map(asRecord)
      .filter(({ TargetGroupArn }) => names(TargetGroupArn))
      .flatMap(({ ContainerPort }) => of(service, ContainerPort)),
  );
  const registered = asList(Targets)
    .map(asRecord)
    .map(({ Id, Port: port }) => {
      const found = templates.reference(Id)?.resource;
      return { Id, nics: found ? of(found, port ?? Port) : [] };
    });
  const stranger = registered.find(({ nics }) => nics.length === 0);
  return {
    targets: [
      ...groups.flatMap((resource) => of(resource, Port)),
      ...services,
      ...registered.flatMap(({ nics }) => nics),
    ],
    doubt: stranger && `target ${describe(stranger.Id)} of ${group.path} is not in the templates`,
  };
}

export function attribute(attributes: Json | undefined, key: string): string | undefined {
  const found = asList(attributes)
    .map(asRecord)
    .find(({ Key }) => Key === key);
  return asText(found?.Value);
}
