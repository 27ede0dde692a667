import '../../../lib/assertions/network/matchers';
import {
  at,
  att,
  ec2,
  everything,
  instance,
  internetGateway,
  network,
  ref,
  subnet,
  tcp,
  to,
  toInternet,
  twoTiers,
  vpc,
  without,
} from './templates';

const web = { source: 'internet', destination: at('Server'), port: 443 } as const;
const out = { source: at('Client'), destination: 'internet', port: 443 } as const;

describe('internet gateway', () => {
  // https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html
  it('connects an interface with a public address, both ways', () => {
    expect(network(twoTiers)).toReach(web);
    expect(network(twoTiers)).toReach({ source: at('Server'), destination: 'internet', port: 80 });
  });

  it('does not connect an interface without a public address', () => {
    const bare = { ...twoTiers, ...subnet('Public', 'Vpc', '10.0.0.0/24', [toInternet]) };
    const flow = network(bare).canReach(web);
    expect(flow.answer).toBe('not reachable');
    expect(String(flow)).toContain('T/Server: has no public IPv4 address');
  });

  it('accepts an Elastic IP address by either resource', () => {
    const bare = { ...twoTiers, ...subnet('Public', 'Vpc', '10.0.0.0/24', [toInternet]) };
    const eip = ec2('EIP', { InstanceId: ref('Server') });
    const association = ec2('EIPAssociation', {
      InstanceId: ref('Server'),
      AllocationId: att('Eip', 'AllocationId'),
    });
    expect(network({ ...bare, Address: eip })).toReach(web);
    expect(network({ ...bare, Association: association })).toReach(web);
  });

  it('must be attached to the VPC', () => {
    const flow = network(without(twoTiers, 'IgwAttachment')).canReach(web);
    expect(flow.answer).toBe('not reachable');
    expect(String(flow)).toContain('T/Igw: is not attached to T/Vpc');
  });

  it('needs a route for replies', () => {
    const flow = network(without(twoTiers, 'PublicRoute0')).canReach(web);
    expect(flow.answer).toBe('not reachable');
    expect(String(flow)).toContain('T/PublicTable: has no route to internet, so that replies are lost');
  });

  it('leads to public addresses only', () => {
    expect(network(twoTiers)).not.toReach({ source: at('Server'), destination: '192.168.1.1', port: 80 });
  });
});

describe('route tables', () => {
  // https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html
  it('use the longest matching prefix, in any order', () => {
    const specific = subnet('Private', 'Vpc', '10.0.1.0/24', [
      to('0.0.0.0/0', { NatGatewayId: ref('Nat') }),
      to('203.0.113.0/24', { TransitGatewayId: ref('Hub') }),
    ]);
    const net = network({ ...twoTiers, ...specific, Hub: ec2('TransitGateway') });
    expect(net).not.toReach({ ...out, destination: '203.0.113.1' });
    expect(net).toReach({ ...out, destination: '198.51.100.1' });
    expect(net).toReach(out);
  });

  it('default to the main route table: local routes only', () => {
    const net = network(without(twoTiers, 'PrivateTableAssociation'));
    expect(net).not.toReach(out);
    expect(net).toReach({ source: at('Client'), destination: at('Server'), port: 443 });
    expect(String(net.canReach(out))).toContain('main route table of T/Vpc: has no route');
  });

  it('have a local route for every CIDR of the VPC', () => {
    const second = {
      ...twoTiers,
      More: ec2('VPCCidrBlock', { VpcId: ref('Vpc'), CidrBlock: '10.9.0.0/16' }),
      ...subnet('Extra', 'Vpc', '10.9.1.0/24'),
      ...instance('Peer', 'Extra', { inbound: [everything] }),
    };
    expect(network(second)).toReach({ source: at('Client'), destination: at('Peer'), port: 5432 });
  });

  it('expand prefix lists of the templates; others are unknown', () => {
    const route = (list: object | string) =>
      subnet('Private', 'Vpc', '10.0.1.0/24', [{ DestinationPrefixListId: list, NatGatewayId: ref('Nat') }]);
    const list = ec2('PrefixList', { Entries: [{ Cidr: '198.51.100.0/24' }] });
    const known = network({ ...twoTiers, ...route(ref('List')), List: list });
    expect(known).toReach({ ...out, destination: '198.51.100.7' });
    expect(known).not.toReach({ ...out, destination: '203.0.113.7' });
    expect(network({ ...twoTiers, ...route('pl-1') }).canReach(out).answer).toBe('unknown');
  });

  it('blackhole when the target is removed', () => {
    const flow = network(twoTiers).without(at('Nat')).canReach(out);
    expect(flow.answer).toBe('not reachable');
    expect(String(flow)).toContain('leads to NAT gateway T/Nat, which is gone (blackhole)');
  });
});

