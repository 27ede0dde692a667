import type { Resource } from '../templates';
import { LOAD_BALANCER } from '../network/model/load-balancers';
import { Requests, type Route } from '../requests';
import type { Both } from './ends';
import type { Behaviour, Change, Effect } from './model';
import type { Pair, Side } from './pair';
import { silentRequestChanges } from './request-settings';
import { MOST_REQUESTS, sampleRequests, type SampleRequest } from './sample-requests';

/** What decides how load balancers answer. */
const ROUTING = /^AWS::(ElasticLoadBalancingV2|CertificateManager|AutoScaling|ECS)::/;

/** The requests that load balancers of both states answer differently. */
export function requestChanges(pair: Pair): readonly Change[] {
  const isRouting = (type: string) => ROUTING.test(type);
  const isConcerned = [...pair.changed].some((path) =>
    pair.sides.some((side) => isRouting(side.byPath.get(path)?.type ?? '')),
  );
  if (!isConcerned && !pair.isOpen(isRouting)) return [];
  const requests: Both<Requests> = [Requests.of(pair.before.templates), Requests.of(pair.after.templates)];
  const found = balancersIn(pair).map(({ path, at }) => {
    const { requests: samples, isCut } = sampleRequests(pair, at);
    const changed = samples.flatMap((sample) => compare(pair, requests, at, sample));
    return { path, isCut, changed };
  });
  const shown = new Set(
    found.flatMap(({ changed }) => changed.flatMap(({ routes }) => routes.flatMap(pathsOf))),
  );
  return [
    ...found.flatMap(({ path, changed }) => joined(path, changed)),
    ...found.flatMap(({ path, isCut }) => (isCut ? [notCompared(path)] : [])),
    ...silentRequestChanges(pair, shown),
  ];
}

/** The Application and Network Load Balancers that both states have. */
function balancersIn({
  before,
  after,
}: Pair): readonly { readonly path: string; readonly at: Both<Resource> }[] {
  const isBalancer = ({ type, properties }: Resource) =>
    type === LOAD_BALANCER && properties.Type !== 'gateway';
  return [...before.byPath].flatMap(([path, old]) => {
    const now = after.byPath.get(path);
    return now && isBalancer(old) && isBalancer(now) ? [{ path, at: [old, now] as const }] : [];
  });
}

/** A request that is answered differently. */
interface RequestChange {
  readonly sample: SampleRequest;
  readonly effect: Effect;
  readonly mayOpen: boolean;
  readonly routes: readonly Route[];
  readonly before: Behaviour;
  readonly after: Behaviour;
}

function compare(
  { before, after }: Pair,
  requests: Both<Requests>,
  at: Both<Resource>,
  sample: SampleRequest,
): readonly RequestChange[] {
  const [old, now] = [ask(requests[0], at[0], sample), ask(requests[1], at[1], sample)];
  const texts = differing(answered(before, old, sample), answered(after, now, sample));
  if (!texts) return [];
  return [
    {
      sample,
      effect: effectOf(old, now),
      mayOpen: now.outcome === 'unknown' && old.outcome !== 'unknown' && !isAnswered(old),
      routes: [old, now].flatMap(({ route }) => route ?? []),
      before: { answer: texts[0], because: old.because.map((text) => before.readable(text)) },
      after: { answer: texts[1], because: now.because.map((text) => after.readable(text)) },
    },
  ];
}

interface Asked {
  readonly outcome: Route['outcome'] | 'cannot be deployed';
  readonly route?: Route;
  readonly because: readonly string[];
}

const MOST_REASONS = 3;

function ask(requests: Requests, balancer: Resource, { question }: SampleRequest): Asked {
  try {
    const route = requests.route({ ...question, to: balancer });
    const { outcome, listener, certificate, reasons, afterSignIn } = route;
    const why = [...reasons, ...(afterSignIn?.reasons ?? [])];
    const because = [
      // The rules of a Network Load Balancer are its listeners.
      ...(why.length > 0 || listener === undefined ? why : [listener]),
      ...(certificate ? [`certificate ${certificate.reason}`] : []),
    ];
    return { outcome, route, because: because.slice(0, MOST_REASONS) };
  } catch (error) {
    const { message } = error as Error;
    // The other state has a load balancer of another type.
    const outcome = message.startsWith('url ') ? 'refused' : 'cannot be deployed';
    return { outcome, because: [message] };
  }
}

/** Whether the load balancer, or what is behind it, answers anybody. */
const isAnswered = ({ outcome }: Asked): boolean =>
  outcome === 'forward' || outcome === 'redirect' || outcome === 'fixed-response';

const reachesTargets = ({ outcome, route }: Asked): boolean =>
  outcome === 'forward' || route?.afterSignIn?.outcome === 'forward';

function effectOf(before: Asked, after: Asked): Effect {
  if (after.outcome === 'unknown') return 'undecided';
  if (after.outcome === 'forward' && !isAnswered(before)) return 'opens';
  if (reachesTargets(after) && !isAnswered(before) && before.outcome !== 'sign-in') return 'opens';
  if (reachesTargets(before) && after.outcome === 'refused') return 'closes';
  if (before.outcome === after.outcome && isCertificateOpen(after) && !isCertificateOpen(before))
    return 'undecided';
  return 'answers differently';
}

