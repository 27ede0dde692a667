import type { Resource } from '../templates';
import { ASSIGNED_IPV4 } from './address-book';
import { isEmpty, versionOf, type IpVersion } from './addresses';
import type { NetworkInterface, PortRange } from './components';
import { toEndpointService } from './endpoint-service-walk';
import type { Model } from './model';
import { isGone, publicIpv4, resolvePlace, type Group, type Place, type Unit } from './places';
import { probes, type Probe } from './probes';
import { trafficText } from './security-groups';
import { addresses, allOf, allOrNone, anyOf, type Blame, type Verdict } from './trace';
import { Walk } from './walk';

export interface Question {
  readonly source: Place;
  readonly destination: Place;
  /** `icmp` is ping, of IPv4 and of IPv6; a number is IANA's. @default tcp, and tcp 443 to a service */
  readonly protocol?: 'tcp' | 'udp' | 'icmp' | 'all' | number;
  /** @default - all: reachable when all ports are, not reachable when none is, unknown between */
  readonly port?: number;
  /**
   * Every interface of the source must reach every interface of the destination; not reachable when one pair does
   * not.
   * @default false - one pair is enough, and not reachable means that there is none
   */
  readonly every?: boolean;
  /** @default - either */
  readonly ipVersion?: IpVersion;
  /**
   * Ports that clients send from. Replies must get through to all of them; where they get through to some, the
   * answer is unknown. Linux takes 32768-60999; NAT gateways, load balancers and Lambda 1024-65535.
   * https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html#nacl-ephemeral-ports
   * @default 1024-65535
   */
  readonly ephemeralPorts?: PortRange;
}

const EPHEMERAL: PortRange = { from: 1024, to: 65535 };

/** Answers a question about what is left of a network. */
export function answer(model: Model, gone: ReadonlySet<Resource>, question: Question): Verdict {
  const source = resolvePlace(model, gone, question.source);
  const destination = resolvePlace(model, gone, question.destination);
  return answerBetween(model, gone, question, source, destination);
}

export function answerBetween(
  model: Model,
  gone: ReadonlySet<Resource>,
  question: Question,
  source: Group,
  destination: Group,
): Verdict {
  const [unexpanded] = model.templates.unexpanded;
  if (unexpanded !== undefined) {
    return because('unknown', unexpanded, 'it creates resources that are not in the templates');
  }
  for (const group of [source, destination]) {
    if (group.kind === 'unmodelled') return because('unknown', group.name, group.reason);
    if (group.kind === 'interfaces' && group.units.length === 0) {
      return because('not reachable', group.name, 'nothing of it is left');
    }
  }
  if (source.kind !== 'interfaces' && destination.kind !== 'interfaces') {
    throw new Error(
      `${source.name} to ${destination.name}: expected a source or a destination in a VPC, both are outside`,
    );
  }
  if (source.kind === 'service') throw new Error(`${source.name}: a service can only be a destination`);
  const asked = destination.kind === 'service' ? { port: 443, ...question } : question;
  const all = probes(model, asked, [source, destination]);
  const verdicts = all.map((probe) => new Pairs(model, gone, asked, probe).answer(source, destination));
  const [only] = verdicts;
  if (verdicts.length === 1 && only) return only;
  const open = all.filter((_, i) => verdicts[i]?.answer === 'reachable');
  const combined = allOrNone(verdicts);
  if (combined.answer !== 'unknown' || open.length === 0) return combined;
  const reason = `reachable on ${open.map((probe) => probe.text).join(', ')}, and not on everything that was asked for`;
  return { ...combined, explanation: [{ component: destination.name, reason }, ...combined.explanation] };
}

const because = (answer: Verdict['answer'], component: string, reason: string): Verdict => ({
  answer,
  path: [],
  explanation: [{ component, reason }],
});

/** The pairs of interfaces between two groups, for one protocol and port. */
class Pairs {
  private readonly walks: Readonly<Record<IpVersion, Walk>>;

  constructor(
    private readonly model: Model,
    private readonly gone: ReadonlySet<Resource>,
    private readonly question: Question,
    probe: Probe,
  ) {
    const ephemeral = question.ephemeralPorts ?? EPHEMERAL;
    const walk = (version: IpVersion) =>
      new Walk({ model, gone, traffic: probe.traffic(version, ephemeral) });
    this.walks = { 4: walk(4), 6: walk(6) };
  }

  answer(source: Group, destination: Group): Verdict {
    if (source.kind === 'interfaces' && destination.kind === 'interfaces') {
      return this.combine(
        source.units.flatMap((from) =>
          destination.units
            .filter((to) => this.question.every !== true || from.nics[0] !== to.nics[0])
            .map((to) =>
              unitVerdict([from, to], () => from.nics.flatMap((a) => to.nics.map((b) => this.between(a, b)))),
            ),
        ),
      );
    }
    if (source.kind === 'interfaces') {
      return this.combine(
        source.units.map((from) =>
          unitVerdict([from], () =>
            from.nics.map((nic) =>
              destination.kind === 'service'
                ? this.toService(nic, destination.service)
                : this.outside(destination, (set) => this.walks[versionOf(set.full)].outbound(nic, set), nic),
            ),
          ),
        ),
      );
    }
    const units = destination.kind === 'interfaces' ? destination.units : [];
    return this.combine(
      units.map((to) =>
        unitVerdict([to], () =>
          to.nics.map((nic) =>
            this.outside(source, (set) => this.walks[versionOf(set.full)].inbound(set, nic), nic),
          ),
        ),
      ),
    );
  }

