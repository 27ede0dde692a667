import { Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { LINUX_INSTANCE } from '../../shared/linux-instance';
import { createSessionManagerRole } from '../../shared/session-manager';

export interface IsolatedInstanceProps {
  readonly vpc: ec2.IVpc;
}

/**
 * A machine in an isolated subnet that people use by Session Manager. It has no key, no inbound rule, no public
 * address and no route to the internet.
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
    // S3 and DynamoDB keep their public addresses behind a gateway endpoint, and the ids of their prefix lists differ
    // from region to region. What else has a public address is out of reach for want of a route.
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
