import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { SiteToSiteVpn } from '../../lib/networking/site-to-site-vpn/site-to-site-vpn';
import { TransitGateway } from '../../lib/networking/transit-gateway/transit-gateway';
import { VpcPeering } from '../../lib/networking/vpc-peering/vpc-peering';

const routers = { A: { address: '198.18.0.1' }, B: { address: '198.19.0.1' } };

function imported(stack: Stack, id: string, cidr: string, routeTables: boolean): ec2.IVpc {
  return ec2.Vpc.fromVpcAttributes(stack, id, {
    vpcId: `vpc-${id}`,
    vpcCidrBlock: cidr,
    availabilityZones: ['a', 'b'],
    privateSubnetIds: ['subnet-1', 'subnet-2'],
    ...(routeTables && { privateSubnetRouteTableIds: ['rtb-1', 'rtb-1'] }),
  });
}

const constructs: readonly [string, number, (stack: Stack, routeTables: boolean) => void][] = [
  [
    'SiteToSiteVpn',
    1,
    (stack, routeTables) => {
      const vpc = imported(stack, 'Vpc', '10.0.0.0/16', routeTables);
      new SiteToSiteVpn(stack, 'Vpn', { routers, attachTo: { vpc } });
    },
  ],
  [
    'TransitGateway',
    1,
    (stack, routeTables) => {
      const vpc = imported(stack, 'Vpc', '10.0.0.0/16', routeTables);
      const attachmentSubnets = { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS };
      new TransitGateway(stack, 'Hub', { spokes: { A: { vpc, attachmentSubnets } } });
    },
  ],
  [
    'VpcPeering',
    2,
    (stack, routeTables) => {
      const peers = {
        A: { vpc: imported(stack, 'A', '10.0.0.0/16', routeTables) },
        B: { vpc: imported(stack, 'B', '10.1.0.0/16', routeTables) },
      };
      new VpcPeering(stack, 'Peering', { vpcs: peers, pairs: [['A', 'B']] });
    },
  ],
];

interface RouteTables {
  readonly RouteTableId?: unknown;
  readonly RouteTableIds?: readonly unknown[];
}

describe.each(constructs)('%s with %i imported VPCs', (_, vpcs, create) => {
  it('refuses subnets without route table ids with one line', () => {
    expect(() => {
      create(new Stack(new App(), 'Test'), false);
    }).toThrow(
      /got "Test\/.* without a route table id", expected subnets that are imported with their route/,
    );
  });

  it('adds one route in each VPC for subnets that share a route table', () => {
    const stack = new Stack(new App(), 'Test');
    create(stack, true);
    const template = Template.fromStack(stack);
    const tables = [
      ...Object.values(template.findResources('AWS::EC2::Route')),
      ...Object.values(template.findResources('AWS::EC2::VPNGatewayRoutePropagation')),
    ].flatMap(({ Properties }) => {
      const { RouteTableId, RouteTableIds = [RouteTableId] } = Properties as RouteTables;
      return RouteTableIds;
    });
    expect(tables.filter((table) => table === 'rtb-1')).toHaveLength(vpcs);
  });
});
