import { intersect, isEmpty, PUBLIC_ADDRESSES, versionOf } from '../model/addresses';
import type { Gateway } from '../model/components';
import {
  isRemoved,
  NOT_ADVERTISED,
  type PathEnd,
  type Router,
  type Context,
  type Continuation,
  type Direction,
} from './direction';
import { block, doubt, narrow, notReachable, touch, unknown, type Trace } from './trace';
import { anyOf, type Verdict } from './verdict';

export function checkAttachment(context: Context, trace: Trace, router: Router, gateway: Gateway): Trace {
  const attachment = gateway.attachments.find(({ vpc, by }) => vpc === router.vpc && !isRemoved(context, by));
  const undecided = gateway.attachments.find(({ vpc, by }) => vpc.undecided && !isRemoved(context, by));
  if (!attachment && undecided) {
    return doubt(trace, undecided.by.path, `it is not known to which VPC it attaches ${gateway.path}`);
  }
  if (!attachment) return block(trace, gateway.path, `is not attached to ${router.vpc.path}`);
  const touched = touch(trace, attachment.by);
  return router.sender
    ? touched
    : block(touched, gateway.path, `serves only interfaces of ${router.vpc.path}, and no traffic through it`);
}

/** https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html */
export function throughInternetGateway(
  context: Context,
  start: Trace,
  direction: Direction,
  router: Router,
  gateway: Gateway,
  then: Continuation<[PathEnd]>,
): Verdict {
  let trace = checkAttachment(context, start, router, gateway);
  const { sender } = router;
  if (sender && versionOf(trace[direction.to].full) === 4 && sender.publicIpv4 !== true) {
    trace =
      sender.publicIpv4 === 'doubt'
        ? doubt(trace, sender.path, 'it is not known whether it has a public IPv4 address')
        : block(trace, sender.path, 'has no public IPv4 address, which the internet gateway needs');
  }
  if (sender && versionOf(trace[direction.to].full) === 6) {
    const reason = 'is internal, so that the internet gateway drops its IPv6 traffic';
    if (sender.ipv6Internal === true) trace = block(trace, sender.path, reason);
    if (sender.ipv6Internal === 'doubt')
      trace = doubt(trace, sender.path, 'it is not known whether it is internal');
  }
  for (const resource of context.model.internetAccessDoubts) {
    trace = doubt(trace, resource.path, `${resource.type} changes what internet gateways let through`);
  }
  trace = narrow(trace, direction.leg, direction.to, {
    sure: PUBLIC_ADDRESSES,
    possible: PUBLIC_ADDRESSES,
    component: gateway.path,
    allowedBy: `attached to ${router.vpc.path}`,
    blocks: `leads to public addresses only, which ${trace[direction.to].name} is not`,
  });
  return then(trace, { kind: 'internet', gateway, outboundOnly: false });
}

/** The on-premises prefixes behind a virtual private gateway. */
export function throughVirtualPrivateGateway(
  context: Context,
  trace: Trace,
  direction: Direction,
  gateway: Gateway,
  then: Continuation<[PathEnd]>,
): Verdict {
  const vpns = gateway.vpns.filter((vpn) => !isRemoved(context, vpn));
  if (vpns.length === 0) {
    return gateway.vpns.length > 0
      ? notReachable(trace, gateway.path, 'its VPN connections are gone')
      : unknown(trace, gateway.path, 'no VPN connection to it is in the templates');
  }
  return anyOf(
    vpns.map((vpn) => {
      const prefixes = { sure: vpn.prefixes, possible: vpn.prefixes };
      if (vpn.dynamic && isEmpty(intersect(trace[direction.to].possible, vpn.prefixes))) {
        return unknown(trace, vpn.path, NOT_ADVERTISED);
      }
      const through = narrow(touch(trace, vpn), direction.leg, direction.to, {
        ...prefixes,
        component: vpn.path,
        allowedBy: 'its route to the on-premises prefix',
        blocks: `has no route to ${trace[direction.to].name}`,
      });
      return then(through, { kind: 'on-premises', vpn, gateway });
    }),
  );
}
