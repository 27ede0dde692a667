import { CfnOutput, RemovalPolicy, Stack, Validations, type StackProps } from 'aws-cdk-lib';
import { Port } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { alarmTopicFor } from '../../shared/alarm-topic';
import { PrivateInstance } from '../bastion-host/private-instance';
import { FlowLogs } from '../multi-az-vpc/flow-logs';
import { InstanceConnectEndpoint } from './instance-connect-endpoint';
import { IsolatedVpc } from './isolated-vpc';
import { PrivateLink } from './private-link';
import { WebServers } from './web-servers';

/** Both VPCs have the same addresses on purpose: PrivateLink needs no routes between them. */
const VPC_CIDR = '10.1.0.0/24';

export interface PrivateLinkStackProps extends StackProps {
  /**
   * E-mail address that receives the alarms.
   * @default - none: alarms change state in the console only
   */
  readonly alarmEmail?: string;
}

/** A service in one VPC, and a client in another VPC with the same addresses. */
export class PrivateLinkStack extends Stack {
  readonly link: PrivateLink;

  constructor(scope: Construct, id: string, props: PrivateLinkStackProps = {}) {
    super(scope, id, props);

    const { vpc: providerVpc } = new IsolatedVpc(this, 'Provider', { vpcCidr: VPC_CIDR });
    const { vpc: consumerVpc } = new IsolatedVpc(this, 'Consumer', { vpcCidr: VPC_CIDR });
    // In production, leave out removalPolicy and deletionProtection: flow logs are then retained, and the load balancer
    // has deletion protection.
    const removalPolicy = RemovalPolicy.DESTROY;
    new FlowLogs(this, 'ProviderFlowLogs', { vpc: providerVpc, removalPolicy });
    new FlowLogs(this, 'ConsumerFlowLogs', { vpc: consumerVpc, removalPolicy });

    const servers = new WebServers(this, 'WebServers', { vpc: providerVpc });
    this.link = new PrivateLink(this, 'Link', {
      providerVpc,
      consumerVpc,
      target: servers.group,
      targetPort: servers.port,
      deletionProtection: false,
      alarmTopic: alarmTopicFor(this, props.alarmEmail),
    });

    const client = new PrivateInstance(this, 'Client', { vpc: consumerVpc });
    Validations.of(client.instance).acknowledge({
      id: 'AwsSolutions-EC26',
      reason:
        'The volume is encrypted. The rule fails if the stack has a launch template that the instance does not use.',
    });
    const connect = new InstanceConnectEndpoint(this, 'InstanceConnectEndpoint', { vpc: consumerVpc });
    client.connections.allowFrom(connect, Port.SSH, 'SSH from the EC2 Instance Connect Endpoint');
    this.link.endpoint.connections.allowDefaultPortFrom(client, 'Client to the endpoint');

    const { service, endpoint } = this.link;
    new CfnOutput(this, 'ClientInstanceId', { value: client.instance.instanceId });
    new CfnOutput(this, 'EndpointId', { value: endpoint.endpoint.vpcEndpointId });
    new CfnOutput(this, 'ServiceId', { value: service.endpointService.vpcEndpointServiceId });
    new CfnOutput(this, 'ServiceName', { value: service.endpointService.vpcEndpointServiceName });
    new CfnOutput(this, 'TargetGroupArn', { value: service.targetGroup.targetGroupArn });
  }
}
