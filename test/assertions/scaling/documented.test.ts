import type { Metric, Question } from '../../../lib/assertions/scaling';
import {
  above,
  below,
  group,
  policy,
  scalingOf,
  scheduled,
  service,
  stepping,
  targetPolicy,
  taskStepping,
  taskTracking,
  tracking,
  type Properties,
  type Steps,
} from './template';

/** A sentence of AWS's, a template in which it applies, and the desired capacity after some minutes. */
interface Row {
  readonly says: string;
  /** Tells apart the rows of one sentence. */
  readonly when?: string;
  readonly resources: Properties;
  readonly cpu?: Metric;
  readonly question?: Partial<Question>;
  readonly sizes: Readonly<Record<number, number>>;
}

const steady = (value: number, minutes: number, then: number) =>
  Array.from({ length: minutes + 1 }, (_, index) => (index < minutes ? value : then));
/** A load that the instances in service share. */
const load =
  (percent: number): Metric =>
  ({ inService }) =>
    percent / inService;

/** AWS's example: a threshold of 50 percent, adjustments in percent of the group. */
const OUT: Steps = [
  [0, 10, 0],
  [10, 20, 10],
  [20, undefined, 30],
];
const IN: Steps = [
  [-10, 0, 0],
  [-20, -10, -10],
  [undefined, -20, -30],
];
const example = (warmup = 0): Properties => ({
  Group: group({ DefaultInstanceWarmup: warmup }),
  Out: stepping('PercentChangeInCapacity', OUT),
  In: stepping('PercentChangeInCapacity', IN),
  High: above('Out', 50),
  Low: below('In', 50),
});
const changes = (type: string, size: number, adjustment: number, more: Properties = {}): Properties => ({
  Group: group({ DesiredCapacity: size }),
  Policy: stepping(type, [adjustment > 0 ? [0, undefined, adjustment] : [undefined, 0, adjustment]], more),
  Alarm: adjustment > 0 ? above('Policy', 50) : below('Policy', 50),
});
const high = [60, 55];
const cpuTracking = { Group: group(), Cpu: tracking(50) };
const network = {
  PredefinedMetricSpecification: { PredefinedMetricType: 'ASGAverageNetworkIn' },
};
const bothMetrics = (cpu: Properties = {}, net: Properties = {}) => ({
  Group: group(),
  Cpu: tracking(50, cpu),
  Network: tracking(100, { ...network, ...net }),
});
const stepsOf = (adjustment: number, more: Properties = {}): Properties => ({
  Policy: taskStepping(adjustment > 0 ? [[0, undefined, adjustment]] : [[undefined, 0, adjustment]], more),
  Alarm: adjustment > 0 ? above('Policy', 50) : below('Policy', 50),
});

