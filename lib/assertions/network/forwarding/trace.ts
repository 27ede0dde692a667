import { covers, formatAddresses, intersect, isEmpty, type AddressSet } from '../model/addresses';
import type { Component, Matched } from '../model/components';
import type { Trilean } from '../../templates/properties';
import type { Hop, Explanation, Verdict } from './verdict';

/** The addresses of one side of a connection. */
export interface Addresses {
  /** `some`: one address that gets through is enough (the internet). `every`: all addresses must get through. */
  readonly quantifier: 'some' | 'every';
  readonly full: AddressSet;
  /** The addresses that certainly get through, and those that may get through. */
  readonly sure: AddressSet;
  readonly possible: AddressSet;
  readonly name: string;
}

export const addresses = (
  full: AddressSet,
  name: string,
  quantifier: 'some' | 'every' = 'every',
): Addresses => ({ full, sure: full, possible: full, name, quantifier });

export type Side = 'source' | 'destination';

/** The addresses of one side that a security group, network ACL or gateway lets through. */
export interface Check extends Matched {
  readonly component: string;
  readonly allowedBy: string;
  /** The reason when it lets no address through. */
  readonly blocks: string;
  /** Why it is not certain what it lets through. */
  readonly doubt?: string;
}

/** A path as far as it has been followed. Each step returns a new one. */
export interface Trace {
  readonly source: Addresses;
  readonly destination: Addresses;
  /** Hops of the request and of the reply. */
  readonly request: readonly Hop[];
  readonly reply: readonly Hop[];
  readonly blockers: readonly Explanation[];
  readonly doubts: readonly Explanation[];
  /** How the request entered another VPC. It decides whether rules can reference security groups of the other VPC. */
  readonly via?: 'peering' | 'transit gateway';
  /** Whether inbound rules can reference security groups of the VPC that the request came from. */
  readonly groupReferencing?: Trilean;
  /** The Gateway Load Balancer endpoints that each direction passed, in order. */
  readonly inspections: readonly { readonly leg: Leg; readonly endpoint: string }[];
  /** Number of routers passed. */
  readonly depth: number;
}

export const newTrace = (source: Addresses, destination: Addresses): Trace => ({
  source,
  destination,
  request: [],
  reply: [],
  blockers: [],
  doubts: [],
  inspections: [],
  depth: 0,
});

export type Leg = 'request' | 'reply';

export const hop = (trace: Trace, leg: Leg, component: string, allowedBy?: string): Trace => ({
  ...trace,
  [leg]: [...trace[leg], { component, allowedBy }],
});

export const block = (trace: Trace, component: string, reason: string): Trace => ({
  ...trace,
  blockers: [...trace.blockers, { component, reason }],
});

export const doubt = (trace: Trace, component: string, reason: string): Trace =>
  trace.doubts.some((known) => known.reason === reason)
    ? trace
    : { ...trace, doubts: [...trace.doubts, { component, reason }] };

/** Notes why it is not certain that the component exists or what it is. */
export const touch = (trace: Trace, component: Component): Trace =>
  component.doubt === undefined ? trace : doubt(trace, component.path, component.doubt);

/** Keeps the addresses that a check lets through. */
export function narrow(trace: Trace, leg: Leg, side: Side, check: Check): Trace {
  const before = trace[side];
  const possible = intersect(before.possible, check.possible);
  // Blocked. The path goes on with all addresses, so that the explanation names every blocker.
  if (isEmpty(possible)) return block(trace, check.component, check.blocks);
  const sure = intersect(before.sure, check.sure);
  const narrowed = { ...trace, [side]: { ...before, sure, possible } };
  const certain = before.quantifier === 'some' ? !isEmpty(sure) : covers(sure, before.full);
  if (certain) return hop(narrowed, leg, check.component, check.allowedBy);
  const reason =
    check.doubt ??
    (isEmpty(sure)
      ? check.blocks
      : `lets through ${formatAddresses(sure)} only, of ${formatAddresses(before.full)} (${before.name})`);
  return doubt(narrowed, check.component, reason);
}

export const isBlocked = ({ blockers }: Trace): boolean => blockers.length > 0;

export function verdict(followed: Trace): Verdict {
  const trace = inspectedBothWays(followed);
  if (isBlocked(trace)) return { answer: 'not reachable', path: [], explanation: trace.blockers };
  if (trace.doubts.length > 0) return { answer: 'unknown', path: [], explanation: trace.doubts };
  return {
    answer: 'reachable',
    path: [...trace.request, ...trace.reply.map((passed) => ({ ...passed, reply: true }) as const)],
    explanation: [],
  };
}

/**
 * Request and reply must pass the same appliance endpoints. AWS does not document what happens otherwise. https://docs.aws.amazon.com/vpc/latest/userguide/gateway-route-tables.html#gateway-route-table-rules
 */
function inspectedBothWays(trace: Trace): Trace {
  const passed = (leg: Leg) => trace.inspections.filter((i) => i.leg === leg).map(({ endpoint }) => endpoint);
  const [requests, replies] = [passed('request'), passed('reply').reverse()];
  const odd = requests.find((endpoint, i) => endpoint !== replies[i]) ?? replies[requests.length];
  if (odd === undefined) return trace;
  const text = (endpoints: readonly string[]) => endpoints.join(', ') || 'no endpoint of an appliance';
  const reason = `asymmetric: requests pass ${text(requests)}, and replies ${text(replies.toReversed())}`;
  return doubt(trace, odd, reason);
}

export const notReachable = (trace: Trace, component: string, reason: string): Verdict =>
  verdict(block(trace, component, reason));

/** Unknown, also behind a blocker: it is not known where the packet goes. */
export const unknown = (trace: Trace, component: string, reason: string): Verdict =>
  verdict({ ...doubt(trace, component, reason), blockers: [] });

/** The path of some of the addresses. */
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
