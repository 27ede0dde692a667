import '../../../lib/assertions/network/matchers';
import {
  acl,
  at,
  ec2,
  entry,
  everything,
  instance,
  internetGateway,
  network,
  ref,
  subnet,
  tcp,
  to,
  toInternet,
  vpc,
  without,
  type Resources,
} from './templates';

const elb = (type: string, Properties: object) => ({
  Type: `AWS::ElasticLoadBalancingV2::${type}`,
  Properties,
});
const geneve = (CidrIp = '10.9.0.0/16') => ({ IpProtocol: 'udp', FromPort: 6081, ToPort: 6081, CidrIp });
const inZone = (AvailabilityZone: string) => ({ AvailabilityZone });
const ZONES = ['a', 'b'] as const;

const balancer = (attributes: object = {}) =>
  elb('LoadBalancer', { Type: 'gateway', Subnets: [ref('Fleeta'), ref('Fleetb')], ...attributes });
const crossZone = {
  LoadBalancerAttributes: [{ Key: 'load_balancing.cross_zone.enabled', Value: 'true' }],
};
const targetGroup = (properties: object = {}) =>
  elb('TargetGroup', { Protocol: 'GENEVE', Port: 6081, HealthCheckPort: '8080', ...properties });
const fleet = (properties: object = {}) => ({
  Type: 'AWS::AutoScaling::AutoScalingGroup',
  Properties: {
    VPCZoneIdentifier: [ref('Fleeta'), ref('Fleetb')],
    MinSize: '2',
    LaunchTemplate: { LaunchTemplateId: ref('Launch'), Version: '1' },
    TargetGroupARNs: [ref('Targets')],
    ...properties,
  },
});
const fleetGroup = (inbound: readonly object[], outbound: readonly object[]) =>
  ec2('SecurityGroup', { SecurityGroupIngress: inbound, SecurityGroupEgress: outbound });

/** Appliances in a VPC of their own, in two zones. */
const appliances: Resources = {
  ...vpc('Inspection', '10.9.0.0/16'),
  ...subnet('Fleeta', 'Inspection', '10.9.0.0/24', [], inZone('az-a')),
  ...subnet('Fleetb', 'Inspection', '10.9.1.0/24', [], inZone('az-b')),
  Balancer: balancer(),
  Listener: elb('Listener', {
    LoadBalancerArn: ref('Balancer'),
    DefaultActions: [{ Type: 'forward', TargetGroupArn: ref('Targets') }],
  }),
  Targets: targetGroup(),
  Fleet: fleet(),
  Launch: ec2('LaunchTemplate', { LaunchTemplateData: { SecurityGroupIds: [ref('FleetGroup')] } }),
  FleetGroup: fleetGroup([geneve(), tcp(8080, '10.9.0.0/16')], [geneve()]),
  Service: ec2('VPCEndpointService', {
    AcceptanceRequired: false,
    GatewayLoadBalancerArns: [ref('Balancer')],
  }),
};

const endpoint = (zone: string) =>
  ec2('VPCEndpoint', {
    VpcEndpointType: 'GatewayLoadBalancer',
    VpcId: ref('Vpc'),
    SubnetIds: [ref(`Door${zone}`)],
    ServiceName: { 'Fn::Sub': 'com.amazonaws.vpce.${AWS::Region}.${Service}' },
  });
const byEndpoint = (zone: string, cidr: string) => to(cidr, { VpcEndpointId: ref(`Endpoint${zone}`) });
const edgeRoute = (zone: string, cidr: string) =>
  ec2('Route', { RouteTableId: ref('Edge'), ...byEndpoint(zone, cidr) });

