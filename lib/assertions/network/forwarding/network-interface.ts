import { checkSecurityGroups } from '../filtering/security-groups';
import type { NetworkInterface, PortRange, Vpc } from '../model/components';
import { trafficText } from '../model/protocols';
import { isRemoved, type Context } from './direction';
import { block, doubt, hop, narrow, touch, type Trace } from './trace';

/** Checks the outbound rules of the source. */
export function leaveInterface(
  context: Context,
  trace: Trace,
  source: NetworkInterface,
  receiver: NetworkInterface | undefined,
): Trace {
  const touched = touchInterface(trace, source);
  const related = receiver && canReferToGroups(context, source.subnet?.vpc, receiver.subnet?.vpc);
  const check = checkSecurityGroups(
    source,
    'outbound',
    context.traffic.request,
    trace.destination,
    related ? receiver : undefined,
  );
  return check ? narrow(touched, 'request', 'destination', check) : touched;
}

/** Checks the inbound rules and the listeners of the destination. */
export function enterInterface(
  context: Context,
  trace: Trace,
  receiver: NetworkInterface,
  peer: NetworkInterface | undefined,
): Trace {
  let next = touchInterface(trace, receiver);
  const sameVpc = peer?.subnet?.vpc === receiver.subnet?.vpc;
  // https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-security-groups.html
  const seen = sameVpc || trace.via === 'peering' || trace.via === 'transit gateway with group referencing';
  const check = checkSecurityGroups(
    receiver,
    'inbound',
    context.traffic.request,
    trace.source,
    seen ? peer : undefined,
  );
  if (check) next = narrow(next, 'request', 'source', check);
  if (receiver.closed !== undefined) return block(next, receiver.path, receiver.closed);
  const { protocol, ports } = context.traffic.request;
  const ping = protocol === 1 || protocol === 58;
  if (receiver.listens && !ping) {
    const heard = receiver.listens.filter(
      (listener) =>
        listener.protocol === protocol &&
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
    if (heard.every(({ port }) => port === undefined)) {
      next = doubt(next, receiver.path, 'the port of its listener is not known before deployment');
    }
  }
  return hop(next, 'request', receiver.path);
}

function touchInterface(trace: Trace, nic: NetworkInterface): Trace {
  const touched = touch(trace, nic);
  return nic.subnet ? touch(touched, nic.subnet) : touched;
}

function canReferToGroups(context: Context, a: Vpc | undefined, b: Vpc | undefined): boolean {
  return (
    a === b ||
    context.model.peerings.some(
      (peering) => !isRemoved(context, peering) && peering.sides.includes(a) && peering.sides.includes(b),
    )
  );
}

const asRange = (port: number): PortRange => ({ from: port, to: port });
