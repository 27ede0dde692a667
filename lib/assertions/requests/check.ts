import type { Trilean } from '../templates/properties';
import type { Outcome, Route } from './route';
import type { IConstruct } from 'constructs';

/** What is expected of a route. What is left out may be anything. */
export interface ExpectedRoute {
  readonly outcome?: Outcome;
  /** Construct, or its path, of the rule or of a construct around it. `default` is the default rule. */
  readonly rule?: string | IConstruct;
  /** Construct or path of the target group that gets all requests, or of a construct around it. */
  readonly targetGroup?: string | IConstruct;
  /** Construct or path of what is registered with every target group of the route, or of a construct around it. */
  readonly target?: string | IConstruct;
  readonly location?: string;
  readonly statusCode?: number;
  /** Construct or path of the certificate that the client gets, or its ARN. */
  readonly certificate?: string | IConstruct;
}

/** Whether a route is as expected. `doubt` where that is not known, or true of some requests only. */
export function isAsExpected(route: Route, expected: ExpectedRoute): Trilean {
  const { outcome, rule, targetGroup, target, location, statusCode, certificate } = expected;
  const isOpen = route.outcome === 'unknown';
  const known = (match: Trilean): Trilean => (isOpen ? 'doubt' : match);
  const checks: Trilean[] = [
    ...(outcome === undefined ? [] : [known(outcome === route.outcome)]),
    ...(location === undefined ? [] : [known(location === route.location)]),
    ...(statusCode === undefined ? [] : [known(statusCode === route.statusCode)]),
    ...(rule === undefined ? [] : [route.rule === undefined ? ('doubt' as const) : isAt(rule, route.rule)]),
    ...(targetGroup === undefined
      ? []
      : [known(all(route.targetGroups, ({ path }) => isAt(targetGroup, path)))]),
    ...(target === undefined
      ? []
      : [known(all(route.targetGroups, ({ targets }) => all(targets, ({ path }) => isAt(target, path))))]),
    ...(certificate === undefined ? [] : [presents(route, certificate)]),
  ];
  return checks.includes(false) ? false : checks.includes('doubt') ? 'doubt' : true;
}

/** True when all are, false when none is. */
function all<T>(items: readonly T[], check: (item: T) => Trilean): Trilean {
  const results = items.map(check);
  if (results.every((result) => result === false)) return false;
  return results.every((result) => result === true) ? true : 'doubt';
}

function isAt(place: string | IConstruct, path: string): boolean {
  const wanted = (typeof place === 'string' ? place : place.node.path).replace(/\/(Resource|Default)$/, '');
  return path === wanted || path.startsWith(`${wanted}/`);
}

function presents({ outcome, certificate }: Route, wanted: string | IConstruct): Trilean {
  if (!certificate) return outcome === 'unknown' ? 'doubt' : false;
  return certificate.certificate === undefined ? 'doubt' : isAt(wanted, certificate.certificate);
}
