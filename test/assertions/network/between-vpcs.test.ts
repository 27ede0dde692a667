import '../../../lib/assertions/network/matchers';
import {
  acl,
  at,
  ec2,
  entry,
  everything,
  instance,
  network,
  ref,
  subnet,
  tcp,
  to,
  vpc,
  without,
} from './templates';

/** A VPC with one subnet and one instance that accepts everything. */
const site = (id: string, cidr: string, routes: readonly object[]) => ({
  ...vpc(id, `${cidr}.0.0/16`),
  ...subnet(`${id}Subnet`, id, `${cidr}.1.0/24`, routes),
  ...instance(`${id}Server`, `${id}Subnet`, { inbound: [everything] }),
});
const ssh = (from: string, to: string) => ({
  source: at(`${from}Server`),
  destination: at(`${to}Server`),
  port: 22,
});

describe('VPC peering', () => {
  const peering = (a: string, b: string) => ec2('VPCPeeringConnection', { VpcId: ref(a), PeerVpcId: ref(b) });
  const by = (id: string) => ({ VpcPeeringConnectionId: ref(id) });
  const chain = {
    ...site('A', '10.1', [to('10.2.0.0/16', by('AB')), to('10.3.0.0/16', by('AB'))]),
    ...site('B', '10.2', [to('10.1.0.0/16', by('AB')), to('10.3.0.0/16', by('BC'))]),
    ...site('C', '10.3', [to('10.2.0.0/16', by('BC')), to('10.1.0.0/16', by('BC'))]),
    AB: peering('A', 'B'),
    BC: peering('B', 'C'),
  };

  // https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html
  it('connects two VPCs, and is not transitive', () => {
    expect(network(chain)).toReach(ssh('A', 'B'));
    expect(network(chain)).toReach(ssh('C', 'B'));
    expect(network(chain)).not.toReach(ssh('A', 'C'));
    expect(String(network(chain).canReach(ssh('A', 'C')))).toContain('T/AB: peering is not transitive');
  });

  it('needs routes on both sides', () => {
    expect(network(without(chain, 'ASubnetRoute0'))).not.toReach(ssh('A', 'B'));
    const flow = network(without(chain, 'BSubnetRoute0')).canReach(ssh('A', 'B'));
    expect(flow.answer).toBe('not reachable');
    expect(String(flow)).toContain('T/BSubnetTable: has no route to T/AServer, so that replies are lost');
  });

  it('loses replies that leave through a NAT gateway', () => {
    const nat = {
      ...chain,
      ...subnet('BSubnet', 'B', '10.2.1.0/24', [to('10.1.0.0/16', { NatGatewayId: ref('Nat') })]),
      ...subnet('BPublic', 'B', '10.2.2.0/24', [to('10.1.0.0/16', by('AB'))]),
      Nat: ec2('NatGateway', { SubnetId: ref('BPublic') }),
    };
    const flow = network(without(nat, 'BSubnetRoute1')).canReach(ssh('A', 'B'));
    expect(flow.answer).toBe('not reachable');
    expect(String(flow)).toContain('T/Nat: a NAT gateway opens no inbound connections');
  });

  it('does not lead to gateways of the other VPC', () => {
    const edge = { ...chain, ...subnet('ASubnet', 'A', '10.1.1.0/24', [to('0.0.0.0/0', by('AB'))]) };
    expect(network(edge)).not.toReach({ source: at('AServer'), destination: 'internet', port: 443 });
  });

  // https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-security-groups.html
  it('lets rules reference security groups of the peer VPC', () => {
    const only = instance('BServer', 'BSubnet', {
      inbound: [tcp(22, { SourceSecurityGroupId: ref('AServerGroup') })],
    });
    expect(network({ ...chain, ...only })).toReach(ssh('A', 'B'));
    expect(network({ ...chain, ...only })).not.toReach(ssh('C', 'B'));
  });

  it('does not connect overlapping VPCs: the local route wins', () => {
    const twins = {
      ...site('A', '10.1', [to('10.1.0.0/16', by('AB'))]),
      ...site('B', '10.1', [to('10.1.0.0/16', by('AB'))]),
      AB: peering('A', 'B'),
    };
    expect(network({ ...twins, ASubnetRoute0: chain.BC })).not.toReach(ssh('A', 'B'));
  });

  it('to a VPC outside the templates is unknown', () => {
    const abroad = {
      ...site('A', '10.1', [to('10.2.0.0/16', by('AB'))]),
      AB: ec2('VPCPeeringConnection', { VpcId: ref('A'), PeerVpcId: 'vpc-1' }),
    };
    expect(
      network(abroad).canReach({ source: at('AServer'), destination: '10.2.0.9', port: 22 }).answer,
    ).toBe('unknown');
  });
});

