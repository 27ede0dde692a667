import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { FlowLogs } from '../multi-az-vpc/flow-logs';
import { IsolatedInstance } from './isolated-instance';
import { PrivateEndpoints } from './private-endpoints';

/** A VPC without internet access, its endpoints, and one instance that uses them. */
export class PrivateEndpointsStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps = {}) {
    super(scope, id, props);

    const network = new PrivateEndpoints(this, 'Network');
    const { vpc } = network;
    // A sandbox leaves nothing behind. In production, leave the policy out: flow logs are then retained.
    new FlowLogs(this, 'FlowLogs', { vpc, removalPolicy: RemovalPolicy.DESTROY });
    const { instance } = new IsolatedInstance(this, 'Isolated', { vpc });
    // The SSM agent registers when the instance starts. After each failed attempt it waits longer.
    instance.node.addDependency(network);

    new CfnOutput(this, 'VpcId', { value: vpc.vpcId });
    new CfnOutput(this, 'InstanceId', { value: instance.instanceId });
  }
}
