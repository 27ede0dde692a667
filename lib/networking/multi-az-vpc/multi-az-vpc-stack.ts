import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { MultiAzVpc, type MultiAzVpcProps } from './multi-az-vpc';

export interface MultiAzVpcStackProps
  extends StackProps, Pick<MultiAzVpcProps, 'azCount' | 'vpcCidr' | 'natGateways'> {}

/** The sandbox's VPC. Every other architecture that needs a VPC, and is not about VPCs, uses this one. */
export class MultiAzVpcStack extends Stack {
  readonly network: MultiAzVpc;

  constructor(scope: Construct, id: string, props: MultiAzVpcStackProps) {
    super(scope, id, props);

    this.network = new MultiAzVpc(this, 'Network', {
      vpcCidr: props.vpcCidr,
      azCount: props.azCount,
      natGateways: props.natGateways,
      // A sandbox leaves nothing behind. In production, leave this out: flow logs are then retained.
      removalPolicy: RemovalPolicy.DESTROY,
    });

    new CfnOutput(this, 'VpcId', { value: this.network.vpc.vpcId });
  }
}
