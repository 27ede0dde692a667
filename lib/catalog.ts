import type { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { BastionHostStack } from './networking/bastion-host/bastion-host-stack';
import { MultiAzVpcStack } from './networking/multi-az-vpc/multi-az-vpc-stack';
import { PrivateEndpointsStack } from './networking/private-endpoints/private-endpoints-stack';
import { SubnetFirewallsStack } from './networking/subnet-firewalls/subnet-firewalls-stack';
import type { Sandbox } from './sandbox';

/** One architecture, and how its stack is made from the sandbox's parameters and the stacks before it. */
export interface Architecture {
  /** Name of its folder and its file, and value of the `architecture` tag on each of its resources. */
  readonly id: string;
  readonly domain: string;
  /** Name of its stack, as `cdk list` shows it. */
  readonly stackName: string;
  readonly create: (scope: Construct, stackName: string, sandbox: Sandbox) => Stack;
}

/** Every architecture, each after those whose stacks it uses. */
export const catalog: readonly Architecture[] = [
  {
    id: 'multi-az-vpc',
    domain: 'networking',
    stackName: 'MultiAzVpc',
    create: (scope, stackName, { parameters: { azCount, vpcCidr, natGateways } }) =>
      new MultiAzVpcStack(scope, stackName, { azCount, vpcCidr, natGateways }),
  },
  {
    id: 'bastion-host',
    domain: 'networking',
    stackName: 'BastionHost',
    create: (scope, stackName, { parameters: { trustedCidrs, natGateways }, stack }) =>
      new BastionHostStack(scope, stackName, {
        vpc: stack(MultiAzVpcStack).network.vpc,
        trustedCidrs,
        natGateways,
      }),
  },
  {
    id: 'private-endpoints',
    domain: 'networking',
    stackName: 'PrivateEndpoints',
    create: (scope, stackName) => new PrivateEndpointsStack(scope, stackName),
  },
  {
    id: 'subnet-firewalls',
    domain: 'networking',
    stackName: 'SubnetFirewalls',
    create: (scope, stackName, { parameters: { natGateways } }) =>
      new SubnetFirewallsStack(scope, stackName, { natGateways }),
  },
];
