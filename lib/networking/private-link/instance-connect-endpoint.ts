import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

export interface InstanceConnectEndpointProps {
  readonly vpc: ec2.IVpc;
}

/**
 * An EC2 Instance Connect Endpoint. It lets IAM principals open SSH connections to instances without public addresses. It
 * is free of charge. Allow each connection: `instance.connections.allowFrom(endpoint, ec2.Port.SSH)`.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/connect-with-ec2-instance-connect-endpoint.html
 */
export class InstanceConnectEndpoint extends Construct implements ec2.IConnectable {
  readonly connections: ec2.Connections;

  constructor(scope: Construct, id: string, { vpc }: InstanceConnectEndpointProps) {
    super(scope, id);
    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'EC2 Instance Connect Endpoint',
      allowAllOutbound: false,
    });
    // CDK throws if there is no subnet. The endpoint is in one subnet, and reaches the instances of every AZ.
    const [subnetId] = vpc.selectSubnets().subnetIds as [string, ...string[]];
    new ec2.CfnInstanceConnectEndpoint(this, 'Endpoint', {
      subnetId,
      securityGroupIds: [securityGroup.securityGroupId],
      // The source of a connection is then the endpoint, so security groups of instances can reference its group.
      preserveClientIp: false,
    });
    this.connections = new ec2.Connections({ securityGroups: [securityGroup] });
  }
}
