import {
  embeddedIpv4,
  intersect,
  isEmpty,
  subtract,
  union,
  versionOf,
  type AddressSet,
} from '../model/addresses';
import type { Component, Gateway, NatGateway, NetworkInterface, Route, Target } from '../model/components';
import {
  isRemoved,
  MAX_DEPTH,
  NOT_ADVERTISED,
  type PathEnd,
  type Router,
  type Context,
  type Continuation,
  type Traffic,
  type Direction,
  routerOf,
} from './direction';
import { throughGatewayLoadBalancer } from './gateway-load-balancer';
import { checkAttachment, throughInternetGateway, throughVirtualPrivateGateway } from './gateways';
import { enterInterface, leaveInterface } from './network-interface';
import { deliverInVpc, enterSubnet, leaveSubnet } from './subnet';
import {
  addresses,
  hop,
  newTrace,
  notReachable,
  touch,
  unknown,
  verdict,
  type Addresses,
  type Trace,
  only,
} from './trace';
import { routeInTransitGateway, enterTransitGateway } from './transit-gateway';
import { allOrNone, anyOf, type Verdict } from './verdict';

/**
 * Follows a connection hop by hop: first the request, then the reply. It checks security groups at both ends, network
 * ACLs at each subnet boundary and the route table at each router. The path goes on behind a blocker, so that the
 * explanation names every blocker.
 */
export class PathAnalysis {
  constructor(readonly context: Context) {}

  /** From interface to interface, by private IPv4 or by IPv6 addresses. */
  between(source: NetworkInterface, destination: NetworkInterface, version: 4 | 6): Verdict {
    const of = (nic: NetworkInterface) => addresses(version === 4 ? nic.ipv4 : nic.ipv6, nic.path);
    const trace = hop(newTrace(of(source), of(destination)), 'request', source.path);
    return this.connect(trace, source, destination, verdict);
  }

  /** From an interface to addresses outside all VPCs. */
  outbound(source: NetworkInterface, destination: Addresses): Verdict {
    const mine = versionOf(destination.full) === 4 ? source.ipv4 : source.ipv6;
    const trace = hop(newTrace(addresses(mine, source.path), destination), 'request', source.path);
    return this.connect(trace, source, undefined, verdict);
  }

  /** From addresses outside all VPCs to an interface. The request enters by the gateway that the reply leaves by. */
  inbound(source: Addresses, destination: NetworkInterface): Verdict {
    const version = versionOf(source.full);
    const mine = addresses(version === 4 ? destination.ipv4 : destination.ipv6, destination.path);
    const trace = enterInterface(this.context, newTrace(source, mine), destination, undefined);
    const router = routerOf(destination);
    if (!router) return verdict(trace);
    return this.lookUpRoute(trace, this.reply(undefined, destination), router, (reply, end) =>
      // The hops of the request are found last and listed first.
      this.enterVpcFrom(
        { ...reply, request: [{ component: source.name }] },
        end,
        this.request(undefined, destination),
        destination,
        (entered) => verdict({ ...entered, request: [...entered.request, ...reply.request] }),
      ),
    );
  }

  /**
   * From an endpoint in another VPC to a load balancer. Its inbound rules see the client's address, not its groups.
   * https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
   */
  fromEndpoint(client: NetworkInterface, loadBalancer: NetworkInterface, rulesApply: boolean): Verdict {
    const trace = newTrace(
      addresses(client.ipv4, client.path),
      addresses(loadBalancer.ipv4, loadBalancer.path),
    );
    return verdict(
      enterInterface(
        this.context,
        trace,
        rulesApply ? loadBalancer : { ...loadBalancer, groups: undefined },
        undefined,
      ),
    );
  }

  /** Through a gateway endpoint to an AWS service. */
  toGatewayEndpoint(source: NetworkInterface, endpoint: Component, service: Addresses): Verdict {
    const router = routerOf(source);
    const start = hop(newTrace(addresses(source.ipv4, source.path), service), 'request', source.path);
    let trace = touch(leaveInterface(this.context, start, source, undefined), endpoint);
    if (!router) return verdict(trace);
    trace = hop(trace, 'request', router.table.path, `the endpoint's prefix list leads to ${endpoint.path}`);
    trace = leaveSubnet(trace, this.request(source, undefined), router.subnet);
    trace = hop(trace, 'request', endpoint.path);
    return verdict(enterSubnet(trace, this.reply(source, undefined), router.subnet));
  }