/** https://docs.aws.amazon.com/autoscaling/ec2/userguide/<page>.html */
const EC2: Readonly<Record<string, readonly Row[]>> = {
  'as-scaling-simple-step': [
    {
      says: 'The desired and current capacity is maintained while the aggregated metric value is greater than 40 and less than 60.',
      resources: example(),
      cpu: [41, 50, 59],
      sizes: { 1: 10, 2: 10, 3: 10 },
    },
    {
      says: 'If the metric value gets to 60, the desired capacity of the group increases by 1 instance, to 11 instances, based on the second step adjustment of the scale-out policy (add 10 percent of 10 instances).',
      resources: example(),
      cpu: [60, 55],
      sizes: { 1: 11, 5: 11 },
    },
    {
      says: 'If the metric value rises to 70 even after this increase in capacity, the desired capacity of the group increases by another 3 instances, to 14 instances.',
      resources: example(),
      cpu: [60, 55, 70, 55],
      sizes: { 2: 11, 3: 14, 5: 14 },
    },
    {
      says: 'If the metric value gets to 40, the desired capacity of the group decreases by 1 instance, to 13 instances, based on the second step adjustment of the scale-in policy (remove 10 percent of 14 instances, 1.4 instances, rounded down to 1 instance).',
      resources: example(),
      cpu: [40, 55],
      question: { from: 14 },
      sizes: { 1: 13, 5: 13 },
    },
    {
      says: 'If the metric value falls to 30 even after this decrease in capacity, the desired capacity of the group decreases by another 3 instances, to 10 instances.',
      resources: example(),
      cpu: [40, 55, 30, 55],
      question: { from: 14 },
      sizes: { 2: 13, 3: 10, 5: 10 },
    },
    {
      says: 'Suppose that the metric gets to 60, and then it gets to 62 while the new instance is still warming up. […] the desired capacity of the group is already 11 instances, so the scaling policy does not increase the desired capacity further.',
      resources: example(600),
      cpu: [60, 62, 62, 55],
      sizes: { 1: 11, 3: 11 },
    },
    {
      says: 'If the metric gets to 70 while the new instance is still warming up, we should add 3 instances (30 percent of 10 instances). However, the desired capacity of the group is already 11, so we add only 2 instances, for a new desired capacity of 13 instances.',
      resources: example(600),
      cpu: [60, 62, 70, 55],
      sizes: { 2: 11, 3: 13, 5: 13 },
    },
    {
      says: 'After the new instance is running and its specified warm-up time has expired, the current capacity of the group increases to 11 instances.',
      resources: example(120),
      cpu: [60, 55, 55, 70, 55],
      sizes: { 3: 11, 4: 14 },
    },
    {
      says: 'While scaling in, we consider instances that are terminating as part of the current capacity of the group. Therefore, we don’t remove more instances from the Auto Scaling group than necessary.',
      resources: changes('ChangeInCapacity', 10, -1),
      cpu: [40, 40, 40, 55],
      question: { terminationMinutes: 5 },
      sizes: { 1: 9, 3: 9 },
    },
    {
      says: "A scale-in activity can't start while a scale-out activity is in progress.",
      resources: example(),
      cpu: [60, 40, 40, 55],
      question: { launchMinutes: 2 },
      sizes: { 1: 11, 2: 11, 3: 10 },
    },
    {
      says: 'If the current capacity of the group is 3 and the adjustment is 5, then when this policy is performed, we add 5 capacity units to the capacity for a total of 8 capacity units.',
      resources: changes('ChangeInCapacity', 3, 5),
      cpu: high,
      sizes: { 1: 8 },
    },
    {
      says: 'If the current capacity of the group is 3 and the adjustment is 5, then when this policy is performed, we change the capacity to 5 capacity units.',
      resources: changes('ExactCapacity', 3, 5),
      cpu: high,
      sizes: { 1: 5, 2: 5 },
    },
    {
      says: 'If the current capacity is 10 and the adjustment is 10 percent, then when this policy is performed, we add 1 capacity unit to the capacity for a total of 11 capacity units.',
      resources: changes('PercentChangeInCapacity', 10, 10),
      cpu: high,
      sizes: { 1: 11 },
    },
    ...(
      [
        ['Values greater than 1 are rounded down. For example, 12.7 is rounded to 12.', 5, 254, 17],
        ['Values between 0 and 1 are rounded to 1. For example, .67 is rounded to 1.', 10, 6.7, 11],
        ['Values between 0 and -1 are rounded to -1. For example, -.58 is rounded to -1.', 10, -5.8, 9],
        ['Values less than -1 are rounded up. For example, -6.67 is rounded to -6.', 10, -66.7, 4],
      ] as const
    ).map(([says, size, percent, after]) => ({
      says,
      resources: changes('PercentChangeInCapacity', size, percent),
      cpu: percent > 0 ? high : [40, 55],
      sizes: { 1: after },
    })),
    {
      says: 'If you have an Auto Scaling group with 4 instances and the scaling policy is executed, 25 percent of 4 is 1 instance. However, because you specified a minimum increment of 2, there are 2 instances added.',
      resources: changes('PercentChangeInCapacity', 4, 25, { MinAdjustmentMagnitude: 2 }),
      cpu: high,
      sizes: { 1: 6 },
    },
    {
      says: 'If the metric value is above the breach threshold, the lower bound is inclusive and the upper bound is exclusive.',
      resources: example(),
      cpu: [70, 55],
      sizes: { 1: 13 },
    },
    {
      says: 'If the metric value is below the breach threshold, the lower bound is exclusive and the upper bound is inclusive.',
      resources: example(),
      cpu: [30, 55],
      sizes: { 1: 7 },
    },
    {
      says: 'In contrast, with step scaling the policy can continue to respond to additional alarms, even while a scaling activity or health check replacement is in progress.',
      resources: example(),
      cpu: [60, 70, 55],
      question: { launchMinutes: 5 },
      sizes: { 1: 11, 2: 13, 4: 13 },
    },
    {
      says: 'After a scaling activity is started, the policy must wait for the scaling activity or health check replacement to complete and the cooldown period to expire before responding to additional alarms.',
      resources: {
        Group: group({ Cooldown: '120' }),
        Policy: policy({ AdjustmentType: 'ChangeInCapacity', ScalingAdjustment: 1 }),
        Alarm: above('Policy', 50),
      },
      cpu: [60],
      sizes: { 1: 11, 3: 11, 4: 12, 6: 12, 7: 13 },
    },
  ],
  'as-scaling-target-tracking': [
    {
      says: 'You cannot use a target tracking scaling policy to scale out your Auto Scaling group when the specified metric is below the target value.',
      resources: cpuTracking,
      cpu: [49],
      sizes: { 12: 10 },
    },
    {
      says: 'We might determine that adding 1.5 instances will decrease the CPU utilization to close to 50 percent. Because it is not possible to add 1.5 instances, we round up and add two instances.',
      resources: cpuTracking,
      cpu: steady(57.5, 3, 50),
      sizes: { 2: 10, 3: 12, 20: 12 },
    },
    {
      says: 'Similarly, if we determine that removing 1.5 instances increases your CPU utilization to above 50 percent, we remove just one instance.',
      resources: { Group: group({ DesiredCapacity: 3 }), Cpu: tracking(50) },
      cpu: steady(25, 15, 50),
      sizes: { 14: 3, 15: 2, 40: 2 },
    },
    {
      says: 'To ensure application availability, the Auto Scaling group scales out proportionally to the metric as fast as it can, but scales in more gradually.',
      resources: { Group: group({ DesiredCapacity: 5 }), Cpu: tracking(50) },
      cpu: steady(100, 3, 10),
      sizes: { 3: 10, 15: 10 },
    },
    {
      says: 'It will scale out the Auto Scaling group if any of the target tracking policies are ready for scale out',
      resources: bothMetrics(),
      cpu: steady(60, 3, 50),
      question: { metrics: { NetworkIn: [0] } },
      sizes: { 3: 12, 30: 12 },
    },
    {
      says: 'but will scale in only if all of the target tracking policies (with the scale-in portion enabled) are ready to scale in.',
      resources: bothMetrics(),
      cpu: [5],
      question: { metrics: { NetworkIn: [95] } },
      sizes: { 60: 10 },
    },
    {
      says: 'but will scale in only if all of the target tracking policies (with the scale-in portion enabled) are ready to scale in.',
      when: 'the scale-in portion of the other one is disabled',
      resources: bothMetrics({}, { DisableScaleIn: true }),
      cpu: [5],
      question: { metrics: { NetworkIn: [95] }, minutes: 300 },
      sizes: { 300: 1 },
    },
    {
      says: 'You can disable the scale-in portion of a target tracking scaling policy.',
      resources: { Group: group(), Cpu: tracking(50, { DisableScaleIn: true }) },
      cpu: [1],
      sizes: { 60: 10 },
    },
    {
      says: 'A target tracking scaling policy does not scale in your Auto Scaling group when the specified metric has insufficient data',
      resources: cpuTracking,
      cpu: [undefined],
      sizes: { 60: 10 },
    },
    {
      says: 'Until its specified warm-up time has expired, an instance is not counted toward the aggregated metrics of the Auto Scaling group.',
      when: 'so the same metric asks for the same capacity',
      resources: { Group: group(), Cpu: tracking(50, {}, { EstimatedInstanceWarmup: 600 }) },
      cpu: steady(60, 10, 50),
      sizes: { 3: 12, 10: 12, 14: 12 },
    },
  ],
  'as-scale-based-on-demand': [
    {
      says: 'An Auto Scaling group has a maximum capacity of 3, a current capacity of 2, and a scaling policy that adds 3 instances. When executing this scaling policy, Amazon EC2 Auto Scaling adds only 1 instance.',
      resources: { ...changes('ChangeInCapacity', 2, 3), Group: group({ DesiredCapacity: 2, MaxSize: 3 }) },
      cpu: high,
      sizes: { 1: 3 },
    },
    {
      says: 'An Auto Scaling group has a minimum capacity of 2, a current capacity of 3, and a scaling policy that removes 2 instances. When executing this scaling policy, Amazon EC2 Auto Scaling removes only 1 instance.',
      resources: { ...changes('ChangeInCapacity', 3, -2), Group: group({ DesiredCapacity: 3, MinSize: 2 }) },
      cpu: [40, 55],
      sizes: { 1: 2 },
    },
    {
      says: 'Amazon EC2 Auto Scaling chooses the policy that provides the largest capacity for both scale out and scale in.',
      when: 'scale out',
      resources: {
        Group: group(),
        One: stepping('ChangeInCapacity', [[0, undefined, 1]]),
        Two: stepping('ChangeInCapacity', [[0, undefined, 2]]),
        A: above('One', 50),
        B: above('Two', 50),
      },
      cpu: high.map((value) => value - 10 * Number(value === 55)),
      sizes: { 1: 12, 2: 12 },
    },
    {
      says: 'If one policy terminates three instances, another policy decreases the number of instances by 25 percent, and the group has eight instances at the time of scale in, Amazon EC2 Auto Scaling gives precedence to the policy that provides the largest number of instances for the group. This results in the Auto Scaling group terminating two instances (25 percent of 8 = 2).',
      resources: {
        Group: group({ DesiredCapacity: 8 }),
        Three: stepping('ChangeInCapacity', [[undefined, 0, -3]]),
        Percent: stepping('PercentChangeInCapacity', [[undefined, 0, -25]]),
        A: below('Three', 50),
        B: below('Percent', 50),
      },
      cpu: [40, 55],
      sizes: { 1: 6, 2: 6 },
    },
  ],
  'ec2-auto-scaling-default-instance-warmup': [
    {
      says: "While instances are in the warm-up period, your scaling policies only scale out if the metric value from instances that are not warming up is greater than the policy's alarm high threshold",
      resources: { Group: group({ DefaultInstanceWarmup: 600 }), Cpu: tracking(50) },
      cpu: [60, 60, 60, 60, 90, 90, 90, 50],
      sizes: { 3: 12, 4: 12, 5: 18 },
    },
    {
      says: 'This blocks scale-in activities initiated by scaling policies until the instances finish warming up.',
      resources: example(300),
      cpu: [60, 40, 40, 40, 40, 40, 40, 55],
      sizes: { 1: 11, 6: 11, 7: 10 },
    },
    {
      says: 'When default instance warmup is not enabled, the default cooldown might be applied when instances launch, and dynamic scaling scale-in activities will be blocked until the default cooldown period ends.',
      resources: { ...example(), Group: group({ DefaultInstanceWarmup: -1, Cooldown: '300' }) },
      cpu: [60, 40, 40, 40, 40, 40, 40, 55],
      sizes: { 1: 11, 6: 11, 7: 10 },
    },
  ],
  'ec2-auto-scaling-scheduled-scaling': [
    {
      says: 'A scheduled action sets the minimum, maximum, and desired sizes to what is specified by the scheduled action at the time specified by the scheduled action.',
      resources: {
        Group: group(),
        Action: scheduled({ Recurrence: '30 0 * * *', MinSize: 12, MaxSize: 15, DesiredCapacity: 14 }),
      },
      sizes: { 29: 10, 30: 14, 60: 14 },
    },
    {
      says: 'It does not keep track of old values and return to the older values after the end time.',
      resources: {
        Group: group(),
        Action: scheduled({ Recurrence: '*/10 * * * *', MinSize: 12, EndTime: '2026-01-05T00:15:00Z' }),
      },
      sizes: { 0: 12, 60: 12 },
    },
    {
      says: 'create a scheduled action that runs at 00:30 hours on the first of January, June, and December each year',
      resources: { Group: group(), Action: scheduled({ Recurrence: '30 0 1 1,6,12 *', DesiredCapacity: 3 }) },
      question: { start: '2026-06-01T00:00:00Z' },
      sizes: { 29: 10, 30: 3 },
    },
    {
      says: 'At the date and time specified for --start-time, if the group currently has more than 1 instance, the group scales in to 1 instance.',
      resources: {
        Group: group(),
        Action: scheduled({ StartTime: '2026-01-05T00:08:00Z', DesiredCapacity: 1 }),
      },
      sizes: { 7: 10, 8: 1 },
    },
  ],
};