describe('NAT gateway', () => {
  // https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html
  it('connects private interfaces to the internet, not the reverse', () => {
    expect(network(twoTiers)).toReach(out);
    const publicAddress = { subnet: at('Private'), publicAddress: true };
    expect(network(twoTiers)).not.toReach({
      source: 'internet',
      destination: publicAddress,
      protocol: 'all',
    });
    expect(network(twoTiers)).not.toReach({ source: 'internet', destination: at('Nat'), port: 443 });
  });

  it('needs a route to the internet gateway in its own subnet', () => {
    const flow = network(without(twoTiers, 'PublicRoute0')).canReach(out);
    expect(flow.answer).toBe('not reachable');
    expect(String(flow)).toContain('T/PublicTable: has no route to internet');
    expect(network({ ...twoTiers, Nat: ec2('NatGateway', { SubnetId: ref('Private') }) })).not.toReach(out);
  });

  it('translates TCP, UDP and ICMP over IPv4 only', () => {
    expect(network(twoTiers)).toReach({ ...out, port: undefined, protocol: 'icmp' });
    expect(network(twoTiers)).toReach({ ...out, protocol: 'udp' });
    expect(network(twoTiers)).not.toReach({ ...out, port: undefined, protocol: 47 });
  });

  it('that is private does not reach the internet', () => {
    const nat = ec2('NatGateway', { SubnetId: ref('Public'), ConnectivityType: 'private' });
    expect(network({ ...twoTiers, Nat: nat })).not.toReach(out);
  });

  // https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html
  it('that is regional survives an AZ and needs an internet gateway', () => {
    const nat = ec2('NatGateway', { VpcId: ref('Vpc'), AvailabilityMode: 'regional' });
    const other = subnet('Other', 'Vpc', '10.0.2.0/24', [to('0.0.0.0/0', { NatGatewayId: ref('Nat') })], {
      AvailabilityZone: 'az-b',
    });
    const regional = { ...twoTiers, Nat: nat, ...other };
    expect(network(regional)).toReach(out);
    expect(network(regional).withoutAz('az-a')).toReach({ ...out, source: at('Other') });
    expect(network({ ...twoTiers, ...other }).withoutAz('az-a')).not.toReach({ ...out, source: at('Other') });
    expect(network(without(regional, 'IgwAttachment'))).not.toReach(out);
  });
});

describe('IPv6', () => {
  const block = { 'Fn::Select': [0, att('Vpc', 'Ipv6CidrBlocks')] };
  const part = (i: number) => ({ 'Fn::Select': [i, { 'Fn::Cidr': [block, 4, 64] }] });
  const anyIpv6 = { IpProtocol: '-1', CidrIpv6: '::/0' };
  const dual = (id: string, i: number, target: object) =>
    subnet(id, 'Vpc', `10.0.${i}.0/24`, [{ DestinationIpv6CidrBlock: '::/0', ...target }], {
      Ipv6CidrBlock: part(i),
      AssignIpv6AddressOnCreation: true,
    });
  const template = {
    ...vpc('Vpc', '10.0.0.0/16'),
    ...internetGateway('Vpc'),
    Ipv6: ec2('VPCCidrBlock', { VpcId: ref('Vpc'), AmazonProvidedIpv6CidrBlock: true }),
    Out: ec2('EgressOnlyInternetGateway', { VpcId: ref('Vpc') }),
    ...dual('Public', 0, { GatewayId: ref('Igw') }),
    ...dual('Private', 1, { EgressOnlyInternetGatewayId: ref('Out') }),
    ...instance('Server', 'Public', { inbound: [anyIpv6], outbound: [anyIpv6] }),
    ...instance('Client', 'Private', { inbound: [anyIpv6], outbound: [anyIpv6] }),
  };

  // https://docs.aws.amazon.com/vpc/latest/userguide/egress-only-internet-gateway.html
  it('leaves by an egress-only gateway, and does not enter by it', () => {
    expect(network(template)).toReach({ source: at('Client'), destination: 'internet', ipVersion: 6 });
    expect(network(template)).not.toReach({ source: 'internet', destination: at('Client'), protocol: 'all' });
    expect(network(template)).not.toReach({ source: '2001:db8::1', destination: at('Client'), port: 22 });
  });

  it('passes an internet gateway both ways', () => {
    expect(network(template)).toReach({ source: '2001:db8::1', destination: at('Server'), port: 22 });
    expect(network(template)).toReach({ source: at('Server'), destination: '2001:db8::1', port: 22 });
  });

  it('works within the VPC with Amazon-provided blocks', () => {
    expect(network(template)).toReach({
      source: at('Client'),
      destination: at('Server'),
      port: 22,
      ipVersion: 6,
    });
    const narrow = { IpProtocol: '-1', CidrIpv6: part(1) };
    const only = { ...template, ...instance('Server', 'Public', { inbound: [narrow] }) };
    expect(network(only)).toReach({ source: at('Client'), destination: at('Server'), port: 22 });
    expect(network(only)).not.toReach({ source: 'internet', destination: at('Server'), port: 22 });
  });

  it('needs AssignIpv6AddressOnCreation', () => {
    expect(network(twoTiers)).not.toReach({ source: at('Client'), destination: 'internet', ipVersion: 6 });
  });
});

