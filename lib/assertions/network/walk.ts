import type { Resource } from '../templates';
import { intersect, isEmpty, PUBLIC_ADDRESSES, subtract, versionOf, type AddressSet } from './addresses';
import type {
  Attachment,
  Component,
  Gateway,
  NatGateway,
  NetworkInterface,
  PortRange,
  Route,
  RouteTable,
  Subnet,
  Target,
  TransitGateway,
  TransitRoute,
  Vpc,
  VpnConnection,
} from './components';
import { checkAcl, checkGroups, type Packet } from './filters';
import type { Model } from './model';
import { trafficText } from './security-groups';
import {
  addresses,
  allOrNone,
  anyOf,
  block,
  doubt,
  hop,
  narrow,
  newTrace,
  notReachable,
  touch,
  unknown,
  verdict,
  type Addresses,
  type Leg,
  type Side,
  type Trace,
  type Verdict,
} from './trace';

/** One protocol and port, as a client asks for them. */
export interface Traffic {
  readonly request: Packet;
  readonly reply: Packet;
}

/** Where a direction of the traffic has to come to. */
interface Way {
  readonly leg: Leg;
  readonly from: Side;
  readonly to: Side;
  readonly packet: Packet;
  /** The interface that it is for; undefined when that is outside all VPCs. */
  readonly goal: NetworkInterface | undefined;
  /** The interface that it comes from, for what has to find the way back. */
  readonly origin: NetworkInterface | undefined;
}

/** A place whose route table is asked for the next hop. */
interface Router {
  readonly vpc: Vpc;
  readonly subnet: Subnet;
  readonly table: RouteTable;
  /** The interface in this VPC that sends; undefined for traffic that comes through the VPC from elsewhere. */
  readonly sender: NetworkInterface | undefined;
}

/** Where one direction ended. */
type End =
  | { readonly kind: 'interface' }
  /** A NAT gateway took over, and has brought the replies back already. */
  | { readonly kind: 'translated' }
  | { readonly kind: 'internet'; readonly gateway: Gateway; readonly outboundOnly: boolean }
  | {
      readonly kind: 'on-premises';
      readonly vpn: VpnConnection;
      readonly attachment?: Attachment;
      readonly transit?: TransitGateway;
    };

type Then<T = []> = (trace: Trace, ...rest: T extends unknown[] ? T : never) => Verdict;

const MAX_DEPTH = 12;

/**
 * Follows a connection hop by hop, there and back: security groups at both ends, network ACLs at each subnet that it
 * enters or leaves, the route table at each router. Each answers with what it lets through; the walk goes on behind
 * what blocks, so that the explanation names everything that does.
 */
export class Walk {
  constructor(
    private readonly model: Model,
    private readonly gone: ReadonlySet<Resource>,
    private readonly traffic: Traffic,
  ) {}

  /** From an interface to an interface, with their private (or IPv6) addresses. */
  between(source: NetworkInterface, destination: NetworkInterface, version: 4 | 6): Verdict {
    const of = (nic: NetworkInterface) => addresses(version === 4 ? nic.ipv4 : nic.ipv6, nic.path);
    const trace = hop(newTrace(of(source), of(destination)), 'request', source.path);
    return this.connect(trace, source, destination, verdict);
  }

  /** From an interface to addresses outside. */
  outbound(source: NetworkInterface, destination: Addresses): Verdict {
    const mine = versionOf(destination.full) === 4 ? source.ipv4 : source.ipv6;
    const trace = hop(newTrace(addresses(mine, source.path), destination), 'request', source.path);
    return this.connect(trace, source, undefined, verdict);
  }

  /** From addresses outside to an interface: the way that the replies take shows where the requests come in. */
  inbound(source: Addresses, destination: NetworkInterface): Verdict {
    const version = versionOf(source.full);
    const mine = addresses(version === 4 ? destination.ipv4 : destination.ipv6, destination.path);
    const trace = this.accept(newTrace(source, mine), destination, undefined);
    const router = routerOf(destination);
    if (!router) return verdict(trace);
    return this.route(trace, this.reply(undefined, destination), router, (reply, end) =>
      // Found last, the way in stands first.
      this.enterFrom(
        { ...reply, request: [{ component: source.name }] },
        end,
        this.request(undefined, destination),
        destination,
        (entered) => verdict({ ...entered, request: [...entered.request, ...reply.request] }),
      ),
    );
  }

