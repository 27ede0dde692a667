import type { CfnAutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import { CpuManufacturer } from 'aws-cdk-lib/aws-ec2';
import { InvalidValue } from '../../shared/invalid-value';

/** What an instance type must have. The fleet takes all types of the current generations with Graviton that do. */
export interface Requirements {
  /** Minimum and maximum number of vCPUs. */
  readonly vcpus: readonly [min: number, max: number];
  /** Minimum and maximum of memory, in GiB. */
  readonly memoryGiB: readonly [min: number, max: number];
}

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstanceRequirements.html */
export function requirementsOf({
  vcpus,
  memoryGiB,
}: Requirements): CfnAutoScalingGroup.InstanceRequirementsProperty {
  return {
    vCpuCount: { min: vcpus[0], max: vcpus[1] },
    memoryMiB: { min: 1024 * memoryGiB[0], max: 1024 * memoryGiB[1] },
    // Graviton: the image is for ARM64.
    cpuManufacturers: [CpuManufacturer.AWS],
    instanceGenerations: ['current'],
    // A placement group of the strategy cluster takes none.
    burstablePerformance: 'excluded',
  };
}

/** Throws `InvalidValue` for a range that has nothing in it. */
export function checkRequirements({ vcpus, memoryGiB }: Requirements): void {
  for (const [name, [min, max]] of Object.entries({ vcpus, memoryGiB })) {
    if (min > 0 && min <= max) continue;
    throw new InvalidValue(`requirements.${name}`, [min, max], 'a minimum above 0 and not above the maximum');
  }
}
