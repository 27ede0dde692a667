import type { Resource } from '../../templates';
import { isInterfaceRemoved } from '../forwarding/direction';
import { toEndpointService } from '../forwarding/endpoint-service';
import { PathAnalysis } from '../forwarding/path-analysis';
import { addresses } from '../forwarding/trace';
import { allOf, allOrNone, anyOf, type Verdict, because } from '../forwarding/verdict';
import { ASSIGNED_IPV4 } from '../model/address-reader';
import { isEmpty, versionOf, type IpVersion } from '../model/addresses';
import type { Endpoint, NetworkInterface, PortRange } from '../model/components';
import type { Model } from '../model/model';
import { publicIpv4, type ResolvedPlace, type LogicalInterface } from './places';
import type { Question } from './question';
import type { TrafficClass } from './traffic-classes';

const EPHEMERAL: PortRange = { from: 1024, to: 65535 };

/** Answers for all pairs of interfaces of two places, for one protocol and port. */
export class Pairs {
  private readonly analyses: Readonly<Record<IpVersion, PathAnalysis>>;

  constructor(
    private readonly model: Model,
    private readonly removed: ReadonlySet<Resource>,
    private readonly question: Question,
    trafficClass: TrafficClass,
  ) {
    const ephemeral = question.ephemeralPorts ?? EPHEMERAL;
    const analysis = (version: IpVersion) =>
      new PathAnalysis({ model, removed, traffic: trafficClass.traffic(version, ephemeral) });
    this.analyses = { 4: analysis(4), 6: analysis(6) };
  }

