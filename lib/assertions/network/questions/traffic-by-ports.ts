import type { Resource } from '../../templates';
import type { Answer } from '../forwarding/verdict';
import type { GroupRule, NetworkInterface, PortRange } from '../model/components';
import type { Model } from '../model/model';
import { answerBetween } from './answer';
import { connectedVpcs } from './connected-vpcs';
import { resolvePlace, type ResolvedPlace } from './places';
import { isAwsService, type Question } from './question';

/** The answer for a range of ports of one protocol. Protocols without ports have the range 0-65535. */
export interface TrafficAnswer extends PortRange {
  /** IANA number. 1 is ping, by IPv4 or IPv6; 255 stands for all protocols that no rule names. */
  readonly protocol: number;
  readonly answer: Answer;
}

const EVERY_PORT: PortRange = { from: 0, to: 65535 };
const OTHER = 255;

/** The answers of one network for all protocols and ports, one for each range that all rules treat alike. */
export function trafficAnswers(
  model: Model,
  removed: ReadonlySet<Resource>,
  question: Question,
): readonly TrafficAnswer[] {
  const source = resolvePlace(model, removed, question.source);
  const destination = resolvePlace(model, removed, question.destination);
  const [from, to] = [interfacesOf(source), interfacesOf(destination)];
  if (isAwsService(question.destination)) {
    const { answer } = answerBetween(model, removed, { ...question, port: 443 }, source, destination);
    return [{ protocol: 6, from: 443, to: 443, answer }];
  }
  const vpcs = new Set(
    [...from, ...to].flatMap(({ subnet }) => (subnet ? connectedVpcs(model, subnet.vpc) : [])),
  );
  const subnets = [...model.subnets.values()].filter(({ vpc }) => vpcs.has(vpc));
  // Of every subnet that the path may pass.
  const acls = [...new Set(subnets.map(({ acl }) => acl))];
  const entries = acls.flatMap(({ inbound, outbound }) => [...inbound, ...outbound]);
  const rules = [...from, ...to].flatMap(({ groups = [] }) =>
    groups.flatMap(({ inbound, outbound }) => [...inbound, ...outbound]),
  );
  const listeners = to.flatMap(({ listens = [] }) => listens);
  const behind = destination.kind === 'service' ? listenersOfServices(model) : [];
  const ruled = [
    ...entries,
    ...rules,
    ...[...listeners, ...behind].map(({ protocol, port }) => ({
      protocol,
      ports: port === undefined ? undefined : { from: port, to: port },
    })),
  ];
  const ask = (protocol: number, port: number): Answer =>
    answerBetween(model, removed, { ...question, protocol, port }, source, destination).answer;
  const named = ruled
    .flatMap(({ protocol }) => protocol ?? [])
    .filter((n) => ![1, 6, 17, 58].includes(n) && n >= 0);
  const others = [...new Set([1, ...named, OTHER])].map((protocol): TrafficAnswer => {
    const possible = mayPass(from, 'outbound', protocol) && mayPass(to, 'inbound', protocol);
    return { protocol, ...EVERY_PORT, answer: possible ? ask(protocol, 0) : 'not reachable' };
  });
  const byPort = [6, 17].flatMap((protocol) =>
    rangesOf(ruled, protocol).map((range): TrafficAnswer => {
      const possible =
        mayPass(from, 'outbound', protocol, range.from) && mayPass(to, 'inbound', protocol, range.from);
      return { protocol, ...range, answer: possible ? ask(protocol, range.from) : 'not reachable' };
    }),
  );
  return [...byPort, ...others];
}

/** One answer for each range in all cases. Unknown where they do not agree. */
export function combineAnswers(cases: readonly (readonly TrafficAnswer[])[]): readonly TrafficAnswer[] {
  const [only, ...others] = cases;
  if (only && others.length === 0) return only;
  const all = cases.flat();
  const protocols = [...new Set(all.map(({ protocol }) => protocol))];
  return protocols.flatMap((protocol) =>
    rangesOf(
      all.map((one) => ({ protocol: one.protocol, ports: one })),
      protocol,
    ).map((range): TrafficAnswer => {
      const answers = new Set(cases.map((one) => answerAt(one, protocol, range.from)));
      const [answer = 'unknown', ...rest] = answers;
      return { protocol, ...range, answer: rest.length === 0 ? answer : 'unknown' };
    }),
  );
}

/** The answer for one port. A protocol that no rule names is answered like any other such protocol. */
export function answerAt(answers: readonly TrafficAnswer[], protocol: number, port: number): Answer {
  const at = (number: number) =>
    answers.find((one) => one.protocol === number && one.from <= port && port <= one.to);
  const isNamed = answers.some((one) => one.protocol === protocol);
  return (isNamed ? at(protocol) : at(OTHER))?.answer ?? 'not reachable';
}

/** The ranges of ports of a protocol, cut where a rule begins or ends. */
export function rangesOf(
  ruled: readonly { readonly protocol?: number; readonly ports?: PortRange }[],
  protocol: number,
): readonly PortRange[] {
  const starts = new Set([0]);
  for (const { protocol: own, ports } of ruled) {
    if (!ports || (own !== undefined && !Number.isNaN(own) && own !== protocol)) continue;
    starts.add(ports.from);
    if (ports.to < 65535) starts.add(ports.to + 1);
  }
  const sorted = [...starts].sort((a, b) => a - b);
  return sorted.map((from, i) => ({ from, to: (sorted[i + 1] ?? 65536) - 1 }));
}

const interfacesOf = (place: ResolvedPlace): readonly NetworkInterface[] =>
  place.kind === 'interfaces' ? place.units.flatMap(({ nics }) => nics) : [];

const listenersOfServices = (model: Model) =>
  model.endpointServices
    .flatMap(({ loadBalancers }) => loadBalancers)
    .flatMap((balancer) => balancer.nics.flatMap(({ listens = [] }) => listens));

/**
 * Whether the security groups of an interface may let the traffic pass. Nothing else can let pass what they stop, so that
 * the path need not be followed.
 */
function mayPass(
  nics: readonly NetworkInterface[],
  direction: 'inbound' | 'outbound',
  protocol: number,
  port?: number,
): boolean {
  return (
    nics.length === 0 ||
    nics.some(
      ({ subnet, groups }) =>
        !subnet ||
        subnet.vpc.undecided === true ||
        subnet.unreadCidr !== undefined ||
        !groups ||
        groups.some(
          (group) =>
            group.doubt !== undefined || group[direction].some((rule) => matches(rule, protocol, port)),
        ),
    )
  );
}

const matches = ({ protocol, ports }: GroupRule, wanted: number, port: number | undefined): boolean =>
  (protocol === undefined ||
    Number.isNaN(protocol) ||
    protocol === wanted ||
    (wanted === 1 && protocol === 58)) &&
  (port === undefined || !ports || (ports.from <= port && port <= ports.to));
