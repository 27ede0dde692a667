import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { createVpc } from '../../shared/create-vpc';

export interface PrivateNetworkProps {
  /** Address range of the VPC, /16 to /25. */
  readonly vpcCidr: string;
}

/**
 * A VPC without internet access. In each of two AZs it has a subnet that may be peered and one that is not. Administrators
 * connect through an EC2 Instance Connect Endpoint, which is free.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/connect-with-ec2-instance-connect-endpoint.html
 */
export class PrivateNetwork extends Construct {
  readonly vpc: ec2.Vpc;
  /** The EC2 Instance Connect Endpoint, which opens the SSH connections of administrators. */
  readonly instanceConnectEndpoint: ec2.IConnectable;

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

    const endpoint = new Construct(this, 'InstanceConnect');
    const securityGroup = new ec2.SecurityGroup(endpoint, 'SecurityGroup', {
      vpc: this.vpc,
      description: 'EC2 Instance Connect Endpoint',
      allowAllOutbound: false,
    });
    // CDK throws if there is no such subnet.
    const { subnetIds } = this.vpc.selectSubnets({ subnetGroupName: 'Local' });
    const [subnetId] = subnetIds as [string, ...string[]];
    new ec2.CfnInstanceConnectEndpoint(endpoint, 'Endpoint', {
      subnetId,
      securityGroupIds: [securityGroup.securityGroupId],
      // The instance then sees the endpoint as the client, and its security group can name the endpoint's.
      preserveClientIp: false,
    });
    this.instanceConnectEndpoint = new ec2.Connections({ securityGroups: [securityGroup] });
  }
}
