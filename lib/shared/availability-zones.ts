import { Fn } from 'aws-cdk-lib';

/**
 * The first AZs of the region, whichever it is: the same ones in every VPC of an account.
 * `Stack.availabilityZones` knows two zones only, unless the stack is bound to an account and region.
 */
export function availabilityZones(count: number): string[] {
  return Array.from({ length: count }, (_, index) => Fn.select(index, Fn.getAzs()));
}
