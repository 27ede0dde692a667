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
import type { Model } from '../model/model';
import type { Leg, Side, Trace } from './trace';
import type { Verdict } from './verdict';

/** One protocol and port, as a client asks for them. */
export interface Traffic {
  readonly request: Packet;
  readonly reply: Packet;
}

/** Where a direction of the traffic has to come to. */
export interface Direction {
  readonly leg: Leg;
  readonly from: Side;
  readonly to: Side;
  readonly packet: Packet;
  /** The interface that it is for; undefined when that is outside all VPCs. */
  readonly receiver: NetworkInterface | undefined;
  /** The interface that it comes from, for what has to find the way back. */
  readonly sender: NetworkInterface | undefined;
}

/** A place whose route table is asked for the next hop. */
export interface Router {
  readonly vpc: Vpc;
  /** Undefined for what comes in by a gateway, which is in no subnet. */
  readonly subnet: Subnet | undefined;
  readonly table: RouteTable;
  /** The interface in this VPC that sends; undefined for traffic that comes through the VPC from elsewhere. */
  readonly sender: NetworkInterface | undefined;
}

/** Where one direction ended. */
export type PathEnd =
  | { readonly kind: 'interface' }
  /** A NAT gateway took over, and has brought the replies back already. */
  | { readonly kind: 'translated' }
  | { readonly kind: 'internet'; readonly gateway: Gateway; readonly outboundOnly: boolean }
  | {
      readonly kind: 'on-premises';
      readonly vpn: VpnConnection;
      /** The virtual private gateway, unless it is by a transit gateway. */
      readonly gateway?: Gateway;
      readonly attachment?: Attachment;
      readonly transit?: TransitGateway;
    };

export type Continuation<T = []> = (trace: Trace, ...rest: T extends unknown[] ? T : never) => Verdict;

/** Routers that a connection may pass, there and back; more are a loop. By a hub and a NAT gateway there, it is 13. */
export const MAX_DEPTH = 24;

/** What is walked through, and with what. */
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

/** Asks the route table of a VPC where the traffic goes on. */
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