/** Servers in a VPC whose traffic with the internet is led through the appliances, in two zones. */
const inspected: Resources = {
  ...appliances,
  ...vpc('Vpc', '10.0.0.0/16'),
  ...internetGateway('Vpc'),
  ...ZONES.reduce<Resources>(
    (all, zone, i) => ({
      ...all,
      ...subnet(`Door${zone}`, 'Vpc', `10.0.${i}.0/28`, [toInternet], inZone(`az-${zone}`)),
      ...subnet(`App${zone}`, 'Vpc', `10.0.1${i}.0/24`, [byEndpoint(zone, '0.0.0.0/0')], {
        ...inZone(`az-${zone}`),
        MapPublicIpOnLaunch: true,
      }),
      ...instance(`Server${zone}`, `App${zone}`, { inbound: [tcp(443, '0.0.0.0/0')] }),
      [`Endpoint${zone}`]: endpoint(zone),
      [`EdgeRoute${zone}`]: edgeRoute(zone, `10.0.1${i}.0/24`),
    }),
    {},
  ),
  Edge: ec2('RouteTable', { VpcId: ref('Vpc') }),
  EdgeAssociation: ec2('GatewayRouteTableAssociation', { GatewayId: ref('Igw'), RouteTableId: ref('Edge') }),
};

const web = { source: 'internet', destination: at('Servera'), port: 443 } as const;
const out = { source: at('Servera'), destination: 'internet', port: 443 } as const;
/** Neither direction passes the appliances of the first zone. */
const around = {
  ...without(inspected, 'EdgeAssociation'),
  AppaRoute0: ec2('Route', { RouteTableId: ref('AppaTable'), ...toInternet }),
};

const both = [web, out];
const answers = (resources: Resources) => both.map((flow) => network(resources).canReach(flow).answer);
const reason = (resources: Resources, flow: typeof web | typeof out = web) =>
  String(network(resources).canReach(flow));