  answer(source: ResolvedPlace, destination: ResolvedPlace): Verdict {
    if (source.kind === 'interfaces' && destination.kind === 'interfaces') {
      return this.combine(
        source.units.flatMap((from) =>
          destination.units
            .filter((to) => this.question.every !== true || from.nics[0] !== to.nics[0])
            .map((to) =>
              verdictOf([from, to], () => from.nics.flatMap((a) => to.nics.map((b) => this.between(a, b)))),
            ),
        ),
      );
    }
    if (source.kind === 'interfaces') {
      return this.combine(
        source.units.map((from) =>
          verdictOf([from], () =>
            from.nics.map((nic) =>
              destination.kind === 'service'
                ? this.toService(nic, destination.service)
                : this.outside(
                    destination,
                    (set) => this.analyses[versionOf(set.full)].outbound(nic, set),
                    nic,
                  ),
            ),
          ),
        ),
      );
    }
    const units = destination.kind === 'interfaces' ? destination.units : [];
    return this.combine(
      units.map((to) =>
        verdictOf([to], () =>
          to.nics.map((nic) =>
            this.outside(
              asOutside(source),
              (set) => this.analyses[versionOf(set.full)].inbound(set, nic),
              nic,
            ),
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
    const open = unreadInterface(a) ?? unreadInterface(b);
    if (open) return open;
    const verdicts: Verdict[] = [];
    if (this.allows(4) && !isEmpty(a.ipv4) && !isEmpty(b.ipv4)) {
      verdicts.push(this.analyses[4].between(a, b, 4));
      if (verdicts[0]?.answer !== 'reachable' && b.publicIpv4 !== false) {
        verdicts.push(this.byPublicAddress(a, b));
      }
    }
    if (this.allows(6) && !isEmpty(a.ipv6) && !isEmpty(b.ipv6))
      verdicts.push(this.analyses[6].between(a, b, 6));
    return verdicts.length > 0 ? anyOf(verdicts) : this.noAddress(a, b);
  }

  private noAddress(first: NetworkInterface, ...others: readonly NetworkInterface[]): Verdict {
    const versions = ([4, 6] as const).filter((version) => this.allows(version));
    const without = [first, ...others].find((nic) =>
      versions.every((v) => isEmpty(v === 4 ? nic.ipv4 : nic.ipv6)),
    );
    const wanted = versions.map((version) => `IPv${version}`).join(' or ');
    return because('not reachable', (without ?? first).path, `has no ${wanted} address in common`);
  }

  /** Over the internet, to the public address of the destination. */
  private byPublicAddress(a: NetworkInterface, b: NetworkInterface): Verdict {
    const out = this.analyses[4].outbound(a, publicIpv4(`the public address of ${b.path}`));
    if (out.answer === 'not reachable') return out;
    return allOf([
      out,
      this.analyses[4].inbound(addresses(ASSIGNED_IPV4, `the public address of ${a.path}`), b),
    ]);
  }

  private outside(
    group: ResolvedPlace,
    analysis: (set: ReturnType<typeof addresses>) => Verdict,
    nic: NetworkInterface,
  ): Verdict {
    if (group.kind !== 'outside') throw new Error(`${group.name} is not outside`);
    const open = unreadInterface(nic);
    if (open) return open;
    const usable = group.sets.filter(
      ({ full }) =>
        this.allows(versionOf(full)) &&
        !isEmpty(full) &&
        !isEmpty(versionOf(full) === 4 ? nic.ipv4 : nic.ipv6),
    );
    return usable.length > 0 ? anyOf(usable.map(analysis)) : this.noAddress(nic);
  }

  /**
   * With private DNS, the service's name resolves to the interface endpoint only. Without it, the name resolves to public
   * addresses, which the prefix list of a gateway endpoint routes to that endpoint.
   * https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
   */
  private toService(nic: NetworkInterface, service: string): Verdict {
    const open = unreadInterface(nic);
    const { subnet } = nic;
    if (open || !subnet) return open ?? because('unknown', nic.path, 'its subnet is not known');
    for (const { path, doubt } of [subnet.vpc, subnet.routeTable]) {
      if (doubt !== undefined) return because('unknown', path, doubt);
    }
    const own = this.model.endpointServices.find(({ path }) => path === service);
    if (own) {
      const { context } = this.analyses[4];
      return this.combine(toEndpointService(context, nic, own, (a, b) => this.between(a, b)));
    }
    const alive = this.model.endpoints.filter(({ resource }) => !(resource && this.removed.has(resource)));
    const mayServe = alive.filter(
      (endpoint) =>
        (endpoint.vpc === subnet.vpc || endpoint.vpc?.undecided) &&
        (endpoint.service === service || endpoint.unreadService !== undefined),
    );
    const unread = mayServe.find(
      (one) => one.vpc !== subnet.vpc || one.unreadService !== undefined || one.kind === 'doubt',
    );
    if (unread) {
      return because('unknown', unread.path, `it is not known whether it is an endpoint of ${service} here`);
    }
    const interfaces = mayServe.filter(({ kind }) => kind === 'interface');
    const empty = interfaces.find(({ nics, privateDns }) => nics.length === 0 && privateDns !== false);
    if (empty) {
      return because('unknown', empty.path, 'its private DNS name leads to it, and it has no subnets');
    }
    const through = (endpoints: readonly Endpoint[]) =>
      endpoints
        .flatMap(({ nics }) => nics)
        .filter((endpoint) => !isInterfaceRemoved(this.removed, endpoint))
        .map((endpoint) => this.between(nic, endpoint));
    const byPrivateDns = through(interfaces.filter(({ privateDns }) => privateDns !== false));
    const isCertain = interfaces.some(({ privateDns, doubt }) => privateDns === true && doubt === undefined);
    if (byPrivateDns.length > 0 && isCertain) return anyOf(byPrivateDns);
    const byName = anyOf([
      this.byPublicName(nic, service, mayServe),
      ...through(interfaces.filter(({ privateDns }) => privateDns === false)),
    ]);
    return byPrivateDns.length > 0 ? allOrNone([anyOf(byPrivateDns), byName]) : byName;
  }

  /** To the public addresses of a service: through a gateway endpoint of the route table, or as to the internet. */
  private byPublicName(nic: NetworkInterface, service: string, endpoints: readonly Endpoint[]): Verdict {
    const known = publicIpv4(`the addresses of ${service}`);
    const gateway = nic.subnet?.routeTable.gatewayEndpoints.find(({ resource }) =>
      endpoints.some((endpoint) => endpoint.resource === resource),
    );
    const out = this.analyses[4].outbound(nic, known);
    if (!gateway) return out;
    const through = this.analyses[4].toGatewayEndpoint(nic, gateway, known);
    return gateway.doubt === undefined ? through : allOrNone([through, out]);
  }
}

/** A function outside all VPCs has a public IPv4 address of AWS's. */
const asOutside = (source: ResolvedPlace): ResolvedPlace =>
  source.kind === 'function'
    ? { kind: 'outside', name: source.name, sets: [publicIpv4(source.name)] }
    : source;

/** Unknown, where it is not known in which subnet the interface is or which addresses that has. */
export function unreadInterface(nic: NetworkInterface): Verdict | undefined {
  const { subnet } = nic;
  if (!subnet) return because('unknown', nic.path, nic.doubt ?? 'its subnet is not known');
  if (subnet.vpc.undecided === true)
    return because('unknown', subnet.path, 'it is not known in which VPC it is');
  return subnet.unreadCidr === undefined ? undefined : because('unknown', subnet.path, subnet.unreadCidr);
}

/** The answer for one interface, of which it may not be known in which subnet it is. */
export function verdictOf(units: readonly LogicalInterface[], evaluate: () => readonly Verdict[]): Verdict {
  const verdicts = evaluate();
  const lost = units.find(({ mayBeGone }) => mayBeGone);
  const [nic] = lost?.nics ?? [];
  if (!nic) return allOrNone(verdicts);
  const reason = 'it is not known in which of its subnets it is; it may be in a removed one';
  return allOrNone([...verdicts, because('not reachable', nic.path, reason)]);
}
