import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { FlowLogs } from '../multi-az-vpc/flow-logs';
import { IsolatedInstance } from './isolated-instance';
import { PrivateEndpoints } from './private-endpoints';

/** A VPC without internet, its endpoints, and one instance to look around from. */
export class PrivateEndpointsStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps = {}) {
    super(scope, id, props);

    const network = new PrivateEndpoints(this, 'Network');
    const { vpc } = network;
    // A sandbox leaves nothing behind. In production, leave the policy out: flow logs are then retained.
    new FlowLogs(this, 'FlowLogs', { vpc, removalPolicy: RemovalPolicy.DESTROY });
    const { instance } = new IsolatedInstance(this, 'Isolated', { vpc });
    // The agent calls when the instance starts, and waits longer after each attempt that fails.
    instance.node.addDependency(network);

    new CfnOutput(this, 'VpcId', { value: vpc.vpcId });
    new CfnOutput(this, 'InstanceId', { value: instance.instanceId });
  }
}
