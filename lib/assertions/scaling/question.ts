/** One minute of a metric. */
export interface Instant {
  /** Minutes since the start, 1 or more. The data point is that of the minute that ends now. */
  readonly minute: number;
  readonly time: Date;
  /** Instances or tasks in service, with those that still warm up. The load is spread over these. */
  readonly inService: number;
}

/**
 * The data points of a metric, one a minute: a list, whose last value stays, or a function. `undefined`: no data. A value
 * is what CloudWatch aggregates over the instances that do not warm up.
 */
export type Metric = readonly (number | undefined)[] | ((instant: Instant) => number | undefined);

/** What happens to the size of a group or scalable target. */
export interface Question {
  /** Construct path of an Auto Scaling group, an ECS service, or a scalable target. */
  readonly of: string;
  /** Whole minutes to simulate, 1 or more. */
  readonly minutes: number;
  /**
   * Metrics by name: `CPUUtilization`; or by namespace and name, `AWS/EC2/CPUUtilization`. A predefined metric has the name
   * of its CloudWatch metric. One without such a name has its own: `DynamoDBReadCapacityUtilization`.
   */
  readonly metrics?: Readonly<Record<string, Metric>>;
  /** A time in ISO 8601. @default 2026-01-05T00:00:00Z, a Monday */
  readonly start?: string;
  /** Desired capacity at the start. @default - that of the template; without one, the minimum */
  readonly from?: number;
  /** Minutes from the launch of an instance or task until it is in service. @default 1 */
  readonly launchMinutes?: number;
  /** Minutes from the decision to terminate an instance or task until it is gone. @default 1 */
  readonly terminationMinutes?: number;
}
