import { Duration, type TimeZone } from 'aws-cdk-lib';
import * as appscaling from 'aws-cdk-lib/aws-applicationautoscaling';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type { ApplicationTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { InvalidValue } from '../../shared/invalid-value';

/**
 * Target tracking. One metric above its target is enough to add tasks. Tasks are removed when all metrics allow it.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html
 */
export interface TargetTracking {
  /** CPU in percent, above 0 to 100. */
  readonly cpuPercent?: number;
  /** Memory in percent, above 0 to 100. */
  readonly memoryPercent?: number;
  /** Requests to each task per minute, 1 or more. */
  readonly requestsPerTask?: number;
  /** A metric of your own. */
  readonly custom?: CustomTarget;
}

/**
 * The metric must fall in proportion when tasks are added: messages for each task, for example, and not all messages of a
 * queue.
 */
export interface CustomTarget {
  /** Not a math expression. */
  readonly metric: cloudwatch.IMetric;
  /** More than 0, in the unit of the metric. */
  readonly target: number;
}

/**
 * Adds and removes tasks when the average CPU passes a threshold.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-stepscaling.html
 */
export interface CpuSteps {
  /** Percent of CPU from which tasks are added, above `inBelow`. @default 70 */
  readonly outAbove?: number;
  /** Tasks to add, 1 or more. @default 2 */
  readonly add?: number;
  /** Percent of CPU up to which tasks are removed, 0 or more. @default 30 */
  readonly inBelow?: number;
  /** Tasks to remove, 1 or more. @default 1 */
  readonly remove?: number;
}

/**
 * Sets the minimum and the maximum at a given time. They stay until another schedule changes them.
 * @see https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-policy-overview.html
 */
export interface ScheduledTasks {
  readonly schedule: appscaling.Schedule;
  /** @default TimeZone.ETC_UTC */
  readonly timeZone?: TimeZone;
  readonly minTasks: number;
  /** @default - unchanged */
  readonly maxTasks?: number;
}

export interface TaskScaling {
  /** Minimum number of tasks, 1 or more. ECS puts two tasks into two Availability Zones. @default 2 */
  readonly minTasks?: number;
  /** Maximum number of tasks. @default 10 */
  readonly maxTasks?: number;
  /** Scaling policy. @default - target tracking keeps CPU at 40 % */
  readonly policy?: { readonly target: TargetTracking } | { readonly steps: CpuSteps };
  /** Scheduled actions, by name. @default - none */
  readonly schedules?: Readonly<Record<string, ScheduledTasks>>;
}

export const DEFAULT_MIN_TASKS = 2;
export const DEFAULT_MAX_TASKS = 10;

/** Throws `InvalidValue` for limits, thresholds and targets that AWS would refuse or that contradict each other. */
export function validateScaling(name: string, scaling: TaskScaling): void {
  const {
    minTasks = DEFAULT_MIN_TASKS,
    maxTasks = DEFAULT_MAX_TASKS,
    policy = { target: {} },
    schedules = {},
  } = scaling;
  limits(name, minTasks, maxTasks);
  if ('steps' in policy) {
    const { outAbove = 70, inBelow = 30, add = 2, remove = 1 } = policy.steps;
    if (inBelow < 0 || inBelow >= outAbove || outAbove > 100) {
      throw new InvalidValue(`${name}.policy.steps`, { inBelow, outAbove }, '0 <= inBelow < outAbove <= 100');
    }
    whole(`${name}.policy.steps.add`, add);
    whole(`${name}.policy.steps.remove`, remove);
  } else {
    const { cpuPercent = 40, memoryPercent = 40, requestsPerTask = 1 } = policy.target;
    for (const [key, percent] of Object.entries({ cpuPercent, memoryPercent })) {
      if (percent > 0 && percent <= 100) continue;
      throw new InvalidValue(`${name}.policy.target.${key}`, percent, 'a percentage above 0, up to 100');
    }
    whole(`${name}.policy.target.requestsPerTask`, requestsPerTask);
    if (policy.target.custom) validateCustom(`${name}.policy.target.custom`, policy.target.custom);
  }
  for (const [key, scheduled] of Object.entries(schedules)) {
    limits(`${name}.schedules.${key}`, scheduled.minTasks, scheduled.maxTasks ?? maxTasks);
  }
}

/** Adds scaling to a service. Its target group must already have a load balancer. */
export function scaleTasks(
  service: ecs.FargateService,
  targetGroup: ApplicationTargetGroup,
  { minTasks = DEFAULT_MIN_TASKS, maxTasks = DEFAULT_MAX_TASKS, policy, schedules = {} }: TaskScaling,
): void {
  const tasks = service.autoScaleTaskCount({ minCapacity: minTasks, maxCapacity: maxTasks });
  if (policy && 'steps' in policy) {
    const { outAbove = 70, add = 2, inBelow = 30, remove = 1 } = policy.steps;
    tasks.scaleOnMetric('CpuSteps', {
      metric: service.metricCpuUtilization({ period: Duration.minutes(1) }),
      scalingSteps: [
        { upper: inBelow, change: -remove },
        { lower: outAbove, change: add },
      ],
      adjustmentType: appscaling.AdjustmentType.CHANGE_IN_CAPACITY,
      // Three minutes, so that a short burst adds no tasks.
      evaluationPeriods: 3,
      cooldown: Duration.minutes(3),
    });
  } else {
    const target: TargetTracking = policy?.target ?? { cpuPercent: 40 };
    const { cpuPercent, memoryPercent, requestsPerTask, custom } = target;
    if (cpuPercent !== undefined)
      tasks.scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: cpuPercent });
    if (memoryPercent !== undefined) {
      tasks.scaleOnMemoryUtilization('Memory', { targetUtilizationPercent: memoryPercent });
    }
    if (requestsPerTask !== undefined) {
      tasks.scaleOnRequestCount('Requests', { requestsPerTarget: requestsPerTask, targetGroup });
    }
    if (custom)
      tasks.scaleToTrackCustomMetric('Custom', { metric: custom.metric, targetValue: custom.target });
  }

  for (const [name, scheduled] of Object.entries(schedules)) {
    tasks.scaleOnSchedule(name, {
      schedule: scheduled.schedule,
      timeZone: scheduled.timeZone,
      minCapacity: scheduled.minTasks,
      maxCapacity: scheduled.maxTasks,
    });
  }
  if (Object.keys(schedules).length > 0) return;
  // With a desired count in the template, each deployment would reset the number of tasks. Without it, the service starts
  // with one task, and target tracking adds no second one before there is load. This scheduled action raises the count to
  // the minimum.
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecs-service.html#cfn-ecs-service-desiredcount
  tasks.scaleOnSchedule('AtLeastMinimum', {
    schedule: appscaling.Schedule.rate(Duration.minutes(5)),
    minCapacity: minTasks,
  });
}

function validateCustom(name: string, { metric, target }: CustomTarget): void {
  if (!(target > 0)) throw new InvalidValue(`${name}.target`, target, 'more than 0');
  if (metric.toMetricConfig().metricStat === undefined) {
    throw new InvalidValue(`${name}.metric`, 'a math expression', 'a metric');
  }
}

function limits(name: string, minTasks: number, maxTasks: number): void {
  if (Number.isInteger(minTasks) && Number.isInteger(maxTasks) && minTasks >= 1 && minTasks <= maxTasks)
    return;
  throw new InvalidValue(name, { minTasks, maxTasks }, 'whole numbers, 1 <= minTasks <= maxTasks');
}

function whole(name: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new InvalidValue(name, value, 'a whole number, 1 or more');
}
