import { Duration } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { AutoScalingAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Construct } from 'constructs';
import { checkInteger, checkTimeZone } from '../../shared/checks';
import { InvalidValue } from '../../shared/invalid-value';
import type { CheckedCapacity } from './capacity';

/** Keeps the group's average CPU utilization near a target. */
export interface CpuTarget {
  readonly by: 'cpu-target';
  /**
   * Target in percent: more than 0, up to 100.
   * @default 40
   */
  readonly percent?: number;
}

/** Keeps the number of requests to each instance near a target. */
export interface RequestsTarget {
  readonly by: 'requests-target';
  /** Requests that an instance completes in a minute: a whole number, 1 or more. */
  readonly perMinute: number;
}

/**
 * Keeps a metric of your own near a target. The metric must fall in proportion when instances are added: messages for each
 * instance, for example, and not all messages of a queue.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-target-tracking.html#target-tracking-choose-metrics
 */
export interface MetricTarget {
  readonly by: 'metric-target';
  /** Not a math expression. */
  readonly metric: cloudwatch.IMetric;
  /** More than 0, in the unit of the metric. */
  readonly target: number;
}

/** Adds and removes instances when the group's average CPU utilization leaves a range. */
export interface CpuSteps {
  readonly by: 'cpu-steps';
  /**
   * Instances are added when CPU utilization is above this for 3 minutes. In percent.
   * @default 70
   */
  readonly above?: number;
  /** Instances to add. @default 2 */
  readonly add?: number;
  /**
   * Instances are removed when CPU utilization is below this for 15 minutes. In percent.
   * @default 30
   */
  readonly below?: number;
  /** Instances to remove. @default 1 */
  readonly remove?: number;
}

/** Sets the group's minimum at a given time. It stays until another schedule changes it. */
export interface OnSchedule {
  readonly by: 'schedule';
  readonly schedule: autoscaling.Schedule;
  /** Name in the IANA time zone database, such as `Europe/London`. The schedule follows its daylight saving time. */
  readonly timeZone: string;
  /** 2 up to the group's maximum. */
  readonly minCapacity: number;
}

/** @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/scale-your-group.html */
export type Scaling = CpuTarget | RequestsTarget | MetricTarget | CpuSteps | OnSchedule;

const STEPS = { above: 70, add: 2, below: 30, remove: 1 };

/** Throws `InvalidValue` for policies that AWS would refuse or that contradict each other. */
export function checkScaling(scaling: readonly Scaling[], { max }: CheckedCapacity): void {
  const dynamic = scaling.filter(({ by }) => by !== 'schedule').map(({ by }) => by);
  if (dynamic.includes('cpu-steps') && dynamic.length > 1) {
    throw new InvalidValue('scaling', dynamic, 'cpu-steps alone: another policy would work against it');
  }
  if (new Set(dynamic).size < dynamic.length) {
    throw new InvalidValue('scaling', dynamic, 'each policy once: targets of one metric would contradict');
  }
  for (const policy of scaling) {
    if (policy.by === 'cpu-target') {
      const { percent = 40 } = policy;
      if (!(percent > 0 && percent <= 100)) {
        throw new InvalidValue('scaling.percent', percent, 'more than 0, up to 100');
      }
    } else if (policy.by === 'requests-target') {
      checkInteger('scaling.perMinute', policy.perMinute, 1, Number.MAX_SAFE_INTEGER);
    } else if (policy.by === 'metric-target') {
      if (!(policy.target > 0)) throw new InvalidValue('scaling.target', policy.target, 'more than 0');
      if (policy.metric.toMetricConfig().metricStat === undefined) {
        throw new InvalidValue('scaling.metric', 'a math expression', 'a metric');
      }
    } else if (policy.by === 'cpu-steps') {
      const { above, add, below, remove } = { ...STEPS, ...policy };
      if (!(0 < below && below < above && above < 100)) {
        throw new InvalidValue('scaling', { below, above }, '0 < below < above < 100');
      }
      if (![add, remove].every((count) => Number.isInteger(count) && count >= 1)) {
        throw new InvalidValue('scaling', { add, remove }, 'whole numbers of instances, 1 or more');
      }
    } else {
      checkTimeZone('scaling.timeZone', policy.timeZone);
      const { minCapacity } = policy;
      if (!Number.isInteger(minCapacity) || minCapacity < 2 || minCapacity > max) {
        throw new InvalidValue('scaling.minCapacity', minCapacity, `2 to capacity.max ${max}`);
      }
    }
  }
}

/** Adds the policies. The group must already be behind a load balancer. */
export function addScaling(
  scope: Construct,
  group: autoscaling.AutoScalingGroup,
  scaling: readonly Scaling[],
): void {
  for (const policy of scaling) {
    if (policy.by === 'cpu-target') {
      group.scaleOnCpuUtilization('CpuTarget', { targetUtilizationPercent: policy.percent ?? 40 });
    } else if (policy.by === 'requests-target') {
      group.scaleOnRequestCount('RequestsTarget', { targetRequestsPerMinute: policy.perMinute });
    } else if (policy.by === 'metric-target') {
      group.scaleToTrackMetric('MetricTarget', { metric: policy.metric, targetValue: policy.target });
    } else if (policy.by === 'cpu-steps') {
      addSteps(new Construct(scope, 'CpuSteps'), group, policy);
    } else {
      const { schedule, timeZone, minCapacity } = policy;
      const number = scaling.filter(({ by }) => by === 'schedule').indexOf(policy) + 1;
      group.scaleOnSchedule(`Schedule${number}`, { schedule, timeZone, minCapacity });
    }
  }
}

/** Not `scaleOnMetric`: its alarms include the thresholds, and scale in as fast as they scale out. */
function addSteps(scope: Construct, group: autoscaling.AutoScalingGroup, steps: CpuSteps): void {
  const { above, add, below, remove } = { ...STEPS, ...steps };
  const on = (
    id: string,
    words: 'above' | 'below',
    threshold: number,
    minutes: number,
    adjustment: autoscaling.AdjustmentTier,
  ) => {
    const action = new autoscaling.StepScalingAction(scope, id, {
      autoScalingGroup: group,
      adjustmentType: autoscaling.AdjustmentType.CHANGE_IN_CAPACITY,
      metricAggregationType: autoscaling.MetricAggregationType.AVERAGE,
    });
    action.addAdjustment(adjustment);
    new cloudwatch.Alarm(scope, `${id}Alarm`, {
      alarmDescription: `CPU utilization ${words} ${threshold} %: ${adjustment.adjustment} instances`,
      metric: new cloudwatch.Metric({
        namespace: 'AWS/EC2',
        metricName: 'CPUUtilization',
        dimensionsMap: { AutoScalingGroupName: group.autoScalingGroupName },
        statistic: 'Average',
        period: Duration.minutes(1),
      }),
      threshold,
      comparisonOperator: {
        above: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
        below: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      }[words],
      evaluationPeriods: minutes,
    }).addAlarmAction(new AutoScalingAction(action));
  };
  on('ScaleOut', 'above', above, 3, { adjustment: add, lowerBound: 0 });
  on('ScaleIn', 'below', below, 15, { adjustment: -remove, upperBound: 0 });
}
