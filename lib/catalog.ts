import type { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { BastionHostStack } from './networking/bastion-host/bastion-host-stack';
import { DualStackVpcStack } from './networking/dual-stack-vpc/dual-stack-vpc-stack';
import { MultiAzVpcStack } from './networking/multi-az-vpc/multi-az-vpc-stack';
import { VpcPeeringStack } from './networking/vpc-peering/vpc-peering-stack';
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
    id: 'vpc-peering',
    domain: 'networking',
    stackName: 'VpcPeering',
    create: (scope, stackName) => new VpcPeeringStack(scope, stackName),
  },
  {
    id: 'dual-stack-vpc',
    domain: 'networking',
    stackName: 'DualStackVpc',
    create: (scope, stackName, { parameters: { azCount } }) =>
      new DualStackVpcStack(scope, stackName, { azCount }),
  },
];
