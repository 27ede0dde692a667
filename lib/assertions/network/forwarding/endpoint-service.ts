import type { EndpointService, NetworkInterface, ServiceListener } from '../model/components';
import { isInterfaceRemoved, type Context } from './direction';
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
  const zone = endpoint.subnet?.zone;
  if (zone === undefined) return because('unknown', endpoint.path, 'its Availability Zone is not known');
  const analysis = new PathAnalysis(context);
  const verdicts = loadBalancers.flatMap(({ nics, inboundRulesApply, listeners }) =>
    nics
      .filter((nic) => nic.subnet?.zone === zone && !isInterfaceRemoved(context.removed, nic))
      .map((nic) =>
        allOf([analysis.fromEndpoint(client, nic, inboundRulesApply), ...toTargets(context, nic, listeners)]),
      ),
  );
  return verdicts.length > 0
    ? allOrNone(verdicts)
    : because('not reachable', path, `has no load balancer in ${zone}, where ${endpoint.path} is`);
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
    ({ port, protocols }) =>
      protocols.includes(request.protocol) &&
      (port === undefined || (request.ports.from <= port && port <= request.ports.to)),
  );
  if (!listener) return [];
  if (listener.doubt !== undefined) return [because('unknown', listener.path, listener.doubt)];
  const verdicts = listener.targets
    .filter(({ nic, crossZone }) => crossZone || nic.subnet?.zone === loadBalancer.subnet?.zone)
    .filter(({ nic }) => !isInterfaceRemoved(context.removed, nic))
    .map(({ nic, port }) => {
      if (port === undefined) return because('unknown', nic.path, 'the port that it serves on is not known');
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
