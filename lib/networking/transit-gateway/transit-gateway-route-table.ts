import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { VpcAttachment } from './vpc-attachment';

export interface TransitGatewayRouteTableProps {
  readonly transitGateway: ec2.CfnTransitGateway;
}

/**
 * A transit gateway route table. It routes the traffic that comes *from* associated attachments. It has routes *to* the
 * attachments that propagate into it.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html
 */
export class TransitGatewayRouteTable extends Construct {
  readonly routeTable: ec2.CfnTransitGatewayRouteTable;

  constructor(scope: Construct, id: string, { transitGateway }: TransitGatewayRouteTableProps) {
    super(scope, id);
    this.routeTable = new ec2.CfnTransitGatewayRouteTable(this, 'RouteTable', {
      transitGatewayId: transitGateway.attrId,
      tags: [{ key: 'Name', value: this.node.path }],
    });
  }

  /** Uses this table for traffic from the VPC. An attachment can be associated with one table only. */
  associate(id: string, { attachment }: VpcAttachment): void {
    new ec2.CfnTransitGatewayRouteTableAssociation(this, `From${id}`, this.between(attachment));
  }

  /** Adds routes to all networks of the VPC. */
  propagate(id: string, { attachment }: VpcAttachment): void {
    new ec2.CfnTransitGatewayRouteTablePropagation(this, `To${id}`, this.between(attachment));
  }

  /** Adds a default route to the VPC. */
  addDefaultRoute({ attachment }: VpcAttachment): void {
    new ec2.CfnTransitGatewayRoute(this, 'DefaultRoute', {
      ...this.between(attachment),
      destinationCidrBlock: '0.0.0.0/0',
    });
  }

  /** Adds a blackhole route: it drops traffic to the network, unless a more specific route matches. */
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
