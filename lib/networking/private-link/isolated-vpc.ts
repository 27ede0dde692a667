import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { createVpc } from '../../shared/create-vpc';

export interface IsolatedVpcProps {
  /** Address range of the VPC, /16 to /27. */
  readonly vpcCidr: string;
}

/** A VPC in two AZs without a route to the internet or to another VPC. */
export class IsolatedVpc extends Construct {
  readonly vpc: ec2.Vpc;

  constructor(scope: Construct, id: string, { vpcCidr }: IsolatedVpcProps) {
    super(scope, id);
    this.vpc = createVpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr(vpcCidr),
      // Every VPC gets the same two AZs: an interface endpoint must be in AZs of its endpoint service.
      azCount: 2,
      subnetConfiguration: [{ name: 'Isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
      restrictDefaultSecurityGroup: true,
    });
  }
}
