import { intersect, isEmpty, subtract, versionOf, type AddressSet } from './addresses';
import type { Component, Gateway, NatGateway, NetworkInterface, Route, Target } from './components';
import { accept, arrive, enter, exit, send } from './ends';
import { throughAppliances } from './appliances';
import { attachedTo, toInternetGateway, toVpn } from './gateways';
import {
  addresses,
  allOrNone,
  anyOf,
  hop,
  newTrace,
  notReachable,
  touch,
  unknown,
  verdict,
  type Addresses,
  type Trace,
  type Verdict,
} from './trace';
import { throughTransitGateway, toTransitGateway } from './transit-walk';
import {
  isGoneIn,
  MAX_DEPTH,
  NOT_ADVERTISED,
  only,
  type End,
  type Router,
  type Scope,
  type Then,
  type Traffic,
  type Way,
} from './ways';

/**
 * Follows a connection hop by hop, there and back: security groups at both ends, network ACLs at each subnet that it
 * enters or leaves, the route table at each router. Each answers with what it lets through; the walk goes on behind
 * what blocks, so that the explanation names everything that does.
 */
export class Walk {
  constructor(readonly scope: Scope) {}

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
    const trace = accept(this.scope, newTrace(source, mine), destination, undefined);
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

  /**
   * From behind an endpoint of another VPC to a load balancer. Its rules see the client's own address, and no group.
   * https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
   */
  fromEndpoint(client: NetworkInterface, front: NetworkInterface, rulesApply: boolean): Verdict {
    const trace = newTrace(addresses(client.ipv4, client.path), addresses(front.ipv4, front.path));
    return verdict(
      accept(this.scope, trace, rulesApply ? front : { ...front, groups: undefined }, undefined),
    );
  }

  /** Through a gateway endpoint to the addresses of an AWS service, which are in no template. */
  toGatewayEndpoint(source: NetworkInterface, endpoint: Component, service: Addresses): Verdict {
    const router = routerOf(source);
    const start = hop(newTrace(addresses(source.ipv4, source.path), service), 'request', source.path);
    let trace = touch(send(this.scope, start, source, undefined), endpoint);
    if (!router) return verdict(trace);
    trace = hop(trace, 'request', router.table.path, `the endpoint's prefix list leads to ${endpoint.path}`);
    trace = exit(trace, this.request(source, undefined), router.subnet);
    trace = hop(trace, 'request', endpoint.path);
    return verdict(enter(trace, this.reply(source, undefined), router.subnet));
  }

  private readonly request = (
    origin: NetworkInterface | undefined,
    goal: NetworkInterface | undefined,
  ): Way => ({
    leg: 'request',
    from: 'source',
    to: 'destination',
    packet: this.scope.traffic.request,
    goal,
    origin,
  });

  private readonly reply = (
    goal: NetworkInterface | undefined,
    origin: NetworkInterface | undefined,
  ): Way => ({
    leg: 'reply',
    from: 'destination',
    to: 'source',
    packet: this.scope.traffic.reply,
    goal,
    origin,
  });

  private connect(
    start: Trace,
    source: NetworkInterface,
    goal: NetworkInterface | undefined,
    then: Then,
  ): Verdict {
    const router = routerOf(source);
    const trace = send(this.scope, start, source, goal);
    if (!router) return verdict(trace);
    return this.route(trace, this.request(source, goal), router, (sent, end) => {
      const back = this.reply(source, goal);
      if (end.kind === 'translated') return then(sent);
      if (!goal) return this.enterFrom(sent, end, back, source, then);
      if (end.kind === 'internet') return this.acrossInternet(sent, end, source, goal, then);
      const accepted = accept(this.scope, sent, goal, source);
      const answering = routerOf(goal);
      if (!answering) return verdict(accepted);
      return this.route(accepted, back, answering, (replied) => then(replied));
    });
  }

  /** From one VPC to another over the internet, by IPv6. */
  private acrossInternet(
    sent: Trace,
    left: End,
    source: NetworkInterface,
    goal: NetworkInterface,
    then: Then,
  ): Verdict {
    const accepted = accept(this.scope, sent, goal, undefined);
    const answering = routerOf(goal);
    if (!answering) return verdict(accepted);
    // The way that the replies leave by shows where the requests came in.
    return this.route(accepted, this.reply(undefined, goal), answering, (replied, end) => {
      const request = this.request(source, goal);
      if (end.kind !== 'internet') return then(enter(replied, request, goal.subnet));
      return this.enterFrom(replied, end, request, goal, (entered) =>
        this.enterFrom(entered, left, this.reply(source, goal), source, then),
      );
    });
  }

  /** From outside into the VPC of an interface, by the gateway that traffic in the other direction leaves by. */
  private enterFrom(trace: Trace, end: End, way: Way, nic: NetworkInterface, then: Then): Verdict {
    if (end.kind === 'internet') {
      if (way.leg === 'request' && end.outboundOnly) return this.refuse(trace, end.gateway);
      return this.enterBy(hop(trace, way.leg, end.gateway.path), way, end.gateway, nic, then);
    }
    if (end.kind !== 'on-premises') return then(trace);
    const { attachment, transit } = end;
    const arrived = hop(trace, way.leg, end.vpn.path);
    if (!attachment || !transit) return this.enterBy(arrived, way, end.gateway, nic, then);
    return throughTransitGateway(
      this.scope,
      this.route,
      arrived,
      way,
      transit,
      attachment,
      undefined,
      (reached) => then(reached),
    );
  }

