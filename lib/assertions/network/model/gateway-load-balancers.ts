import type { Json, Resource, Templates } from '../../templates';
import type { GatewayLoadBalancer, NetworkInterface } from './components';
import { attribute, CROSS_ZONE, endpointServiceOf } from './endpoint-services';
import { strayTargets, TARGET_GROUP } from './target-groups';
import { GENEVE_PORT } from './load-balancers';
import {
  asBoolean,
  asList,
  asNumber,
  asRecord,
  conditionDoubt,
  describe,
  each,
  target,
  Undecided,
} from '../../templates/properties';

const LOAD_BALANCER = 'AWS::ElasticLoadBalancingV2::LoadBalancer';

type InterfacesOf = ReadonlyMap<Resource, readonly NetworkInterface[]>;

/**
 * What the endpoints of gateway load balancers lead to, by endpoint.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/gateway/introduction.html
 */
export function readGatewayLoadBalancers(
  templates: Templates,
  interfacesOf: InterfacesOf,
): ReadonlyMap<Resource, GatewayLoadBalancer> {
  return each(templates, ['AWS::EC2::VPCEndpoint'], ({ properties }) => {
    if (properties.VpcEndpointType !== 'GatewayLoadBalancer') return undefined;
    const service = endpointServiceOf(templates, properties.ServiceName);
    const [first, ...others] = asList(service?.properties.GatewayLoadBalancerArns);
    const resource = target(templates, first, LOAD_BALANCER);
    if (!service || !resource) return undefined;
    const balancer = readBalancer(templates, interfacesOf, resource);
    const doubt =
      conditionDoubt(service) ??
      // https://docs.aws.amazon.com/vpc/latest/privatelink/accept-reject-endpoint-connections.html
      (asBoolean(service.properties.AcceptanceRequired) === false
        ? undefined
        : `somebody has to accept the connection to ${service.path} first`) ??
      (others.length > 0 ? `it is not known to which load balancer of ${service.path} it leads` : undefined);
    return { ...balancer, doubt: doubt ?? balancer.doubt };
  });
}

function readBalancer(
  templates: Templates,
  interfacesOf: InterfacesOf,
  resource: Resource,
): GatewayLoadBalancer {
  const { path, properties } = resource;
  // Off by default: https://docs.aws.amazon.com/elasticloadbalancing/latest/gateway/gateway-load-balancers.html
  const crossZone = attribute(properties.LoadBalancerAttributes, CROSS_ZONE) ?? false;
  const groups = templates
    .ofType('AWS::ElasticLoadBalancingV2::Listener')
    .filter((listener) => target(templates, listener.properties.LoadBalancerArn, LOAD_BALANCER) === resource)
    .flatMap((listener) => asList(listener.properties.DefaultActions).map(asRecord))
    .flatMap(({ TargetGroupArn, ForwardConfig }) =>
      TargetGroupArn === undefined
        ? asList(asRecord(ForwardConfig).TargetGroups).map((group) => asRecord(group).TargetGroupArn)
        : [TargetGroupArn],
    );
  const [arn, ...others] = groups;
  const group = target(templates, arn, TARGET_GROUP);
  const targets = group ? targetsOf(templates, interfacesOf, group, crossZone === true) : { nics: [] };
  return {
    path,
    resource,
    doubt:
      conditionDoubt(resource) ??
      (group && others.length === 0
        ? undefined
        : `${path} does not lead to one target group of the templates`) ??
      targets.doubt,
    nodes: interfacesOf.get(resource) ?? [],
    crossZone,
    targets: targets.nics,
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/gateway/health-checks.html
    healthCheckPort: healthCheckPort(group?.properties.HealthCheckPort),
  };
}

function healthCheckPort(value: Json | undefined): number | undefined {
  if (value === 'traffic-port') return GENEVE_PORT;
  const port = asNumber(value) ?? 80;
  return port instanceof Undecided ? undefined : port;
}

/** The interfaces that a target group's traffic goes to: the first one of each instance. */
function targetsOf(
  templates: Templates,
  interfacesOf: InterfacesOf,
  group: Resource,
  crossZone: boolean,
): { readonly nics: readonly NetworkInterface[]; readonly doubt?: string } {
  const registered = asList(group.properties.Targets).map((entry) => asRecord(entry).Id);
  const known = registered.map((id) => templates.reference(id)?.resource);
  const stray = registered.find((_, i) => known[i] === undefined);
  const fleets = templates
    .ofType('AWS::AutoScaling::AutoScalingGroup')
    .filter(({ properties }) =>
      asList(properties.TargetGroupARNs).some((arn) => target(templates, arn, TARGET_GROUP) === group),
    );
  const small = fleets.find(({ properties }) => {
    const subnets = asList(properties.VPCZoneIdentifier).length;
    const instances = asNumber(properties.DesiredCapacity ?? properties.MinSize) ?? 0;
    return instances instanceof Undecided || instances < (crossZone ? 1 : subnets);
  });
  return {
    nics: [
      ...known.flatMap((resource) => (resource ? (interfacesOf.get(resource) ?? []).slice(0, 1) : [])),
      ...fleets.flatMap((fleet) => interfacesOf.get(fleet) ?? []),
    ],
    doubt:
      conditionDoubt(group) ??
      (stray === undefined
        ? undefined
        : `target ${describe(stray)} of ${group.path} is not in the templates`) ??
      strayTargets(templates) ??
      (small ? `${small.path} does not keep an instance in each of its subnets` : undefined),
  };
}