  /** Through a gateway endpoint to the addresses of an AWS service, which are in no template. */
  toGatewayEndpoint(source: NetworkInterface, endpoint: Component, service: Addresses): Verdict {
    const router = routerOf(source);
    const start = hop(newTrace(addresses(source.ipv4, source.path), service), 'request', source.path);
    let trace = touch(this.send(start, source, undefined), endpoint);
    if (!router) return verdict(trace);
    trace = hop(trace, 'request', router.table.path, `the endpoint's prefix list leads to ${endpoint.path}`);
    trace = this.exit(trace, this.request(source, undefined), router.subnet);
    trace = hop(trace, 'request', endpoint.path);
    return verdict(this.enter(trace, this.reply(source, undefined), router.subnet));
  }

  private readonly request = (
    origin: NetworkInterface | undefined,
    goal: NetworkInterface | undefined,
  ): Way => ({
    leg: 'request',
    from: 'source',
    to: 'destination',
    packet: this.traffic.request,
    goal,
    origin,
  });

  private readonly reply = (
    goal: NetworkInterface | undefined,
    origin: NetworkInterface | undefined,
  ): Way => ({ leg: 'reply', from: 'destination', to: 'source', packet: this.traffic.reply, goal, origin });

  private connect(
    start: Trace,
    source: NetworkInterface,
    goal: NetworkInterface | undefined,
    then: Then,
  ): Verdict {
    const router = routerOf(source);
    const trace = this.send(start, source, goal);
    if (!router) return verdict(trace);
    return this.route(trace, this.request(source, goal), router, (sent, end) => {
      const back = this.reply(source, goal);
      if (end.kind === 'translated') return then(sent);
      if (!goal) return this.enterFrom(sent, end, back, source, then);
      if (end.kind === 'internet') return this.acrossInternet(sent, source, goal, then);
      const accepted = this.accept(sent, goal, source);
      const answering = routerOf(goal);
      if (!answering) return verdict(accepted);
      return this.route(accepted, back, answering, (replied) => then(replied));
    });
  }

  /** From one VPC to another over the internet, by IPv6. */
  private acrossInternet(sent: Trace, source: NetworkInterface, goal: NetworkInterface, then: Then): Verdict {
    const entered = this.enter(sent, this.request(source, goal), goal.subnet);
    const accepted = this.accept(entered, goal, undefined);
    const answering = routerOf(goal);
    if (!answering) return verdict(accepted);
    return this.route(accepted, this.reply(undefined, goal), answering, (replied, end) => {
      if (end.kind === 'internet' && end.outboundOnly) return this.refuse(replied, end.gateway);
      return then(this.enter(replied, this.reply(source, goal), source.subnet));
    });
  }

  /** What leaves its interface. */
  private send(trace: Trace, source: NetworkInterface, goal: NetworkInterface | undefined): Trace {
    const touched = this.touchInterface(trace, source);
    const related = goal && this.canReferToGroups(source.subnet?.vpc, goal.subnet?.vpc);
    const check = checkGroups(
      source,
      'outbound',
      this.traffic.request,
      trace.destination,
      related ? goal : undefined,
    );
    return check ? narrow(touched, 'request', 'destination', check) : touched;
  }

