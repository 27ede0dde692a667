import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

export interface VpcAttachmentProps {
  readonly transitGateway: ec2.CfnTransitGateway;
  readonly vpc: ec2.IVpc;
  /** One in each AZ. */
  readonly subnets: readonly ec2.ISubnet[];
  /** @default false */
  readonly applianceMode?: boolean;
}

/**
 * A VPC on a transit gateway, which takes its traffic only in those AZs where it has a subnet.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html
 */
export class VpcAttachment extends Construct {
  readonly attachment: ec2.CfnTransitGatewayAttachment;
  private readonly transitGateway: ec2.CfnTransitGateway;

  constructor(scope: Construct, id: string, props: VpcAttachmentProps) {
    super(scope, id);
    this.transitGateway = props.transitGateway;
    // Of CloudFormation's two types, the one that takes another subnet without being replaced: a VPC can be attached once.
    this.attachment = new ec2.CfnTransitGatewayAttachment(this, 'Attachment', {
      transitGatewayId: this.transitGateway.attrId,
      vpcId: props.vpc.vpcId,
      subnetIds: props.subnets.map(({ subnetId }) => subnetId),
      options: { ApplianceModeSupport: props.applianceMode === true ? 'enable' : 'disable' },
      tags: [{ key: 'Name', value: this.node.path }],
    });
  }

  /** Routes of subnets of this VPC to the transit gateway, one for each route table. */
  addRoutes(id: string, subnets: readonly ec2.ISubnet[], destinationCidrBlock: string): void {
    const routes = new Construct(this, id);
    const seen = new Set<string>();
    for (const { node, routeTable } of subnets) {
      // Subnets of a VPC that CDK did not make may share a route table.
      if (seen.has(routeTable.routeTableId)) continue;
      seen.add(routeTable.routeTableId);
      new ec2.CfnRoute(routes, node.id, {
        routeTableId: routeTable.routeTableId,
        destinationCidrBlock,
        transitGatewayId: this.transitGateway.attrId,
        // A VPC can have a route to a transit gateway only while it is attached to it.
      }).addResourceDependency(this.attachment);
    }
  }
}