  private readonly request = (
    sender: NetworkInterface | undefined,
    receiver: NetworkInterface | undefined,
  ): Direction => ({
    leg: 'request',
    from: 'source',
    to: 'destination',
    packet: this.context.traffic.request,
    receiver,
    sender,
  });

  private readonly reply = (
    receiver: NetworkInterface | undefined,
    sender: NetworkInterface | undefined,
  ): Direction => ({
    leg: 'reply',
    from: 'destination',
    to: 'source',
    packet: this.context.traffic.reply,
    receiver,
    sender,
  });

  private connect(
    start: Trace,
    source: NetworkInterface,
    receiver: NetworkInterface | undefined,
    then: Continuation,
  ): Verdict {
    const router = routerOf(source);
    const trace = leaveInterface(this.context, start, source, receiver);
    if (!router) return verdict(trace);
    return this.lookUpRoute(trace, this.request(source, receiver), router, (sent, end) => {
      const back = this.reply(source, receiver);
      if (end.kind === 'translated') return then(sent);
      if (!receiver) return this.enterVpcFrom(sent, end, back, source, then);
      if (end.kind === 'internet') return this.acrossInternet(sent, end, source, receiver, then);
      const accepted = enterInterface(this.context, sent, receiver, source);
      const answering = routerOf(receiver);
      if (!answering) return verdict(accepted);
      return this.lookUpRoute(accepted, back, answering, (replied) => then(replied));
    });
  }

  /** From one VPC to another over the internet, by IPv6. */
  private acrossInternet(
    sent: Trace,
    left: PathEnd,
    source: NetworkInterface,
    receiver: NetworkInterface,
    then: Continuation,
  ): Verdict {
    const accepted = enterInterface(this.context, sent, receiver, undefined);
    const answering = routerOf(receiver);
    if (!answering) return verdict(accepted);
    // The request enters by the gateway that the reply leaves by.
    return this.lookUpRoute(accepted, this.reply(undefined, receiver), answering, (replied, end) => {
      const request = this.request(source, receiver);
      if (end.kind !== 'internet') return then(enterSubnet(replied, request, receiver.subnet));
      return this.enterVpcFrom(replied, end, request, receiver, (entered) =>
        this.enterVpcFrom(entered, left, this.reply(source, receiver), source, then),
      );
    });
  }

  /** From outside into the VPC of an interface, by the gateway through which the other direction left. */
  private enterVpcFrom(
    trace: Trace,
    end: PathEnd,
    direction: Direction,
    nic: NetworkInterface,
    then: Continuation,
  ): Verdict {
    if (end.kind === 'internet') {
      if (direction.leg === 'request' && end.outboundOnly) return this.refuse(trace, end.gateway);
      return this.enterVpcThrough(
        hop(trace, direction.leg, end.gateway.path),
        direction,
        end.gateway,
        nic,
        then,
      );
    }
    if (end.kind !== 'on-premises') return then(trace);
    const { attachment, transit } = end;
    const arrived = hop(trace, direction.leg, end.vpn.path);
    if (!attachment || !transit) return this.enterVpcThrough(arrived, direction, end.gateway, nic, then);
    return routeInTransitGateway(
      this.context,
      this.lookUpRoute,
      arrived,
      direction,
      transit,
      attachment,
      undefined,
      (reached) => then(reached),
    );
  }

  /**
   * Through a gateway into its VPC: by the gateway's route table if it has one, otherwise by the local route.
   * https://docs.aws.amazon.com/vpc/latest/userguide/gateway-route-tables.html
   */
  private enterVpcThrough(
    trace: Trace,
    direction: Direction,
    gateway: Gateway | undefined,
    nic: NetworkInterface,
    then: Continuation,
  ): Verdict {
    const edge = gateway?.resource && this.context.model.gatewayRouteTables.get(gateway.resource);
    const { subnet } = nic;
    if (!edge || !subnet || isRemoved(this.context, edge.by) || isRemoved(this.context, edge.table)) {
      return then(enterSubnet(trace, direction, subnet));
    }
    if (edge.by.doubt !== undefined) return unknown(trace, edge.by.path, edge.by.doubt);
    const router = { vpc: subnet.vpc, subnet: undefined, table: edge.table, sender: undefined };
    return this.lookUpRoute(trace, direction, router, (entered) => then(entered));
  }