  /** What comes to its interface. */
  private accept(trace: Trace, goal: NetworkInterface, peer: NetworkInterface | undefined): Trace {
    let next = this.touchInterface(trace, goal);
    const sameVpc = peer?.subnet?.vpc === goal.subnet?.vpc;
    // https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-security-groups.html
    const seen = sameVpc || trace.via === 'peering' || trace.via === 'transit gateway with group referencing';
    const check = checkGroups(goal, 'inbound', this.traffic.request, trace.source, seen ? peer : undefined);
    if (check) next = narrow(next, 'request', 'source', check);
    if (goal.closed !== undefined) return block(next, goal.path, goal.closed);
    const { protocol, ports } = this.traffic.request;
    const ping = protocol === 1 || protocol === 58;
    if (goal.listens && !ping) {
      const heard = goal.listens.filter(
        (listener) =>
          listener.protocol === protocol &&
          (listener.port === undefined || (ports.from <= listener.port && listener.port <= ports.to)),
      );
      if (heard.length === 0) {
        const all = goal.listens.map((listener) =>
          trafficText(listener.protocol, listener.port === undefined ? undefined : asRange(listener.port)),
        );
        const has = all.length > 0 ? all.join(', ') : 'none';
        return block(
          next,
          goal.path,
          `has no listener for ${trafficText(protocol, ports)} (listeners: ${has})`,
        );
      }
      if (heard.every(({ port }) => port === undefined)) {
        next = doubt(next, goal.path, 'the port of its listener is not known before deployment');
      }
    }
    return hop(next, 'request', goal.path);
  }

  private touchInterface(trace: Trace, nic: NetworkInterface): Trace {
    const touched = touch(trace, nic);
    return nic.subnet ? touch(touched, nic.subnet) : touched;
  }

  private canReferToGroups(a: Vpc | undefined, b: Vpc | undefined): boolean {
    return (
      a === b ||
      this.model.peerings.some(
        (peering) => !this.isGone(peering) && peering.sides.includes(a) && peering.sides.includes(b),
      )
    );
  }

  private isGone({ resource }: Component): boolean {
    return resource !== undefined && this.gone.has(resource);
  }

  /** Out of a subnet: its network ACL sees where the traffic goes. */
  private exit(trace: Trace, way: Way, subnet: Subnet): Trace {
    return narrow(trace, way.leg, way.to, checkAcl(subnet.acl, 'outbound', way.packet, trace[way.to]));
  }

  /** Into a subnet: its network ACL sees where the traffic comes from. */
  private enter(trace: Trace, way: Way, subnet: Subnet | undefined): Trace {
    if (!subnet) return trace;
    return narrow(trace, way.leg, way.from, checkAcl(subnet.acl, 'inbound', way.packet, trace[way.from]));
  }

  /** To an interface in the same VPC; a network ACL filters only what crosses its subnet's boundary. */
  private arrive(trace: Trace, way: Way, from: Subnet, nic: NetworkInterface): Trace {
    return nic.subnet === from ? trace : this.enter(this.exit(trace, way, from), way, nic.subnet);
  }

  /** From outside into the VPC of an interface, by the gateway that traffic in the other direction leaves by. */
  private enterFrom(trace: Trace, end: End, way: Way, nic: NetworkInterface, then: Then): Verdict {
    if (end.kind === 'internet') {
      if (way.leg === 'request' && end.outboundOnly) return this.refuse(trace, end.gateway);
      return then(this.enter(hop(trace, way.leg, end.gateway.path), way, nic.subnet));
    }
    if (end.kind !== 'on-premises') return then(trace);
    const { attachment, transit } = end;
    const arrived = hop(trace, way.leg, end.vpn.path);
    if (!attachment || !transit) return then(this.enter(arrived, way, nic.subnet));
    return this.transit(arrived, way, transit, attachment, undefined, (reached) => then(reached));
  }

  private refuse(trace: Trace, gateway: Component): Verdict {
    return notReachable(trace, gateway.path, 'an egress-only internet gateway opens no inbound connections');
  }