describe('gateway load balancer', () => {
  // https://docs.aws.amazon.com/elasticloadbalancing/latest/gateway/getting-started.html
  it('blocks in both directions when no appliance lets traffic through', () => {
    const net = network(inspected);
    for (const flow of both) {
      expect(net).toReach(flow);
      for (const component of ['Fleet', 'Balancer', 'Endpointa']) {
        expect(net).toPassThrough({ ...flow, component: at(component) });
      }
      expect(net).not.toPassThrough({ ...flow, component: at('Endpointb') });
    }
  });

  it('is named in the explanation when it is removed', () => {
    expect(String(network(inspected).without(at('Balancer')).canReach(web))).toContain('T/Balancer: is gone');
  });

  it.each(['Edge', 'EdgeAssociation'])('is on one way only, and so unknown, without %s', (gone) => {
    expect(String(network(inspected).without(at(gone)).canReach(web))).toContain('asymmetric');
  });

  it('is a hop of the request and of the reply', () => {
    const { path } = network(inspected).canReach(web);
    const passed = (reply: boolean) =>
      path.filter((hop) => (hop.reply === true) === reply).map(({ component }) => component);
    const [request, reply] = [passed(false), passed(true)];
    const order = ['Igw', 'Edge', 'Endpointa', 'Balancer', 'DooraTable', 'Servera'].map(at);
    expect(request.filter((component) => order.includes(component))).toEqual(order);
    const back = ['AppaTable', 'Endpointa', 'Balancer', 'DooraTable', 'Igw'].map(at);
    expect(reply.filter((component) => back.includes(component))).toEqual(back);
  });

  it('is not on the path when no route leads to its endpoint', () => {
    for (const flow of both) {
      expect(network(around)).toReach(flow);
      expect(network(around)).not.toPassThrough({ ...flow, component: at('Fleet') });
    }
  });

  // https://docs.aws.amazon.com/vpc/latest/userguide/gateway-route-tables.html#gateway-route-table-rules
  it.each<[string, Resources]>([
    ['what comes in', without(inspected, 'EdgeAssociation')],
    ['what comes in to one subnet', without(inspected, 'EdgeRoutea')],
    [
      'what goes out',
      { ...inspected, AppaRoute0: ec2('Route', { RouteTableId: ref('AppaTable'), ...toInternet }) },
    ],
    ['the same zone both ways', { ...inspected, EdgeRoutea: edgeRoute('b', '10.0.10.0/24') }],
  ])('leaves it unknown what becomes of traffic when %s avoids it', (_, resources) => {
    for (const flow of both) {
      const net = network(resources);
      expect(net.canReach(flow).answer).toBe('unknown');
      expect(String(net.canReach(flow))).toContain('asymmetric');
      expect(net.everyPath(flow).passesThrough(at('Fleet')).answer).toBe('unknown');
    }
  });

  it('uses the route table of the endpoint subnet for the next hop', () => {
    const shut = without(inspected, 'DooraRoute0');
    expect(answers(shut)).toEqual(['not reachable', 'not reachable']);
    expect(reason(shut, out)).toContain('T/DooraTable: has no route to internet');
    const loop = {
      ...inspected,
      DooraRoute0: ec2('Route', { RouteTableId: ref('DooraTable'), ...byEndpoint('a', '0.0.0.0/0') }),
    };
    expect(network(loop)).not.toReach(out);
    expect(reason(loop, out)).toContain('the routes lead in a loop');
  });

  it('keeps the source address, which must have a public IPv4 address', () => {
    const bare = {
      ...inspected,
      ...subnet('Appa', 'Vpc', '10.0.10.0/24', [byEndpoint('a', '0.0.0.0/0')], inZone('az-a')),
    };
    expect(network(bare)).not.toReach(out);
    expect(reason(bare, out)).toContain('T/Servera: has no public IPv4 address');
  });

  // https://docs.aws.amazon.com/elasticloadbalancing/latest/gateway/gateway-load-balancers.html
  const health = tcp(8080, '10.9.0.0/16');
  it.each<[string, readonly object[], readonly object[]]>([
    ['in', [health], [geneve()]],
    ['in from the nodes', [geneve('10.0.0.0/16'), health], [geneve()]],
    // The ports of a reply are not swapped. Therefore a security group treats it as a new connection.
    ['out', [geneve(), health], [tcp(443, '0.0.0.0/0')]],
  ])("needs GENEVE in the appliances' security group: %s", (_, inbound, outbound) => {
    const resources = { ...inspected, FleetGroup: fleetGroup(inbound, outbound) };
    expect(answers(resources)).toEqual(['not reachable', 'not reachable']);
    expect(reason(resources)).toContain('security group T/FleetGroup: no');
  });

  it('needs GENEVE in the network ACLs of the appliances', () => {
    // Within its zone, node and appliance share a subnet, and no ACL filters between them.
    const filtered = (attributes: object) => ({
      ...inspected,
      ...acl('Acl', 'Inspection', 'Fleetb', [entry(100, 'allow', 'in', '10.9.0.0/16', [8080, 8080])]),
      Balancer: balancer(attributes),
    });
    expect(network(filtered({}))).toReach(web);
    // Across zones one of two appliances is out of reach, so that some connections get through.
    expect(network(filtered(crossZone)).canReach({ ...web, destination: at('Serverb') }).answer).toBe(
      'unknown',
    );
  });

  // https://docs.aws.amazon.com/elasticloadbalancing/latest/gateway/health-checks.html
  it('is unknown when the health check cannot reach the appliances', () => {
    const unhealthy = { ...inspected, FleetGroup: fleetGroup([geneve()], [geneve()]) };
    expect(answers(unhealthy)).toEqual(['unknown', 'unknown']);
    const other = { ...inspected, Targets: targetGroup({ HealthCheckPort: '80' }) };
    expect(answers(other)).toEqual(['unknown', 'unknown']);
    expect(reason(other)).toContain('tcp 80');
    const byGeneve = { ...unhealthy, Targets: targetGroup({ HealthCheckPort: 'traffic-port' }) };
    expect(answers(byGeneve)).toEqual(['unknown', 'unknown']);
    const open = fleetGroup([geneve(), tcp(6081, '10.9.0.0/16')], [geneve()]);
    expect(answers({ ...byGeneve, FleetGroup: open })).toEqual(['reachable', 'reachable']);
  });

  // https://docs.aws.amazon.com/elasticloadbalancing/latest/gateway/target-groups.html
  it('needs a target in the zone of the endpoint, or cross-zone load balancing', () => {
    const one = {
      ...inspected,
      Fleet: fleet({ VPCZoneIdentifier: [ref('Fleetb')], MinSize: '1' }),
    };
    expect(answers(one)).toEqual(['not reachable', 'not reachable']);
    expect(reason(one)).toContain('T/Balancer: has no target in az-a');
    expect(network(one)).toReach({ ...web, destination: at('Serverb') });
    expect(answers({ ...one, Balancer: balancer(crossZone) })).toEqual(['reachable', 'reachable']);
    const off = { LoadBalancerAttributes: [{ Key: 'load_balancing.cross_zone.enabled', Value: 'false' }] };
    expect(answers({ ...one, Balancer: balancer(off) })).toEqual(['not reachable', 'not reachable']);
  });

  it('is unknown when the group keeps fewer appliances than zones', () => {
    const small = { ...inspected, Fleet: fleet({ MinSize: '1' }) };
    expect(answers(small)).toEqual(['unknown', 'unknown']);
    expect(answers({ ...small, Balancer: balancer(crossZone) })).toEqual(['reachable', 'reachable']);
    expect(answers({ ...inspected, Fleet: fleet({ MinSize: '1', DesiredCapacity: '2' }) })).toEqual([
      'reachable',
      'reachable',
    ]);
  });

  it('takes instances as targets; other targets are unknown', () => {
    const appliance = (id: string) =>
      instance(id, 'Fleeta', { inbound: [geneve(), tcp(8080, '10.9.0.0/16')], outbound: [geneve()] });
    const registered = (...Targets: readonly object[]) => ({
      ...without(inspected, 'Fleet'),
      ...appliance('Appliance'),
      Targets: targetGroup({ Targets }),
    });
    const net = network(registered({ Id: ref('Appliance') }));
    expect(net).toPassThrough({ ...web, component: at('Appliance') });
    // What it gets comes to its first interface.
    const second = {
      Admin: ec2('NetworkInterface', { SubnetId: ref('Fleeta'), GroupSet: [ref('AdminGroup')] }),
      AdminGroup: ec2('SecurityGroup', { SecurityGroupIngress: [] }),
      Attached: ec2('NetworkInterfaceAttachment', {
        InstanceId: ref('Appliance'),
        NetworkInterfaceId: ref('Admin'),
        DeviceIndex: '1',
      }),
    };
    expect(answers({ ...registered({ Id: ref('Appliance') }), ...second })[0]).toBe('reachable');
    expect(answers(registered({ Id: ref('Appliance') }, { Id: 'i-1' }))).toEqual(['unknown', 'unknown']);
    expect(answers(registered())).toEqual(['unknown', 'unknown']);
  });

  it('is lost with its own zone only', () => {
    const net = network(inspected);
    const other = { ...web, destination: at('Serverb') };
    expect(net.withoutAz('az-a')).not.toReach(web);
    expect(net.withoutAz('az-a')).toReach(other);
    expect(net).toSurviveLossOfAnyAz({ ...web, destination: [at('Servera'), at('Serverb')] });
    // Appliances of one zone only: without cross-zone, what is in that zone goes, and nothing else.
    expect(net.without(at('Fleeta'))).not.toReach(web);
    expect(net.without(at('Fleeta'))).toReach(other);
    const shared = network({ ...inspected, Balancer: balancer({ ...crossZone }) });
    expect(shared.without(at('Fleetb'))).toReach(web);
  });

  it.each<[string, Resources]>([
    [
      'needs a connection that somebody accepts',
      { ...inspected, Service: ec2('VPCEndpointService', { GatewayLoadBalancerArns: [ref('Balancer')] }) },
    ],
    [
      'is elsewhere',
      {
        ...inspected,
        Endpointa: ec2('VPCEndpoint', {
          VpcEndpointType: 'GatewayLoadBalancer',
          VpcId: ref('Vpc'),
          SubnetIds: [ref('Doora')],
          ServiceName: 'com.amazonaws.vpce.eu-west-1.vpce-svc-1',
        }),
      },
    ],
    ['has no listener', without(inspected, 'Listener')],
  ])('leaves it unknown what becomes of traffic when it %s', (_, resources) => {
    expect(answers(resources)).toEqual(['unknown', 'unknown']);
    expect(network(resources)).toReach({ ...out, source: at('Doora'), destination: at('Servera') });
  });

  // https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-load-balancer-endpoints.html
  it('has endpoints that take routed traffic of their own VPC and zone only', () => {
    expect(network(inspected)).not.toReach({
      source: at('Servera'),
      destination: at('Endpointa'),
      protocol: 'all',
    });
    const elsewhere = {
      ...inspected,
      ...vpc('Other', '10.5.0.0/16'),
      ...subnet('Doora', 'Other', '10.5.0.0/24', [toInternet]),
    };
    expect(network(elsewhere)).not.toReach(out);
    expect(reason(elsewhere, out)).toContain('T/Endpointa: is not in T/Vpc');
    const zoneless = { ...inspected, Balancer: balancer({ Subnets: [ref('Fleetb')] }) };
    expect(answers(zoneless)).toEqual(['not reachable', 'not reachable']);
    expect(reason(zoneless)).toContain('T/Balancer: has no subnet in az-a');
  });

  it('is behind the network ACL of the endpoint subnet', () => {
    const filtered = (...entries: readonly object[]) => ({
      ...inspected,
      ...acl('Acl', 'Vpc', 'Doora', entries),
    });
    const open = [entry(100, 'allow', 'in'), entry(100, 'allow', 'out')];
    expect(answers(filtered(...open))).toEqual(['reachable', 'reachable']);
    const [, outwards = {}] = open;
    expect(answers(filtered(outwards))).toEqual(['not reachable', 'not reachable']);
    const guest = '203.0.113.9';
    const denied = network(filtered(entry(50, 'deny', 'in', `${guest}/32`), ...open));
    expect(denied).not.toReach({ ...web, source: guest });
    expect(denied).toReach({ ...web, source: '203.0.113.10' });
  });

  it('takes IPv6 too, also from another VPC over the internet', () => {
    const all6 = { DestinationIpv6CidrBlock: '::/0' };
    const anything = { IpProtocol: '-1', CidrIpv6: '::/0' };
    const six = (zone: string, block: string) => ({
      ...inZone(zone),
      Ipv6CidrBlock: block,
      AssignIpv6AddressOnCreation: true,
    });
    const block = (id: string, cidr: string) => ec2('VPCCidrBlock', { VpcId: ref(id), Ipv6CidrBlock: cidr });
    const through = { VpcEndpointId: ref('Endpointa') };
    const resources = {
      ...inspected,
      VpcBlock: block('Vpc', '2001:db8:1::/56'),
      ...subnet('Doora', 'Vpc', '10.0.0.0/28', [{ ...all6, GatewayId: ref('Igw') }], {
        ...six('az-a', '2001:db8:1:0::/64'),
      }),
      ...subnet('Appa', 'Vpc', '10.0.10.0/24', [{ ...all6, ...through }], {
        ...six('az-a', '2001:db8:1:1::/64'),
      }),
      EdgeRoute6: ec2('Route', {
        RouteTableId: ref('Edge'),
        DestinationIpv6CidrBlock: '2001:db8:1:1::/64',
        ...through,
      }),
      ...instance('Servera', 'Appa', { inbound: [anything], outbound: [anything] }),
      ...vpc('Far', '10.7.0.0/16'),
      FarBlock: block('Far', '2001:db8:7::/56'),
      ...internetGateway('Far', 'FarIgw'),
      ...subnet('Away', 'Far', '10.7.0.0/24', [{ ...all6, GatewayId: ref('FarIgw') }], {
        ...six('az-b', '2001:db8:7:0::/64'),
      }),
      ...instance('Client', 'Away', { inbound: [anything], outbound: [anything] }),
    };
    const net = network(resources);
    const component = at('Fleet');
    for (const [source, destination] of [
      ['internet', at('Servera')],
      [at('Servera'), 'internet'],
      [at('Client'), at('Servera')],
      [at('Servera'), at('Client')],
    ] as const) {
      const flow = { source, destination, port: 443, ipVersion: 6 } as const;
      expect(net).toPassThrough({ ...flow, component });
      expect(network(without(resources, 'EdgeRoute6')).canReach(flow).answer).toBe('unknown');
    }
  });

  it('has no public address', () => {
    const open = {
      ...inspected,
      ...internetGateway('Inspection', 'Door'),
      FleetaRoute0: ec2('Route', {
        RouteTableId: ref('FleetaTable'),
        ...to('0.0.0.0/0', { GatewayId: ref('Door') }),
      }),
    };
    expect(network(open)).not.toReach({
      source: 'internet',
      destination: at('Balancer'),
      protocol: 'udp',
      port: 6081,
    });
  });
});

