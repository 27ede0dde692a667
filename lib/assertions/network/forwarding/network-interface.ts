import { checkSecurityGroups } from '../filtering/security-groups';
import { versionOf } from '../model/addresses';
import type { NetworkInterface, PortRange, Vpc } from '../model/components';
import type { Trilean } from '../../templates/properties';
import { trafficText } from '../model/protocols';
import { isRemoved, type Context } from './direction';
import { block, doubt, hop, narrow, touch, type Addresses, type Check, type Trace } from './trace';

/** Checks the outbound rules of the source. */
export function leaveInterface(
  context: Context,
  trace: Trace,
  source: NetworkInterface,
  receiver: NetworkInterface | undefined,
): Trace {
  const touched = touchInterface(trace, source, trace.source);
  const seen = receiver ? canReferToGroups(context, source.subnet?.vpc, receiver.subnet?.vpc) : false;
  const check = checkWithPeer(seen, receiver, (peer) =>
    checkSecurityGroups(source, 'outbound', context.traffic.request, trace.destination, peer),
  );
  return check ? narrow(touched, 'request', 'destination', check) : touched;
}

/** What the rules let through. They may reference groups of the peer only where it is `seen`. */
function checkWithPeer(
  seen: Trilean,
  peer: NetworkInterface | undefined,
  check: (peer: NetworkInterface | undefined) => Check | undefined,
): Check | undefined {
  if (seen !== 'doubt') return check(seen ? peer : undefined);
  const [most, least] = [check(peer), check(undefined)];
  const reason = 'it is not known whether rules can reference security groups of the other VPC';
  return most && least && { ...most, sure: least.sure, doubt: most.doubt ?? reason };
}

/** Checks the inbound rules and the listeners of the destination. */
export function enterInterface(
  context: Context,
  trace: Trace,
  receiver: NetworkInterface,
  peer: NetworkInterface | undefined,
): Trace {
  let next = touchInterface(trace, receiver, trace.destination);
  const sameVpc = peer?.subnet?.vpc === receiver.subnet?.vpc;
  const check = checkWithPeer(sameVpc || (trace.groupReferencing ?? false), peer, (seen) =>
    checkSecurityGroups(receiver, 'inbound', context.traffic.request, trace.source, seen),
  );
  if (check) next = narrow(next, 'request', 'source', check);
  if (receiver.closed !== undefined) return block(next, receiver.path, receiver.closed);
  const { protocol, ports } = context.traffic.request;
  const ping = protocol === 1 || protocol === 58;
  if (receiver.listens && !ping) {
    const heard = receiver.listens.filter(
      (listener) =>
        (listener.protocol ?? protocol) === protocol &&
        (listener.port === undefined || (ports.from <= listener.port && listener.port <= ports.to)),
    );
    if (heard.length === 0) {
      const all = receiver.listens.map((listener) =>
        trafficText(listener.protocol, listener.port === undefined ? undefined : asRange(listener.port)),
      );
      const has = all.length > 0 ? all.join(', ') : 'none';
      return block(
        next,
        receiver.path,
        `has no listener for ${trafficText(protocol, ports)} (listeners: ${has})`,
      );
    }
    if (
      !heard.some((one) => one.doubt === undefined && one.port !== undefined && one.protocol !== undefined)
    ) {
      const reason = heard[0]?.doubt ?? 'the port of its listener is not known before deployment';
      next = doubt(next, receiver.path, reason);
    }
  }
  return hop(next, 'request', receiver.path);
}

function touchInterface(trace: Trace, nic: NetworkInterface, { full }: Addresses): Trace {
  let touched = touch(trace, nic);
  if (nic.ipv6Doubt !== undefined && versionOf(full) === 6) touched = doubt(touched, nic.path, nic.ipv6Doubt);
  return nic.subnet ? touch(touched, nic.subnet) : touched;
}

/** https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-security-groups.html */
function canReferToGroups(context: Context, a: Vpc | undefined, b: Vpc | undefined): Trilean {
  if (a === b) return true;
  const supports = context.model.peerings
    .filter(
      (peering) => !isRemoved(context, peering) && peering.sides.includes(a) && peering.sides.includes(b),
    )
    .map(({ groupReferencing }) => groupReferencing);
  return supports.includes(true) ? true : supports.includes('doubt') ? 'doubt' : false;
}

const asRange = (port: number): PortRange => ({ from: port, to: port });
