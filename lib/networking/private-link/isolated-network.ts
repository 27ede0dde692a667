import { Fn } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

export interface IsolatedNetworkProps {
  /** Address range of the VPC, /16 to /27. */
  readonly vpcCidr: string;
}

/** A VPC in two AZs that has nothing to do with the internet, nor with any other VPC. */
export class IsolatedNetwork extends Construct {
  readonly vpc: ec2.Vpc;

  constructor(scope: Construct, id: string, { vpcCidr }: IsolatedNetworkProps) {
    super(scope, id);
    this.vpc = new ec2.Vpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr(vpcCidr),
      // The same two in every VPC of an account: an endpoint stands in AZs that its service has.
      availabilityZones: [0, 1].map((index) => Fn.select(index, Fn.getAzs())),
      subnetConfiguration: [{ name: 'Isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
      restrictDefaultSecurityGroup: true,
    });
  }
}