  /** Asks a route table where the traffic goes next; addresses that go different ways are followed apart. */
  private route(start: Trace, way: Way, router: Router, then: Then<[End]>): Verdict {
    const { table } = router;
    const trace = { ...start, depth: start.depth + 1 };
    if (trace.depth > MAX_DEPTH) return notReachable(trace, table.path, 'the routes lead in a loop');
    if (table.doubt !== undefined) return unknown(trace, table.path, table.doubt);
    const wanted = trace[way.to];
    const parts: { route: Route; hit: AddressSet }[] = [];
    let left = wanted.possible;
    let unread: Route | undefined;
    for (const route of table.routes) {
      if (isEmpty(left)) break;
      if (this.isGone(route) && route.target.kind !== 'local') continue;
      if (!route.destination) {
        unread = route;
        continue;
      }
      const hit = intersect(left, route.destination);
      if (isEmpty(hit)) continue;
      parts.push({ route, hit });
      left = subtract(left, hit);
    }
    // Addresses of the VPC are not "the internet".
    const followed =
      wanted.quantifier === 'some' && parts.length > 1
        ? parts.filter(({ route }) => route.target.kind !== 'local')
        : parts;
    const verdicts = followed.map(({ route, hit }) =>
      unread && route.target.kind !== 'local'
        ? unknown(trace, unread.path, `it is not known which addresses ${unread.text} matches`)
        : this.follow(only(trace, way.to, hit), way, router, route, then),
    );
    if (!isEmpty(left)) verdicts.push(this.noRoute(only(trace, way.to, left), way, router, unread));
    return wanted.quantifier === 'some' ? anyOf(verdicts) : allOrNone(verdicts);
  }

  private noRoute(trace: Trace, way: Way, { table }: Router, unread: Route | undefined): Verdict {
    if (unread) {
      return unknown(trace, unread.path, `it is not known which addresses ${unread.text} matches`);
    }
    const dynamic = table.propagating
      .filter((gateway) => !this.isGone(gateway))
      .flatMap(({ vpns }) => vpns)
      .find((vpn) => vpn.dynamic && !this.isGone(vpn));
    if (dynamic) return unknown(trace, dynamic.path, NOT_ADVERTISED);
    const purpose = way.leg === 'reply' ? ', so that replies are lost' : '';
    return notReachable(trace, table.path, `has no route to ${trace[way.to].name}${purpose}`);
  }

  private follow(start: Trace, way: Way, router: Router, route: Route, then: Then<[End]>): Verdict {
    const { target } = route;
    const { table } = router;
    if (route.doubt !== undefined) return unknown(start, table.path, route.doubt);
    const text = `route ${route.text}`;
    if (target.kind === 'local') return this.local(start, way, router, route, then);
    if (this.isGone(target.to)) {
      return notReachable(
        start,
        table.path,
        `${text} leads to ${target.kind} ${target.to.path}, which is gone (blackhole)`,
      );
    }
    if (target.kind === 'other') return unknown(start, target.to.path, target.to.doubt ?? 'not modelled');
    const routed = hop(start, way.leg, table.path, `${text} leads to ${target.kind} ${target.to.path}`);
    const trace = touch(routed, target.to);
    if (target.kind === 'NAT gateway') return this.translate(trace, way, router, target.to, then);
    const left = this.exit(trace, way, router.subnet);
    return this.leaveVpc(left, way, router, target, then);
  }

  private local(trace: Trace, way: Way, router: Router, route: Route, then: Then<[End]>): Verdict {
    const { goal } = way;
    const where = `the local route of ${router.vpc.path}`;
    if (goal?.subnet?.vpc !== router.vpc) {
      const reason = `${where} takes ${trace[way.to].name}, which is not in it`;
      return notReachable(trace, router.table.path, reason);
    }
    const routed = hop(trace, way.leg, router.table.path, route.text);
    return then(this.arrive(routed, way, router.subnet, goal), { kind: 'interface' });
  }

