import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { MultiAzVpc, type NatGateways } from '../multi-az-vpc/multi-az-vpc';
import { SubnetFirewalls } from './subnet-firewalls';
import { TierInterfaces } from './tier-interfaces';

export interface SubnetFirewallsStackProps extends StackProps {
  /** NAT gateways of the VPC. */
  readonly natGateways: NatGateways;
}

/** Network ACLs in a separate VPC. The shared VPC has workloads whose traffic these rules would deny. */
export class SubnetFirewallsStack extends Stack {
  constructor(scope: Construct, id: string, props: SubnetFirewallsStackProps) {
    super(scope, id, props);

    const { vpc } = new MultiAzVpc(this, 'Network', {
      vpcCidr: '10.3.0.0/22',
      azCount: 2,
      natGateways: props.natGateways,
      // In production, leave out removalPolicy: flow logs are then retained.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // 192.0.2.0/24 is reserved for documentation. It stands for the networks that you want to deny.
    const firewalls = new SubnetFirewalls(this, 'Firewalls', { vpc, deniedCidrs: ['192.0.2.0/24'] });
    const { loadBalancer, application, database } = firewalls;
    const interfaces = new TierInterfaces(this, 'TierInterfaces', {
      vpc,
      loadBalancer,
      application,
      database,
    });

    new CfnOutput(this, 'VpcId', { value: vpc.vpcId });
    new CfnOutput(this, 'LoadBalancerInterface', { value: interfaces.loadBalancer.ref });
    new CfnOutput(this, 'ApplicationInterface', { value: interfaces.application.ref });
    new CfnOutput(this, 'DatabaseInterface', { value: interfaces.database.ref });
  }
}
