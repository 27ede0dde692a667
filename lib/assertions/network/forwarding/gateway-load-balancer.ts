import type { Endpoint, NetworkInterface } from '../model/components';
import { GENEVE_PORT } from '../model/load-balancers';
import {
  isInterfaceRemoved,
  isRemoved,
  type PathEnd,
  type Router,
  type Context,
  type Continuation,
  type Traffic,
  type Direction,
  type LookUpRoute,
} from './direction';
import { deliverInVpc } from './subnet';
import { hop, newTrace, addresses, notReachable, touch, unknown, type Trace } from './trace';
import { allOf, allOrNone, type Verdict } from './verdict';

/** Whether an interface reaches another one with some traffic. */
type Between = (traffic: Traffic, from: NetworkInterface, to: NetworkInterface) => Verdict;

/**
 * Through a Gateway Load Balancer endpoint to an appliance and back. The route table of the endpoint's subnet then gives
 * the next hop. Packets keep their addresses. Appliances are assumed to return every packet.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/gateway/getting-started.html
 */
export function throughGatewayLoadBalancer(
  context: Context,
  lookUpRoute: LookUpRoute,
  between: Between,
  trace: Trace,
  direction: Direction,
  router: Router,
  endpoint: Endpoint,
  then: Continuation<[PathEnd]>,
): Verdict {
  const [nic, ...others] = endpoint.nics;
  const subnet = nic?.subnet;
  // https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-load-balancer-endpoints.html
  if (!nic || others.length > 0) return unknown(trace, endpoint.path, 'such an endpoint has one subnet');
  if (!subnet) return unknown(trace, endpoint.path, nic.doubt ?? 'its subnet is not known');
  if (subnet.vpc !== router.vpc) return notReachable(trace, endpoint.path, `is not in ${router.vpc.path}`);

  const arrived = hop(
    deliverInVpc(touch(trace, subnet), direction, router.subnet, nic),
    direction.leg,
    endpoint.path,
  );
  const inspected = handOver(context, between, endpoint, subnet.zone);
  const returned: Trace = {
    ...arrived,
    [direction.leg]: [...arrived[direction.leg], ...inspected.path],
    blockers: [...arrived.blockers, ...(inspected.answer === 'not reachable' ? inspected.explanation : [])],
    doubts: [...arrived.doubts, ...(inspected.answer === 'unknown' ? inspected.explanation : [])],
    inspections: [...arrived.inspections, { leg: direction.leg, endpoint: endpoint.path }],
  };
  const next = { vpc: subnet.vpc, subnet, table: subnet.routeTable, sender: router.sender };
  return lookUpRoute(returned, direction, next, then);
}

/** Whether the load balancer has targets for the endpoint's zone, and can reach all of them. */
function handOver(context: Context, between: Between, endpoint: Endpoint, zone: string | undefined): Verdict {
  const { resource } = endpoint;
  const nowhere = addresses([], endpoint.path);
  const start = newTrace(nowhere, nowhere);
  const balancer = resource && context.model.gatewayLoadBalancers.get(resource);
  if (!balancer) return unknown(start, endpoint.path, 'the load balancer behind it is not in the templates');
  if (balancer.doubt !== undefined) return unknown(start, endpoint.path, balancer.doubt);
  if (isRemoved(context, balancer)) return notReachable(start, balancer.path, 'is gone');
  if (zone === undefined) return unknown(start, endpoint.path, 'its Availability Zone is not known');

  const nodes = balancer.nodes.filter((node) => !isInterfaceRemoved(context.removed, node));
  const open = [...nodes, ...balancer.targets].find(({ subnet }) => subnet?.zone === undefined);
  if (open) return unknown(start, open.path, 'its Availability Zone is not known');
  const { healthCheckPort } = balancer;
  if (healthCheckPort === undefined)
    return unknown(start, balancer.path, 'its health check port is not known');
  const node = nodes.find(({ subnet }) => subnet?.zone === zone);
  if (!node) return notReachable(start, balancer.path, `has no subnet in ${zone}, where ${endpoint.path} is`);
  const left = balancer.targets.filter(
    (target) =>
      !isInterfaceRemoved(context.removed, target) &&
      nodes.some(({ subnet }) => subnet?.zone === target.subnet?.zone),
  );
  const near = left.filter(({ subnet }) => subnet?.zone === zone);
  // Where it may send to other zones, all targets must work.
  const targets =
    balancer.crossZone === true || (balancer.crossZone === 'doubt' && near.length > 0) ? left : near;
  if (targets.length === 0) {
    if (balancer.targets.length === 0) return unknown(start, balancer.path, 'no target is in the templates');
    if (balancer.crossZone === 'doubt' && left.length > 0) {
      return unknown(start, balancer.path, `has no target in ${zone}, and may use those of other zones`);
    }
    const reason = `has no target${balancer.crossZone === true ? '' : ` in ${zone}, and uses none of other zones`}`;
    return notReachable(start, balancer.path, reason);
  }
  const verdict = allOrNone(
    targets.map((target) =>
      allOf([
        between(GENEVE, node, target),
        // The returned packet has the same ports, so that a security group does not take it for a reply.
        // https://aws.amazon.com/blogs/networking-and-content-delivery/integrate-your-custom-logic-or-appliance-with-aws-gateway-load-balancer/
        between(GENEVE, target, node),
        healthy(between(tcp(healthCheckPort), node, target)),
      ]),
    ),
  );
  const names = [...new Set(targets.map((target) => target.path))].join(' or ');
  const path = [{ component: balancer.path, allowedBy: `GENEVE to ${names} and back` }];
  return verdict.answer === 'reachable' ? { ...verdict, path } : verdict;
}

const GENEVE: Traffic = {
  request: { protocol: 17, ports: { from: GENEVE_PORT, to: GENEVE_PORT } },
  reply: { protocol: 17, ports: { from: GENEVE_PORT, to: GENEVE_PORT } },
};

const tcp = (port: number): Traffic => ({
  request: { protocol: 6, ports: { from: port, to: port } },
  reply: { protocol: 6, ports: { from: 1024, to: 65535 } },
});

/** AWS does not document where traffic goes when all targets fail their health check. */
const healthy = (check: Verdict): Verdict =>
  check.answer === 'not reachable' ? { ...check, answer: 'unknown' } : check;
