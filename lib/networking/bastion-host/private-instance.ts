import { Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { LINUX_INSTANCE } from '../../shared/linux-instance';

export interface PrivateInstanceProps {
  readonly vpc: ec2.IVpc;
}

/** An instance in an isolated subnet. It accepts and opens no connection until you add rules to its security group. */
export class PrivateInstance extends Construct implements ec2.IConnectable {
  readonly instance: ec2.Instance;
  readonly connections: ec2.Connections;

  constructor(scope: Construct, id: string, { vpc }: PrivateInstanceProps) {
    super(scope, id);
    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Private instance',
      allowAllOutbound: false,
    });
    this.instance = new ec2.Instance(this, 'Instance', {
      vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
      securityGroup,
      ...LINUX_INSTANCE,
    });
    Validations.of(this.instance).acknowledge({
      id: 'AwsSolutions-EC29',
      reason: 'It stands for an instance of your own; termination protection would make `cdk destroy` fail.',
    });
    this.connections = new ec2.Connections({ securityGroups: [securityGroup] });
  }
}
