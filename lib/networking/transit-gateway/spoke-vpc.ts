import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { createVpc } from '../../shared/create-vpc';

export interface SpokeVpcProps {
  /** Address range of the VPC, /16 to /24. */
  readonly vpcCidr: string;
  /**
   * Number of Availability Zones.
   * @default 2
   */
  readonly azCount?: number;
}

/**
 * A VPC without an internet gateway and NAT gateways. Each AZ has a workload subnet, and a small subnet for the network
 * interface of a transit gateway. So a network ACL of the workloads does not affect the transit gateway.
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
      // Reserve space for three AZs, so that a third AZ changes no subnet.
      reservedAzs: Math.max(0, 3 - azCount),
      subnetConfiguration: [
        { name: 'Workload', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
        { name: 'Attachment', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 28 },
      ],
      // Workloads reach the internet through the transit gateway.
      natGateways: 0,
      createInternetGateway: false,
      enableDnsSupport: true,
      enableDnsHostnames: true,
      restrictDefaultSecurityGroup: true,
    });
  }
}
