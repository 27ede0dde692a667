import { CfnOutput, Fn, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { MultiAzVpc } from '../../networking/multi-az-vpc/multi-az-vpc';
import { alarmTopicFor } from '../../shared/alarm-topic';
import { EchoServers } from './echo-servers';
import { StaticIpLoadBalancer } from './network-load-balancer';

export interface NetworkLoadBalancerStackProps extends StackProps {
  /** @default - alarms notify nobody */
  readonly alarmEmail?: string;
}

/** Echo servers behind a Network Load Balancer with a static address in each of two AZs. */
export class NetworkLoadBalancerStack extends Stack {
  readonly balancer: StaticIpLoadBalancer;

  constructor(scope: Construct, id: string, { alarmEmail, ...props }: NetworkLoadBalancerStackProps = {}) {
    super(scope, id, props);
    // The sandbox deletes everything. In production, leave this out: the addresses are then retained.
    const removalPolicy = RemovalPolicy.DESTROY;

    // Two AZs: an account has five Elastic IP addresses by default, and the shared VPC needs three of them.
    const { vpc } = new MultiAzVpc(this, 'Network', {
      vpcCidr: '10.6.0.0/22',
      azCount: 2,
      natGateways: 'none',
      removalPolicy,
    });
    const { group, ports } = new EchoServers(this, 'Servers', { vpc });
    this.balancer = new StaticIpLoadBalancer(this, 'Balancer', {
      vpc,
      target: group,
      listeners: [
        { protocol: 'TCP', port: 443, targetPort: ports.tls },
        { protocol: 'TCP_UDP', port: 7000, targetPort: ports.echo },
        { protocol: 'TCP', port: 7001, targetPort: ports.proxied, proxyProtocol: true },
        { protocol: 'UDP', port: 7002, targetPort: ports.echo },
      ],
      healthCheck: { port: ports.health },
      alarmTopic: alarmTopicFor(this, alarmEmail),
      removalPolicy,
    });

    const { addresses, loadBalancer } = this.balancer;
    new CfnOutput(this, 'Addresses', {
      value: Fn.join(
        ' ',
        addresses.map(({ attrPublicIp }) => attrPublicIp),
      ),
    });
    new CfnOutput(this, 'HostName', { value: loadBalancer.loadBalancerDnsName });
  }
}
