import { checkNetworkAcl } from '../filtering/network-acls';
import type { NetworkInterface, Subnet } from '../model/components';
import type { Direction } from './direction';
import { narrow, type Trace } from './trace';

/** Checks the outbound entries of the subnet's network ACL against the destination of the packet. */
export function leaveSubnet(trace: Trace, direction: Direction, subnet: Subnet | undefined): Trace {
  if (!subnet) return trace;
  return narrow(
    trace,
    direction.leg,
    direction.to,
    checkNetworkAcl(subnet.acl, 'outbound', direction.packet, trace[direction.to]),
  );
}

/** Checks the inbound entries of the subnet's network ACL against the source of the packet. */
export function enterSubnet(trace: Trace, direction: Direction, subnet: Subnet | undefined): Trace {
  if (!subnet) return trace;
  return narrow(
    trace,
    direction.leg,
    direction.from,
    checkNetworkAcl(subnet.acl, 'inbound', direction.packet, trace[direction.from]),
  );
}

/** Delivers to an interface in the same VPC. Network ACLs do not filter packets within one subnet. */
export function deliverInVpc(
  trace: Trace,
  direction: Direction,
  from: Subnet | undefined,
  nic: NetworkInterface,
): Trace {
  return nic.subnet === from
    ? trace
    : enterSubnet(leaveSubnet(trace, direction, from), direction, nic.subnet);
}