  private leaveVpc(
    trace: Trace,
    way: Way,
    router: Router,
    target: Exclude<Target, { kind: 'local' | 'other' | 'NAT gateway' }>,
    then: Then<[End]>,
  ): Verdict {
    switch (target.kind) {
      case 'internet gateway':
        return this.internetGateway(trace, way, router, target.to, then);
      case 'egress-only internet gateway': {
        const attached = this.attached(trace, router, target.to);
        if (versionOf(trace[way.to].full) === 4) {
          return notReachable(attached, target.to.path, 'an egress-only internet gateway takes IPv6 only');
        }
        const end = { kind: 'internet', gateway: target.to, outboundOnly: true } as const;
        return then(hop(attached, way.leg, target.to.path), end);
      }
      case 'virtual private gateway': {
        const attached = hop(this.attached(trace, router, target.to), way.leg, target.to.path);
        return this.vpn(attached, way, target.to, then);
      }
      case 'peering connection': {
        const { sides } = target.to;
        const other = sides[0] === router.vpc ? sides[1] : sides[0];
        if (!other) return unknown(trace, target.to.path, 'the VPC at its other end is not in the templates');
        // https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html#vpc-peering-limitations
        if (!router.sender || way.goal?.subnet?.vpc !== other) {
          const reason = `peering is not transitive: it connects ${router.vpc.path} with ${other.path} only`;
          return notReachable(trace, target.to.path, reason);
        }
        const crossed: Trace = { ...hop(trace, way.leg, target.to.path), via: 'peering' };
        return then(this.enter(crossed, way, way.goal.subnet), { kind: 'interface' });
      }
      case 'transit gateway':
        return this.toTransitGateway(trace, way, router, target.to, then);
    }
  }

  private attached(trace: Trace, router: Router, gateway: Gateway): Trace {
    const attachment = gateway.attachments.find(({ vpc, by }) => vpc === router.vpc && !this.isGone(by));
    if (!attachment) return block(trace, gateway.path, `is not attached to ${router.vpc.path}`);
    const touched = touch(trace, attachment.by);
    return router.sender
      ? touched
      : block(
          touched,
          gateway.path,
          `serves only interfaces of ${router.vpc.path}, and no traffic through it`,
        );
  }

  /** https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html */
  private internetGateway(
    start: Trace,
    way: Way,
    router: Router,
    gateway: Gateway,
    then: Then<[End]>,
  ): Verdict {
    let trace = this.attached(start, router, gateway);
    const { sender } = router;
    if (sender && versionOf(trace[way.to].full) === 4 && sender.publicIpv4 !== true) {
      trace =
        sender.publicIpv4 === 'doubt'
          ? doubt(trace, sender.path, 'it is not known whether it has a public IPv4 address')
          : block(trace, sender.path, 'has no public IPv4 address, which the internet gateway needs');
    }
    for (const resource of this.model.edgeDoubts) {
      trace = doubt(trace, resource.path, `${resource.type} changes what internet gateways let through`);
    }
    trace = narrow(trace, way.leg, way.to, {
      sure: PUBLIC_ADDRESSES,
      possible: PUBLIC_ADDRESSES,
      component: gateway.path,
      allowedBy: `attached to ${router.vpc.path}`,
      blocks: `leads to public addresses only, which ${trace[way.to].name} is not`,
    });
    return then(trace, { kind: 'internet', gateway, outboundOnly: false });
  }

  /** The on-premises prefixes behind a virtual private gateway. */
  private vpn(trace: Trace, way: Way, gateway: Gateway, then: Then<[End]>): Verdict {
    const vpns = gateway.vpns.filter((vpn) => !this.isGone(vpn));
    if (vpns.length === 0) {
      return gateway.vpns.length > 0
        ? notReachable(trace, gateway.path, 'its VPN connections are gone')
        : unknown(trace, gateway.path, 'no VPN connection to it is in the templates');
    }
    return anyOf(
      vpns.map((vpn) => {
        const prefixes = { sure: vpn.prefixes, possible: vpn.prefixes };
        if (vpn.dynamic && isEmpty(intersect(trace[way.to].possible, vpn.prefixes))) {
          return unknown(trace, vpn.path, NOT_ADVERTISED);
        }
        const through = narrow(touch(trace, vpn), way.leg, way.to, {
          ...prefixes,
          component: vpn.path,
          allowedBy: 'its route to the on-premises prefix',
          blocks: `has no route to ${trace[way.to].name}`,
        });
        return then(through, { kind: 'on-premises', vpn });
      }),
    );
  }