  private refuse(trace: Trace, gateway: Component): Verdict {
    return notReachable(trace, gateway.path, 'an egress-only internet gateway opens no inbound connections');
  }

  /** Looks up the next hop. Addresses with different next hops are followed separately. */
  private readonly lookUpRoute = (
    start: Trace,
    direction: Direction,
    router: Router,
    then: Continuation<[PathEnd]>,
  ): Verdict => {
    const { table } = router;
    const trace = { ...start, depth: start.depth + 1 };
    if (trace.depth > MAX_DEPTH) return notReachable(trace, table.path, 'the routes lead in a loop');
    if (table.doubt !== undefined) return unknown(trace, table.path, table.doubt);
    const wanted = trace[direction.to];
    const parts: { route: Route; hits: AddressSet[] }[] = [];
    let left = wanted.possible;
    let unread: Route | undefined;
    for (const route of table.routes) {
      if (isEmpty(left)) break;
      if (isRemoved(this.context, route)) continue;
      if (!route.destination) {
        unread = route;
        continue;
      }
      const hit = intersect(left, route.destination);
      if (isEmpty(hit)) continue;
      // Routes to one target are followed once: route tables have up to 1,000.
      const same = parts.find((part) => isToSameTarget(part.route, route));
      if (same) same.hits.push(hit);
      else parts.push({ route, hits: [hit] });
      left = subtract(left, hit);
    }
    // Addresses of the VPC are not part of "the internet".
    const followed =
      wanted.quantifier === 'some' && parts.length > 1
        ? parts.filter(({ route }) => route.target.kind !== 'local')
        : parts;
    const verdicts = followed.map(({ route, hits }) =>
      unread && (route.target.kind !== 'local' || isMiddleboxRoute(unread))
        ? unknown(trace, unread.path, `it is not known which addresses ${unread.text} matches`)
        : this.followRoute(only(trace, direction.to, union(...hits)), direction, router, route, then),
    );
    if (!isEmpty(left))
      verdicts.push(this.noRoute(only(trace, direction.to, left), direction, router, unread));
    return wanted.quantifier === 'some' ? anyOf(verdicts) : allOrNone(verdicts);
  };

  private noRoute(trace: Trace, direction: Direction, { table }: Router, unread: Route | undefined): Verdict {
    if (unread) {
      return unknown(trace, unread.path, `it is not known which addresses ${unread.text} matches`);
    }
    const dynamic = table.propagating
      .filter((gateway) => !isRemoved(this.context, gateway))
      .flatMap(({ vpns }) => vpns)
      .find((vpn) => vpn.dynamic && !isRemoved(this.context, vpn));
    if (dynamic) return unknown(trace, dynamic.path, NOT_ADVERTISED);
    const purpose = direction.leg === 'reply' ? ', so that replies are lost' : '';
    return notReachable(trace, table.path, `has no route to ${trace[direction.to].name}${purpose}`);
  }

  private followRoute(
    start: Trace,
    direction: Direction,
    router: Router,
    route: Route,
    then: Continuation<[PathEnd]>,
  ): Verdict {
    const { target } = route;
    const { table } = router;
    if (route.doubt !== undefined) return unknown(start, table.path, route.doubt);
    const text = `route ${route.text}`;
    if (target.kind === 'local') return this.deliverLocally(start, direction, router, route, then);
    if (isRemoved(this.context, target.to)) {
      return notReachable(
        start,
        table.path,
        `${text} leads to ${target.kind} ${target.to.path}, which is gone (blackhole)`,
      );
    }
    if (target.kind === 'other') return unknown(start, target.to.path, target.to.doubt ?? 'not modelled');
    const routed = hop(start, direction.leg, table.path, `${text} leads to ${target.kind} ${target.to.path}`);
    const trace = touch(routed, target.to);
    if (target.kind === 'NAT gateway')
      return this.throughNatGateway(trace, direction, router, target.to, then);
    if (target.kind === 'gateway load balancer endpoint') {
      const between = (traffic: Traffic, from: NetworkInterface, to: NetworkInterface) =>
        new PathAnalysis({ ...this.context, traffic }).between(from, to, 4);
      return throughGatewayLoadBalancer(
        this.context,
        this.lookUpRoute,
        between,
        trace,
        direction,
        router,
        target.to,
        then,
      );
    }
    const left = leaveSubnet(trace, direction, router.subnet);
    return this.leaveVpc(left, direction, router, target, then);
  }

