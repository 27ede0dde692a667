import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { createVpc } from '../../shared/create-vpc';

export interface SpokeVpcProps {
  /** Address range of the VPC, /16 to /24. */
  readonly vpcCidr: string;
  /** @default 2 */
  readonly azCount?: number;
}

/**
 * A VPC without any gateway of its own: in each AZ a subnet for what runs there, and a small one in which a transit
 * gateway has its interface, so that a network ACL of the one never is in the way of the other.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/tgw/tgw-best-design-practices.html
 */
export class SpokeVpc extends Construct {
  readonly vpc: ec2.Vpc;

  constructor(scope: Construct, id: string, { vpcCidr, azCount = 2 }: SpokeVpcProps) {
    super(scope, id);
    this.vpc = createVpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr(vpcCidr),
      azCount,
      // A third AZ later moves no subnet.
      reservedAzs: Math.max(0, 3 - azCount),
      subnetConfiguration: [
        { name: 'Workload', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
        { name: 'Attachment', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 28 },
      ],
      // The transit gateway is the way out.
      natGateways: 0,
      createInternetGateway: false,
      enableDnsSupport: true,
      enableDnsHostnames: true,
      restrictDefaultSecurityGroup: true,
    });
  }
}