  /**
   * A NAT gateway opens a connection of its own, and hands the replies back.
   * https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html
   */
  private translate(trace: Trace, way: Way, router: Router, nat: NatGateway, then: Then<[End]>): Verdict {
    if (way.leg === 'reply' || !way.origin) {
      const reason = 'a NAT gateway opens no inbound connections';
      return notReachable(this.exit(trace, way, router.subnet), nat.path, reason);
    }
    if (versionOf(trace.destination.full) === 6) {
      return notReachable(trace, nat.path, 'a NAT gateway translates IPv4 only');
    }
    if (![1, 6, 17].includes(way.packet.protocol)) {
      return notReachable(trace, nat.path, 'a NAT gateway translates TCP, UDP and ICMP only');
    }
    const { nic } = nat;
    if (!nic) return this.translateRegionally(trace, way, router, nat, then);
    const own = routerOf(nic);
    if (!own) return unknown(trace, nat.path, nic.doubt ?? 'its subnet is not in the templates');
    const arrived = hop(
      this.arrive(trace, way, router.subnet, nic),
      'request',
      nat.path,
      'translates the source address',
    );
    const translated: Trace = { ...arrived, source: addresses(nic.ipv4, nat.path), depth: arrived.depth + 1 };
    return this.connect(translated, nic, way.goal, (connected) =>
      this.route(
        hop({ ...connected, source: trace.source }, 'reply', nat.path),
        this.reply(way.origin, way.goal),
        { ...own, sender: undefined },
        (replied) => then(replied, { kind: 'translated' }),
      ),
    );
  }

  /**
   * A regional NAT gateway is in no subnet: it has a route table of its own, which leads to the internet gateway.
   * https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html
   */
  private translateRegionally(
    start: Trace,
    way: Way,
    router: Router,
    nat: NatGateway,
    then: Then<[End]>,
  ): Verdict {
    if (nat.connectivity === 'private')
      return unknown(start, nat.path, 'private regional NAT is not modelled');
    const trace = hop(
      this.exit(start, way, router.subnet),
      'request',
      nat.path,
      'translates the source address',
    );
    const gateways = [...this.model.internetGateways.values()].filter(
      (gateway) =>
        !this.isGone(gateway) &&
        gateway.attachments.some(({ vpc, by }) => vpc === nat.vpc && !this.isGone(by)),
    );
    const [gateway] = gateways;
    if (!gateway) return notReachable(trace, nat.path, `${nat.vpc.path} has no internet gateway`);
    if (way.goal) return notReachable(trace, nat.path, 'a public NAT gateway leads to public addresses only');
    if (way.origin?.subnet?.vpc !== nat.vpc) {
      return unknown(trace, nat.path, 'replies from a regional NAT gateway to another VPC are not modelled');
    }
    const sender = { ...way.origin, path: nat.path, publicIpv4: true } as const;
    return this.internetGateway(trace, way, { ...router, vpc: nat.vpc, sender }, gateway, (left) =>
      then(this.enter(left, this.reply(way.origin, undefined), way.origin?.subnet), { kind: 'translated' }),
    );
  }

  /**
   * From a VPC into a transit gateway: through the attachment's subnet in the zone of the sender.
   * https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html
   */
  private toTransitGateway(
    trace: Trace,
    way: Way,
    router: Router,
    gateway: TransitGateway,
    then: Then<[End]>,
  ): Verdict {
    const attachment = gateway.attachments.find(
      ({ vpc, ...rest }) => vpc === router.vpc && !this.isGone(rest),
    );
    if (!attachment) return notReachable(trace, gateway.path, `has no attachment in ${router.vpc.path}`);
    const alive = attachment.subnets.filter((subnet) => !this.isGone(subnet));
    const { zone } = router.subnet;
    const inZone = alive.find((subnet) => subnet.zone === zone);
    if (!inZone) {
      const reason = `has no subnet in ${zone ?? 'the zone'} of ${router.subnet.path}, whose traffic it therefore cannot take`;
      return notReachable(trace, attachment.path, reason);
    }
    const entered = this.enter(touch(trace, attachment), way, inZone);
    return this.transit(entered, way, gateway, attachment, zone, then);
  }

