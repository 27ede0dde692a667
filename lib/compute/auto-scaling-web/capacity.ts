import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { InvalidValue } from '../../shared/invalid-value';

/** How many instances there may be. */
export interface Capacity {
  /**
   * Never fewer, 2 at least: in two AZs, so that one is left when the AZ of the other fails.
   * @default - one in each AZ
   */
  readonly min?: number;
  /**
   * Never more. Greater than `min`, since a new version is started beside the old one.
   * @default - twice `min`
   */
  readonly max?: number;
  /**
   * How many to begin with. Each deployment resets the group to this number, whatever the load.
   * @default - `min`, and later whatever scaling has decided
   */
  readonly desired?: number;
}

/** Capacities that go with each other and with the VPC. */
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
  if (zones < 2) throw new InvalidValue('vpc', `private subnets in ${zones} AZ`, 'two AZs at least');

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
