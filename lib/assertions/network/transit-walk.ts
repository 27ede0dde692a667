import { intersect, isEmpty, subtract } from './addresses';
import type { Attachment, Component, TransitGateway, TransitRoute } from './components';
import { enter } from './ends';
import { allOrNone, anyOf, hop, notReachable, touch, unknown, type Trace, type Verdict } from './trace';
import {
  isGoneIn,
  MAX_DEPTH,
  NOT_ADVERTISED,
  only,
  type End,
  type Router,
  type Scope,
  type Then,
  type Way,
} from './ways';

/** Asks the route table of a VPC where the traffic goes on. */
type AskRoute = (trace: Trace, way: Way, router: Router, then: Then<[End]>) => Verdict;

/**
 * From a VPC into a transit gateway: through the attachment's subnet in the zone of the sender.
 * https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html
 */
export function toTransitGateway(
  scope: Scope,
  ask: AskRoute,
  trace: Trace,
  way: Way,
  router: Router,
  gateway: TransitGateway,
  then: Then<[End]>,
): Verdict {
  const attachment = gateway.attachments.find(
    ({ vpc, ...rest }) => vpc === router.vpc && !isGoneIn(scope, rest),
  );
  if (!attachment) return notReachable(trace, gateway.path, `has no attachment in ${router.vpc.path}`);
  const alive = attachment.subnets.filter((subnet) => !isGoneIn(scope, subnet));
  const zone = router.subnet?.zone;
  const inZone = alive.find((subnet) => subnet.zone === zone);
  if (!inZone) {
    const reason = `has no subnet in ${zone ?? 'the zone'} of ${router.subnet?.path ?? router.table.path}, whose traffic it therefore cannot take`;
    return notReachable(trace, attachment.path, reason);
  }
  const entered = enter(touch(trace, attachment), way, inZone);
  return throughTransitGateway(scope, ask, entered, way, gateway, attachment, zone, then);
}

/** Through a transit gateway: the route table of the attachment that the traffic came by says where it goes. */
export function throughTransitGateway(
  scope: Scope,
  ask: AskRoute,
  start: Trace,
  way: Way,
  gateway: TransitGateway,
  from: Attachment,
  zone: string | undefined,
  then: Then<[End]>,
): Verdict {
  const table = from.routeTable();
  const trace = { ...start, depth: start.depth + 1 };
  if (trace.depth > MAX_DEPTH) return notReachable(trace, gateway.path, 'the routes lead in a loop');
  if (!table || isGoneIn(scope, table)) {
    return notReachable(trace, from.path, 'is associated with no route table of the transit gateway');
  }
  const wanted = trace[way.to];
  const verdicts: Verdict[] = [];
  let left = wanted.possible;
  for (const route of table.routes) {
    // A propagated route is withdrawn with its attachment, so that another one of the prefix takes its place.
    if (isGoneIn(scope, route)) continue;
    const hit = intersect(left, route.destination);
    if (route.doubt !== undefined) return unknown(trace, table.path, route.doubt);
    if (isEmpty(hit)) continue;
    left = subtract(left, hit);
    verdicts.push(
      followTransitRoute(scope, ask, only(trace, way.to, hit), way, gateway, table, route, zone, then),
    );
  }
  if (!isEmpty(left)) {
    const dynamic = table.dynamic.find((attachment) => !isGoneIn(scope, attachment));
    verdicts.push(
      dynamic
        ? unknown(trace, dynamic.path, NOT_ADVERTISED)
        : notReachable(trace, table.path, `has no route to ${wanted.name}`),
    );
  }
  return wanted.quantifier === 'some' ? anyOf(verdicts) : allOrNone(verdicts);
}

function followTransitRoute(
  scope: Scope,
  ask: AskRoute,
  start: Trace,
  way: Way,
  gateway: TransitGateway,
  table: Component,
  route: TransitRoute,
  zone: string | undefined,
  then: Then<[End]>,
): Verdict {
  const { attachment: to } = route;
  if (!to) return notReachable(start, table.path, `route ${route.text} is a blackhole`);
  if (isGoneIn(scope, to)) {
    return notReachable(
      start,
      table.path,
      `route ${route.text} leads to ${to.path}, which is gone (blackhole)`,
    );
  }
  const routed = hop(touch(start, gateway), way.leg, gateway.path);
  const trace = touch(hop(routed, way.leg, table.path, `${route.text} leads to ${to.path}`), to);
  if (to.kind === 'VPN' && to.vpn) {
    if (isGoneIn(scope, to.vpn)) return notReachable(trace, to.path, 'is gone');
    if (to.vpn.dynamic) return unknown(trace, to.path, NOT_ADVERTISED);
    return then(trace, { kind: 'on-premises', vpn: to.vpn, attachment: to, transit: gateway });
  }
  if (!to.vpc) return unknown(trace, to.path, 'where this attachment leads is not in the templates');
  // Traffic stays in its zone where the attachment has a subnet there.
  const alive = to.subnets.filter((subnet) => !isGoneIn(scope, subnet));
  const subnet = alive.find((candidate) => candidate.zone === zone) ?? alive[0];
  if (!subnet) return notReachable(trace, to.path, 'has no subnet left');
  const via = gateway.groupReferencing ? 'transit gateway with group referencing' : 'transit gateway';
  const router = { vpc: to.vpc, subnet, table: subnet.routeTable, sender: undefined };
  return ask({ ...trace, via }, way, router, then);
}
