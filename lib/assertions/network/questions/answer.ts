import type { Resource } from '../../templates';
import { allOrNone, because, type Verdict } from '../forwarding/verdict';
import { overlaps, PUBLIC_ADDRESSES, versionOf } from '../model/addresses';
import type { Model } from '../model/model';
import { Pairs } from './pairs';
import { resolvePlace, type ResolvedPlace } from './places';
import { isAwsService, type Question } from './question';
import { trafficClasses, type TrafficClass } from './traffic-classes';

/** Answers a question about a network from which some resources are removed. */
export function answer(model: Model, removed: ReadonlySet<Resource>, question: Question): Verdict {
  const source = resolvePlace(model, removed, question.source);
  const destination = resolvePlace(model, removed, question.destination);
  return answerBetween(model, removed, question, source, destination);
}

export function answerBetween(
  model: Model,
  removed: ReadonlySet<Resource>,
  question: Question,
  source: ResolvedPlace,
  destination: ResolvedPlace,
): Verdict {
  const verdict = answerForAllTraffic(model, source, destination);
  if (verdict) return verdict;
  const asked = isAwsService(question.destination) ? { ...question, port: question.port ?? 443 } : question;
  const all = trafficClasses(model, asked, [source, destination]);
  const verdicts = all.map((one) => answerForClass(model, removed, asked, one, source, destination));
  const [only] = verdicts;
  if (verdicts.length === 1 && only) return only;
  const open = all.filter((_, i) => verdicts[i]?.answer === 'reachable');
  const combined = allOrNone(verdicts);
  if (combined.answer !== 'unknown' || open.length === 0) return combined;
  const reason = `reachable on ${open.map((trafficClass) => trafficClass.text).join(', ')}, but not on all that was asked for`;
  return { ...combined, explanation: [{ component: destination.name, reason }, ...combined.explanation] };
}

/** The answer for one class of traffic. Ask `answerForAllTraffic` first. */
export const answerForClass = (
  model: Model,
  removed: ReadonlySet<Resource>,
  question: Question,
  trafficClass: TrafficClass,
  source: ResolvedPlace,
  destination: ResolvedPlace,
): Verdict => new Pairs(model, removed, question, trafficClass).answer(source, destination);

/** The answer where it is the same for all traffic, since no path is followed. Throws an error for pairs without meaning. */
export function answerForAllTraffic(
  model: Model,
  source: ResolvedPlace,
  destination: ResolvedPlace,
): Verdict | undefined {
  const [unexpanded] = model.templates.unexpanded;
  if (unexpanded !== undefined) {
    return because('unknown', unexpanded, 'it creates resources that are not in the templates');
  }
  for (const group of [source, destination]) {
    if (group.kind === 'unmodelled') return because('unknown', group.name, group.reason);
    if (group.kind === 'interfaces' && group.units.length === 0) {
      return because('not reachable', group.name, 'all of its interfaces are removed');
    }
  }
  refuseOwnAddress(source, destination);
  refuseOwnAddress(destination, source);
  const byFunction = outsideFunction(source, destination);
  if (byFunction) return byFunction;
  if (source.kind !== 'interfaces' && destination.kind !== 'interfaces') {
    throw new Error(
      `${source.name} to ${destination.name}: expected a source or a destination in a VPC, both are outside`,
    );
  }
  if (source.kind === 'service') throw new Error(`${source.name}: a service can only be a destination`);
  return undefined;
}

/** Throws an error for an address of the VPC that the other place is in, of which it is not known what has it. */
function refuseOwnAddress(place: ResolvedPlace, other: ResolvedPlace): void {
  if (place.kind !== 'outside' || !place.inside || other.kind !== 'interfaces') return;
  const { inside, name } = place;
  if (!other.units.some(({ nics }) => nics.some(({ subnet }) => subnet?.vpc === inside))) return;
  throw new Error(
    `${name}: is an address of VPC ${inside.path} that no resource is said to have, expected the path of a resource or subnet`,
  );
}

/**
 * A Lambda function outside all VPCs reaches the internet, and accepts no connections.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-internet.html
 */
function outsideFunction(source: ResolvedPlace, destination: ResolvedPlace): Verdict | undefined {
  if (destination.kind === 'function') {
    return because('not reachable', destination.name, 'a Lambda function accepts no connections');
  }
  if (source.kind !== 'function') return undefined;
  if (destination.kind === 'interfaces') return undefined;
  const isPublic =
    destination.kind === 'service' ||
    (destination.kind === 'outside' &&
      destination.sets.some(({ full }) => overlaps(full, PUBLIC_ADDRESSES) && versionOf(full) === 4));
  if (isPublic) {
    const path = [{ component: source.name }, { component: destination.name }];
    return { answer: 'reachable', path, explanation: [] };
  }
  return because('not reachable', destination.name, 'is not on the internet, and the function is in no VPC');
}
