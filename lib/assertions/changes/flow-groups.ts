import type { Network, Question, Reachability } from '../network';
import { union, type AddressSet } from '../network/model/addresses';
import { addressName, type Both, type End } from './ends';
import type { Behaviour, Change, Effect } from './model';
import { trafficTexts, type TrafficChange } from './traffic';

/** What one end may send to another one, in both states. */
export interface Flow {
  readonly source: End;
  readonly destination: End;
  readonly traffic: readonly TrafficChange[];
}

/** Flows of one source or destination that changed in one way. */
interface Group {
  readonly flows: readonly Flow[];
  readonly traffic: readonly TrafficChange[];
}

/** One change for all flows that changed alike. */
export function groupFlows(networks: Both<Network>, flows: readonly Flow[]): readonly Change[] {
  const changed = flows.flatMap((flow) =>
    byAnswers(flow.traffic.filter(({ before, after }) => before !== after)).map((traffic): Group => ({
      flows: [flow],
      traffic,
    })),
  );
  return merged(changed).map(({ flows: alike, traffic }) => changeOf(networks, alike, traffic));
}

/** Joins groups that have the same destination, then those that have the same sources. */
export function merged(groups: readonly Group[]): readonly Group[] {
  const key = ({ traffic }: Group) => JSON.stringify(traffic);
  const names = (group: Group, side: 'source' | 'destination') =>
    JSON.stringify([...new Set(group.flows.flatMap((flow) => flow[side].names))].sort());
  const bySource = join(groups, (group) => `${key(group)} ${names(group, 'destination')}`);
  return join(bySource, (group) => `${key(group)} ${names(group, 'source')}`);
}

function join(groups: readonly Group[], keyOf: (group: Group) => string): readonly Group[] {
  const joined = new Map<string, Group>();
  for (const group of groups) {
    const key = keyOf(group);
    const known = joined.get(key);
    joined.set(key, known ? { ...known, flows: [...known.flows, ...group.flows] } : group);
  }
  return [...joined.values()];
}

function byAnswers(traffic: readonly TrafficChange[]): readonly (readonly TrafficChange[])[] {
  const groups = new Map<string, TrafficChange[]>();
  for (const one of traffic) {
    const key = `${one.before} ${one.after}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

function changeOf(
  networks: Both<Network>,
  flows: readonly Flow[],
  traffic: readonly TrafficChange[],
): Change {
  // The internet matters most.
  const flow = flows.find(({ source }) => source.kind === 'outside') ?? flows[0];
  const one =
    [6, 17, 1].map((number) => traffic.find(({ protocol }) => protocol === number)).find(Boolean) ??
    traffic[0];
  if (!flow || !one) throw new Error('a change has a flow');
  const [old, now] = [answerOf(networks, 0, flow, one), answerOf(networks, 1, flow, one)];
  const mayOpen = one.after === 'unknown' && one.before === 'not reachable';
  return {
    area: 'flow',
    effect: effectOf(one),
    subjects: endNames(flows.map(({ source }) => source)),
    what: trafficTexts(traffic),
    objects: endNames(flows.map(({ destination }) => destination)),
    before: behaviour(old, one.before, now),
    after: behaviour(now, one.after, old),
    ...(mayOpen && { mayOpen }),
  };
}

/** What was not known before may have been closed. */
const effectOf = ({ after }: TrafficChange): Effect =>
  after === 'reachable' ? 'opens' : after === 'not reachable' ? 'closes' : 'undecided';

function answerOf(
  networks: Both<Network>,
  side: 0 | 1,
  { source, destination }: Flow,
  { protocol, from }: TrafficChange,
): Reachability | undefined {
  const question = questionOf(side, source, destination, protocol, from);
  return question && networks[side].canReach(question);
}

/** Undefined where one of the two does not exist. */
export function questionOf(
  side: 0 | 1,
  source: End,
  destination: End,
  protocol: number,
  port: number,
): Question | undefined {
  const [from, to] = [source.at[side], destination.at[side]];
  return from === undefined || to === undefined
    ? undefined
    : { source: from, destination: to, protocol, port };
}

const MOST = 3;

/** The answer with its reasons: what blocks the flow, or the hops that blocked it in the other state. */
export function behaviour(
  reached: Reachability | undefined,
  answer: string,
  other: Reachability | undefined,
  /** Whether any path explains the answer, where no hop of it is what blocks the other state. */
  anyPath = true,
): Behaviour {
  if (!reached) return { answer, because: ['it does not exist'] };
  const text = ({ component, reason }: { component: string; reason: string }) => `${component}: ${reason}`;
  if (reached.answer !== 'reachable') {
    // What is not known first makes the rest of the path unknown.
    if (reached.answer === 'unknown') return { answer, because: reached.explanation.slice(0, 1).map(text) };
    // One reason of each component.
    const reasons = new Map(reached.explanation.toReversed().map((one) => [one.component, text(one)]));
    return { answer, because: [...reasons.values()].toReversed().slice(0, MOST) };
  }
  const blocked = new Set(other?.explanation.map(({ component }) => component));
  const hops = reached.path.filter(({ allowedBy }) => allowedBy !== undefined);
  const decisive = hops.filter(({ component }) => blocked.has(component));
  if (decisive.length === 0 && !anyPath) return { answer, because: [] };
  const shown = decisive.length > 0 ? decisive : hops.filter(({ reply }) => reply !== true).slice(-MOST);
  const because = shown.slice(0, MOST).map(({ component, allowedBy = '' }) => `${component}: ${allowedBy}`);
  return {
    answer,
    because: because.length > 0 ? because : reached.path.slice(-1).map(({ component }) => component),
  };
}

/** The names of some ends, those of addresses joined. */
export function endNames(ends: readonly End[]): readonly string[] {
  const sets = ends.flatMap(({ addresses }): AddressSet[] => (addresses ? [addresses] : []));
  const others = ends.flatMap(({ kind, names, addresses }) =>
    addresses
      ? []
      : kind === 'subnet'
        ? names.map((name) => `anything in ${name.replace(/\/Subnet(?= |$)/, '')}`)
        : names,
  );
  return [
    ...(sets.length > 0
      ? [addressName(union(...sets), ends.find(({ internet }) => internet)?.internet ?? [])]
      : []),
    ...[...new Set(others)].sort(),
  ];
}
