import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { InvalidValue } from '../../shared/invalid-value';
import { onePerRouteTable } from '../../shared/route-tables';
import type { AttachToVpc } from './vpn-ends';

/**
 * A virtual private gateway, attached to one VPC. It propagates the customer's networks into route tables of that VPC.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/route-table-options.html#route-tables-vpn
 */
export class VirtualPrivateGateway extends Construct {
  readonly gateway: ec2.CfnVPNGateway;

  constructor(scope: Construct, id: string, { vpc, subnets, amazonSideAsn = 64512 }: AttachToVpc) {
    super(scope, id);
    if (vpc.vpnGatewayId !== undefined) {
      throw new InvalidValue(
        'vpc',
        `one with VPN gateway ${vpc.vpnGatewayId}`,
        'a VPC without a VPN gateway: a VPC can have one',
      );
    }
    const selected = subnets
      ? vpc.selectSubnets(subnets).subnets
      : [...vpc.privateSubnets, ...vpc.isolatedSubnets];
    const routeTableIds = onePerRouteTable('subnets', selected).map(
      ({ routeTable }) => routeTable.routeTableId,
    );

    this.gateway = new ec2.CfnVPNGateway(this, 'VpnGateway', {
      type: 'ipsec.1',
      amazonSideAsn,
      tags: [{ key: 'Name', value: this.node.path }],
    });
    const vpnGatewayId = this.gateway.attrVpnGatewayId;
    const attachment = new ec2.CfnVPCGatewayAttachment(this, 'Attachment', {
      vpcId: vpc.vpcId,
      vpnGatewayId,
    });
    new ec2.CfnVPNGatewayRoutePropagation(this, 'Propagation', {
      routeTableIds,
      vpnGatewayId,
      // EC2 refuses propagation from a gateway that is not attached to the VPC of the route table.
    }).addResourceDependency(attachment);
  }
}
