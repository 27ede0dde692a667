import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { MultiAzVpc, type NatGateways } from '../multi-az-vpc/multi-az-vpc';
import { Probes } from './probes';
import { SubnetFirewalls } from './subnet-firewalls';

export interface SubnetFirewallsStackProps extends StackProps {
  readonly natGateways: NatGateways;
}

/** Network ACLs for a VPC of its own, since the shared one's subnets hold what these tables do not let through. */
export class SubnetFirewallsStack extends Stack {
  constructor(scope: Construct, id: string, props: SubnetFirewallsStackProps) {
    super(scope, id, props);

    const { vpc } = new MultiAzVpc(this, 'Network', {
      vpcCidr: '10.3.0.0/22',
      azCount: 2,
      natGateways: props.natGateways,
      // A sandbox leaves nothing behind. In production, leave this out: flow logs are then retained.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // A network that is nobody's, kept for documentation, stands for those that you want to keep out.
    const firewalls = new SubnetFirewalls(this, 'Firewalls', { vpc, deniedCidrs: ['192.0.2.0/24'] });
    const { loadBalancer, application, database } = firewalls;
    const probes = new Probes(this, 'Probes', { vpc, loadBalancer, application, database });

    new CfnOutput(this, 'VpcId', { value: vpc.vpcId });
    new CfnOutput(this, 'LoadBalancerInterface', { value: probes.loadBalancer.ref });
    new CfnOutput(this, 'ApplicationInterface', { value: probes.application.ref });
    new CfnOutput(this, 'DatabaseInterface', { value: probes.database.ref });
  }
}