  private combine(verdicts: readonly Verdict[]): Verdict {
    return this.question.every === true ? allOf(verdicts) : anyOf(verdicts);
  }

  private allows(version: IpVersion): boolean {
    return this.question.ipVersion === undefined || this.question.ipVersion === version;
  }

  private between(a: NetworkInterface, b: NetworkInterface): Verdict {
    const unplaced = [a, b].find(({ subnet }) => !subnet);
    if (unplaced) return because('unknown', unplaced.path, unplaced.doubt ?? 'its subnet is not known');
    const verdicts: Verdict[] = [];
    if (this.allows(4) && !isEmpty(a.ipv4) && !isEmpty(b.ipv4)) {
      verdicts.push(this.walks[4].between(a, b, 4));
      if (verdicts[0]?.answer !== 'reachable' && b.publicIpv4 !== false) {
        verdicts.push(this.byPublicAddress(a, b));
      }
    }
    if (this.allows(6) && !isEmpty(a.ipv6) && !isEmpty(b.ipv6)) verdicts.push(this.walks[6].between(a, b, 6));
    return verdicts.length > 0 ? anyOf(verdicts) : this.noAddress(a, b);
  }

  private noAddress(...nics: readonly NetworkInterface[]): Verdict {
    const versions = ([4, 6] as const).filter((version) => this.allows(version));
    const without = nics.find((nic) => versions.every((v) => isEmpty(v === 4 ? nic.ipv4 : nic.ipv6)));
    const wanted = versions.map((version) => `IPv${version}`).join(' or ');
    return because('not reachable', (without ?? nics[0])?.path ?? '', `has no ${wanted} address in common`);
  }

  /** Out to the internet and in again, where the destination has a public address. */
  private byPublicAddress(a: NetworkInterface, b: NetworkInterface): Verdict {
    const out = this.walks[4].outbound(a, publicIpv4(`the public address of ${b.path}`));
    if (out.answer === 'not reachable') return out;
    return allOf([
      out,
      this.walks[4].inbound(addresses(ASSIGNED_IPV4, `the public address of ${a.path}`), b),
    ]);
  }

  private outside(
    group: Group,
    walk: (set: ReturnType<typeof addresses>) => Verdict,
    nic: NetworkInterface,
  ): Verdict {
    if (group.kind !== 'outside') throw new Error(`${group.name} is not outside`);
    if (!nic.subnet) return because('unknown', nic.path, nic.doubt ?? 'its subnet is not known');
    const usable = group.sets.filter(
      ({ full }) =>
        this.allows(versionOf(full)) &&
        !isEmpty(full) &&
        !isEmpty(versionOf(full) === 4 ? nic.ipv4 : nic.ipv6),
    );
    return usable.length > 0 ? anyOf(usable.map(walk)) : this.noAddress(nic);
  }

  /**
   * With private DNS, the service's name leads to the interface endpoint and nowhere else; without, to its public
   * addresses, which a gateway endpoint's prefix list routes to the endpoint.
   * https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
   */
  private toService(nic: NetworkInterface, service: string): Verdict {
    if (!nic.subnet) return because('unknown', nic.path, nic.doubt ?? 'its subnet is not known');
    const { subnet } = nic;
    const own = this.model.endpointServices.find(({ path }) => path === service);
    if (own) {
      const { scope } = this.walks[4];
      return this.combine(toEndpointService(scope, nic, own, (a, b) => this.between(a, b)));
    }
    const here = this.model.endpoints.filter(
      (endpoint) =>
        endpoint.vpc === subnet.vpc &&
        endpoint.service === service &&
        !(endpoint.resource && this.gone.has(endpoint.resource)),
    );
    const through = (privateDns: boolean) =>
      here
        .filter((endpoint) => endpoint.kind === 'interface' && endpoint.privateDns === privateDns)
        .flatMap(({ nics }) => nics)
        .filter((endpoint) => !isGone(this.gone, endpoint))
        .map((endpoint) => this.between(nic, endpoint));
    const byPrivateDns = through(true);
    if (byPrivateDns.length > 0) return anyOf(byPrivateDns);
    const known = publicIpv4(`the addresses of ${service}`);
    const gateway = subnet.routeTable.gatewayEndpoints.find((endpoint) => here.includes(endpoint));
    const byName = gateway
      ? this.walks[4].toGatewayEndpoint(nic, gateway, known)
      : this.walks[4].outbound(nic, known);
    return anyOf([byName, ...through(false)]);
  }
}

/** One answer for what stands for one interface. */
function unitVerdict(units: readonly Unit[], evaluate: () => readonly Verdict[]): Verdict {
  const verdicts = evaluate();
  const lost = units.find(({ mayBeGone }) => mayBeGone);
  const [nic] = lost?.nics ?? [];
  if (!nic) return allOrNone(verdicts);
  const reason = 'it is not known in which of its subnets it is, and it may be in one that is gone';
  return allOrNone([...verdicts, because('not reachable', nic.path, reason)]);
}

/** `tcp 22`, `all traffic` */
export function questionText({ protocol = 'tcp', destination, ...rest }: Question): string {
  const port = rest.port ?? (typeof destination === 'object' && 'service' in destination ? 443 : undefined);
  if (protocol === 'all') return 'all traffic';
  const number = typeof protocol === 'number' ? protocol : { tcp: 6, udp: 17, icmp: 1 }[protocol];
  if (protocol === 'icmp') return 'icmp (ping)';
  return trafficText(number, port === undefined ? undefined : { from: port, to: port });
}

export const blameText = ({ component, reason }: Blame): string => `${component}: ${reason}`;
