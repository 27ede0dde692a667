import { intersect, isEmpty, PUBLIC_ADDRESSES, versionOf } from './addresses';
import type { Gateway } from './components';
import { anyOf, block, doubt, narrow, notReachable, touch, unknown, type Trace, type Verdict } from './trace';
import { isGoneIn, NOT_ADVERTISED, type End, type Router, type Scope, type Then, type Way } from './ways';

export function attachedTo(scope: Scope, trace: Trace, router: Router, gateway: Gateway): Trace {
  const attachment = gateway.attachments.find(({ vpc, by }) => vpc === router.vpc && !isGoneIn(scope, by));
  if (!attachment) return block(trace, gateway.path, `is not attached to ${router.vpc.path}`);
  const touched = touch(trace, attachment.by);
  return router.sender
    ? touched
    : block(touched, gateway.path, `serves only interfaces of ${router.vpc.path}, and no traffic through it`);
}

/** https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html */
export function toInternetGateway(
  scope: Scope,
  start: Trace,
  way: Way,
  router: Router,
  gateway: Gateway,
  then: Then<[End]>,
): Verdict {
  let trace = attachedTo(scope, start, router, gateway);
  const { sender } = router;
  if (sender && versionOf(trace[way.to].full) === 4 && sender.publicIpv4 !== true) {
    trace =
      sender.publicIpv4 === 'doubt'
        ? doubt(trace, sender.path, 'it is not known whether it has a public IPv4 address')
        : block(trace, sender.path, 'has no public IPv4 address, which the internet gateway needs');
  }
  for (const resource of scope.model.edgeDoubts) {
    trace = doubt(trace, resource.path, `${resource.type} changes what internet gateways let through`);
  }
  trace = narrow(trace, way.leg, way.to, {
    sure: PUBLIC_ADDRESSES,
    possible: PUBLIC_ADDRESSES,
    component: gateway.path,
    allowedBy: `attached to ${router.vpc.path}`,
    blocks: `leads to public addresses only, which ${trace[way.to].name} is not`,
  });
  return then(trace, { kind: 'internet', gateway, outboundOnly: false });
}

/** The on-premises prefixes behind a virtual private gateway. */
export function toVpn(scope: Scope, trace: Trace, way: Way, gateway: Gateway, then: Then<[End]>): Verdict {
  const vpns = gateway.vpns.filter((vpn) => !isGoneIn(scope, vpn));
  if (vpns.length === 0) {
    return gateway.vpns.length > 0
      ? notReachable(trace, gateway.path, 'its VPN connections are gone')
      : unknown(trace, gateway.path, 'no VPN connection to it is in the templates');
  }
  return anyOf(
    vpns.map((vpn) => {
      const prefixes = { sure: vpn.prefixes, possible: vpn.prefixes };
      if (vpn.dynamic && isEmpty(intersect(trace[way.to].possible, vpn.prefixes))) {
        return unknown(trace, vpn.path, NOT_ADVERTISED);
      }
      const through = narrow(touch(trace, vpn), way.leg, way.to, {
        ...prefixes,
        component: vpn.path,
        allowedBy: 'its route to the on-premises prefix',
        blocks: `has no route to ${trace[way.to].name}`,
      });
      return then(through, { kind: 'on-premises', vpn, gateway });
    }),
  );
}
