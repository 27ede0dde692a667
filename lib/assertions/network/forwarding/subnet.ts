import { checkNetworkAcl } from '../filtering/network-acls';
import type { NetworkInterface, Subnet } from '../model/components';
import type { Direction } from './direction';
import { narrow, type Trace } from './trace';

/** Out of a subnet: its network ACL sees where the traffic goes. */
export function leaveSubnet(trace: Trace, direction: Direction, subnet: Subnet | undefined): Trace {
  if (!subnet) return trace;
  return narrow(
    trace,
    direction.leg,
    direction.to,
    checkNetworkAcl(subnet.acl, 'outbound', direction.packet, trace[direction.to]),
  );
}

/** Into a subnet: its network ACL sees where the traffic comes from. */
export function enterSubnet(trace: Trace, direction: Direction, subnet: Subnet | undefined): Trace {
  if (!subnet) return trace;
  return narrow(
    trace,
    direction.leg,
    direction.from,
    checkNetworkAcl(subnet.acl, 'inbound', direction.packet, trace[direction.from]),
  );
}

/** To an interface in the same VPC; a network ACL filters only what crosses its subnet's boundary. */
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