  /**
   * Into a VPC: by the local route, unless the gateway has a route table of its own.
   * https://docs.aws.amazon.com/vpc/latest/userguide/gateway-route-tables.html
   */
  private enterBy(
    trace: Trace,
    way: Way,
    gateway: Gateway | undefined,
    nic: NetworkInterface,
    then: Then,
  ): Verdict {
    const edge = gateway?.resource && this.scope.model.edgeTables.get(gateway.resource);
    const { subnet } = nic;
    if (!edge || !subnet || isGoneIn(this.scope, edge.by) || isGoneIn(this.scope, edge.table)) {
      return then(enter(trace, way, subnet));
    }
    if (edge.by.doubt !== undefined) return unknown(trace, edge.by.path, edge.by.doubt);
    const router = { vpc: subnet.vpc, subnet: undefined, table: edge.table, sender: undefined };
    return this.route(trace, way, router, (entered) => then(entered));
  }

  private refuse(trace: Trace, gateway: Component): Verdict {
    return notReachable(trace, gateway.path, 'an egress-only internet gateway opens no inbound connections');
  }

  /** Asks a route table where the traffic goes next; addresses that go different ways are followed apart. */
  private readonly route = (start: Trace, way: Way, router: Router, then: Then<[End]>): Verdict => {
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
      if (isGoneIn(this.scope, route) && route.target.kind !== 'local') continue;
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
  };

  private noRoute(trace: Trace, way: Way, { table }: Router, unread: Route | undefined): Verdict {
    if (unread) {
      return unknown(trace, unread.path, `it is not known which addresses ${unread.text} matches`);
    }
    const dynamic = table.propagating
      .filter((gateway) => !isGoneIn(this.scope, gateway))
      .flatMap(({ vpns }) => vpns)
      .find((vpn) => vpn.dynamic && !isGoneIn(this.scope, vpn));
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
    if (isGoneIn(this.scope, target.to)) {
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
    if (target.kind === 'gateway load balancer endpoint') {
      const between = (traffic: Traffic, from: NetworkInterface, to: NetworkInterface) =>
        new Walk({ ...this.scope, traffic }).between(from, to, 4);
      return throughAppliances(this.scope, this.route, between, trace, way, router, target.to, then);
    }
    const left = exit(trace, way, router.subnet);
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
    return then(arrive(routed, way, router.subnet, goal), { kind: 'interface' });
  }

  private leaveVpc(
    trace: Trace,
    way: Way,
    router: Router,
    target: Exclude<Target, { kind: 'local' | 'other' | 'NAT gateway' | 'gateway load balancer endpoint' }>,
    then: Then<[End]>,
  ): Verdict {
    switch (target.kind) {
      case 'internet gateway':
        return toInternetGateway(this.scope, trace, way, router, target.to, then);
      case 'egress-only internet gateway': {
        const attached = attachedTo(this.scope, trace, router, target.to);
        if (versionOf(trace[way.to].full) === 4) {
          return notReachable(attached, target.to.path, 'an egress-only internet gateway takes IPv6 only');
        }
        const end = { kind: 'internet', gateway: target.to, outboundOnly: true } as const;
        return then(hop(attached, way.leg, target.to.path), end);
      }
      case 'virtual private gateway': {
        const attached = hop(attachedTo(this.scope, trace, router, target.to), way.leg, target.to.path);
        return toVpn(this.scope, attached, way, target.to, then);
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
        return then(enter(crossed, way, way.goal.subnet), { kind: 'interface' });
      }
      case 'transit gateway':
        return toTransitGateway(this.scope, this.route, trace, way, router, target.to, then);
    }
  }

  /**
   * A NAT gateway opens a connection of its own, and hands the replies back.
   * https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html
   */
  private translate(trace: Trace, way: Way, router: Router, nat: NatGateway, then: Then<[End]>): Verdict {
    if (way.leg === 'reply' || !way.origin) {
      const reason = 'a NAT gateway opens no inbound connections';
      return notReachable(exit(trace, way, router.subnet), nat.path, reason);
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
      arrive(trace, way, router.subnet, nic),
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
    const trace = hop(exit(start, way, router.subnet), 'request', nat.path, 'translates the source address');
    const gateways = [...this.scope.model.internetGateways.values()].filter(
      (gateway) =>
        !isGoneIn(this.scope, gateway) &&
        gateway.attachments.some(({ vpc, by }) => vpc === nat.vpc && !isGoneIn(this.scope, by)),
    );
    const [gateway] = gateways;
    if (!gateway) return notReachable(trace, nat.path, `${nat.vpc.path} has no internet gateway`);
    if (way.goal) return notReachable(trace, nat.path, 'a public NAT gateway leads to public addresses only');
    if (way.origin?.subnet?.vpc !== nat.vpc) {
      return unknown(trace, nat.path, 'replies from a regional NAT gateway to another VPC are not modelled');
    }
    if (gateway.resource && this.scope.model.edgeTables.has(gateway.resource)) {
      return unknown(trace, nat.path, "regional NAT behind a gateway's route table is not modelled");
    }
    const sender = { ...way.origin, path: nat.path, publicIpv4: true } as const;
    return toInternetGateway(this.scope, trace, way, { ...router, vpc: nat.vpc, sender }, gateway, (left) =>
      then(enter(left, this.reply(way.origin, undefined), way.origin?.subnet), { kind: 'translated' }),
    );
  }
}

function routerOf(nic: NetworkInterface): Router | undefined {
  const { subnet } = nic;
  return subnet && { vpc: subnet.vpc, subnet, table: subnet.routeTable, sender: nic };
}
