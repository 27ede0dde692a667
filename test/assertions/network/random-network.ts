import fc from 'fast-check';
import type { Json } from '../../../lib/assertions/templates';
import { acl, att, ec2, entry, instance, internetGateway, ref, subnet, tcp, to, vpc } from './templates';

/*
 * Random networks: a VPC with an internet gateway, a NAT gateway, endpoints, a load balancer and a database, and another
 * VPC behind a transit gateway.
 */
export type Resources = Record<string, { Type: string; Properties: Json; Condition?: string }>;

export const CIDRS = [
  '0.0.0.0/0',
  '10.0.0.0/16',
  '10.0.1.0/24',
  '10.0.2.0/24',
  '10.9.0.0/16',
  '203.0.113.0/24',
];
const cidr = fc.constantFrom(...CIDRS);
const rules = fc.array(
  fc.oneof(
    fc.tuple(fc.constantFrom(22, 443), cidr).map(([port, from]) => tcp(port, from)),
    fc.constantFrom(22, 443).map((port) => tcp(port, { CidrIpv6: '::/0' })),
    fc.constantFrom(22, 443).map((port) => tcp(port, { SourceSecurityGroupId: ref('ClientGroup') })),
  ),
  { maxLength: 3 },
);
export const drawn = fc.record({
  rules,
  outbound: fc.option(
    fc.array(
      cidr.map((where) => tcp(443, where)),
      { minLength: 1, maxLength: 2 },
    ),
    {
      nil: undefined,
    },
  ),
  entries: fc.array(
    fc.tuple(
      fc.constantFrom('allow' as const, 'deny' as const),
      fc.constantFrom('in' as const, 'out' as const),
      cidr,
      fc.constantFrom<readonly [number, number] | undefined>(undefined, [22, 443], [1024, 65535]),
    ),
    { maxLength: 5 },
  ),
  withAcl: fc.boolean(),
  clientRoute: fc.constantFrom({ GatewayId: ref('Igw') }, { NatGatewayId: ref('Nat') }),
  isPublic: fc.boolean(),
  hasElastic: fc.boolean(),
  assignIpv6: fc.boolean(),
  propagation: fc.constantFrom('enable', 'disable'),
  blackhole: fc.boolean(),
  scheme: fc.constantFrom('internet-facing', 'internal'),
});
type Drawn = typeof drawn extends fc.Arbitrary<infer T> ? T : never;

