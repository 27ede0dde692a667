import { checkSecurityGroups } from '../network/filtering/security-groups';
import type { Context } from '../network/forwarding/direction';
import { enterInterface, leaveInterface } from '../network/forwarding/network-interface';
import { deliverInVpc } from '../network/forwarding/subnet';
import {
  addresses,
  hop,
  narrow,
  newTrace,
  unknown,
  verdict,
  type Addresses,
} from '../network/forwarding/trace';
import type { Verdict } from '../network/forwarding/verdict';
import { versionOf } from '../network/model/addresses';
import type { NetworkInterface } from '../network/model/components';

/**
 * From a node of a Network Load Balancer that keeps the client's address to a target. Network ACLs and rules of the target
 * see that address; its rules may also name the load balancer's security group. Replies go back through the node.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
 */
export function keepingClientAddress(
  context: Context,
  client: Addresses,
  listenerPort: number,
  node: NetworkInterface,
  target: NetworkInterface,
): Verdict {
  const version = versionOf(client.full);
  const destination = addresses(version === 4 ? target.ipv4 : target.ipv6, target.path);
  const { request, reply } = context.traffic;
  let trace = newTrace(client, destination);
  const heard = { protocol: request.protocol, ports: { from: listenerPort, to: listenerPort } };
  // Only clients that the load balancer's rules let in.
  const admitted = checkSecurityGroups(node, 'inbound', heard, client, undefined);
  if (admitted)
    trace = { ...narrow(trace, 'request', 'source', admitted), doubts: [], blockers: [], request: [] };
  trace = hop(trace, 'request', node.path, 'keeps the address of the client');
  trace = leaveInterface(context, trace, node, target);
  if (node.subnet?.vpc !== target.subnet?.vpc) {
    return unknown(
      trace,
      target.path,
      'it is in another VPC than the load balancer that keeps client addresses',
    );
  }
  const sent = {
    leg: 'request',
    from: 'source',
    to: 'destination',
    packet: request,
    receiver: target,
    sender: node,
  } as const;
  trace = deliverInVpc(trace, sent, node.subnet, target);
  trace = enterInterface(context, trace, target, node);
  const answer = {
    leg: 'reply',
    from: 'destination',
    to: 'source',
    packet: reply,
    receiver: node,
    sender: target,
  } as const;
  return verdict(deliverInVpc(trace, answer, target.subnet, node));
}