describe('VPC endpoints', () => {
  const isolated = {
    ...vpc('Vpc', '10.0.0.0/16'),
    ...subnet('Isolated', 'Vpc', '10.0.1.0/24'),
    ...instance('Client', 'Isolated'),
  };
  const s3 = { source: at('Client'), destination: { service: 's3' } } as const;
  const name = (service: string) => ({ 'Fn::Sub': `com.amazonaws.\${AWS::Region}.${service}` });
  const gateway = (tables: readonly object[]) =>
    ec2('VPCEndpoint', { VpcId: ref('Vpc'), ServiceName: name('s3'), RouteTableIds: tables });

  // https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
  it('of gateway type serve their route tables and their own service', () => {
    const net = network({ ...isolated, S3: gateway([ref('IsolatedTable')]) });
    expect(net).toReach(s3);
    expect(net).toPassThrough({ ...s3, component: at('S3') });
    expect(net).not.toReach({ ...s3, destination: { service: 'dynamodb' } });
    expect(network({ ...isolated, S3: gateway([]) })).not.toReach(s3);
    expect(network(isolated)).not.toReach(s3);
  });

  it('of gateway type do not open the security group', () => {
    const shut = instance('Client', 'Isolated', { outbound: [tcp(443, '10.0.0.0/16')] });
    expect(network({ ...isolated, ...shut, S3: gateway([ref('IsolatedTable')]) })).not.toReach(s3);
  });

  it('are asked on tcp 443 when the port is undefined', () => {
    const question = { source: at('Client'), destination: { service: 's3' } } as const;
    expect(network(twoTiers)).toReach({ ...question, port: undefined });
    const narrow = { ...twoTiers, ...instance('Client', 'Private', { outbound: [tcp(443, '0.0.0.0/0')] }) };
    expect(network(narrow)).toReach({ ...question, port: undefined });
  });

  it('are not needed when the public endpoint is reachable by NAT', () => {
    expect(network(twoTiers)).toReach(s3);
    expect(network(twoTiers)).toPassThrough({ ...s3, component: at('Nat') });
  });

  // https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
  it('of interface type need a rule of their security group', () => {
    const ssm = (rule: object) => ({
      ...isolated,
      Ssm: ec2('VPCEndpoint', {
        VpcEndpointType: 'Interface',
        VpcId: ref('Vpc'),
        ServiceName: name('ssm'),
        SubnetIds: [ref('Isolated')],
        SecurityGroupIds: [ref('SsmGroup')],
        PrivateDnsEnabled: true,
      }),
      SsmGroup: ec2('SecurityGroup', { SecurityGroupIngress: [rule] }),
    });
    const question = { source: at('Client'), destination: { service: 'ssm' } } as const;
    expect(network(ssm(tcp(443, '10.0.0.0/16')))).toReach(question);
    expect(network(ssm(tcp(80, '10.0.0.0/16')))).not.toReach(question);
    expect(network(ssm(tcp(443, '10.0.0.0/16')))).toReach({ ...question, destination: at('Ssm'), port: 443 });
    // It serves its own VPC only, and no other service.
    const elsewhere = {
      ...ssm(tcp(443, '10.0.0.0/16')),
      ...vpc('Other', '10.0.0.0/16'),
      ...subnet('Elsewhere', 'Other', '10.0.1.0/24'),
      ...instance('Stranger', 'Elsewhere'),
    };
    expect(network(elsewhere)).toReach(question);
    expect(network(elsewhere)).not.toReach({ ...question, source: at('Stranger') });
    expect(network(elsewhere)).not.toReach({ ...question, destination: { service: 'kms' } });
  });

  it('of a service that is not known make the answer unknown', () => {
    const open = ec2('VPCEndpoint', {
      VpcEndpointType: 'Interface',
      VpcId: ref('Vpc'),
      ServiceName: { 'Fn::ImportValue': 'Service' },
      SubnetIds: [ref('Isolated')],
    });
    const flow = network({ ...isolated, Open: open }).canReach(s3);
    expect(flow.answer).toBe('unknown');
    expect(String(flow)).toContain('T/Open: it is not known whether it is an endpoint of s3 here');
  });
});
