import { Scaling } from '../../../lib/assertions/scaling';
import { Templates } from '../../../lib/assertions/templates';

export type Properties = Readonly<Record<string, unknown>>;

/** The scaling of one hand-written template, stack `App`. */
export const scalingOf = (resources: Properties, rest: Properties = {}): Scaling =>
  Scaling.of(Templates.fromTemplates({ App: { Resources: resources, ...rest } }));

const resource = (Type: string, properties: Properties) => ({ Type, Properties: properties });

/** `Group` of 1 to 20 instances, 10 at first, which warm up at once. */
export const group = (properties: Properties = {}) =>
  resource('AWS::AutoScaling::AutoScalingGroup', {
    ...{ MinSize: '1', MaxSize: '20', DesiredCapacity: '10', DefaultInstanceWarmup: 0 },
    ...properties,
  });

/** A policy of `Group`. */
export const policy = (properties: Properties) =>
  resource('AWS::AutoScaling::ScalingPolicy', { AutoScalingGroupName: { Ref: 'Group' }, ...properties });

/** A policy of `Group` that keeps a metric at a target. */
export const tracking = (TargetValue: unknown, configuration: Properties = {}, properties: Properties = {}) =>
  policy({
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingConfiguration: {
      TargetValue,
      PredefinedMetricSpecification: { PredefinedMetricType: 'ASGAverageCPUUtilization' },
      ...configuration,
    },
    ...properties,
  });

/** Lower bound, upper bound, adjustment. */
export type Steps = readonly (readonly [number | undefined, number | undefined, number])[];

export const stepAdjustments = (steps: Steps) =>
  steps.map(([lower, upper, ScalingAdjustment]) => ({
    ...(lower !== undefined && { MetricIntervalLowerBound: lower }),
    ...(upper !== undefined && { MetricIntervalUpperBound: upper }),
    ScalingAdjustment,
  }));

/** A step scaling policy of `Group`. */
export const stepping = (AdjustmentType: string, steps: Steps, properties: Properties = {}) =>
  policy({
    PolicyType: 'StepScaling',
    AdjustmentType,
    StepAdjustments: stepAdjustments(steps),
    ...properties,
  });

/** An alarm on the CPU utilization of one minute, which invokes a policy. */
export const alarm = (
  policyId: string,
  ComparisonOperator: string,
  Threshold: unknown,
  properties: Properties = {},
) =>
  resource('AWS::CloudWatch::Alarm', {
    ...{ Namespace: 'AWS/EC2', MetricName: 'CPUUtilization', Statistic: 'Average', Period: 60 },
    ...{ EvaluationPeriods: 1, ComparisonOperator, Threshold },
    AlarmActions: [{ Ref: policyId }],
    ...properties,
  });

export const above = (policyId: string, threshold: unknown, properties: Properties = {}) =>
  alarm(policyId, 'GreaterThanOrEqualToThreshold', threshold, properties);
export const below = (policyId: string, threshold: unknown, properties: Properties = {}) =>
  alarm(policyId, 'LessThanOrEqualToThreshold', threshold, properties);

/** A scheduled action of `Group`. */
export const scheduled = (properties: Properties) =>
  resource('AWS::AutoScaling::ScheduledAction', { AutoScalingGroupName: { Ref: 'Group' }, ...properties });

/** `Service`, an ECS service of 1 to 20 tasks, 10 at first, and its scalable target `Target`. */
export const service = (properties: Properties = {}, count: unknown = 10): Properties => ({
  Cluster: resource('AWS::ECS::Cluster', {}),
  Service: resource('AWS::ECS::Service', { DesiredCount: count }),
  Target: resource('AWS::ApplicationAutoScaling::ScalableTarget', {
    ServiceNamespace: 'ecs',
    ScalableDimension: 'ecs:service:DesiredCount',
    ResourceId: {
      'Fn::Join': ['', ['service/', { Ref: 'Cluster' }, '/', { 'Fn::GetAtt': ['Service', 'Name'] }]],
    },
    MinCapacity: 1,
    MaxCapacity: 20,
    ...properties,
  }),
});

/** A policy of `Target`. */
export const targetPolicy = (PolicyType: string, properties: Properties) =>
  resource('AWS::ApplicationAutoScaling::ScalingPolicy', {
    PolicyType,
    ScalingTargetId: { Ref: 'Target' },
    ...properties,
  });

/** A policy of `Target` that keeps the CPU utilization at a target. */
export const taskTracking = (TargetValue: unknown, configuration: Properties = {}) =>
  targetPolicy('TargetTrackingScaling', {
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue,
      PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
      ...configuration,
    },
  });

/** A step scaling policy of `Target`. */
export const taskStepping = (steps: Steps, configuration: Properties = {}) =>
  targetPolicy('StepScaling', {
    StepScalingPolicyConfiguration: {
      AdjustmentType: 'ChangeInCapacity',
      StepAdjustments: stepAdjustments(steps),
      ...configuration,
    },
  });
