import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { InvalidValue } from '../../shared/invalid-value';
import type { FleetCapacity } from './fleet-capacity';

/**
 * A Capacity Reservation in each AZ, for its share of some instances. On-Demand Instances of the type use an open reservation in
 * their AZ without naming it, also in a placement group.
 */
export function reserve(
  scope: Construct,
  type: ec2.InstanceType,
  zones: readonly string[],
  instances: number,
): ec2.CfnCapacityReservation[] {
  return zones.map(
    (availabilityZone, index) =>
      new ec2.CfnCapacityReservation(scope, `Reservation${index + 1}`, {
        availabilityZone,
        instanceType: type.toString(),
        instancePlatform: 'Linux/UNIX',
        instanceCount: Math.ceil(instances / zones.length),
        instanceMatchCriteria: 'open',
        endDateType: 'unlimited',
      }),
  );
}

/** Throws `InvalidValue` for a type without Graviton, and for capacities that leave the reservations unused. */
export function checkReservedType(type: ec2.InstanceType, capacity: Required<FleetCapacity>): void {
  if (type.architecture !== ec2.InstanceArchitecture.ARM_64) {
    throw new InvalidValue('reservedType', type.toString(), 'a type with Graviton: the image is for ARM64');
  }
  if (capacity.onDemandPercent < 100) {
    throw new InvalidValue(
      'capacity.onDemandPercent',
      capacity.onDemandPercent,
      '100 with reservedType: Spot Instances of one type are often interrupted',
    );
  }
  if (capacity.onDemandBase < 1) {
    throw new InvalidValue('capacity.onDemandBase', capacity.onDemandBase, '1 or more with reservedType');
  }
}
