import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { createVpc } from '../../shared/create-vpc';

export interface PrivateNetworkProps {
  /** Address range of the VPC, /16 to /25. */
  readonly vpcCidr: string;
}

/**
 * A VPC that has nothing to do with the internet: in each of two AZs a subnet that may be peered and one that stays
 * local. An EC2 Instance Connect Endpoint, which is free, lets its administrators in.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/connect-with-ec2-instance-connect-endpoint.html
 */
export class PrivateNetwork extends Construct {
  readonly vpc: ec2.Vpc;
  /** Who opens SSH connections for the administrators. */
  readonly shell: ec2.IConnectable;

  constructor(scope: Construct, id: string, { vpcCidr }: PrivateNetworkProps) {
    super(scope, id);
    const { PRIVATE_ISOLATED } = ec2.SubnetType;
    this.vpc = createVpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr(vpcCidr),
      azCount: 2,
      subnetConfiguration: [
        { name: 'Peered', subnetType: PRIVATE_ISOLATED },
        { name: 'Local', subnetType: PRIVATE_ISOLATED },
      ],
      // Private hosted zones need both.
      enableDnsSupport: true,
      enableDnsHostnames: true,
      restrictDefaultSecurityGroup: true,
    });

    const shell = new Construct(this, 'Shell');
    const securityGroup = new ec2.SecurityGroup(shell, 'SecurityGroup', {
      vpc: this.vpc,
      description: 'EC2 Instance Connect Endpoint',
      allowAllOutbound: false,
    });
    const [subnetId = ''] = this.vpc.selectSubnets({ subnetGroupName: 'Local' }).subnetIds;
    new ec2.CfnInstanceConnectEndpoint(shell, 'Endpoint', {
      subnetId,
      securityGroupIds: [securityGroup.securityGroupId],
      // What reaches the instance then comes from the endpoint, which its security group can name.
      preserveClientIp: false,
    });
    this.shell = new ec2.Connections({ securityGroups: [securityGroup] });
  }
}