export function build(net: Drawn): Resources {
  const ipv6 = { 'Fn::Select': [0, att('Vpc', 'Ipv6CidrBlocks')] };
  const block = (index: number) => ({ 'Fn::Select': [index, { 'Fn::Cidr': [ipv6, 4, 64] }] });
  const resources = {
    ...vpc('Vpc', '10.0.0.0/16'),
    Ipv6: ec2('VPCCidrBlock', { VpcId: ref('Vpc'), AmazonProvidedIpv6CidrBlock: true }),
    ...internetGateway('Vpc'),
    ...subnet('A', 'Vpc', '10.0.1.0/24', [
      to('0.0.0.0/0', net.clientRoute),
      to('10.9.0.0/16', { TransitGatewayId: ref('Tgw') }),
    ]),
    ...subnet(
      'B',
      'Vpc',
      '10.0.2.0/24',
      [
        to('0.0.0.0/0', { GatewayId: ref('Igw') }),
        { DestinationIpv6CidrBlock: '::/0', GatewayId: ref('Igw') },
        to('10.9.0.0/16', { TransitGatewayId: ref('Tgw') }),
      ],
      {
        AvailabilityZone: 'az-b',
        MapPublicIpOnLaunch: net.isPublic,
        Ipv6CidrBlock: block(1),
        AssignIpv6AddressOnCreation: net.assignIpv6,
      },
    ),
    Nat: ec2('NatGateway', { SubnetId: ref('B'), ConnectivityType: 'public' }),
    ...instance('Client', 'A', { outbound: net.outbound }),
    ...instance('Server', 'B', { inbound: net.rules }),
    Extra: ec2('SecurityGroupIngress', { GroupId: ref('ServerGroup'), ...tcp(443, '10.0.1.0/24') }),
    ...(net.hasElastic ? { Eip: ec2('EIP', { InstanceId: ref('Server') }) } : {}),
    ...(net.withAcl
      ? acl(
          'Acl',
          'Vpc',
          'B',
          net.entries.map(([action, way, from, ports], i) => entry(10 * i + 10, action, way, from, ports)),
        )
      : {}),
    Alb: {
      Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
      Properties: {
        Scheme: net.scheme,
        IpAddressType: 'dualstack',
        Subnets: [ref('B')],
        SecurityGroups: [ref('ServerGroup')],
      },
    },
    Listener: {
      Type: 'AWS::ElasticLoadBalancingV2::Listener',
      Properties: { LoadBalancerArn: ref('Alb'), Port: 443, Protocol: 'TCP', DefaultActions: [] },
    },
    Subnets: { Type: 'AWS::RDS::DBSubnetGroup', Properties: { SubnetIds: [ref('B')] } },
    Db: {
      Type: 'AWS::RDS::DBInstance',
      Properties: {
        DBSubnetGroupName: ref('Subnets'),
        VPCSecurityGroups: [ref('ServerGroup')],
        PubliclyAccessible: net.isPublic,
        NetworkType: 'DUAL',
      },
    },
    S3: ec2('VPCEndpoint', {
      VpcId: ref('Vpc'),
      ServiceName: 'com.amazonaws.eu-west-1.s3',
      VpcEndpointType: 'Gateway',
      RouteTableIds: [ref('ATable')],
    }),
    Ssm: ec2('VPCEndpoint', {
      VpcId: ref('Vpc'),
      ServiceName: 'com.amazonaws.eu-west-1.ssm',
      VpcEndpointType: 'Interface',
      PrivateDnsEnabled: net.isPublic,
      SubnetIds: [ref('B')],
      SecurityGroupIds: [ref('ServerGroup')],
    }),
    // Another VPC, by a transit gateway.
    ...vpc('Far', '10.9.0.0/16'),
    ...subnet('FarSubnet', 'Far', '10.9.1.0/24', [to('10.0.0.0/8', { TransitGatewayId: ref('Tgw') })]),
    ...instance('FarServer', 'FarSubnet', { inbound: net.rules }),
    Tgw: ec2('TransitGateway', {
      DefaultRouteTablePropagation: net.propagation,
      DefaultRouteTableAssociation: 'disable',
      SecurityGroupReferencingSupport: 'enable',
    }),
    Near: ec2('TransitGatewayAttachment', {
      TransitGatewayId: ref('Tgw'),
      VpcId: ref('Vpc'),
      SubnetIds: [ref('A'), ref('B')],
    }),
    Away: ec2('TransitGatewayAttachment', {
      TransitGatewayId: ref('Tgw'),
      VpcId: ref('Far'),
      SubnetIds: [ref('FarSubnet')],
    }),
    Table: ec2('TransitGatewayRouteTable', { TransitGatewayId: ref('Tgw') }),
    ...Object.fromEntries(
      ['Near', 'Away'].flatMap((id) => {
        const both = { TransitGatewayAttachmentId: ref(id), TransitGatewayRouteTableId: ref('Table') };
        return [
          [`${id}Association`, ec2('TransitGatewayRouteTableAssociation', both)],
          [`${id}Propagation`, ec2('TransitGatewayRouteTablePropagation', both)],
        ];
      }),
    ),
    ...(net.blackhole
      ? {
          Static: ec2('TransitGatewayRoute', {
            TransitGatewayRouteTableId: ref('Table'),
            DestinationCidrBlock: '10.9.1.0/24',
            Blackhole: true,
          }),
        }
      : {}),
  };
  // Routes of the second subnet of one VPC must not share objects with others.
  return JSON.parse(JSON.stringify(resources)) as Resources;
}
