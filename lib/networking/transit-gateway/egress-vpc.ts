import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { createVpc } from '../../shared/create-vpc';

/** How the egress VPC may be equipped. */
export const EGRESS_NAT_GATEWAYS = ['per-az', 'single'] as const;

/**
 * - `per-az`: one NAT gateway in each AZ, so that each AZ is on its own.
 * - `single`: one NAT gateway in the first AZ. When that AZ fails, no spoke has egress.
 */
export type EgressNatGateways = (typeof EGRESS_NAT_GATEWAYS)[number];

export interface EgressVpcProps {
  /** /24 or larger, so that six AZs fit. */
  readonly vpcCidr: string;
  readonly azCount: number;
  readonly natGateways: EgressNatGateways;
}

/**
 * A VPC of nothing but NAT gateways, for others to use through a transit gateway: in each AZ a public subnet with the
 * NAT gateway, and a subnet for the attachment whose default route leads to it.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/tgw/transit-gateway-nat-igw.html
 */
export class EgressVpc extends Construct {
  readonly vpc: ec2.Vpc;
  readonly publicSubnets: readonly ec2.ISubnet[];
  readonly attachmentSubnets: readonly ec2.ISubnet[];

  constructor(scope: Construct, id: string, { vpcCidr, azCount, natGateways }: EgressVpcProps) {
    super(scope, id);
    this.vpc = createVpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr(vpcCidr),
      azCount,
      // Another AZ later moves no subnet.
      reservedAzs: 6 - azCount,
      subnetConfiguration: [
        { name: 'Public', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 28, mapPublicIpOnLaunch: false },
        // Not the public subnets: by their route tables, traffic would go to the internet gateway untranslated.
        { name: 'Attachment', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 28 },
      ],
      natGateways: natGateways === 'per-az' ? azCount : 1,
      restrictDefaultSecurityGroup: true,
    });
    this.publicSubnets = this.vpc.publicSubnets;
    this.attachmentSubnets = this.vpc.privateSubnets;
  }
}
