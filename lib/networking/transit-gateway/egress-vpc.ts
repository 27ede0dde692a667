import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { createVpc } from '../../shared/create-vpc';

/** Values of `natGateways`. */
export const EGRESS_NAT_GATEWAYS = ['per-az', 'single'] as const;

/**
 * - `per-az`: one NAT gateway in each AZ. Egress survives the loss of an AZ.
 * - `single`: one NAT gateway in the first AZ. Without that AZ, no spoke has egress.
 */
export type EgressNatGateways = (typeof EGRESS_NAT_GATEWAYS)[number];

export interface EgressVpcProps {
  /** Address range of the VPC, /16 to /24. This has space for six AZs. */
  readonly vpcCidr: string;
  readonly azCount: number;
  readonly natGateways: EgressNatGateways;
}

/**
 * A VPC for NAT gateways, which other VPCs use through a transit gateway. Each AZ has a public subnet for a NAT gateway and
 * an attachment subnet. The default route of the attachment subnet goes to the NAT gateway.
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
      // Reserve space for six AZs, so that a larger azCount changes no subnet.
      reservedAzs: 6 - azCount,
      subnetConfiguration: [
        { name: 'Public', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 28, mapPublicIpOnLaunch: false },
        // The attachment needs its own subnets. Public subnets route to the internet gateway, without NAT.
        { name: 'Attachment', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 28 },
      ],
      natGateways: natGateways === 'per-az' ? azCount : 1,
      restrictDefaultSecurityGroup: true,
    });
    this.publicSubnets = this.vpc.publicSubnets;
    this.attachmentSubnets = this.vpc.privateSubnets;
  }
}
