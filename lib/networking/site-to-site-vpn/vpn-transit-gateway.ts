import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

export interface TransitHubProps {
  readonly vpc: ec2.IVpc;
  /** Subnets for the attachment, one in each AZ. */
  readonly attachmentSubnets: ec2.SubnetSelection;
  /** The customer's networks, to which all subnets but the public ones get routes. */
  readonly customerCidrs: readonly string[];
}

/**
 * A transit gateway with a VPC on it, ready for a VPN. CloudFormation makes the attachment of a VPN by itself and does
 * not tell its id, so that it can only be routed by the default route table, which everything attached is in.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpn-attachments.html
 */
export class TransitHub extends Construct {
  readonly transitGateway: ec2.CfnTransitGateway;

  constructor(scope: Construct, id: string, { vpc, attachmentSubnets, customerCidrs }: TransitHubProps) {
    super(scope, id);
    const tags = [{ key: 'Name', value: this.node.path }];
    this.transitGateway = new ec2.CfnTransitGateway(this, 'TransitGateway', {
      amazonSideAsn: 64512,
      defaultRouteTableAssociation: 'enable',
      defaultRouteTablePropagation: 'enable',
      autoAcceptSharedAttachments: 'disable',
      // Traffic is spread over all tunnels, of all routers that advertise a network alike.
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
    for (const { node, routeTable } of [...vpc.privateSubnets, ...vpc.isolatedSubnets]) {
      customerCidrs.forEach((destinationCidrBlock, index) => {
        new ec2.CfnRoute(routes, `${node.id}To${index + 1}`, {
          routeTableId: routeTable.routeTableId,
          destinationCidrBlock,
          transitGatewayId,
          // A VPC can have a route to a transit gateway only while it is attached to it.
        }).addResourceDependency(attachment);
      });
    }
  }
}
