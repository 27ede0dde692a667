import '../../../lib/assertions/network/matchers';
import {
  at,
  ec2,
  everything,
  instance,
  network,
  ref,
  subnet,
  tcp,
  to,
  toInternet,
  twoTiers,
  without,
} from './templates';

const type = (Type: string, Properties: object) => ({ Type: `AWS::${Type}`, Properties });
const group = (...rules: readonly object[]) => ec2('SecurityGroup', { SecurityGroupIngress: rules });
const fromClient = (port: number) => tcp(port, { SourceSecurityGroupId: ref('ClientGroup') });
/** A resource in the private subnet, with a group that lets the client in. */
const store = (resource: object, port: number, more: object = {}) =>
  network({ ...twoTiers, Store: resource, StoreGroup: group(fromClient(port)), ...more });
const asked = (port: number) => ({ source: at('Client'), destination: at('Store'), port });

/** With a subnet of IPv4 and IPv6. */
const dualStack = {
  ...twoTiers,
  Block: ec2('VPCCidrBlock', { VpcId: ref('Vpc'), Ipv6CidrBlock: '2001:db8::/56' }),
  Dual: ec2('Subnet', {
    VpcId: ref('Vpc'),
    CidrBlock: '10.0.2.0/24',
    Ipv6CidrBlock: '2001:db8::/64',
    AvailabilityZone: 'az-a',
  }),
};

