import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { onePerRouteTable } from '../../shared/route-tables';

export interface VpcAttachmentProps {
  readonly transitGateway: ec2.CfnTransitGateway;
  readonly vpc: ec2.IVpc;
  /** Subnets of the attachment, one in each AZ. */
  readonly subnets: readonly ec2.ISubnet[];
  /**
   * Whether the transit gateway keeps both directions of a connection in one AZ.
   * @default false
   */
  readonly applianceMode?: boolean;
}

/**
 * The attachment of a VPC to a transit gateway. Only resources in AZs with an attachment subnet can use it.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html
 */
export class VpcAttachment extends Construct {
  readonly attachment: ec2.CfnTransitGatewayAttachment;
  private readonly transitGateway: ec2.CfnTransitGateway;

  constructor(scope: Construct, id: string, props: VpcAttachmentProps) {
    super(scope, id);
    this.transitGateway = props.transitGateway;
    // CloudFormation has two types for this. This one adds a subnet without replacement. Replacement would fail, because a
    // VPC can be attached once.
    this.attachment = new ec2.CfnTransitGatewayAttachment(this, 'Attachment', {
      transitGatewayId: this.transitGateway.attrId,
      vpcId: props.vpc.vpcId,
      subnetIds: props.subnets.map(({ subnetId }) => subnetId),
      options: { ApplianceModeSupport: props.applianceMode === true ? 'enable' : 'disable' },
      tags: [{ key: 'Name', value: this.node.path }],
    });
  }

  /** Adds routes from subnets of this VPC to the transit gateway, one for each route table. */
  addRoutes(id: string, subnets: readonly ec2.ISubnet[], destinationCidrBlock: string): void {
    const routes = new Construct(this, id);
    for (const { node, routeTable } of onePerRouteTable('subnets', subnets)) {
      new ec2.CfnRoute(routes, node.id, {
        routeTableId: routeTable.routeTableId,
        destinationCidrBlock,
        transitGatewayId: this.transitGateway.attrId,
        // EC2 refuses a route to a transit gateway to which the VPC is not attached.
      }).addResourceDependency(this.attachment);
    }
  }
}
