import { Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { LINUX_INSTANCE } from '../../shared/linux-instance';
import { createSessionManagerRole } from '../../shared/session-manager';

export interface IsolatedInstanceProps {
  readonly vpc: ec2.IVpc;
}

/**
 * An instance in an isolated subnet. People open a shell on it with Session Manager. It has no key pair, no inbound rule,
 * no public address and no route to the internet.
 */
export class IsolatedInstance extends Construct {
  readonly instance: ec2.Instance;

  constructor(scope: Construct, id: string, { vpc }: IsolatedInstanceProps) {
    super(scope, id);
    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Isolated instance',
      allowAllOutbound: false,
    });
    // With a gateway endpoint, S3 and DynamoDB still have public addresses, and the ids of their prefix lists differ by
    // region. No route leads to any other public address.
    securityGroup.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.HTTPS, 'HTTPS to the endpoints');

    this.instance = new ec2.Instance(this, 'Instance', {
      vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
      securityGroup,
      role: createSessionManagerRole(this),
      ...LINUX_INSTANCE,
    });
    Validations.of(this.instance).acknowledge({
      id: 'AwsSolutions-EC29',
      reason: 'It stands for an instance of your own; termination protection would make `cdk destroy` fail.',
    });
  }
}
