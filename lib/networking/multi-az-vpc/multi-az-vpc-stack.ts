import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { MultiAzVpc, type MultiAzVpcProps } from './multi-az-vpc';

export interface MultiAzVpcStackProps
  extends StackProps, Pick<MultiAzVpcProps, 'azCount' | 'vpcCidr' | 'natGateways'> {}

/** The sandbox's VPC. Architectures that need a VPC use this one, unless they are about VPCs. */
export class MultiAzVpcStack extends Stack {
  readonly network: MultiAzVpc;

  constructor(scope: Construct, id: string, props: MultiAzVpcStackProps) {
    super(scope, id, props);

    this.network = new MultiAzVpc(this, 'Network', {
      vpcCidr: props.vpcCidr,
      azCount: props.azCount,
      natGateways: props.natGateways,
      // The sandbox deletes everything. In production, remove this line, so that flow logs are retained.
      removalPolicy: RemovalPolicy.DESTROY,
    });

    new CfnOutput(this, 'VpcId', { value: this.network.vpc.vpcId });
  }
}
