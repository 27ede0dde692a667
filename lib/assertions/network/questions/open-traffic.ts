import type { Resource } from '../../templates';
import { anyOf, explanationText, type Answer, type Explanation, type Verdict } from '../forwarding/verdict';
import type { Model } from '../model/model';
import { answerForAllTraffic, answerForClass } from './answer';
import { resolvePlace, type LogicalInterface, type ResolvedPlace } from './places';
import { isAwsService, placesText, type Question } from './question';
import {
  answersOf,
  combineTraffic,
  openText,
  overall,
  type TrafficAnswer,
  type TrafficVerdict,
} from './traffic-answers';
import { trafficClasses } from './traffic-classes';

/** What is open between two places in one network, and for each of their interfaces where there are several. */
export interface OpenBetween {
  readonly all: readonly TrafficVerdict[];
  readonly sources: ReadonlyMap<string, readonly TrafficVerdict[]>;
  readonly destinations: ReadonlyMap<string, readonly TrafficVerdict[]>;
}

/** One interface of a place, and what it can open or accept. */
export interface PlaceShare {
  /** Construct path, with the subnet where one resource has several interfaces. */
  readonly name: string;
  readonly answer: Answer;
  /** `tcp 80 only`, `nothing` */
  readonly open: string;
  /** Why it has less than the other interfaces. */
  readonly explanation: readonly Explanation[];
}

/** Finds what is open, on all protocols and ports unless the question names them. */
export function openBetween(model: Model, removed: ReadonlySet<Resource>, question: Question): OpenBetween {
  const source = resolvePlace(model, removed, question.source);
  const destination = resolvePlace(model, removed, question.destination);
  const [from, to] = [unitsOf(source), unitsOf(destination)];
  const protocol = question.protocol ?? (question.port === undefined ? 'all' : 'tcp');
  const asked: Question = isAwsService(question.destination)
    ? { ...question, port: question.port ?? 443 }
    : { ...question, protocol };
  const between = (a: ResolvedPlace, b: ResolvedPlace): readonly TrafficVerdict[] => {
    const same = answerForAllTraffic(model, a, b);
    // The same classes for each part: the rules of all interfaces.
    return trafficClasses(model, asked, [source, destination]).map((one) => ({
      protocol: one.protocol,
      ...one.ports,
      verdict: same ?? answerForClass(model, removed, asked, one, a, b),
    }));
  };
  const part = (place: ResolvedPlace, unit: LogicalInterface): ResolvedPlace => ({
    kind: 'interfaces',
    name: place.name,
    units: [unit],
  });
  if (asked.every === true || (from.length < 2 && to.length < 2)) {
    return { all: between(source, destination), sources: new Map(), destinations: new Map() };
  }
  const sources = from.map((unit) => between(part(source, unit), destination));
  const destinations = to.length < 2 ? [] : to.map((unit) => between(source, part(destination, unit)));
  const all = combineTraffic(from.length > 0 ? sources : destinations, (verdicts) =>
    anyOf(verdicts.flatMap((one) => one ?? [])),
  );
  const named = (units: readonly LogicalInterface[], found: readonly (readonly TrafficVerdict[])[]) =>
    new Map(found.length < 2 ? [] : found.map((one, i) => [nameOf(units[i], i), one]));
  return { all, sources: named(from, sources), destinations: named(to, destinations) };
}

const unitsOf = (place: ResolvedPlace): readonly LogicalInterface[] =>
  place.kind === 'interfaces' ? place.units : [];

/** A resource may have interfaces in several subnets. */
function nameOf(unit: LogicalInterface | undefined, index: number): string {
  const [nic, ...others] = unit?.nics ?? [];
  if (!nic) return String(index + 1);
  if (others.length > 0 || !nic.subnet || nic.subnet.path === nic.path) return nic.path;
  return `${nic.path} in ${nic.subnet.path}`;
}

/** What is open in all cases of what the templates leave open. `undefined`: a place does not exist in that case. */
export function combineOpen(
  cases: readonly (OpenBetween | undefined)[],
  combine: (verdicts: readonly (Verdict | undefined)[]) => Verdict,
): OpenBetween {
  const [only, ...others] = cases;
  if (only && others.length === 0) return only;
  const lists = (side: 'sources' | 'destinations') => {
    const names = new Set(cases.flatMap((one) => [...(one?.[side].keys() ?? [])]));
    return new Map(
      [...names].map((name) => [
        name,
        combineTraffic(
          cases.map((one) => one?.[side].get(name) ?? []),
          combine,
        ),
      ]),
    );
  };
  return {
    all: combineTraffic(
      cases.map((one) => one?.all ?? []),
      combine,
    ),
    sources: lists('sources'),
    destinations: lists('destinations'),
  };
}

