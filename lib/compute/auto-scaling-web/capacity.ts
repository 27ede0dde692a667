import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { InvalidValue } from '../../shared/invalid-value';

/** Minimum, maximum and desired number of instances. */
export interface Capacity {
  /**
   * Minimum number of instances, 2 or more. With two, one is left when an AZ fails.
   * @default - one for each AZ
   */
  readonly min?: number;
  /**
   * Maximum number of instances, more than `min`: an update starts a new instance before it stops an old one.
   * @default - twice `min`
   */
  readonly max?: number;
  /**
   * Desired number of instances. Each deployment resets the group to it.
   * @default - none: the group starts with `min`, and deployments keep the number that scaling has chosen
   */
  readonly desired?: number;
}

/** Capacities that fit each other and the VPC. */
export interface CheckedCapacity {
  readonly min: number;
  readonly max: number;
  readonly desired?: number;
}

/** Fills in the defaults. Throws `InvalidValue`. */
export function readCapacity({ min: asked, max: limit, desired }: Capacity, vpc: ec2.IVpc): CheckedCapacity {
  const zones = new Set(
    vpc.selectSubnets({ subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS }).availabilityZones,
  ).size;
  if (zones < 2)
    throw new InvalidValue('vpc', `private subnets in ${zones} AZ`, 'private subnets in at least two AZs');

  const min = asked ?? zones;
  if (!Number.isInteger(min) || min < 2) {
    throw new InvalidValue('capacity.min', min, '2 or more, so that one is left when an AZ fails');
  }
  const max = limit ?? 2 * min;
  if (!Number.isInteger(max) || max <= min) {
    throw new InvalidValue(
      'capacity.max',
      max,
      `more than capacity.min ${min}, to update without losing any`,
    );
  }
  if (desired !== undefined && (!Number.isInteger(desired) || desired < min || desired > max)) {
    throw new InvalidValue('capacity.desired', desired, `${min} to ${max}`);
  }
  return { min, max, desired };
}
