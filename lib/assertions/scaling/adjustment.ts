/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutScalingPolicy.html */
export type AdjustmentType = 'ChangeInCapacity' | 'ExactCapacity' | 'PercentChangeInCapacity';

/** A step adjustment. The bounds are relative to the threshold of the alarm. */
export interface Step {
  readonly lower: number;
  readonly upper: number;
  readonly adjustment: number;
}

/** How a step or simple scaling policy changes a capacity. */
export interface Adjustments {
  readonly type: AdjustmentType;
  /** Smallest change for PercentChangeInCapacity. */
  readonly least: number;
  readonly steps: readonly Step[];
}

/**
 * The step for a metric value, by its distance from the threshold. Above the threshold the lower bound is inclusive and the
 * upper bound exclusive, below it the other way round. An alarm for low values looks from below at its threshold itself.
 */
export function stepFor(steps: readonly Step[], distance: number, alarmIsLow: boolean): number | undefined {
  const fromAbove = distance > 0 || (distance === 0 && !alarmIsLow);
  return steps.find(({ lower, upper }) =>
    fromAbove ? lower <= distance && distance < upper : lower < distance && distance <= upper,
  )?.adjustment;
}

/** The capacity after an adjustment, before the minimum and maximum apply. */
export function adjusted(capacity: number, adjustment: number, { type, least }: Adjustments): number {
  if (type === 'ExactCapacity') return adjustment;
  if (type === 'ChangeInCapacity') return capacity + adjustment;
  const change = rounded((capacity * adjustment) / 100);
  return capacity + Math.sign(change) * Math.max(Math.abs(change), change === 0 ? 0 : least);
}

/** Towards zero, but to no less than 1 instance. */
function rounded(change: number): number {
  if (change === 0) return 0;
  return Math.abs(change) < 1 ? Math.sign(change) : Math.trunc(change);
}
