import type {
  EndpointService,
  NetworkInterface,
  ServiceListener,
  ServiceLoadBalancer,
} from '../model/components';
import { inSameZone, isInterfaceRemoved, type Context } from './direction';
import { PathAnalysis } from './path-analysis';
import { allOf, allOrNone, anyOf, type Verdict, because } from './verdict';

/**
 * From a client to an endpoint service, through each interface of the service's endpoints in the client's VPC.
 */
export function toEndpointService(
  context: Context,
  client: NetworkInterface,
  service: EndpointService,
  between: (a: NetworkInterface, b: NetworkInterface) => Verdict,
): readonly Verdict[] {
  const { model, removed } = context;
  if (service.doubt !== undefined) return [because('unknown', service.path, service.doubt)];
  if (service.resource && removed.has(service.resource)) {
    return [because('not reachable', service.path, 'is gone')];
  }
  const open = model.endpoints.find(
    (endpoint) =>
      (endpoint.vpc === client.subnet?.vpc || endpoint.vpc?.undecided === true) &&
      (endpoint.vpc?.undecided === true ||
        endpoint.unreadService !== undefined ||
        endpoint.kind === 'doubt') &&
      (endpoint.service === service.path || endpoint.unreadService !== undefined),
  );
  if (open)
    return [because('unknown', open.path, 'it is not known whether it is an endpoint of the service')];
  const interfaces = model.endpoints
    .filter((endpoint) => endpoint.vpc === client.subnet?.vpc && endpoint.service === service.path)
    .flatMap(({ nics }) => nics)
    .filter((nic) => !isInterfaceRemoved(removed, nic));
  if (interfaces.length === 0) {
    const vpc = client.subnet?.vpc.path ?? client.path;
    return [because('not reachable', service.path, `no endpoint of ${vpc} is left that leads to it`)];
  }
  return interfaces.map((nic) => allOf([between(client, nic), behind(context, client, nic, service)]));
}

/**
 * An endpoint's interface sends to a load balancer in its own zone. With several load balancers, it may be any of them.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html#considerations-endpoint-services
 */
function behind(
  context: Context,
  client: NetworkInterface,
  endpoint: NetworkInterface,
  { path, loadBalancers }: EndpointService,
): Verdict {
  if (![6, 17].includes(context.traffic.request.protocol)) {
    return because('not reachable', path, 'an endpoint leads TCP and UDP to it, and nothing else');
  }
  const analysis = new PathAnalysis(context);
  const reached = (nic: NetworkInterface, { inboundRulesApply, listeners }: ServiceLoadBalancer) => {
    const rules = inboundRulesApply === 'doubt' ? [true, false] : [inboundRulesApply];
    return allOf([
      allOrNone(rules.map((apply) => analysis.fromEndpoint(client, nic, apply))),
      ...toTargets(context, nic, listeners),
    ]);
  };
  const nodes = loadBalancers.flatMap((balancer) =>
    balancer.nics
      .filter((nic) => !isInterfaceRemoved(context.removed, nic))
      .map((nic) => ({ nic, balancer, near: inSameZone(nic.subnet, endpoint.subnet) })),
  );
  const verdicts = nodes
    .filter(({ near }) => near === true)
    .map(({ nic, balancer }) => reached(nic, balancer));
  if (verdicts.length > 0) return allOrNone(verdicts);
  if (nodes.some(({ near }) => near === 'doubt')) {
    return because('unknown', endpoint.path, 'its Availability Zone is not known');
  }
  const where = endpoint.subnet?.zone ?? 'the zone';
  return because('not reachable', path, `has no load balancer in ${where}, where ${endpoint.path} is`);
}

/**
 * One reachable target is enough, because the load balancer checks their health. Targets see the load balancer's address.
 * No verdict when no listener has the port: `enterInterface` notes that.
 */
function toTargets(
  context: Context,
  loadBalancer: NetworkInterface,
  listeners: readonly ServiceListener[],
): readonly Verdict[] {
  const { request, reply } = context.traffic;
  const listener = listeners.find(
    ({ port, protocols, doubt }) =>
      (doubt !== undefined || protocols.includes(request.protocol)) &&
      (port === undefined || (request.ports.from <= port && port <= request.ports.to)),
  );
  if (!listener) return [];
  if (listener.doubt !== undefined) return [because('unknown', listener.path, listener.doubt)];
  const targets = listener.targets.map((target) => {
    const near = inSameZone(target.nic.subnet, loadBalancer.subnet);
    return {
      ...target,
      used:
        near === true ? true : near === false ? target.crossZone : target.crossZone === true ? true : near,
    };
  });
  const verdicts = targets
    .filter(({ nic, used }) => used !== false && !isInterfaceRemoved(context.removed, nic))
    .map(({ nic, port, used }) => {
      if (port === undefined) return because('unknown', nic.path, 'the port that it serves on is not known');
      if (used === 'doubt') {
        return because('unknown', nic.path, `it is not known whether ${loadBalancer.path} sends to its zone`);
      }
      const traffic = { request: { ...request, ports: { from: port, to: port } }, reply };
      return new PathAnalysis({ ...context, traffic }).between(loadBalancer, nic, 4);
    });
  if (verdicts.length > 0) return [anyOf(verdicts)];
  return [
    because(
      'not reachable',
      listener.path,
      `has no target that ${loadBalancer.path} in its zone may send to`,
    ),
  ];
}
