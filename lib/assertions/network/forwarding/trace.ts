import { covers, formatAddresses, intersect, isEmpty, type AddressSet } from '../model/addresses';
import type { Component, Matched } from '../model/components';
import type { Hop, Explanation, Verdict } from './verdict';

/** The addresses of one side of a connection. */
export interface Addresses {
  /** `some`: one of these that gets through is enough (the internet). `every`: it may be any of these. */
  readonly quantifier: 'some' | 'every';
  readonly full: AddressSet;
  /** Of these, the ones that get through for certain; and those that may, as far as is known. */
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

/** What one check lets through, of the addresses on one side. */
export interface Check extends Matched {
  readonly component: string;
  readonly allowedBy: string;
  /** Why it lets nothing through, and why that is not certain. */
  readonly blocks: string;
  readonly doubt?: string;
}

/** One way from source to destination as far as it has been followed. Not changed, only extended. */
export interface Trace {
  readonly source: Addresses;
  readonly destination: Addresses;
  /** Hops of the request, and of the replies. */
  readonly request: readonly Hop[];
  readonly reply: readonly Hop[];
  readonly blockers: readonly Explanation[];
  readonly doubts: readonly Explanation[];
  /** How it came to another VPC; decides whether rules can refer to groups of the other side. */
  readonly via?: 'peering' | 'transit gateway' | 'transit gateway with group referencing';
  /** The endpoints of gateway load balancers that each direction passed, in order. */
  readonly inspections: readonly { readonly leg: Leg; readonly endpoint: string }[];
  /** Routers passed, to notice a loop. */
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

/** Notes that the answer depends on a component. */
export const touch = (trace: Trace, component: Component): Trace =>
  component.doubt === undefined ? trace : doubt(trace, component.path, component.doubt);

/** Keeps the addresses that a check lets through. */
export function narrow(trace: Trace, leg: Leg, side: Side, check: Check): Trace {
  const before = trace[side];
  const possible = intersect(before.possible, check.possible);
  // Blocked: it goes on with all addresses, to find everything else that blocks it too.
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
 * Where one direction passes an appliance, the other has to pass the same one: what becomes of traffic otherwise is not
 * documented. https://docs.aws.amazon.com/vpc/latest/userguide/gateway-route-tables.html#gateway-route-table-rules
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

/** Unknown, whatever else was found: what is not known decides where the traffic goes. */
export const unknown = (trace: Trace, component: string, reason: string): Verdict =>
  verdict({ ...doubt(trace, component, reason), blockers: [] });

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
