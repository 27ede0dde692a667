import { Fn, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';

export interface CreateVpcProps extends Omit<ec2.VpcProps, 'availabilityZones' | 'maxAzs'> {
  /** Number of Availability Zones. The VPC is in the first ones of the region, as EC2 lists them. */
  readonly azCount: number;
}

/**
 * Creates a VPC in the first AZs of its region, whichever region that is, without asking AWS for their names.
 *
 * In a stack with an account and a region, CDK's `Vpc` reads `Stack.availabilityZones` even if the zones are given. That
 * asks AWS, which takes credentials and writes `cdk.context.json`. In a stack without them, it knows two zones only.
 * So the stack answers with the same zones while the VPC is created.
 */
export function createVpc(scope: Construct, id: string, { azCount, ...props }: CreateVpcProps): ec2.Vpc {
  const availabilityZones = Array.from({ length: azCount }, (_, index) => Fn.select(index, Fn.getAzs()));
  const stack = Stack.of(scope);
  Object.defineProperty(stack, 'availabilityZones', { value: availabilityZones, configurable: true });
  try {
    return new ec2.Vpc(scope, id, { ...props, availabilityZones });
  } finally {
    Reflect.deleteProperty(stack, 'availabilityZones');
  }
}
