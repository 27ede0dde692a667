import type { Resource } from '../templates';
import { intersect, type AddressSet } from './addresses';
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
} from './components';
import type { Packet } from './filters';
import type { Model } from './model';
import type { Leg, Side, Trace, Verdict } from './trace';

/** One protocol and port, as a client asks for them. */
export interface Traffic {
  readonly request: Packet;
  readonly reply: Packet;
}

/** Where a direction of the traffic has to come to. */
export interface Way {
  readonly leg: Leg;
  readonly from: Side;
  readonly to: Side;
  readonly packet: Packet;
  /** The interface that it is for; undefined when that is outside all VPCs. */
  readonly goal: NetworkInterface | undefined;
  /** The interface that it comes from, for what has to find the way back. */
  readonly origin: NetworkInterface | undefined;
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
export type End =
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

export type Then<T = []> = (trace: Trace, ...rest: T extends unknown[] ? T : never) => Verdict;

/** Routers that a connection may pass, there and back; more are a loop. By a hub and a NAT gateway there, it is 13. */
export const MAX_DEPTH = 24;

/** What is walked through, and with what. */
export interface Scope {
  readonly model: Model;
  readonly gone: ReadonlySet<Resource>;
  readonly traffic: Traffic;
}

export const isGoneIn = ({ gone }: Scope, { resource }: Component): boolean =>
  resource !== undefined && gone.has(resource);

export const NOT_ADVERTISED =
  'the prefixes that its customer gateway advertises by BGP are not in the templates (option `advertised`)';

/** The same trace for a part of the addresses. */
export function only(trace: Trace, side: Side, part: AddressSet): Trace {
  const { full, sure, possible, ...rest } = trace[side];
  return {
    ...trace,
    [side]: {
      ...rest,
      full: intersect(full, part),
      sure: intersect(sure, part),
      possible: intersect(possible, part),
    },
  };
}
