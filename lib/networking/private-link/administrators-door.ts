import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

export interface AdministratorsDoorProps {
  readonly vpc: ec2.IVpc;
}

/**
 * An EC2 Instance Connect Endpoint: SSH for those whom IAM lets through, without a public address, and free of charge.
 * It opens connections to instances that it is allowed to.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/connect-with-ec2-instance-connect-endpoint.html
 */
export class AdministratorsDoor extends Construct implements ec2.IConnectable {
  readonly connections: ec2.Connections;

  constructor(scope: Construct, id: string, { vpc }: AdministratorsDoorProps) {
    super(scope, id);
    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'EC2 Instance Connect Endpoint',
      allowAllOutbound: false,
    });
    const [subnetId = ''] = vpc.selectSubnets().subnetIds;
    new ec2.CfnInstanceConnectEndpoint(this, 'Endpoint', {
      subnetId,
      securityGroupIds: [securityGroup.securityGroupId],
      // What reaches the instance then comes from the endpoint, which its security group can name.
      preserveClientIp: false,
    });
    this.connections = new ec2.Connections({ securityGroups: [securityGroup] });
  }
}
