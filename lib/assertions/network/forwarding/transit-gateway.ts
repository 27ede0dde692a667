import { intersect, isEmpty, subtract } from '../model/addresses';
import type { Attachment, Component, Subnet, TransitGateway, TransitRoute } from '../model/components';
import type { Trilean } from '../../templates/properties';
import {
  inSameZone,
  isRemoved,
  MAX_DEPTH,
  NOT_ADVERTISED,
  type PathEnd,
  type Router,
  type Context,
  type Continuation,
  type Direction,
  type LookUpRoute,
} from './direction';
import { enterSubnet } from './subnet';
import { hop, notReachable, touch, unknown, type Trace, only } from './trace';
import { allOrNone, anyOf, type Verdict } from './verdict';

/**
 * Enters a transit gateway from a VPC, through the attachment's subnet in the sender's Availability Zone.
 * https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html
 */
export function enterTransitGateway(
  context: Context,
  lookUpRoute: LookUpRoute,
  trace: Trace,
  direction: Direction,
  router: Router,
  gateway: TransitGateway,
  then: Continuation<[PathEnd]>,
): Verdict {
  const attached = gateway.attachments.filter((one) => !isRemoved(context, one));
  const attachment = attached.find(({ vpc }) => vpc === router.vpc);
  if (!attachment) {
    const undecided = attached.find(({ vpc }) => vpc?.undecided);
    if (undecided) return unknown(trace, undecided.path, 'it is not known which VPC it attaches');
    return notReachable(trace, gateway.path, `has no attachment in ${router.vpc.path}`);
  }
  const alive = attachment.subnets.filter((subnet) => !isRemoved(context, subnet));
  const inZone = alive.find((subnet) => inSameZone(subnet, router.subnet) === true);
  if (!inZone) {
    const mayBe = alive.find((subnet) => inSameZone(subnet, router.subnet) === 'doubt');
    if (mayBe || attachment.unreadSubnets !== undefined) {
      const reason = 'it is not known whether it has a subnet in the Availability Zone of the sender';
      return unknown(trace, attachment.path, attachment.unreadSubnets ?? reason);
    }
    const reason = `has no subnet in ${router.subnet?.zone ?? 'the zone'} of ${router.subnet?.path ?? router.table.path}, whose traffic it therefore cannot take`;
    return notReachable(trace, attachment.path, reason);
  }
  const entered = enterSubnet(touch(trace, attachment), direction, inZone);
  return routeInTransitGateway(
    context,
    lookUpRoute,
    entered,
    direction,
    gateway,
    attachment,
    router.subnet,
    then,
  );
}

/** Looks up the next hop in the route table that the incoming attachment is associated with. */
export function routeInTransitGateway(
  context: Context,
  lookUpRoute: LookUpRoute,
  start: Trace,
  direction: Direction,
  gateway: TransitGateway,
  from: Attachment,
  sender: Subnet | undefined,
  then: Continuation<[PathEnd]>,
): Verdict {
  const table = from.routeTable();
  const trace = { ...start, depth: start.depth + 1 };
  if (trace.depth > MAX_DEPTH) return notReachable(trace, gateway.path, 'the routes lead in a loop');
  if (table?.doubt !== undefined) return unknown(trace, table.path, table.doubt);
  if (!table || isRemoved(context, table)) {
    return notReachable(trace, from.path, 'is associated with no route table of the transit gateway');
  }
  const wanted = trace[direction.to];
  const verdicts: Verdict[] = [];
  let left = wanted.possible;
  for (const route of table.routes) {
    // Without its attachment, a propagated route is withdrawn, and another route of the prefix takes its place.
    if (isRemoved(context, route)) continue;
    const hit = intersect(left, route.destination);
    const isUnread = isEmpty(route.destination);
    if (isEmpty(hit) && !isUnread) continue;
    if (route.doubt !== undefined) return unknown(trace, table.path, route.doubt);
    left = subtract(left, hit);
    verdicts.push(
      followTransitRoute(
        context,
        lookUpRoute,
        only(trace, direction.to, hit),
        direction,
        gateway,
        table,
        route,
        from,
        sender,
        then,
      ),
    );
  }
  if (!isEmpty(left)) {
    const dynamic = table.dynamic.find((attachment) => !isRemoved(context, attachment));
    verdicts.push(
      dynamic
        ? unknown(trace, dynamic.path, NOT_ADVERTISED)
        : notReachable(trace, table.path, `has no route to ${wanted.name}`),
    );
  }
  return wanted.quantifier === 'some' ? anyOf(verdicts) : allOrNone(verdicts);
}

function followTransitRoute(
  context: Context,
  lookUpRoute: LookUpRoute,
  start: Trace,
  direction: Direction,
  gateway: TransitGateway,
  table: Component,
  route: TransitRoute,
  from: Attachment,
  sender: Subnet | undefined,
  then: Continuation<[PathEnd]>,
): Verdict {
  const { attachment: to } = route;
  if (!to) return notReachable(start, table.path, `route ${route.text} is a blackhole`);
  if (isRemoved(context, to)) {
    return notReachable(
      start,
      table.path,
      `route ${route.text} leads to ${to.path}, which is gone (blackhole)`,
    );
  }
  const routed = hop(touch(start, gateway), direction.leg, gateway.path);
  const trace = touch(hop(routed, direction.leg, table.path, `${route.text} leads to ${to.path}`), to);
  if (to.kind === 'VPN' && to.vpn) {
    if (isRemoved(context, to.vpn)) return notReachable(trace, to.path, 'is gone');
    if (to.vpn.dynamic) return unknown(trace, to.path, NOT_ADVERTISED);
    return then(trace, { kind: 'on-premises', vpn: to.vpn, attachment: to, transit: gateway });
  }
  if (!to.vpc) return unknown(trace, to.path, 'where this attachment leads is not in the templates');
  // Traffic stays in its zone when the attachment has a subnet there. Otherwise it may leave by any of its subnets.
  const alive = to.subnets.filter((subnet) => !isRemoved(context, subnet));
  const { vpc } = to;
  if (vpc.undecided || to.unreadSubnets !== undefined) {
    return unknown(trace, to.path, to.unreadSubnets ?? 'it is not known which VPC it attaches');
  }
  const same = alive.find((subnet) => inSameZone(subnet, sender) === true);
  const possible = same ? [same] : alive;
  if (possible.length === 0) return notReachable(trace, to.path, 'has no subnet left');
  const crossed: Trace = {
    ...trace,
    via: 'transit gateway',
    groupReferencing: both(from.groupReferencing, to.groupReferencing),
  };
  const verdicts = possible.map((subnet) =>
    lookUpRoute(crossed, direction, { vpc, subnet, table: subnet.routeTable, sender: undefined }, then),
  );
  const [only, ...others] = verdicts;
  return only && others.length === 0 ? only : allOrNone(verdicts);
}

const both = (one: Trilean, other: Trilean): Trilean =>
  one === false || other === false ? false : one === true && other === true ? true : 'doubt';
