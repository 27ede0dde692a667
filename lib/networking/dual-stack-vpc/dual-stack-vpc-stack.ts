import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { FlowLogs } from '../multi-az-vpc/flow-logs';
import { DualStackVpc, type DualStackVpcProps } from './dual-stack-vpc';

export interface DualStackVpcStackProps extends StackProps, Pick<DualStackVpcProps, 'azCount'> {}

/** A VPC with IPv4 and IPv6, and a record of all traffic. */
export class DualStackVpcStack extends Stack {
  readonly network: DualStackVpc;

  constructor(scope: Construct, id: string, props: DualStackVpcStackProps = {}) {
    super(scope, id, props);

    this.network = new DualStackVpc(this, 'Network', {
      azCount: props.azCount,
      // A sandbox saves on the dearest part. In production, leave this out: each AZ then has its own.
      natGateways: 'single',
    });
    const { vpc } = this.network;
    // A sandbox leaves nothing behind. In production, leave removalPolicy out: flow logs are then retained.
    new FlowLogs(this, 'FlowLogs', { vpc, removalPolicy: RemovalPolicy.DESTROY });

    new CfnOutput(this, 'VpcId', { value: vpc.vpcId });
  }
}
