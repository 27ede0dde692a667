import type { Resource } from '../templates';
import { ASSIGNED_IPV4 } from '../network/model/address-reader';
import { onlyVersion, PUBLIC_ADDRESSES, union, type AddressSet } from '../network/model/addresses';
import { addresses, type Addresses } from '../network/forwarding/trace';
import { allOf, allOrNone, anyOf, because, type Verdict } from '../network/forwarding/verdict';
import type { Trilean } from '../templates/properties';
import type { NetworkInterface } from '../network/model/components';
import type { Model } from '../network/model/model';
import { isInterfaceRemoved } from '../network/forwarding/direction';
import { answerBetween } from '../network/questions/answer';
import { interfaces, publicIpv4, resolvePlace, type ResolvedPlace } from '../network/questions/places';
import type { Place, Question } from '../network/questions/question';
import type { Evaluation } from './evaluation';
import type { Request } from './request';
import type { Route } from './route';
import { toTargetGroup, type Node, type Surroundings } from './targets';

/** The templates under one combination of what they leave open, and what is removed. */
export interface RequestCase {
  readonly text: string;
  readonly evaluation: Evaluation;
  readonly model: Model;
  readonly removed: ReadonlySet<Resource>;
}

export interface Sent {
  readonly route: Route;
  readonly verdict: Verdict;
}

/** Follows a request from a place to a load balancer, by its rules, to the targets. */
export function send(
  one: RequestCase,
  from: Place,
  balancer: Resource,
  request: Request,
  every: boolean,
): Sent {
  const { model, removed, evaluation } = one;
  const source = resolvePlace(model, removed, from);
  const facing = evaluation.balancers.isInternetFacing(balancer);
  const clients = clientsOf(source, facing, balancer);
  const known = { ...request, source: request.source ?? addressesOf(clients) };
  const around: Omit<Surroundings, 'request'> = {
    templates: evaluation.templates,
    model,
    removed,
    clients,
    every,
    behind: (inner, passed) =>
      atBalancer({ ...around, request: passed }, one, inner, evaluation.route(inner, passed), () => ARRIVED),
  };
  const route = evaluation.route(balancer, known);
  const question = {
    source: from,
    destination: balancer,
    port: request.port,
    protocol: request.scheme === 'udp' ? 'udp' : 'tcp',
    every,
  } as const;
  const arrive = (nic: NetworkInterface) => toNode(one, question, source, facing, nic);
  return { route, verdict: atBalancer({ ...around, request: known }, one, balancer, route, arrive) };
}

const ARRIVED: Verdict = { answer: 'reachable', path: [], explanation: [] };

/** One node that is reached, and reaches targets, is enough: DNS names only the nodes that have healthy targets. */
function atBalancer(
  around: Surroundings,
  { model, removed }: RequestCase,
  balancer: Resource,
  route: Route,
  arrive: (nic: NetworkInterface) => Verdict,
): Verdict {
  const all = model.interfacesOf.get(balancer) ?? [];
  if (all.length === 0) return because('unknown', balancer.path, 'its subnets are not known');
  const left = all.filter((nic) => !isInterfaceRemoved(removed, nic));
  if (left.length === 0) return because('not reachable', balancer.path, 'all of its interfaces are removed');
  const verdicts = left.map((nic) =>
    allOf([arrive(nic), byRoute(around, { balancer, nic, all: left }, route)]),
  );
  return around.every ? allOf(verdicts) : anyOf(verdicts);
}

function byRoute(around: Surroundings, node: Node, route: Route): Verdict {
  const { outcome, targetGroups, reasons } = route;
  if (outcome === 'unknown' || outcome === 'refused') {
    const answer = outcome === 'unknown' ? 'unknown' : 'not reachable';
    const explanation = reasons.map((reason) => ({ component: node.balancer.path, reason }));
    return { answer, path: [], explanation };
  }
  const rule =
    route.rule === undefined || route.rule === 'default'
      ? `the default rule of ${route.listener ?? node.balancer.path}`
      : route.rule;
  if (outcome !== 'forward') {
    const status = route.statusCode === undefined ? '' : ` ${route.statusCode}`;
    const where = route.location === undefined ? '' : ` to ${route.location}`;
    return {
      answer: 'reachable',
      path: [{ component: rule, allowedBy: `${outcome}${status}${where}` }],
      explanation: [],
    };
  }
  const verdict = allOrNone(
    targetGroups.map(({ path }) => toTargetGroup(around, node, around.templates.at(path))),
  );
  const names = targetGroups.map(({ path }) => path).join(', ');
  return verdict.answer === 'reachable'
    ? { ...verdict, path: [{ component: rule, allowedBy: `forward to ${names}` }, ...verdict.path] }
    : verdict;
}

/**
 * From a place to one node. The DNS name of an internet-facing load balancer has public IPv4 addresses, also for clients
 * in its VPC. https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html#load-balancer-scheme
 */
function toNode(
  one: RequestCase,
  question: Question,
  source: ResolvedPlace,
  facing: Trilean,
  nic: NetworkInterface,
): Verdict {
  const { model, removed } = one;
  const node = interfaces(nic.path, [nic], removed);
  const ask = (from: ResolvedPlace, to: ResolvedPlace, more: Partial<Question> = {}) =>
    answerBetween(model, removed, { ...question, ...more }, from, to);
  if (source.kind !== 'interfaces') return ask(source, node);
  const privately = () => ask(source, node);
  const publicly = () => {
    const there = outside(`the public address of ${nic.path}`);
    const here = {
      ...outside(`the public address of ${source.name}`),
      sets: [addresses(ASSIGNED_IPV4, `the public address of ${source.name}`)],
    };
    const byIpv4 = allOf([ask(source, there, { ipVersion: 4 }), ask(here, node, { ipVersion: 4 })]);
    return byIpv4.answer === 'reachable' ? byIpv4 : anyOf([byIpv4, ask(source, node, { ipVersion: 6 })]);
  };
  if (facing === 'doubt') return allOrNone([privately(), publicly()]);
  return facing ? publicly() : privately();
}

const outside = (name: string) => ({ kind: 'outside', name, sets: [publicIpv4(name)] }) as const;

/** The addresses of the client as the load balancer sees them. Empty when they are not known. */
function clientsOf(source: ResolvedPlace, facing: Trilean, balancer: Resource): readonly Addresses[] {
  const isDualStack =
    balancer.properties.IpAddressType !== undefined && balancer.properties.IpAddressType !== 'ipv4';
  switch (source.kind) {
    case 'outside':
      return source.sets.filter(({ full }) => isDualStack || onlyVersion(full, 4).length > 0);
    case 'interfaces': {
      const nics = source.units.flatMap((unit) => unit.nics);
      const own = nics.map((nic) => addresses(nic.ipv4, nic.path));
      const assigned = addresses(ASSIGNED_IPV4, `the public address of ${source.name}`);
      return facing === true ? [assigned] : facing === false ? own : [...own, assigned];
    }
    case 'function':
      return [publicIpv4(source.name)];
    default:
      return [];
  }
}

/** Instead of the address that stands for one that AWS assigns: all public ones. */
function addressesOf(clients: readonly Addresses[]): AddressSet | undefined {
  if (clients.length === 0) return undefined;
  return union(
    ...clients.map(({ full }) => (full === ASSIGNED_IPV4 ? onlyVersion(PUBLIC_ADDRESSES, 4) : full)),
  );
}
