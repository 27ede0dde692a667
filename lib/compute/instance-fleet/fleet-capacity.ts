import { checkInteger } from '../../shared/checks';
import { InvalidValue } from '../../shared/invalid-value';

/** Minimum and maximum number of instances, and how they are bought. */
export interface FleetCapacity {
  /** 1 or more. @default - one for each Availability Zone */
  readonly min?: number;
  /** `min` or more. @default - twice `min`; with the placement strategy `cluster`, `min` */
  readonly max?: number;
  /**
   * Instances that are On-Demand, 0 to `max`. They are launched first.
   * @default - `min`: Spot Instances are only those that scaling adds
   */
  readonly onDemandBase?: number;
  /**
   * Share of On-Demand Instances above the base, 0 to 100 percent. The others are Spot Instances.
   * @default 0
   */
  readonly onDemandPercent?: number;
}

/**
 * Where the instances are, relative to each other.
 * - `cluster`: close together in one AZ, for low latency and high throughput. All are launched at once.
 * - `spread`: each on a rack of its own, at most 7 in an AZ.
 * - `partition`: in up to 7 partitions in an AZ, no two of which share a rack.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/placement-strategies.html
 */
export type Placement =
  | { readonly strategy: 'cluster' }
  | { readonly strategy: 'spread' }
  | {
      readonly strategy: 'partition';
      /** Partitions in each AZ, 1 to 7. */
      readonly partitions: number;
    };

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/limitations-placement-groups.html */
const MOST_PER_ZONE = 7;

/** Fills in the defaults. Throws `InvalidValue` for capacities that contradict each other or the placement strategy. */
export function readFleetCapacity(
  capacity: FleetCapacity,
  placement: Placement | undefined,
  zones: number,
): Required<FleetCapacity> {
  const { min = zones, onDemandPercent = 0 } = capacity;
  const { max = placement?.strategy === 'cluster' ? min : 2 * min, onDemandBase = min } = capacity;
  checkInteger('capacity.min', min, 1, Number.MAX_SAFE_INTEGER);
  checkInteger('capacity.max', max, min, Number.MAX_SAFE_INTEGER);
  checkInteger('capacity.onDemandBase', onDemandBase, 0, max);
  checkInteger('capacity.onDemandPercent', onDemandPercent, 0, 100);
  if (placement) checkPlacement(placement, { min, max }, zones);
  return { min, max, onDemandBase, onDemandPercent };
}

function checkPlacement(
  placement: Placement,
  { min, max }: { readonly min: number; readonly max: number },
  zones: number,
): void {
  if (placement.strategy === 'cluster') {
    if (zones > 1) throw new InvalidValue('vpcSubnets', `${zones} AZs`, 'one AZ for a cluster');
    // Instances that are added later may find no room beside the others.
    if (max > min) throw new InvalidValue('capacity.max', max, `capacity.min ${min} for a cluster`);
  } else if (placement.strategy === 'spread') {
    // Auto Scaling balances over the AZs, so none has more than its share, rounded up.
    if (Math.ceil(max / zones) > MOST_PER_ZONE) {
      throw new InvalidValue(
        'capacity.max',
        max,
        `${MOST_PER_ZONE * zones} at most: 7 in each of ${zones} AZs`,
      );
    }
  } else {
    checkInteger('placement.partitions', placement.partitions, 1, 7);
  }
}
