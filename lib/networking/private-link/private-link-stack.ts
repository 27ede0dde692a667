import { CfnOutput, RemovalPolicy, Stack, Validations, type StackProps } from 'aws-cdk-lib';
import { Port } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { PrivateInstance } from '../bastion-host/private-instance';
import { FlowLogs } from '../multi-az-vpc/flow-logs';
import { AdministratorsDoor } from './administrators-door';
import { HelloServers } from './hello-servers';
import { IsolatedNetwork } from './isolated-network';
import { PrivateLink } from './private-link';

/** Of both VPCs, on purpose: no route could tell the one from the other. */
const VPC_CIDR = '10.1.0.0/24';

/** A service in one VPC, and an instance that uses it from another VPC of the same addresses. */
export class PrivateLinkStack extends Stack {
  readonly link: PrivateLink;

  constructor(scope: Construct, id: string, props: StackProps = {}) {
    super(scope, id, props);

    const { vpc: providerVpc } = new IsolatedNetwork(this, 'Provider', { vpcCidr: VPC_CIDR });
    const { vpc: consumerVpc } = new IsolatedNetwork(this, 'Consumer', { vpcCidr: VPC_CIDR });
    // A sandbox leaves nothing behind. In production, leave out what says so: flow logs are then retained, and the
    // load balancer refuses to be deleted.
    const removalPolicy = RemovalPolicy.DESTROY;
    new FlowLogs(this, 'ProviderFlowLogs', { vpc: providerVpc, removalPolicy });
    new FlowLogs(this, 'ConsumerFlowLogs', { vpc: consumerVpc, removalPolicy });

    const servers = new HelloServers(this, 'Servers', { vpc: providerVpc });
    this.link = new PrivateLink(this, 'Link', {
      providerVpc,
      consumerVpc,
      target: servers.group,
      targetPort: servers.port,
      deletionProtection: false,
    });

    const client = new PrivateInstance(this, 'Client', { vpc: consumerVpc });
    Validations.of(client.instance).acknowledge({
      id: 'AwsSolutions-EC26',
      reason:
        'Its volume is encrypted. The rule breaks on an instance without a launch template beside one that is not its own.',
    });
    const door = new AdministratorsDoor(this, 'Door', { vpc: consumerVpc });
    client.connections.allowFrom(door, Port.SSH, 'SSH from the administrators');
    this.link.endpoint.connections.allowDefaultPortFrom(client, 'The client uses the service');

    const { service, endpoint } = this.link;
    new CfnOutput(this, 'ClientInstanceId', { value: client.instance.instanceId });
    new CfnOutput(this, 'EndpointId', { value: endpoint.endpoint.vpcEndpointId });
    new CfnOutput(this, 'ServiceId', { value: service.endpointService.vpcEndpointServiceId });
    new CfnOutput(this, 'ServiceName', { value: service.endpointService.vpcEndpointServiceName });
    new CfnOutput(this, 'TargetGroupArn', { value: service.targetGroup.targetGroupArn });
  }
}
