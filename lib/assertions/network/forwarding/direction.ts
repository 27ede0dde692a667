import type { Resource } from '../../templates';
import type { Packet } from '../filtering/rules';
import type {
  Attachment,
  Component,
  Gateway,
  NetworkInterface,
  RouteTable,
  Subnet,
  TransitGateway,
  Vpc,
  VpnConnection,
} from '../model/components';
import type { Trilean } from '../../templates/properties';
import type { Model } from '../model/model';
import type { Leg, Side, Trace } from './trace';
import type { Verdict } from './verdict';

/** The packets of a connection: its requests and its replies. */
export interface Traffic {
  readonly request: Packet;
  readonly reply: Packet;
}

/** One direction of a connection: the request or the reply. */
export interface Direction {
  readonly leg: Leg;
  readonly from: Side;
  readonly to: Side;
  readonly packet: Packet;
  /** Undefined when it is outside all VPCs. */
  readonly receiver: NetworkInterface | undefined;
  /** Undefined when it is outside all VPCs. */
  readonly sender: NetworkInterface | undefined;
}

/** The implicit router of a VPC, with the route table that it uses. */
export interface Router {
  readonly vpc: Vpc;
  /** Undefined for traffic that enters the VPC through a gateway. */
  readonly subnet: Subnet | undefined;
  readonly table: RouteTable;
  /** The interface in this VPC that sent the packet. Undefined when the packet came from another VPC or network. */
  readonly sender: NetworkInterface | undefined;
}

/** Where one direction of a connection leaves the routers. */
export type PathEnd =
  | { readonly kind: 'interface' }
  /** At a NAT gateway, which has already received the replies. */
  | { readonly kind: 'translated' }
  | { readonly kind: 'internet'; readonly gateway: Gateway; readonly outboundOnly: boolean }
  | {
      readonly kind: 'on-premises';
      readonly vpn: VpnConnection;
      /** The virtual private gateway. Undefined when the VPN ends at a transit gateway. */
      readonly gateway?: Gateway;
      readonly attachment?: Attachment;
      readonly transit?: TransitGateway;
    };

export type Continuation<T = []> = (trace: Trace, ...rest: T extends unknown[] ? T : never) => Verdict;

/** More routers on one connection are a loop. A connection by a transit gateway and a NAT gateway passes 13. */
export const MAX_DEPTH = 24;

/** The network, what is removed from it, and the traffic. */
export interface Context {
  readonly model: Model;
  readonly removed: ReadonlySet<Resource>;
  readonly traffic: Traffic;
}

export const isRemoved = ({ removed }: Context, { resource }: Component): boolean =>
  resource !== undefined && removed.has(resource);

export const NOT_ADVERTISED =
  'the prefixes that its customer gateway advertises by BGP are not in the templates (option `advertised`)';

export function routerOf(nic: NetworkInterface): Router | undefined {
  const { subnet } = nic;
  return subnet && { vpc: subnet.vpc, subnet, table: subnet.routeTable, sender: nic };
}

/** Looks up the next hop in a route table, and follows it. */
export type LookUpRoute = (
  trace: Trace,
  direction: Direction,
  router: Router,
  then: Continuation<[PathEnd]>,
) => Verdict;

export const isInterfaceRemoved = (
  removed: ReadonlySet<Resource>,
  { resource, subnet }: NetworkInterface,
): boolean => removed.has(resource) || (subnet !== undefined && removed.has(subnet.resource));

/** Whether two subnets are in one Availability Zone. */
export function inSameZone(one: Subnet | undefined, other: Subnet | undefined): Trilean {
  if (one && one === other) return true;
  if (one?.zone === undefined || other?.zone === undefined) return 'doubt';
  return one.zone === other.zone;
}