/** The shares of a place's interfaces. Empty where all have the same. */
function sharesOf(
  all: readonly TrafficVerdict[],
  parts: ReadonlyMap<string, readonly TrafficVerdict[]>,
): readonly PlaceShare[] {
  const whole = openText(answersOf(all));
  const isOpen = (part: TrafficVerdict) =>
    all.some(
      ({ protocol, from, to, verdict }) =>
        protocol === part.protocol && from <= part.from && part.from <= to && verdict.answer === 'reachable',
    );
  const shares = [...parts].map(([name, found]): PlaceShare => {
    const answers = answersOf(found);
    const missing = found.find((part) => part.verdict.answer !== 'reachable' && isOpen(part));
    const { explanation = [] } = missing?.verdict ?? {};
    return { name, answer: overall(answers), open: openText(answers), explanation };
  });
  return shares.every(({ open }) => open === whole) ? [] : shares;
}

/** What a source can open connections to. */
export interface OpenTraffic {
  readonly question: Question;
  /** `reachable` when some traffic is, `not reachable` when none is. */
  readonly answer: Answer;
  /** `tcp 80 only`, `tcp 22, 443; udp none`, `everything`, `nothing` */
  readonly open: string;
  readonly traffic: readonly TrafficAnswer[];
  /** Why nothing is open, or what is not known. */
  readonly explanation: readonly Explanation[];
  /** The interfaces of the source, where they differ. */
  readonly sources: readonly PlaceShare[];
  /** The interfaces of the destination, where they differ. */
  readonly destinations: readonly PlaceShare[];
  /** `, from 1 of 2`; empty where all interfaces can. */
  readonly counts: string;
  /** A line for each of these interfaces. */
  readonly shares: readonly string[];
  toString(): string;
}

export function openTraffic(question: Question, { all, ...parts }: OpenBetween): OpenTraffic {
  const traffic = answersOf(all);
  const answer = overall(traffic);
  const [open, sources, destinations] = [
    openText(traffic),
    sharesOf(all, parts.sources),
    sharesOf(all, parts.destinations),
  ];
  const explanation = answer === 'reachable' ? [] : shortest(all, answer);
  const counts = [countText('from', sources), countText('to', destinations)].join('');
  const shares = shown([...shareLines('from', sources), ...shareLines('to', destinations)]);
  const text = () =>
    [`${placesText(question)}: ${open}${counts}`, ...shown(explanation.map(explanationText)), ...shares].join(
      '\n',
    );
  return {
    question,
    answer,
    open,
    traffic,
    explanation,
    sources,
    destinations,
    counts,
    shares,
    toString: text,
  };
}

const MOST_LINES = 24;

const shown = (lines: readonly string[]): readonly string[] =>
  [
    ...lines.slice(0, MOST_LINES),
    ...(lines.length > MOST_LINES ? [`and ${lines.length - MOST_LINES} more`] : []),
  ].map((line) => `  - ${line}`);

/** The explanation with the fewest reasons: traffic that a rule allows is stopped by less than other traffic. */
const shortest = (all: readonly TrafficVerdict[], answer: Answer): readonly Explanation[] =>
  all
    .filter(({ verdict }) => verdict.answer === answer)
    .map(({ verdict }) => verdict.explanation)
    .reduce((best, one) => (one.length < best.length ? one : best));

/** `, from 1 of 2` */
function countText(preposition: string, shares: readonly PlaceShare[]): string {
  const able = shares.filter(({ answer }) => answer === 'reachable').length;
  return able === shares.length ? '' : `, ${preposition} ${able} of ${shares.length}`;
}

const shareLines = (preposition: string, shares: readonly PlaceShare[]): readonly string[] =>
  shares.map(({ name, open, explanation }) => {
    const why = explanation.map(explanationText).join('; ');
    return `${preposition} ${name}: ${open}${why === '' ? '' : ` (${why})`}`;
  });