  private deliverLocally(
    trace: Trace,
    direction: Direction,
    router: Router,
    route: Route,
    then: Continuation<[PathEnd]>,
  ): Verdict {
    const { receiver } = direction;
    const where = `the local route of ${router.vpc.path}`;
    // Addresses of the VPC are not part of "the internet".
    if (!receiver && trace[direction.to].quantifier === 'every') {
      const reason = `${where} takes ${trace[direction.to].name}; no resource is said to have it`;
      return unknown(trace, router.table.path, reason);
    }
    if (receiver?.subnet?.vpc !== router.vpc) {
      const reason = `${where} takes ${trace[direction.to].name}, which is not in it`;
      return notReachable(trace, router.table.path, reason);
    }
    const routed = hop(trace, direction.leg, router.table.path, route.text);
    return then(deliverInVpc(routed, direction, router.subnet, receiver), { kind: 'interface' });
  }

  private leaveVpc(
    trace: Trace,
    direction: Direction,
    router: Router,
    target: Exclude<Target, { kind: 'local' | 'other' | 'NAT gateway' | 'gateway load balancer endpoint' }>,
    then: Continuation<[PathEnd]>,
  ): Verdict {
    switch (target.kind) {
      case 'internet gateway':
        return throughInternetGateway(this.context, trace, direction, router, target.to, then);
      case 'egress-only internet gateway': {
        const attached = checkAttachment(this.context, trace, router, target.to);
        if (versionOf(trace[direction.to].full) === 4) {
          return notReachable(attached, target.to.path, 'an egress-only internet gateway takes IPv6 only');
        }
        const end = { kind: 'internet', gateway: target.to, outboundOnly: true } as const;
        return then(hop(attached, direction.leg, target.to.path), end);
      }
      case 'virtual private gateway': {
        const attached = hop(
          checkAttachment(this.context, trace, router, target.to),
          direction.leg,
          target.to.path,
        );
        return throughVirtualPrivateGateway(this.context, attached, direction, target.to, then);
      }
      case 'peering connection': {
        const { sides } = target.to;
        const other = sides[0] === router.vpc ? sides[1] : sides[0];
        if (!other || (!sides.includes(router.vpc) && sides.includes(undefined)))
          return unknown(trace, target.to.path, 'the VPC at its other end is not in the templates');
        // https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html#vpc-peering-limitations
        if (!router.sender || direction.receiver?.subnet?.vpc !== other) {
          const reason = `peering is not transitive: it connects ${router.vpc.path} with ${other.path} only`;
          return notReachable(trace, target.to.path, reason);
        }
        const crossed: Trace = {
          ...hop(trace, direction.leg, target.to.path),
          via: 'peering',
          groupReferencing: target.to.groupReferencing,
        };
        return then(enterSubnet(crossed, direction, direction.receiver.subnet), { kind: 'interface' });
      }
      case 'transit gateway':
        return enterTransitGateway(this.context, this.lookUpRoute, trace, direction, router, target.to, then);
    }
  }