describe('interfaces', () => {
  const privately = { SubnetIds: [ref('Private')] };
  const groups = [ref('StoreGroup')];
  it.each([
    [
      'RDS instance',
      5432,
      type('RDS::DBInstance', {
        DBSubnetGroupName: ref('Names'),
        VPCSecurityGroups: groups,
        PubliclyAccessible: false,
      }),
      type('RDS::DBSubnetGroup', privately),
    ],
    [
      'RDS cluster',
      3306,
      type('RDS::DBCluster', { DBSubnetGroupName: ref('Names'), VpcSecurityGroupIds: groups }),
      type('RDS::DBSubnetGroup', privately),
    ],
    [
      'RDS proxy',
      3306,
      type('RDS::DBProxy', { VpcSubnetIds: [ref('Private')], VpcSecurityGroupIds: groups }),
      undefined,
    ],
    [
      'EFS mount target',
      2049,
      type('EFS::MountTarget', { SubnetId: ref('Private'), SecurityGroups: groups }),
      undefined,
    ],
    [
      'ElastiCache group',
      6379,
      type('ElastiCache::ReplicationGroup', { CacheSubnetGroupName: ref('Names'), SecurityGroupIds: groups }),
      type('ElastiCache::SubnetGroup', privately),
    ],
    [
      'ElastiCache cluster',
      11211,
      type('ElastiCache::CacheCluster', { CacheSubnetGroupName: ref('Names'), VpcSecurityGroupIds: groups }),
      type('ElastiCache::SubnetGroup', privately),
    ],
    [
      'MemoryDB cluster',
      6379,
      type('MemoryDB::Cluster', { SubnetGroupName: ref('Names'), SecurityGroupIds: groups }),
      type('MemoryDB::SubnetGroup', privately),
    ],
    [
      'Fargate service',
      8080,
      type('ECS::Service', {
        NetworkConfiguration: { AwsvpcConfiguration: { Subnets: [ref('Private')], SecurityGroups: groups } },
      }),
      undefined,
    ],
    [
      'network interface',
      22,
      ec2('NetworkInterface', { SubnetId: ref('Private'), GroupSet: groups }),
      undefined,
    ],
  ])('of an %s answer to those that its groups trust', (_, port, resource, names) => {
    const net = store(resource, port, names && { Names: names });
    expect(net).toReach(asked(port));
    expect(net).not.toReach(asked(port + 1));
    expect(net).not.toReach({ ...asked(port), source: at('Server') });
    expect(net).not.toReach({ ...asked(port), source: 'internet' });
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
  it('of a Lambda function accept no connections and have no public address', () => {
    const fn = (id: string) =>
      type('Lambda::Function', {
        VpcConfig: { SubnetIds: [ref(id)], SecurityGroupIds: [ref('StoreGroup')] },
      });
    const template = { ...twoTiers, StoreGroup: group(everything), Fn: fn('Private') };
    const out = { source: at('Fn'), destination: 'internet', port: 443 } as const;
    expect(network(template)).toReach(out);
    expect(network(template)).not.toReach({ source: at('Client'), destination: at('Fn'), port: 443 });
    expect(network({ ...template, Fn: fn('Public') })).not.toReach(out);
  });

  it('of a Lambda function are members of its groups, and leave by their rules', () => {
    const template = (outbound: object) => ({
      ...twoTiers,
      Fn: type('Lambda::Function', {
        VpcConfig: { SubnetIds: [ref('Private')], SecurityGroupIds: [ref('FnGroup')] },
      }),
      FnGroup: ec2('SecurityGroup', { SecurityGroupEgress: [outbound] }),
      ...instance('Target', 'Private', { inbound: [tcp(5432, { SourceSecurityGroupId: ref('FnGroup') })] }),
    });
    const question = { source: at('Fn'), destination: at('Target'), port: 5432 };
    expect(network(template(everything))).toReach(question);
    expect(network(template(everything))).not.toReach({ ...question, source: at('Client') });
    expect(network(template(tcp(443, '0.0.0.0/0')))).not.toReach(question);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-ipv6
  it.each([
    ['by Ipv6AllowedForDualStack', true, 'reachable'],
    ['by default not', undefined, 'not reachable'],
  ])('of a Lambda function have IPv6 addresses %s', (_, allowed, answer) => {
    const template = {
      ...dualStack,
      Fn: type('Lambda::Function', {
        VpcConfig: {
          SubnetIds: [ref('Dual')],
          SecurityGroupIds: [ref('FnGroup')],
          ...(allowed !== undefined && { Ipv6AllowedForDualStack: allowed }),
        },
      }),
      FnGroup: ec2('SecurityGroup', { SecurityGroupEgress: [{ IpProtocol: '-1', CidrIpv6: '::/0' }] }),
      ...instance(
        'Target',
        'Dual',
        { inbound: [{ ...tcp(443, {}), CidrIpv6: '::/0' }] },
        { Ipv6AddressCount: 1 },
      ),
    };
    const question = { source: at('Fn'), destination: at('Target'), port: 443, ipVersion: 6 } as const;
    expect(network(template).canReach(question).answer).toBe(answer);
  });

  // https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-overview-forward-vpc-to-network.html
  describe('of a resolver endpoint', () => {
    const endpoint = (Direction: unknown) =>
      store(
        type('Route53Resolver::ResolverEndpoint', {
          Direction,
          IpAddresses: [{ SubnetId: ref('Private') }],
          SecurityGroupIds: groups,
        }),
        53,
        { StoreGroup: group(tcp(22, '10.0.0.0/8'), ...dnsRules) },
      );
    const dnsRules = ['tcp', 'udp'].map((IpProtocol) => ({ ...fromClient(53), IpProtocol }));

    it('listen on port 53 only, and filter by its groups, if inbound', () => {
      const inbound = endpoint('INBOUND');
      expect(inbound).toReach(asked(53));
      expect(inbound).toReach({ ...asked(53), protocol: 'udp' });
      expect(inbound).not.toReach({ ...asked(53), source: at('Server') });
      expect(inbound).not.toReach({ ...asked(53), protocol: 'udp', source: at('Server') });
      expect(String(inbound.canReach(asked(22)))).toContain('has no listener for tcp 22');
    });

    it('accept nothing if outbound', () => {
      const outbound = endpoint('OUTBOUND');
      expect(String(outbound.canReach(asked(53)))).toContain('accepts no connections');
      expect(outbound).toReach({ source: at('Store'), destination: 'internet', port: 53, protocol: 'udp' });
    });

    it('are unknown while the direction is', () => {
      const open = endpoint({ 'Fn::ImportValue': 'Direction' }).canReach(asked(53));
      expect(open.answer).toBe('unknown');
      expect(String(open)).toContain('its Direction is not known before deployment');
    });
  });

  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/connect-using-eice.html
  it('of an Instance Connect Endpoint open connections, and accept none', () => {
    const template = {
      ...twoTiers,
      Endpoint: ec2('InstanceConnectEndpoint', {
        SubnetId: ref('Private'),
        SecurityGroupIds: [ref('Opening')],
      }),
      Opening: group(everything),
      ...instance('Target', 'Private', { inbound: [tcp(22, { SourceSecurityGroupId: ref('Opening') })] }),
    };
    const ssh = { source: at('Endpoint'), destination: at('Target'), port: 22 };
    expect(network(template)).toReach(ssh);
    expect(network(template)).not.toReach({ ...ssh, source: at('Client') });
    expect(network(template)).not.toReach({ ...ssh, source: at('Client'), destination: at('Endpoint') });
    const limited = ec2('SecurityGroup', { SecurityGroupEgress: [tcp(443, '0.0.0.0/0')] });
    expect(network({ ...template, Opening: limited })).not.toReach(ssh);
  });

  // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html
  it.each([
    ['ENABLED', 'reachable'],
    ['DISABLED', 'not reachable'],
    [undefined, 'not reachable'],
  ])('of a Fargate service with AssignPublicIp %s are %s from the internet', (AssignPublicIp, answer) => {
    const template = {
      ...twoTiers,
      Tasks: type('ECS::Service', {
        NetworkConfiguration: {
          AwsvpcConfiguration: {
            Subnets: [ref('Public')],
            SecurityGroups: groups,
            ...(AssignPublicIp !== undefined && { AssignPublicIp }),
          },
        },
      }),
      StoreGroup: group(everything),
    };
    const question = { source: 'internet', destination: at('Tasks'), port: 80 } as const;
    expect(network(template).canReach(question).answer).toBe(answer);
  });

  // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
  it('of an RDS instance are public by default if the VPC has a gateway', () => {
    const database = (properties: object) => ({
      ...twoTiers,
      Db: type('RDS::DBInstance', {
        DBSubnetGroupName: ref('Names'),
        VPCSecurityGroups: [ref('StoreGroup')],
        ...properties,
      }),
      Names: type('RDS::DBSubnetGroup', { SubnetIds: [ref('Public')] }),
      StoreGroup: group(tcp(5432, '0.0.0.0/0')),
    });
    const question = { source: 'internet', destination: at('Db'), port: 5432 } as const;
    expect(network(database({}))).toReach(question);
    expect(network(database({ PubliclyAccessible: false }))).not.toReach(question);
  });

  it('of an auto scaling group follow its launch template', () => {
    const template = (nic: object) => ({
      ...twoTiers,
      Fleet: type('AutoScaling::AutoScalingGroup', {
        VPCZoneIdentifier: [ref('Public')],
        LaunchTemplate: { LaunchTemplateId: ref('Launch'), Version: '1' },
      }),
      Launch: ec2('LaunchTemplate', { LaunchTemplateData: nic }),
      StoreGroup: group(tcp(80, '0.0.0.0/0')),
    });
    const question = { source: 'internet', destination: at('Fleet'), port: 80 } as const;
    const groups = [ref('StoreGroup')];
    expect(network(template({ SecurityGroupIds: groups }))).toReach(question);
    const hidden = { NetworkInterfaces: [{ Groups: groups, AssociatePublicIpAddress: false }] };
    expect(network(template(hidden))).not.toReach(question);
    expect(network(without(template({}), 'Launch')).canReach(question).answer).toBe('unknown');
  });

  // https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
  it('of a load balancer are public when internet-facing, and listen', () => {
    const balancer = (properties: object) => ({
      ...twoTiers,
      Lb: type('ElasticLoadBalancingV2::LoadBalancer', {
        Subnets: [ref('Public')],
        SecurityGroups: [ref('StoreGroup')],
        ...properties,
      }),
      Listener: type('ElasticLoadBalancingV2::Listener', {
        LoadBalancerArn: ref('Lb'),
        Port: 443,
        Protocol: 'HTTPS',
      }),
      StoreGroup: group(everything),
    });
    const question = { source: 'internet', destination: at('Lb'), port: 443 } as const;
    expect(network(balancer({}))).toReach(question);
    expect(network(balancer({ Scheme: 'internal' }))).not.toReach(question);
    expect(String(network(balancer({})).canReach({ ...question, port: 80 }))).toContain(
      'has no listener for tcp 80 (listeners: tcp 443)',
    );
    // A Network Load Balancer without groups filters nothing, and is no member of a group.
    const nlb = { ...balancer({ Type: 'network', SecurityGroups: undefined }), StoreGroup: group() };
    expect(network(JSON.parse(JSON.stringify(nlb)) as typeof nlb)).toReach(question);
  });

  // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#ip-address-type
  it.each([
    ['load balancer', 'dualstack', 'reachable', 443],
    ['load balancer', 'dualstack-without-public-ipv4', 'reachable', 443],
    ['load balancer', 'ipv4', 'not reachable', 443],
    ['load balancer', undefined, 'not reachable', 443],
    ['replication group', 'dual_stack', 'reachable', 6379],
    ['replication group', 'ipv6', 'reachable', 6379],
    ['replication group', 'ipv4', 'not reachable', 6379],
    ['replication group', undefined, 'not reachable', 6379],
    ['cache cluster', 'dual_stack', 'reachable', 11211],
    ['cache cluster', 'ipv6', 'reachable', 11211],
    ['cache cluster', undefined, 'not reachable', 11211],
  ])('of a %s of address type %s are %s by IPv6', (what, addressType, answer, port) => {
    const kinds: Readonly<Record<string, object>> = {
      'load balancer': {
        Store: type('ElasticLoadBalancingV2::LoadBalancer', {
          Subnets: [ref('Dual')],
          SecurityGroups: groups,
          Scheme: 'internal',
          ...(addressType !== undefined && { IpAddressType: addressType }),
        }),
        Listener: type('ElasticLoadBalancingV2::Listener', {
          LoadBalancerArn: ref('Store'),
          Port: 443,
          Protocol: 'HTTPS',
        }),
      },
      'replication group': {
        Store: type('ElastiCache::ReplicationGroup', {
          CacheSubnetGroupName: ref('Names'),
          SecurityGroupIds: groups,
          ...(addressType !== undefined && { NetworkType: addressType }),
        }),
      },
      'cache cluster': {
        Store: type('ElastiCache::CacheCluster', {
          CacheSubnetGroupName: ref('Names'),
          VpcSecurityGroupIds: groups,
          ...(addressType !== undefined && { NetworkType: addressType }),
        }),
      },
    };
    const template = {
      ...dualStack,
      Names: type('ElastiCache::SubnetGroup', { SubnetIds: [ref('Dual')] }),
      StoreGroup: group({ IpProtocol: '-1', CidrIpv6: '::/0' }),
      ...instance(
        'Client',
        'Dual',
        { outbound: [{ IpProtocol: '-1', CidrIpv6: '::/0' }] },
        { Ipv6AddressCount: 1 },
      ),
      ...kinds[what],
    };
    expect(network(template).canReach({ ...asked(port), ipVersion: 6 }).answer).toBe(answer);
  });

  it('of a load balancer match rules of targets that reference its group', () => {
    const template = {
      ...twoTiers,
      Lb: type('ElasticLoadBalancingV2::LoadBalancer', {
        Subnets: [ref('Public')],
        SecurityGroups: [ref('LbGroup')],
      }),
      LbGroup: group(tcp(443, '0.0.0.0/0')),
      ...instance('Target', 'Private', { inbound: [tcp(8080, { SourceSecurityGroupId: ref('LbGroup') })] }),
    };
    expect(network(template)).toReach({ source: at('Lb'), destination: at('Target'), port: 8080 });
    expect(network(template)).not.toReach({ source: at('Server'), destination: at('Target'), port: 8080 });
  });

  it('of an instance are its own and those attached to it', () => {
    const named = {
      ...twoTiers,
      Server: ec2('Instance', {
        NetworkInterfaces: [
          {
            DeviceIndex: '0',
            SubnetId: ref('Private'),
            GroupSet: [ref('StoreGroup')],
            AssociatePublicIpAddress: false,
          },
        ],
      }),
      StoreGroup: group(tcp(22, '10.0.0.0/8')),
    };
    const question = { source: at('Client'), destination: at('Server'), port: 22 } as const;
    expect(network(named)).toReach(question);
    const attached = {
      ...twoTiers,
      StoreGroup: named.StoreGroup,
      Eni: ec2('NetworkInterface', { SubnetId: ref('Private'), GroupSet: [ref('StoreGroup')] }),
      Attachment: ec2('NetworkInterfaceAttachment', {
        InstanceId: ref('Server'),
        NetworkInterfaceId: ref('Eni'),
      }),
    };
    expect(network(attached)).toReach(question);
    expect(network(twoTiers)).not.toReach(question);
  });
});

describe('one interface of several', () => {
  // The load balancer is in a public and in a private subnet; requests from the internet arrive at the first only.
  const both = network({
    ...twoTiers,
    Lb: type('ElasticLoadBalancingV2::LoadBalancer', {
      Subnets: [ref('Public'), ref('Private')],
      SecurityGroups: [ref('LbGroup')],
    }),
    Listener: type('ElasticLoadBalancingV2::Listener', {
      LoadBalancerArn: ref('Lb'),
      Port: 80,
      Protocol: 'HTTP',
    }),
    LbGroup: group(everything),
  });
  const asked = (name: string) => ({
    source: 'internet',
    destination: { interfaceOf: at('Lb'), subnet: at(name) },
    port: 80,
  });

  it('is asked about by its subnet', () => {
    expect(both).toReach(asked('Public'));
    expect(both).not.toReach(asked('Private'));
    expect(String(both.canReach(asked('Public')))).toContain('internet to T/Lb in T/Public on tcp 80');
  });

  it('is unknown in a subnet where the resource has none', () => {
    const { answer, explanation } = both.canReach({
      source: 'internet',
      destination: { interfaceOf: at('Client'), subnet: at('Public') },
    });
    expect(answer).toBe('unknown');
    expect(explanation[0]?.reason).toContain('no network interface there');
  });
});

describe('loss of an Availability Zone', () => {
  const zone = (name: string) => ({ AvailabilityZone: name });
  const nat = (id: string) => to('0.0.0.0/0', { NatGatewayId: ref(id) });
  const twoZones = {
    ...twoTiers,
    ...subnet('PublicB', 'Vpc', '10.0.10.0/24', [toInternet], { ...zone('az-b'), MapPublicIpOnLaunch: true }),
    ...subnet('PrivateB', 'Vpc', '10.0.11.0/24', [nat('NatB')], zone('az-b')),
    NatB: ec2('NatGateway', { SubnetId: ref('PublicB') }),
    Fleet: type('AutoScaling::AutoScalingGroup', {
      VPCZoneIdentifier: [ref('Private'), ref('PrivateB')],
      LaunchTemplate: { LaunchTemplateId: ref('Launch') },
    }),
    Launch: ec2('LaunchTemplate', { LaunchTemplateData: { SecurityGroupIds: [ref('ClientGroup')] } }),
  };
  const egress = { source: at('Fleet'), destination: 'internet', port: 443 } as const;

  it('keeps egress when each zone has its own NAT gateway', () => {
    expect(network(twoZones).availabilityZones).toEqual(['az-a', 'az-b']);
    expect(network(twoZones)).toSurviveLossOfAnyAz(egress);
  });

  it('breaks egress when NAT gateways are crossed or shared', () => {
    const shared = {
      ...twoZones,
      ...subnet('PrivateB', 'Vpc', '10.0.11.0/24', [nat('Nat')], zone('az-b')),
    };
    const survival = network(shared).survivesLossOfAnyAz(egress);
    expect(survival.answer).toBe('does not survive');
    expect(survival.broken.map(({ zone: lost }) => lost)).toEqual(['az-a']);
    expect(String(survival)).toContain(`NAT gateway T/Nat, which is gone (blackhole)`);
    const crossed = {
      ...twoZones,
      ...subnet('Private', 'Vpc', '10.0.1.0/24', [nat('NatB')]),
      ...subnet('PrivateB', 'Vpc', '10.0.11.0/24', [nat('Nat')], zone('az-b')),
    };
    expect(network(crossed)).toReach(egress);
    expect(network(crossed).survivesLossOfAnyAz(egress).broken).toHaveLength(2);
  });

  it('removes what is in that zone only', () => {
    const server = { source: 'internet', destination: at('Server'), port: 443 } as const;
    expect(network(twoZones)).not.toSurviveLossOfAnyAz(server);
    expect(String(network(twoZones).withoutAz('az-a').canReach(server))).toContain(
      'all of its interfaces are removed',
    );
  });

  it('may remove a single-AZ database, never a Multi-AZ one', () => {
    const database = (MultiAZ: boolean) => ({
      ...twoZones,
      Db: type('RDS::DBInstance', {
        DBSubnetGroupName: ref('Names'),
        VPCSecurityGroups: [ref('DbGroup')],
        MultiAZ,
        PubliclyAccessible: false,
      }),
      Names: type('RDS::DBSubnetGroup', { SubnetIds: [ref('Private'), ref('PrivateB')] }),
      DbGroup: group(fromClient(5432)),
    });
    const question = { source: at('Fleet'), destination: at('Db'), port: 5432 } as const;
    expect(network(database(true))).toSurviveLossOfAnyAz(question);
    expect(network(database(false))).toReach(question);
    expect(network(database(false)).survivesLossOfAnyAz(question).answer).toBe('unknown');
  });

  it('throws for a zone without subnets, and names the zones', () => {
    expect(() => network(twoZones).withoutAz('az-z')).toThrow(
      'az-z: no subnet is in this Availability Zone. Zones: az-a, az-b',
    );
  });
});