describe('transit gateway', () => {
  const hub = { TransitGatewayId: ref('Hub') };
  const attach = (id: string, subnets: readonly string[]) =>
    ec2('TransitGatewayVpcAttachment', { ...hub, VpcId: ref(id), SubnetIds: subnets.map(ref) });
  const anywhere = [to('10.0.0.0/8', hub)];
  const spokes = {
    Hub: ec2('TransitGateway'),
    ...site('A', '10.1', anywhere),
    ...site('B', '10.2', anywhere),
    AAttachment: attach('A', ['ASubnet']),
    BAttachment: attach('B', ['BSubnet']),
  };
  const manual = {
    ...spokes,
    Hub: ec2('TransitGateway', {
      DefaultRouteTableAssociation: 'disable',
      DefaultRouteTablePropagation: 'disable',
    }),
    Table: ec2('TransitGatewayRouteTable', hub),
    ...Object.fromEntries(
      ['A', 'B'].map((id) => [
        `${id}Association`,
        ec2('TransitGatewayRouteTableAssociation', {
          TransitGatewayAttachmentId: ref(`${id}Attachment`),
          TransitGatewayRouteTableId: ref('Table'),
        }),
      ]),
    ),
  };
  const propagate = (id: string) =>
    ec2('TransitGatewayRouteTablePropagation', {
      TransitGatewayAttachmentId: ref(`${id}Attachment`),
      TransitGatewayRouteTableId: ref('Table'),
    });
  const route = (cidr: string, target: object) =>
    ec2('TransitGatewayRoute', {
      TransitGatewayRouteTableId: ref('Table'),
      DestinationCidrBlock: cidr,
      ...target,
    });
  const both = { ...manual, APropagation: propagate('A'), BPropagation: propagate('B') };

  // https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html
  it('routes between its attachments by its default route table', () => {
    expect(network(spokes)).toReach(ssh('A', 'B'));
    expect(network(without(spokes, 'BAttachment'))).not.toReach(ssh('A', 'B'));
    expect(network(without(spokes, 'BSubnetRoute0'))).not.toReach(ssh('A', 'B'));
  });

  it('routes by the associated table and its propagated routes, both ways', () => {
    expect(network(both)).toReach(ssh('A', 'B'));
    expect(network(without(both, 'APropagation'))).not.toReach(ssh('A', 'B'));
    expect(network(without(both, 'BPropagation'))).not.toReach(ssh('A', 'B'));
    expect(network(without(both, 'AAssociation'))).not.toReach(ssh('A', 'B'));
  });

  it('has static routes and blackholes; the more specific one wins', () => {
    const statics = {
      ...manual,
      ToA: route('10.1.0.0/16', { TransitGatewayAttachmentId: ref('AAttachment') }),
      ToB: route('10.2.0.0/16', { TransitGatewayAttachmentId: ref('BAttachment') }),
    };
    expect(network(statics)).toReach(ssh('A', 'B'));
    expect(network({ ...statics, Hole: route('10.2.1.0/24', { Blackhole: true }) })).not.toReach(
      ssh('A', 'B'),
    );
    expect(network({ ...statics, Hole: route('10.0.0.0/8', { Blackhole: true }) })).toReach(ssh('A', 'B'));
    // Of one prefix the static route wins over the propagated one.
    expect(network({ ...both, Hole: route('10.2.0.0/16', { Blackhole: true }) })).not.toReach(ssh('A', 'B'));
  });

  // https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html
  it('takes traffic only from zones where the attachment has a subnet', () => {
    const far = {
      ...spokes,
      ...subnet('Far', 'A', '10.1.2.0/24', anywhere, { AvailabilityZone: 'az-b' }),
      ...instance('FarServer', 'Far', { inbound: [everything] }),
    };
    expect(network(far)).not.toReach(ssh('Far', 'B'));
    expect(network({ ...far, AAttachment: attach('A', ['ASubnet', 'Far']) })).toReach(ssh('Far', 'B'));
  });

  // https://docs.aws.amazon.com/vpc/latest/tgw/tgw-nacls.html
  it('passes the network ACL of the attachment subnet both ways', () => {
    const own = {
      ...spokes,
      ...subnet('Edge', 'A', '10.1.9.0/28'),
      AAttachment: attach('A', ['Edge']),
    };
    expect(network(own)).toReach(ssh('A', 'B'));
    const entries = [
      entry(1, 'allow', 'in', '10.1.1.0/24', [22, 22]),
      entry(1, 'allow', 'out', '10.1.1.0/24', [1024, 65535]),
    ];
    expect(network({ ...own, ...acl('Acl', 'A', 'Edge', entries) })).toReach(ssh('A', 'B'));
    for (const kept of entries)
      expect(network({ ...own, ...acl('Acl', 'A', 'Edge', [kept]) })).not.toReach(ssh('A', 'B'));
  });

  // https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html#vpc-attachment-security
  it('supports security group references only when they are enabled', () => {
    const only = instance('BServer', 'BSubnet', {
      inbound: [tcp(22, { SourceSecurityGroupId: ref('AServerGroup') })],
    });
    expect(network({ ...spokes, ...only })).not.toReach(ssh('A', 'B'));
    const supports = { Hub: ec2('TransitGateway', { SecurityGroupReferencingSupport: 'enable' }) };
    expect(network({ ...spokes, ...only, ...supports })).toReach(ssh('A', 'B'));
  });

  // https://docs.aws.amazon.com/vpc/latest/tgw/transit-gateway-nat-igw.html
  it('leads spokes to the NAT gateway of an egress VPC', () => {
    const all = [to('0.0.0.0/0', hub)];
    const egress = {
      ...both,
      ...subnet('ASubnet', 'A', '10.1.1.0/24', all),
      ...subnet('Edge', 'B', '10.2.9.0/28', [to('0.0.0.0/0', { NatGatewayId: ref('Nat') })]),
      ...subnet('Public', 'B', '10.2.8.0/28', [
        to('0.0.0.0/0', { GatewayId: ref('Igw') }),
        to('10.0.0.0/8', hub),
      ]),
      BAttachment: attach('B', ['Edge']),
      Igw: ec2('InternetGateway'),
      IgwAttachment: ec2('VPCGatewayAttachment', { VpcId: ref('B'), InternetGatewayId: ref('Igw') }),
      Nat: ec2('NatGateway', { SubnetId: ref('Public') }),
      Default: route('0.0.0.0/0', { TransitGatewayAttachmentId: ref('BAttachment') }),
    };
    const out = { source: at('AServer'), destination: 'internet', port: 443 } as const;
    expect(network(egress)).toReach(out);
    expect(network(egress)).not.toReach({ ...out, source: 'internet', destination: at('AServer') });
    expect(network(without(egress, 'PublicRoute1'))).not.toReach(out);
    expect(network(without(egress, 'Default'))).not.toReach(out);
    expect(network(egress)).toPassThrough({ ...out, component: at('Hub') });
  });

  it('leads between spokes by an egress NAT gateway, unless blackholed', () => {
    const table = (id: string) => ({ TransitGatewayRouteTableId: ref(id) });
    const attachment = (id: string) => ({ TransitGatewayAttachmentId: ref(`${id}Attachment`) });
    const tgw = (type: string, properties: object) => ec2(`TransitGateway${type}`, properties);
    const spoke = (id: string, cidr: string) => ({
      ...site(id, cidr, [to('0.0.0.0/0', hub)]),
      [`${id}Attachment`]: attach(id, [`${id}Subnet`]),
      [`${id}In`]: tgw('RouteTableAssociation', { ...table('Spokes'), ...attachment(id) }),
      [`${id}Out`]: tgw('RouteTablePropagation', { ...table('Egress'), ...attachment(id) }),
    });
    const wayOut = { ...table('Spokes'), DestinationCidrBlock: '0.0.0.0/0', ...attachment('E') };
    const hairpin = {
      Hub: manual.Hub,
      Spokes: tgw('RouteTable', hub),
      Egress: tgw('RouteTable', hub),
      ...spoke('A', '10.1'),
      ...spoke('B', '10.2'),
      ...vpc('E', '10.3.0.0/16'),
      ...subnet('Edge', 'E', '10.3.9.0/28', [to('0.0.0.0/0', { NatGatewayId: ref('Nat') })]),
      ...subnet('Public', 'E', '10.3.8.0/28', [to('10.0.0.0/8', hub)]),
      Nat: ec2('NatGateway', { SubnetId: ref('Public') }),
      EAttachment: attach('E', ['Edge']),
      EIn: tgw('RouteTableAssociation', { ...table('Egress'), ...attachment('E') }),
      WayOut: tgw('Route', wayOut),
    };
    const hole = (DestinationCidrBlock: string) =>
      tgw('Route', { ...table('Spokes'), DestinationCidrBlock, Blackhole: true });
    expect(network(hairpin)).toPassThrough({ ...ssh('A', 'B'), component: at('Nat') });
    expect(network({ ...hairpin, Hole: hole('10.2.0.0/16') })).not.toReach(ssh('A', 'B'));
    // The replies are for the NAT gateway.
    expect(network({ ...hairpin, Hole: hole('10.3.0.0/16') })).not.toReach(ssh('A', 'B'));
  });
});