  /**
   * A NAT gateway opens a new connection from its own address, and forwards the replies to the sender.
   * https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html
   */
  private throughNatGateway(
    trace: Trace,
    direction: Direction,
    router: Router,
    nat: NatGateway,
    then: Continuation<[PathEnd]>,
  ): Verdict {
    if (direction.leg === 'reply' || !direction.sender) {
      const reason = 'a NAT gateway opens no inbound connections';
      return notReachable(leaveSubnet(trace, direction, router.subnet), nat.path, reason);
    }
    const isIpv6 = versionOf(trace.destination.full) === 6;
    const ipv4 = isIpv6 ? embeddedIpv4(trace.destination.full) : trace.destination.full;
    if (!ipv4) return notReachable(trace, nat.path, 'translates IPv4, and IPv6 to 64:ff9b::/96 (NAT64) only');
    if (isIpv6 && ![6, 17].includes(direction.packet.protocol)) {
      return unknown(trace, nat.path, 'NAT64 of other protocols than TCP and UDP is not modelled');
    }
    if (nat.connectivity === 'doubt') {
      return unknown(trace, nat.path, 'its ConnectivityType is not known before deployment');
    }
    if (![1, 6, 17].includes(direction.packet.protocol)) {
      return notReachable(trace, nat.path, 'a NAT gateway translates TCP, UDP and ICMP only');
    }
    const { nic } = nat;
    if (!nic) return this.throughRegionalNatGateway(trace, direction, router, nat, then);
    const own = routerOf(nic);
    if (!own) return unknown(trace, nat.path, nic.doubt ?? 'its subnet is not in the templates');
    if (own.vpc.undecided === true) return unknown(trace, nat.path, 'it is not known in which VPC it is');
    if (isEmpty(nic.ipv4)) return unknown(trace, nat.path, own.subnet?.unreadCidr ?? 'has no IPv4 address');
    const arrived = hop(
      deliverInVpc(trace, direction, router.subnet, nic),
      'request',
      nat.path,
      'translates the source address',
    );
    // https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-nat64-dns64.html
    const translated: Trace = {
      ...arrived,
      source: addresses(nic.ipv4, nat.path),
      destination: isIpv6 ? addresses(ipv4, trace.destination.name) : arrived.destination,
      depth: arrived.depth + 1,
    };
    return this.connect(translated, nic, direction.receiver, (connected) =>
      this.lookUpRoute(
        hop(
          {
            ...connected,
            source: trace.source,
            destination: isIpv6 ? arrived.destination : connected.destination,
          },
          'reply',
          nat.path,
        ),
        this.reply(direction.sender, direction.receiver),
        { ...own, sender: undefined },
        (replied) => then(replied, { kind: 'translated' }),
      ),
    );
  }

  /**
   * A regional NAT gateway is in no subnet. AWS gives it a route table that leads to the internet gateway.
   * https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html
   */
  private throughRegionalNatGateway(
    start: Trace,
    direction: Direction,
    router: Router,
    nat: NatGateway,
    then: Continuation<[PathEnd]>,
  ): Verdict {
    if (isIpv6(start)) return unknown(start, nat.path, 'NAT64 of a regional NAT gateway is not modelled');
    if (nat.connectivity === 'private')
      return unknown(start, nat.path, 'private regional NAT is not modelled');
    const trace = hop(
      leaveSubnet(start, direction, router.subnet),
      'request',
      nat.path,
      'translates the source address',
    );
    const gateways = [...this.context.model.internetGateways.values()].filter(
      (gateway) =>
        !isRemoved(this.context, gateway) &&
        gateway.attachments.some(({ vpc, by }) => vpc === nat.vpc && !isRemoved(this.context, by)),
    );
    const [gateway] = gateways;
    if (!gateway) return notReachable(trace, nat.path, `${nat.vpc.path} has no internet gateway`);
    if (direction.receiver)
      return notReachable(trace, nat.path, 'a public NAT gateway leads to public addresses only');
    if (direction.sender?.subnet?.vpc !== nat.vpc) {
      return unknown(trace, nat.path, 'replies from a regional NAT gateway to another VPC are not modelled');
    }
    if (gateway.resource && this.context.model.gatewayRouteTables.has(gateway.resource)) {
      return unknown(trace, nat.path, "regional NAT behind a gateway's route table is not modelled");
    }
    const sender = { ...direction.sender, path: nat.path, publicIpv4: true } as const;
    return throughInternetGateway(
      this.context,
      trace,
      direction,
      { ...router, vpc: nat.vpc, sender },
      gateway,
      (left) =>
        then(enterSubnet(left, this.reply(direction.sender, undefined), direction.sender?.subnet), {
          kind: 'translated',
        }),
    );
  }
}

const componentOf = ({ target }: Route) => (target.kind === 'local' ? undefined : target.to);

const isToSameTarget = (one: Route, other: Route): boolean =>
  componentOf(one) === componentOf(other) && one.doubt === other.doubt;

const isIpv6 = ({ destination }: Trace): boolean => versionOf(destination.full) === 6;

/**
 * A route that can be more specific than the local route.
 * https://docs.aws.amazon.com/vpc/latest/userguide/route-table-options.html#route-tables-middlebox
 */
const isMiddleboxRoute = ({ resource, target }: Route): boolean =>
  resource?.type === 'AWS::EC2::Route' &&
  ['NAT gateway', 'gateway load balancer endpoint', 'other'].includes(target.kind);
