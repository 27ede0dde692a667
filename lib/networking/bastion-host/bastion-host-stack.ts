import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { NatGateways } from '../multi-az-vpc/multi-az-vpc';
import { BastionHost } from './bastion-host';
import { PrivateInstance } from './private-instance';

export interface BastionHostStackProps extends StackProps {
  readonly vpc: IVpc;
  /** How the VPC's private subnets reach the internet. With `none`, the bastion host is in a public subnet. */
  readonly natGateways: NatGateways;
  readonly trustedCidrs: readonly string[];
}

/** A bastion host, and one private instance behind it. */
export class BastionHostStack extends Stack {
  readonly bastion: BastionHost;
  readonly privateInstance: PrivateInstance;

  constructor(scope: Construct, id: string, props: BastionHostStackProps) {
    super(scope, id, props);
    const { vpc, trustedCidrs, natGateways } = props;

    const publicSubnet = trustedCidrs.length > 0 || natGateways === 'none';
    this.bastion = new BastionHost(this, 'Bastion', {
      vpc,
      trustedCidrs,
      publicSubnet,
      // The sandbox deletes everything. In production, leave this out.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.privateInstance = new PrivateInstance(this, 'Private', { vpc });
    this.bastion.allowSshTo(this.privateInstance);

    new CfnOutput(this, 'BastionInstanceId', { value: this.bastion.instance.instanceId });
    new CfnOutput(this, 'SessionDocument', { value: this.bastion.sessionLogs.document.ref });
    if (publicSubnet) {
      new CfnOutput(this, 'BastionPublicAddress', { value: this.bastion.instance.instancePublicIp });
    }
    new CfnOutput(this, 'PrivateInstanceId', { value: this.privateInstance.instance.instanceId });
    new CfnOutput(this, 'PrivateInstanceAddress', { value: this.privateInstance.instance.instancePrivateIp });
  }
}