describe('site-to-site VPN', () => {
  const onPremises = '192.168.0.0/16';
  const vgw = { VpnGatewayId: ref('Vgw') };
  const base = {
    ...site('A', '10.1', []),
    Vgw: ec2('VPNGateway', { Type: 'ipsec.1' }),
    VgwAttachment: ec2('VPCGatewayAttachment', { VpcId: ref('A'), ...vgw }),
    Propagation: ec2('VPNGatewayRoutePropagation', { ...vgw, RouteTableIds: [ref('ASubnetTable')] }),
  };
  const connection = (properties: object) =>
    ec2('VPNConnection', { Type: 'ipsec.1', CustomerGatewayId: 'cgw-1', ...properties });
  const statics = {
    ...base,
    Vpn: connection({ ...vgw, StaticRoutesOnly: true }),
    VpnRoute: ec2('VPNConnectionRoute', { VpnConnectionId: ref('Vpn'), DestinationCidrBlock: onPremises }),
  };
  const out = { source: at('AServer'), destination: onPremises, port: 443 } as const;
  const into = { source: '192.168.7.7', destination: at('AServer'), port: 22 } as const;

  // https://docs.aws.amazon.com/vpn/latest/s2svpn/VPNRoutingTypes.html
  it('routes on-premises prefixes both ways, as propagated', () => {
    expect(network(statics)).toReach(out);
    expect(network(statics)).toReach(into);
    expect(network(statics)).not.toReach({ ...out, destination: '172.20.0.1' });
    for (const id of ['Propagation', 'VpnRoute', 'VgwAttachment']) {
      expect(network(without(statics, id))).not.toReach(into);
    }
  });

  it('also routes by a static route of the route table', () => {
    const route = ec2('Route', {
      RouteTableId: ref('ASubnetTable'),
      ...to(onPremises, { GatewayId: ref('Vgw') }),
    });
    expect(network({ ...without(statics, 'Propagation'), Route: route })).toReach(out);
  });

  // https://docs.aws.amazon.com/vpn/latest/s2svpn/vpn-route-priority.html
  it('never wins over the local route', () => {
    const clash = {
      ...statics,
      VpnRoute: ec2('VPNConnectionRoute', {
        VpnConnectionId: ref('Vpn'),
        DestinationCidrBlock: '10.1.2.0/24',
      }),
    };
    const neighbour = {
      ...subnet('Near', 'A', '10.1.2.0/24'),
      ...instance('NearServer', 'Near', { inbound: [tcp(443, '0.0.0.0/0')] }),
    };
    const flow = network({ ...clash, ...neighbour }).canReach({ ...out, destination: at('NearServer') });
    expect(flow.answer).toBe('reachable');
    expect(String(flow)).not.toContain('Vgw');
  });

  it('by BGP is unknown unless option `advertised` gives the prefixes', () => {
    const dynamic = { ...base, Vpn: connection(vgw) };
    expect(network(dynamic).canReach(out).answer).toBe('unknown');
    const advertised = { [at('Vpn')]: [onPremises] };
    const known = network(dynamic, { advertised });
    expect(known).toReach(out);
    expect(known).not.toReach({ ...out, destination: '172.20.0.1' });
    const withoutBgp = { ...base, Vpn: connection({ ...vgw, StaticRoutesOnly: true }) };
    expect(network(withoutBgp, { advertised })).not.toReach(out);
  });

  it('keeps a path when one of two connections is removed', () => {
    const second = {
      Vpn2: connection({ ...vgw, StaticRoutesOnly: true }),
      Vpn2Route: ec2('VPNConnectionRoute', {
        VpnConnectionId: ref('Vpn2'),
        DestinationCidrBlock: onPremises,
      }),
    };
    expect(network({ ...statics, ...second }).without(at('Vpn'))).toReach(out);
    expect(network(statics).without(at('Vpn'))).not.toReach(out);
  });

  // https://docs.aws.amazon.com/vpn/latest/s2svpn/vpn-edit-static-routes.html
  it('attaches to a transit gateway, which ignores its static routes', () => {
    const hub = { TransitGatewayId: ref('Hub') };
    const transit = {
      Hub: ec2('TransitGateway'),
      ...site('A', '10.1', [to('192.168.0.0/16', hub)]),
      Attachment: ec2('TransitGatewayVpcAttachment', {
        ...hub,
        VpcId: ref('A'),
        SubnetIds: [ref('ASubnet')],
      }),
      Vpn: connection(hub),
    };
    const advertised = { [at('Vpn')]: [onPremises] };
    expect(network(transit, { advertised })).toReach(out);
    expect(network(transit, { advertised })).toReach(into);
    expect(network(without(transit, 'Attachment'), { advertised })).not.toReach(into);
    const second = { ...transit, Vpn2: connection(hub) };
    const both = network(second, { advertised: { ...advertised, [at('Vpn2')]: [onPremises] } });
    for (const lost of ['Vpn', 'Vpn2']) expect(both.without(at(lost))).toReach(into);
    expect(both.without(at('Vpn')).without(at('Vpn2'))).not.toReach(into);
    const byRoute = {
      ...transit,
      Vpn: connection({ ...hub, StaticRoutesOnly: true }),
      VpnRoute: statics.VpnRoute,
    };
    expect(network(byRoute)).not.toReach(out);
    expect(network(byRoute)).not.toReach(into);
  });
});