/** https://docs.aws.amazon.com/autoscaling/application/userguide/<page>.html */
const APPLICATION: Readonly<Record<string, readonly Row[]>> = {
  'step-scaling-policy-overview': [
    {
      says: "The scaling policy won't increase the desired capacity again unless either a larger scale out is triggered or the cooldown period ends.",
      resources: { ...service(), ...stepsOf(2, { Cooldown: 180 }) },
      cpu: [60],
      sizes: { 1: 12, 3: 12, 4: 14, 6: 14, 7: 16 },
    },
    {
      says: 'If the alarm triggers again during the cooldown period but at a more aggressive step adjustment of 3, the previous increase of 2 is considered part of the current capacity. Therefore, only 1 is added to the capacity.',
      resources: {
        ...service(),
        Policy: taskStepping([
          [0, 20, 2],
          [20, undefined, 3],
        ]),
        Alarm: above('Policy', 50),
      },
      cpu: [60, 75, 40],
      sizes: { 1: 12, 2: 13, 4: 13 },
    },
    {
      says: 'so scale-in activities are blocked until the cooldown period has expired.',
      resources: { ...service(), ...stepsOf(-1, { Cooldown: 120 }) },
      cpu: [40],
      sizes: { 1: 9, 2: 9, 3: 8, 4: 8, 5: 7 },
    },
    {
      says: 'If another alarm triggers a scale-out activity during the cooldown period after a scale-in activity, Application Auto Scaling scales out the target immediately.',
      resources: {
        ...service(),
        ...stepsOf(-1),
        Out: taskStepping([[0, undefined, 2]]),
        High: above('Out', 80),
      },
      cpu: [40, 90, 60],
      sizes: { 1: 9, 2: 11, 4: 11 },
    },
    {
      says: 'In this case, the cooldown period for the scale-in activity stops and doesn’t complete.',
      resources: {
        ...service(),
        ...stepsOf(-1),
        Out: taskStepping([[0, undefined, 2]]),
        High: above('Out', 80),
      },
      cpu: [40, 90, 40, 60],
      sizes: { 2: 11, 3: 10 },
    },
    {
      says: 'During a cooldown period, when a scheduled action starts at the scheduled time, it can trigger a scaling activity immediately without waiting for the cooldown period to expire.',
      resources: {
        ...service({
          ScheduledActions: [
            {
              ScheduledActionName: 'Soon',
              Schedule: 'at(2026-01-05T00:02:00)',
              ScalableTargetAction: { MaxCapacity: 5 },
            },
          ],
        }),
        ...stepsOf(-1),
      },
      cpu: [40, 60],
      sizes: { 1: 9, 2: 5 },
    },
  ],
  'target-tracking-scaling-policy-overview': [
    {
      says: 'So it responds by adding capacity proportional to the metric value as fast as it can. The higher the metric, the more capacity is added.',
      resources: { ...service(), Cpu: taskTracking(50) },
      cpu: load(800),
      sizes: { 2: 10, 3: 16, 20: 16 },
    },
    {
      says: 'it slows down scaling by removing capacity only when utilization passes a threshold that is far enough below the target value (usually more than 10% lower)',
      resources: { ...service(), Cpu: taskTracking(50) },
      cpu: [45],
      sizes: { 60: 10 },
    },
    {
      says: 'While the scale-out cooldown period is in effect, the capacity added by the initiating scale-out activity is calculated as part of the desired capacity for the next scale-out activity.',
      resources: { ...service(), Cpu: taskTracking(50, { ScaleOutCooldown: 300 }) },
      cpu: steady(60, 7, 50),
      sizes: { 3: 12, 7: 12, 20: 12 },
    },
    {
      says: 'With the scale-in cooldown period […] scale-in activities are blocked until the cooldown period has expired.',
      resources: { ...service({}, 4), Cpu: taskTracking(50, { ScaleInCooldown: 1200 }) },
      cpu: [30],
      sizes: { 14: 4, 15: 3, 34: 3, 35: 2 },
    },
    {
      says: 'A target tracking scaling policy does not scale in when the state of the alarm is INSUFFICIENT_DATA.',
      resources: { ...service(), Cpu: taskTracking(50) },
      cpu: [undefined],
      sizes: { 60: 10 },
    },
  ],
  'application-auto-scaling-scheduled-scaling': [
    {
      says: 'If current capacity is less than the specified minimum capacity, Application Auto Scaling scales out (increases capacity) to the specified minimum capacity.',
      resources: service({
        ScheduledActions: [
          {
            ScheduledActionName: 'Morning',
            Schedule: 'cron(15 1 ? * MON-FRI *)',
            Timezone: 'Europe/Berlin',
            ScalableTargetAction: { MinCapacity: 12 },
          },
        ],
      }),
      sizes: { 14: 10, 15: 12 },
    },
    {
      says: 'If current capacity is greater than the specified maximum capacity, Application Auto Scaling scales in (decreases capacity) to the specified maximum capacity.',
      resources: service({
        ScheduledActions: [
          {
            ScheduledActionName: 'Often',
            Schedule: 'rate(20 minutes)',
            ScalableTargetAction: { MaxCapacity: 8 },
          },
        ],
      }),
      sizes: { 19: 10, 20: 8 },
    },
    {
      says: 'When you specify a time zone that observes daylight saving time, it automatically adjusts for Daylight Saving Time (DST).',
      resources: service({
        ScheduledActions: [
          {
            ScheduledActionName: 'Summer',
            Schedule: 'cron(15 2 * 7 ? *)',
            Timezone: 'Europe/Berlin',
            ScalableTargetAction: { MinCapacity: 12 },
          },
        ],
      }),
      question: { start: '2026-07-06T00:00:00Z' },
      sizes: { 14: 10, 15: 12 },
    },
    {
      says: 'If you specify a start time, Application Auto Scaling performs the action at that time, and then performs the action based on the specified recurrence.',
      resources: service({
        ScheduledActions: [
          {
            ScheduledActionName: 'Later',
            Schedule: 'rate(1 hour)',
            StartTime: '2026-01-05T00:07:00Z',
            ScalableTargetAction: { MinCapacity: 12 },
          },
        ],
      }),
      sizes: { 6: 10, 7: 12 },
    },
  ],
  'getting-started': [
    {
      says: 'If it falls outside of the minimum-maximum range, then the capacity is updated to comply with the set minimum and maximum.',
      resources: service({ MinCapacity: 4 }, 2),
      sizes: { 0: 4 },
    },
  ],
  API_TargetTrackingScalingPolicyConfiguration: [
    {
      says: 'Application Auto Scaling provides a default value of 300 for the following scalable targets: ECS services',
      resources: { ...service(), ...stepsOf(2) },
      cpu: [60],
      sizes: { 5: 12, 6: 14 },
    },
    {
      says: 'For all other scalable targets, the default value is 0: DynamoDB tables',
      resources: {
        Target: {
          Type: 'AWS::ApplicationAutoScaling::ScalableTarget',
          Properties: {
            ServiceNamespace: 'dynamodb',
            MinCapacity: 1,
            MaxCapacity: 90,
            ResourceId: 'table/a',
          },
        },
        Policy: targetPolicy('TargetTrackingScaling', {
          TargetTrackingScalingPolicyConfiguration: {
            TargetValue: 70,
            PredefinedMetricSpecification: { PredefinedMetricType: 'DynamoDBReadCapacityUtilization' },
          },
        }),
      },
      question: { of: 'App/Target', from: 10, metrics: { DynamoDBReadCapacityUtilization: [140] } },
      sizes: { 2: 10, 3: 20, 4: 40, 5: 80, 6: 90 },
    },
  ],
};

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/<page>.html */
const CLOUDWATCH: Readonly<Record<string, readonly Row[]>> = {
  AlarmThatSendsEmail: [
    {
      says: 'For Auto Scaling actions, the alarm continues to invoke the action once per minute that the alarm remains in the new state.',
      resources: changes('ChangeInCapacity', 3, 1),
      cpu: [60],
      question: { launchMinutes: 0 },
      sizes: { 1: 4, 2: 5, 3: 6 },
    },
  ],
  'alarm-evaluation': [
    {
      says: 'When you configure Evaluation Periods and Datapoints to Alarm as different values, you’re setting an “M out of N” alarm.',
      resources: {
        ...changes('ChangeInCapacity', 3, 1),
        Alarm: above('Policy', 50, { EvaluationPeriods: 3, DatapointsToAlarm: 2 }),
      },
      cpu: [60, 40, 40, 60, 40, 60, 40],
      sizes: { 5: 3, 6: 4 },
    },
    {
      says: 'notBreaching – Missing data points are treated as “good” and within the threshold',
      resources: {
        ...changes('ChangeInCapacity', 3, 1),
        Alarm: above('Policy', 50, { EvaluationPeriods: 2, TreatMissingData: 'notBreaching' }),
      },
      cpu: [60, undefined, 60, undefined],
      sizes: { 10: 3 },
    },
    {
      says: 'breaching – Missing data points are treated as “bad” and breaching the threshold',
      resources: {
        ...changes('ChangeInCapacity', 3, 1),
        Alarm: above('Policy', 50, { EvaluationPeriods: 2, TreatMissingData: 'breaching' }),
      },
      cpu: [60, undefined, 40],
      sizes: { 1: 3, 2: 4, 3: 4 },
    },
    {
      says: 'missing – If all data points in the alarm evaluation range are missing, the alarm transitions to INSUFFICIENT_DATA.',
      resources: changes('ChangeInCapacity', 3, 1),
      cpu: [undefined],
      sizes: { 10: 3 },
    },
  ],
};

describe.each(Object.entries({ ...EC2, ...APPLICATION, ...CLOUDWATCH }))(
  'scaling: AWS documents in %s',
  (_, rows) => {
    it.each(
      rows.map((row) => [`“${row.says}”${row.when === undefined ? '' : ` (${row.when})`}`, row] as const),
    )('%s', (_title, { resources, cpu = [], question, sizes }) => {
      const answer = scalingOf(resources).sizes({
        of: 'Group' in resources ? 'App/Group' : 'App/Service',
        minutes: 60,
        ...question,
        metrics: { CPUUtilization: cpu, ...question?.metrics },
      });
      const asked = Object.keys(sizes).map((minute) => [minute, answer.at(Number(minute))]);
      expect(Object.fromEntries(asked)).toEqual(sizes);
    });
  },
);
