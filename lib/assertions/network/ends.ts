import type { NetworkInterface, PortRange, Subnet, Vpc } from './components';
import { checkAcl, checkGroups } from './filters';
import { trafficText } from './security-groups';
import { block, doubt, hop, narrow, touch, type Trace } from './trace';
import { isGoneIn, type Scope, type Way } from './ways';

/** What leaves its interface. */
export function send(
  scope: Scope,
  trace: Trace,
  source: NetworkInterface,
  goal: NetworkInterface | undefined,
): Trace {
  const touched = touchInterface(trace, source);
  const related = goal && canReferToGroups(scope, source.subnet?.vpc, goal.subnet?.vpc);
  const check = checkGroups(
    source,
    'outbound',
    scope.traffic.request,
    trace.destination,
    related ? goal : undefined,
  );
  return check ? narrow(touched, 'request', 'destination', check) : touched;
}

/** What comes to its interface. */
export function accept(
  scope: Scope,
  trace: Trace,
  goal: NetworkInterface,
  peer: NetworkInterface | undefined,
): Trace {
  let next = touchInterface(trace, goal);
  const sameVpc = peer?.subnet?.vpc === goal.subnet?.vpc;
  // https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-security-groups.html
  const seen = sameVpc || trace.via === 'peering' || trace.via === 'transit gateway with group referencing';
  const check = checkGroups(goal, 'inbound', scope.traffic.request, trace.source, seen ? peer : undefined);
  if (check) next = narrow(next, 'request', 'source', check);
  if (goal.closed !== undefined) return block(next, goal.path, goal.closed);
  const { protocol, ports } = scope.traffic.request;
  const ping = protocol === 1 || protocol === 58;
  if (goal.listens && !ping) {
    const heard = goal.listens.filter(
      (listener) =>
        listener.protocol === protocol &&
        (listener.port === undefined || (ports.from <= listener.port && listener.port <= ports.to)),
    );
    if (heard.length === 0) {
      const all = goal.listens.map((listener) =>
        trafficText(listener.protocol, listener.port === undefined ? undefined : asRange(listener.port)),
      );
      const has = all.length > 0 ? all.join(', ') : 'none';
      return block(
        next,
        goal.path,
        `has no listener for ${trafficText(protocol, ports)} (listeners: ${has})`,
      );
    }
    if (heard.every(({ port }) => port === undefined)) {
      next = doubt(next, goal.path, 'the port of its listener is not known before deployment');
    }
  }
  return hop(next, 'request', goal.path);
}

function touchInterface(trace: Trace, nic: NetworkInterface): Trace {
  const touched = touch(trace, nic);
  return nic.subnet ? touch(touched, nic.subnet) : touched;
}

function canReferToGroups(scope: Scope, a: Vpc | undefined, b: Vpc | undefined): boolean {
  return (
    a === b ||
    scope.model.peerings.some(
      (peering) => !isGoneIn(scope, peering) && peering.sides.includes(a) && peering.sides.includes(b),
    )
  );
}

/** Out of a subnet: its network ACL sees where the traffic goes. */
export function exit(trace: Trace, way: Way, subnet: Subnet | undefined): Trace {
  if (!subnet) return trace;
  return narrow(trace, way.leg, way.to, checkAcl(subnet.acl, 'outbound', way.packet, trace[way.to]));
}

/** Into a subnet: its network ACL sees where the traffic comes from. */
export function enter(trace: Trace, way: Way, subnet: Subnet | undefined): Trace {
  if (!subnet) return trace;
  return narrow(trace, way.leg, way.from, checkAcl(subnet.acl, 'inbound', way.packet, trace[way.from]));
}

/** To an interface in the same VPC; a network ACL filters only what crosses its subnet's boundary. */
export function arrive(trace: Trace, way: Way, from: Subnet | undefined, nic: NetworkInterface): Trace {
  return nic.subnet === from ? trace : enter(exit(trace, way, from), way, nic.subnet);
}

const asRange = (port: number): PortRange => ({ from: port, to: port });