describe("a gateway's route table", () => {
  const edge = (route: object) => ({
    ...inspected,
    EdgeRoutea: ec2('Route', { RouteTableId: ref('Edge'), ...route }),
  });

  // https://docs.aws.amazon.com/vpc/latest/userguide/gateway-route-tables.html
  it('sends a subnet or the VPC to an endpoint, the rest by the local route', () => {
    expect(network(edge(byEndpoint('a', '10.0.0.0/16')))).toReach(web);
    // What stands in the endpoint's own subnet is in no other route.
    const beside = {
      ...inspected,
      ...subnet('Doora', 'Vpc', '10.0.0.0/28', [toInternet], { MapPublicIpOnLaunch: true }),
      ...instance('Beside', 'Doora', { inbound: [everything] }),
    };
    const flow = { ...web, destination: at('Beside') };
    expect(network(beside)).toReach(flow);
    expect(network(beside)).not.toPassThrough({ ...flow, component: at('Fleet') });
  });

  it.each([
    ['a part of a subnet', byEndpoint('a', '10.0.10.0/25')],
    ['the internet', byEndpoint('a', '0.0.0.0/0')],
    ['a gateway', to('10.0.10.0/24', { GatewayId: ref('Igw') })],
  ])('has no route to %s', (_, route) => {
    expect(network(edge(route)).canReach(web).answer).toBe('unknown');
    expect(reason(edge(route))).toContain("not one that a gateway's route table can have");
  });

  it('is unknown when it leads to a network interface', () => {
    const resources = edge(to('10.0.10.0/24', { NetworkInterfaceId: 'eni-1' }));
    expect(network(resources).canReach(web).answer).toBe('unknown');
  });

  it('is unknown when its gateway is not in the templates', () => {
    const stray = ec2('GatewayRouteTableAssociation', { GatewayId: 'igw-1', RouteTableId: ref('Edge') });
    expect(answers(around)).toEqual(['reachable', 'reachable']);
    expect(answers({ ...around, EdgeAssociation: stray })).toEqual(['unknown', 'unknown']);
  });

  it('also routes what enters by a VPN', () => {
    const office = '192.168.0.0/16';
    const vpn = {
      ...inspected,
      Gateway: ec2('VPNGateway'),
      GatewayAttachment: ec2('VPCGatewayAttachment', { VpcId: ref('Vpc'), VpnGatewayId: ref('Gateway') }),
      Vpn: ec2('VPNConnection', { VpnGatewayId: ref('Gateway'), StaticRoutesOnly: true }),
      VpnRoute: ec2('VPNConnectionRoute', { VpnConnectionId: ref('Vpn'), DestinationCidrBlock: office }),
      DooraOffice: ec2('Route', {
        RouteTableId: ref('DooraTable'),
        ...to(office, { GatewayId: ref('Gateway') }),
      }),
      OfficeAssociation: ec2('GatewayRouteTableAssociation', {
        GatewayId: ref('Gateway'),
        RouteTableId: ref('Edge'),
      }),
    };
    const flow = { ...web, source: office };
    expect(network(vpn)).toPassThrough({ ...flow, component: at('Fleet') });
    const around = network(without(vpn, 'OfficeAssociation'));
    expect(around.canReach(flow).answer).toBe('unknown');
  });
});