  /** Through a transit gateway: the route table of the attachment that the traffic came by says where it goes. */
  private transit(
    start: Trace,
    way: Way,
    gateway: TransitGateway,
    from: Attachment,
    zone: string | undefined,
    then: Then<[End]>,
  ): Verdict {
    const table = from.routeTable();
    const trace = { ...start, depth: start.depth + 1 };
    if (trace.depth > MAX_DEPTH) return notReachable(trace, gateway.path, 'the routes lead in a loop');
    if (!table || this.isGone(table)) {
      return notReachable(trace, from.path, 'is associated with no route table of the transit gateway');
    }
    const wanted = trace[way.to];
    const verdicts: Verdict[] = [];
    let left = wanted.possible;
    for (const route of table.routes) {
      const hit = intersect(left, route.destination);
      if (route.doubt !== undefined) return unknown(trace, table.path, route.doubt);
      if (isEmpty(hit)) continue;
      left = subtract(left, hit);
      verdicts.push(this.transitRoute(only(trace, way.to, hit), way, gateway, table, route, zone, then));
    }
    if (!isEmpty(left)) {
      const dynamic = table.dynamic.find((attachment) => !this.isGone(attachment));
      verdicts.push(
        dynamic
          ? unknown(trace, dynamic.path, NOT_ADVERTISED)
          : notReachable(trace, table.path, `has no route to ${wanted.name}`),
      );
    }
    return wanted.quantifier === 'some' ? anyOf(verdicts) : allOrNone(verdicts);
  }

  private transitRoute(
    start: Trace,
    way: Way,
    gateway: TransitGateway,
    table: Component,
    route: TransitRoute,
    zone: string | undefined,
    then: Then<[End]>,
  ): Verdict {
    const { attachment: to } = route;
    if (!to) return notReachable(start, table.path, `route ${route.text} is a blackhole`);
    if (this.isGone(to)) {
      return notReachable(
        start,
        table.path,
        `route ${route.text} leads to ${to.path}, which is gone (blackhole)`,
      );
    }
    const routed = hop(touch(start, gateway), way.leg, gateway.path);
    const trace = touch(hop(routed, way.leg, table.path, `${route.text} leads to ${to.path}`), to);
    if (to.kind === 'VPN' && to.vpn) {
      if (this.isGone(to.vpn)) return notReachable(trace, to.path, 'is gone');
      if (to.vpn.dynamic) return unknown(trace, to.path, NOT_ADVERTISED);
      return then(trace, { kind: 'on-premises', vpn: to.vpn, attachment: to, transit: gateway });
    }
    if (!to.vpc) return unknown(trace, to.path, 'where this attachment leads is not in the templates');
    // Traffic stays in its zone where the attachment has a subnet there.
    const alive = to.subnets.filter((subnet) => !this.isGone(subnet));
    const subnet = alive.find((candidate) => candidate.zone === zone) ?? alive[0];
    if (!subnet) return notReachable(trace, to.path, 'has no subnet left');
    const via = gateway.groupReferencing ? 'transit gateway with group referencing' : 'transit gateway';
    const router = { vpc: to.vpc, subnet, table: subnet.routeTable, sender: undefined };
    return this.route({ ...trace, via }, way, router, then);
  }
}

const NOT_ADVERTISED =
  'the prefixes that its customer gateway advertises by BGP are not in the templates (option `advertised`)';

const asRange = (port: number): PortRange => ({ from: port, to: port });

function routerOf(nic: NetworkInterface): Router | undefined {
  const { subnet } = nic;
  return subnet && { vpc: subnet.vpc, subnet, table: subnet.routeTable, sender: nic };
}

/** The same trace for a part of the addresses. */
function only(trace: Trace, side: Side, part: AddressSet): Trace {
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