const isCertificateOpen = ({ route }: Asked): boolean =>
  route?.certificate !== undefined && route.certificate.certificate === undefined;

/** What the client gets, in short; and what targets and certificates show besides. */
interface Answered {
  readonly short: string;
  readonly long: string;
  readonly certificate: string;
}

function answered(side: Side, { outcome, route }: Asked, sample: SampleRequest): Answered {
  if (!route) return { short: outcome, long: outcome, certificate: '' };
  const { certificate } = route;
  const name = certificate && side.readable(certificate.certificate ?? 'not known');
  const validity = { true: '', false: ', not valid for the name', doubt: ', perhaps not valid for the name' };
  return {
    short: side.readable(routeText(route, sample, false)),
    long: side.readable(routeText(route, sample, true)),
    certificate: certificate
      ? `with certificate ${String(name)}${validity[String(certificate.matchesName) as keyof typeof validity]}`
      : '',
  };
}

/** Both answers with what differs. Undefined where nothing does. */
function differing(before: Answered, after: Answered): readonly [string, string] | undefined {
  const isSame = before.long === after.long && before.certificate === after.certificate;
  if (isSame) return undefined;
  const part = before.short === after.short && before.long !== after.long ? 'long' : 'short';
  const text = (one: Answered) =>
    before.certificate === after.certificate ? one[part] : `${one[part]} ${one.certificate}`.trim();
  return [text(before), text(after)];
}

function routeText(route: Route, sample: SampleRequest, isLong: boolean): string {
  const { outcome, statusCode, location, targetGroups, sticky, afterSignIn } = route;
  const status = statusCode === undefined ? '' : ` ${statusCode}`;
  const groups = targetGroups.map(({ path, share, targets }) => {
    const often =
      targetGroups.length === 1
        ? ''
        : ` ${isLong ? Number((share * 100).toFixed(6)) : Math.round(share * 1000) / 10} %`;
    const registered = targets.map(
      (one) => `${one.path}${one.port === undefined ? '' : ` port ${one.port}`}`,
    );
    return `${path}${often}${isLong ? ` (${registered.join(', ') || 'no targets'})` : ''}`;
  });
  return [
    `${outcome}${status}`,
    ...(location === undefined ? [] : [`to ${withKeywords(location, sample)}`]),
    ...(groups.length === 0 ? [] : [`to ${groups.join(', ')}`]),
    ...(isLong && sticky === true ? ['with target group stickiness'] : []),
    ...(afterSignIn ? [`and then ${routeText(afterSignIn, sample, isLong)}`] : []),
  ].join(' ');
}

/** With `#{host}` in place of the host of the request, so that redirects that are alike have one text. */
function withKeywords(location: string, { question }: SampleRequest): string {
  const { hostname, pathname, search } = new URL(question.url);
  return [
    [hostname, '#{host}'] as const,
    [pathname === '/' ? '' : pathname, '/#{path}'] as const,
    [search, '?#{query}'] as const,
  ].reduce((text, [value, keyword]) => (value === '' ? text : text.replace(value, keyword)), location);
}

/** The rule that a request took, or the listener with its default rule; and the target groups. */
function pathsOf({ rule, listener, targetGroups, afterSignIn }: Route): readonly string[] {
  const by = rule === undefined || rule === 'default' ? listener : rule;
  const groups = targetGroups.map(({ path }) => path);
  return [...(by === undefined ? [] : [by]), ...groups, ...(afterSignIn ? pathsOf(afterSignIn) : [])];
}

/** One change for all requests that changed alike: first those to one port, then those to several ports. */
function joined(path: string, changed: readonly RequestChange[]): readonly Change[] {
  const alike = ({ effect, mayOpen, before, after }: RequestChange) => [
    effect,
    mayOpen,
    before.answer,
    after.answer,
  ];
  const byPort = grouped(changed, (one) => JSON.stringify([...alike(one), one.sample.traffic]));
  const subjectsOf = (all: readonly RequestChange[]) => [...new Set(all.map(({ sample }) => sample.text))];
  const groups = grouped(byPort, (all) =>
    JSON.stringify([...all.slice(0, 1).flatMap(alike), subjectsOf(all)]),
  );
  return groups.flatMap((ports): Change[] => {
    const all = ports.flat();
    const [first] = all;
    if (!first) return [];
    const { effect, mayOpen, before, after } = first;
    return [
      {
        area: 'request',
        effect,
        subjects: subjectsOf(all),
        what: [...new Set(all.map(({ sample }) => sample.traffic))],
        objects: [path],
        before,
        after,
        ...(mayOpen && { mayOpen: true as const }),
      },
    ];
  });
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return [...groups.values()];
}

/** What was not asked may open. */
function notCompared(path: string): Change {
  const behaviour = {
    answer: 'not compared',
    because: [`${MOST_REQUESTS} requests of each load balancer are compared`],
  };
  return {
    area: 'request',
    effect: 'undecided',
    subjects: ['more requests'],
    what: ['combinations of rules'],
    objects: [path],
    before: behaviour,
    after: behaviour,
    mayOpen: true,
  };
}
