import type { Endpoint, NetworkInterface } from './components';
import { arrive } from './ends';
import { GENEVE_PORT } from './interfaces';
import { isGone } from './places';
import { allOf, allOrNone, hop, newTrace, addresses, notReachable, touch, unknown } from './trace';
import type { Trace, Verdict } from './trace';
import { isGoneIn, type End, type Router, type Scope, type Then, type Traffic, type Way } from './ways';

/** Asks the route table of a VPC where the traffic goes on. */
type AskRoute = (trace: Trace, way: Way, router: Router, then: Then<[End]>) => Verdict;
/** Whether an interface reaches another one with that traffic. */
type Between = (traffic: Traffic, from: NetworkInterface, to: NetworkInterface) => Verdict;

/**
 * To an appliance behind the endpoint of a gateway load balancer, and back to the endpoint, whose subnet's route table
 * leads on. Packets keep their addresses; appliances are taken to return what they are sent.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/gateway/getting-started.html
 */
export function throughAppliances(
  scope: Scope,
  ask: AskRoute,
  between: Between,
  trace: Trace,
  way: Way,
  router: Router,
  endpoint: Endpoint,
  then: Then<[End]>,
): Verdict {
  const [nic, ...others] = endpoint.nics;
  const subnet = nic?.subnet;
  // https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-load-balancer-endpoints.html
  if (!nic || others.length > 0) return unknown(trace, endpoint.path, 'such an endpoint has one subnet');
  if (!subnet) return unknown(trace, endpoint.path, nic.doubt ?? 'its subnet is not known');
  if (subnet.vpc !== router.vpc) return notReachable(trace, endpoint.path, `is not in ${router.vpc.path}`);

  const arrived = hop(arrive(touch(trace, subnet), way, router.subnet, nic), way.leg, endpoint.path);
  const inspected = handOver(scope, between, endpoint, subnet.zone);
  const returned: Trace = {
    ...arrived,
    [way.leg]: [...arrived[way.leg], ...inspected.path],
    blames: [...arrived.blames, ...(inspected.answer === 'not reachable' ? inspected.explanation : [])],
    doubts: [...arrived.doubts, ...(inspected.answer === 'unknown' ? inspected.explanation : [])],
    inspections: [...arrived.inspections, { leg: way.leg, endpoint: endpoint.path }],
  };
  const next = { vpc: subnet.vpc, subnet, table: subnet.routeTable, sender: router.sender };
  return ask(returned, way, next, then);
}

/** Whether the load balancer's node in the endpoint's zone has an appliance, and all that it may choose can work. */
function handOver(scope: Scope, between: Between, endpoint: Endpoint, zone: string | undefined): Verdict {
  const { resource } = endpoint;
  const nowhere = addresses([], endpoint.path);
  const start = newTrace(nowhere, nowhere);
  const balancer = resource && scope.model.gatewayLoadBalancers.get(resource);
  if (!balancer) return unknown(start, endpoint.path, 'the load balancer behind it is not in the templates');
  if (balancer.doubt !== undefined) return unknown(start, endpoint.path, balancer.doubt);
  if (isGoneIn(scope, balancer)) return notReachable(start, balancer.path, 'is gone');
  if (zone === undefined) return unknown(start, endpoint.path, 'its Availability Zone is not known');

  const nodes = balancer.nodes.filter((node) => !isGone(scope.gone, node));
  const node = nodes.find(({ subnet }) => subnet?.zone === zone);
  if (!node) return notReachable(start, balancer.path, `has no subnet in ${zone}, where ${endpoint.path} is`);
  const left = balancer.targets.filter(
    (target) =>
      !isGone(scope.gone, target) && nodes.some(({ subnet }) => subnet?.zone === target.subnet?.zone),
  );
  const near = left.filter(({ subnet }) => subnet?.zone === zone);
  const targets = balancer.crossZone === true ? left : near;
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
        // Source and destination port stay as they are, so that to a security group the way back is no reply.
        // https://aws.amazon.com/blogs/networking-and-content-delivery/integrate-your-custom-logic-or-appliance-with-aws-gateway-load-balancer/
        between(GENEVE, target, node),
        healthy(between(tcp(balancer.healthCheckPort), node, target)),
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

/** A target that fails its health check is taken out of service; what becomes of traffic then is not documented. */
const healthy = (check: Verdict): Verdict =>
  check.answer === 'not reachable' ? { ...check, answer: 'unknown' } : check;
