import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { onePerRouteTable } from '../../shared/route-tables';

export interface VpnTransitGatewayProps {
  readonly vpc: ec2.IVpc;
  /** Subnets of the VPC attachment, one in each AZ. */
  readonly attachmentSubnets: ec2.SubnetSelection;
  /** The customer's networks. All private and isolated subnets get routes to them. */
  readonly customerCidrs: readonly string[];
}

/**
 * A transit gateway with an attached VPC, for a VPN. CloudFormation creates the attachment of a VPN connection implicitly
 * and does not return its id. So no other route table can be associated with it: all attachments use the default one.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpn-attachments.html
 */
export class VpnTransitGateway extends Construct {
  readonly transitGateway: ec2.CfnTransitGateway;

  constructor(
    scope: Construct,
    id: string,
    { vpc, attachmentSubnets, customerCidrs }: VpnTransitGatewayProps,
  ) {
    super(scope, id);
    const tags = [{ key: 'Name', value: this.node.path }];
    this.transitGateway = new ec2.CfnTransitGateway(this, 'TransitGateway', {
      amazonSideAsn: 64512,
      defaultRouteTableAssociation: 'enable',
      defaultRouteTablePropagation: 'enable',
      autoAcceptSharedAttachments: 'disable',
      // Equal-cost multipath: traffic is spread over the tunnels of all routers that advertise the same network.
      vpnEcmpSupport: 'enable',
      tags,
    });
    const transitGatewayId = this.transitGateway.attrId;
    const attachment = new ec2.CfnTransitGatewayAttachment(this, 'Attachment', {
      transitGatewayId,
      vpcId: vpc.vpcId,
      subnetIds: vpc.selectSubnets(attachmentSubnets).subnetIds,
      tags,
    });
    const routes = new Construct(this, 'Routes');
    for (const { node, routeTable } of onePerRouteTable('vpc', [
      ...vpc.privateSubnets,
      ...vpc.isolatedSubnets,
    ])) {
      customerCidrs.forEach((destinationCidrBlock, index) => {
        new ec2.CfnRoute(routes, `${node.id}To${index + 1}`, {
          routeTableId: routeTable.routeTableId,
          destinationCidrBlock,
          transitGatewayId,
          // EC2 refuses a route to a transit gateway to which the VPC is not attached.
        }).addResourceDependency(attachment);
      });
    }
  }
}
