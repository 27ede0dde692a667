import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { VpcAttachment } from './vpc-attachment';

export interface RoutingDomainProps {
  readonly transitGateway: ec2.CfnTransitGateway;
}

/**
 * A route table of a transit gateway. It routes what comes *from* the attachments that are associated with it, and leads
 * *to* those that propagate into it.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html
 */
export class RoutingDomain extends Construct {
  readonly routeTable: ec2.CfnTransitGatewayRouteTable;

  constructor(scope: Construct, id: string, { transitGateway }: RoutingDomainProps) {
    super(scope, id);
    this.routeTable = new ec2.CfnTransitGatewayRouteTable(this, 'RouteTable', {
      transitGatewayId: transitGateway.attrId,
      tags: [{ key: 'Name', value: this.node.path }],
    });
  }

  /** What comes from the VPC is routed by this table. A VPC can be associated with one table only. */
  associate(id: string, { attachment }: VpcAttachment): void {
    new ec2.CfnTransitGatewayRouteTableAssociation(this, `From${id}`, this.between(attachment));
  }

  /** This table leads to all networks of the VPC. */
  propagate(id: string, { attachment }: VpcAttachment): void {
    new ec2.CfnTransitGatewayRouteTablePropagation(this, `To${id}`, this.between(attachment));
  }

  /** The rest, that no more specific route takes, goes to the VPC. */
  addDefaultRoute({ attachment }: VpcAttachment): void {
    new ec2.CfnTransitGatewayRoute(this, 'DefaultRoute', {
      ...this.between(attachment),
      destinationCidrBlock: '0.0.0.0/0',
    });
  }

  /** Drops what is for a network, unless a more specific route takes it. */
  addBlackhole(id: string, destinationCidrBlock: string): void {
    new ec2.CfnTransitGatewayRoute(this, id, {
      transitGatewayRouteTableId: this.routeTable.attrTransitGatewayRouteTableId,
      destinationCidrBlock,
      blackhole: true,
    });
  }

  private between(attachment: ec2.CfnTransitGatewayAttachment) {
    return {
      transitGatewayRouteTableId: this.routeTable.attrTransitGatewayRouteTableId,
      transitGatewayAttachmentId: attachment.attrId,
    };
  }
}
