import { Templates, type Json, type Resource } from '../templates';
import { asList, asRecord, conditionDoubt } from '../templates/properties';
import type { Adjustments, AdjustmentType } from './adjustment';
import { isOperator, type Alarm } from './alarm';
import { isStatistic } from './metric-data';
import type { Policy } from './policy';
import type { Reader } from './reader';

/** What a policy has from its group or target, in seconds. */
export interface Inherited {
  readonly warmup: number;
  readonly cooldown: number;
}

/** The CloudWatch metrics of the predefined ones. The others have no CloudWatch metric of the same values. */
const PREDEFINED: Readonly<Record<string, string>> = {
  ASGAverageCPUUtilization: 'AWS/EC2/CPUUtilization',
  ASGAverageNetworkIn: 'AWS/EC2/NetworkIn',
  ASGAverageNetworkOut: 'AWS/EC2/NetworkOut',
  ALBRequestCountPerTarget: 'AWS/ApplicationELB/RequestCountPerTarget',
  ECSServiceAverageCPUUtilization: 'AWS/ECS/CPUUtilization',
  ECSServiceAverageMemoryUtilization: 'AWS/ECS/MemoryUtilization',
};

const TYPES: readonly AdjustmentType[] = ['ChangeInCapacity', 'ExactCapacity', 'PercentChangeInCapacity'];

/** A policy of an Auto Scaling group. Undefined for one that changes nothing. */
export function groupPolicy(
  templates: Templates,
  resource: Resource,
  reader: Reader,
  { warmup, cooldown }: Inherited,
): Policy | undefined {
  const { path, properties } = resource;
  const type = reader.text(`${path}.PolicyType`, properties.PolicyType, 'SimpleScaling');
  const seconds = reader.number(
    `${path}.EstimatedInstanceWarmup`,
    properties.EstimatedInstanceWarmup,
    warmup,
  );
  if (type === 'TargetTrackingScaling') {
    const tracking = asRecord(properties.TargetTrackingConfiguration);
    return {
      ...targetTracking(resource, tracking, reader),
      outCooldown: 0,
      inCooldown: 0,
      warmup: seconds / 60,
    };
  }
  if (type === 'StepScaling' || type === 'SimpleScaling') {
    const only = { ScalingAdjustment: properties.ScalingAdjustment ?? null };
    const steps = type === 'StepScaling' ? properties.StepAdjustments : [only];
    return {
      kind: type === 'StepScaling' ? 'step' : 'simple',
      path,
      adjustments: adjustmentsOf(path, properties, steps, reader),
      alarms: alarmsOf(templates, resource, reader),
      cooldown: reader.number(`${path}.Cooldown`, properties.Cooldown, cooldown) / 60,
      warmup: type === 'StepScaling' ? seconds / 60 : 0,
    };
  }
  refuseType(path, type, reader);
  return undefined;
}

/** A policy of Application Auto Scaling. Undefined for one that changes nothing. */
export function targetPolicy(
  templates: Templates,
  resource: Resource,
  reader: Reader,
  { cooldown }: Inherited,
): Policy | undefined {
  const { path, properties } = resource;
  const type = reader.text(`${path}.PolicyType`, properties.PolicyType, '');
  if (type === 'TargetTrackingScaling') {
    const tracking = asRecord(properties.TargetTrackingScalingPolicyConfiguration);
    const seconds = (name: string) => reader.number(`${path}.${name}`, tracking[name], cooldown);
    return {
      ...targetTracking(resource, tracking, reader),
      outCooldown: seconds('ScaleOutCooldown') / 60,
      inCooldown: seconds('ScaleInCooldown') / 60,
      warmup: 0,
    };
  }
  if (type === 'StepScaling') {
    const step = asRecord(properties.StepScalingPolicyConfiguration);
    return {
      kind: 'step',
      path,
      adjustments: adjustmentsOf(path, step, step.StepAdjustments, reader),
      alarms: alarmsOf(templates, resource, reader),
      cooldown: reader.number(`${path}.Cooldown`, step.Cooldown, cooldown) / 60,
      warmup: 0,
    };
  }
  refuseType(path, type, reader);
  return undefined;
}

function refuseType(path: string, type: string, reader: Reader): void {
  if (type !== '') reader.open.push(`${path}: ${type} is not modelled`);
}

function targetTracking({ path }: Resource, tracking: Readonly<Record<string, Json>>, reader: Reader) {
  const { PredefinedMetricSpecification: predefined, CustomizedMetricSpecification: customized } = tracking;
  return {
    kind: 'target tracking',
    path,
    metric:
      predefined === undefined
        ? metricOf(path, asRecord(customized), reader)
        : predefinedMetric(path, asRecord(predefined), reader),
    target: reader.number(`${path}.TargetValue`, tracking.TargetValue, NaN),
    scalesIn: !reader.flag(`${path}.DisableScaleIn`, tracking.DisableScaleIn, false),
  } as const;
}

function predefinedMetric(path: string, specification: Readonly<Record<string, Json>>, reader: Reader) {
  const type = reader.text(`${path}.PredefinedMetricType`, specification.PredefinedMetricType, '');
  return PREDEFINED[type] ?? type;
}

/** `namespace/name` of an alarm or a customized metric. */
function metricOf(path: string, properties: Readonly<Record<string, Json>>, reader: Reader): string {
  if (properties.Metrics !== undefined) {
    reader.open.push(`${path}: metric math is not modelled`);
    return '';
  }
  const namespace = reader.text(`${path}.Namespace`, properties.Namespace, '');
  return `${namespace}/${reader.text(`${path}.MetricName`, properties.MetricName, '')}`;
}

function adjustmentsOf(
  path: string,
  properties: Readonly<Record<string, Json>>,
  steps: Json | undefined,
  reader: Reader,
): Adjustments {
  const type = reader.text(`${path}.AdjustmentType`, properties.AdjustmentType, 'none');
  const known = TYPES.find((one) => one === type);
  if (known === undefined && type !== '') reader.open.push(`${path}: AdjustmentType ${type} is not modelled`);
  const read = reader.list(`${path}.StepAdjustments`, steps).map((item) => {
    const step = asRecord(item);
    const number = (name: string, whenAbsent: number) =>
      reader.number(`${path}.${name}`, step[name], whenAbsent);
    return {
      lower: number('MetricIntervalLowerBound', -Infinity),
      upper: number('MetricIntervalUpperBound', Infinity),
      adjustment: number('ScalingAdjustment', 0),
    };
  });
  const least = reader.number(`${path}.MinAdjustmentMagnitude`, properties.MinAdjustmentMagnitude, 0);
  checkSteps(path, read);
  return { type: known ?? 'ChangeInCapacity', least, steps: read };
}

/** https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-simple-step.html#as-scaling-steps */
function checkSteps(path: string, steps: Adjustments['steps']): void {
  const sorted = [...steps].sort((a, b) => a.lower - b.lower);
  for (const [index, { lower }] of sorted.entries()) {
    const before = sorted[index - 1];
    if (before && before.upper !== lower && !Number.isNaN(before.upper) && !Number.isNaN(lower)) {
      throw new Error(`${path}: step adjustments may not overlap or have a gap, at ${lower}`);
    }
  }
}

/** The alarms that invoke a policy. Composite alarms cannot. */
function alarmsOf(templates: Templates, policy: Resource, reader: Reader): readonly Alarm[] {
  const names = (value: Json | undefined) =>
    asList(value).some((action) => templates.reference(action)?.resource === policy);
  return templates.ofType('AWS::CloudWatch::Alarm').flatMap((resource) => {
    const { path, properties } = resource;
    if (names(properties.OKActions) || names(properties.InsufficientDataActions)) {
      reader.open.push(`${path}: invokes ${policy.path} in another state than ALARM, which is not modelled`);
    }
    const unknown = asList(properties.AlarmActions).map((action) => Templates.unknown(action));
    const reason = unknown.find((one) => one !== undefined);
    if (reason !== undefined) reader.open.push(`${path}: may invoke ${policy.path}: ${reason}`);
    if (!names(properties.AlarmActions)) return [];
    const doubt = conditionDoubt(resource);
    if (doubt !== undefined) reader.open.push(doubt);
    return reader.flag(`${path}.ActionsEnabled`, properties.ActionsEnabled, true)
      ? [alarmOf(resource, reader)]
      : [];
  });
}

function alarmOf({ path, properties }: Resource, reader: Reader): Alarm {
  const number = (name: string, whenAbsent: number) =>
    reader.number(`${path}.${name}`, properties[name], whenAbsent);
  const text = (name: string, whenAbsent: string) =>
    reader.text(`${path}.${name}`, properties[name], whenAbsent);
  const operator = text('ComparisonOperator', '');
  if (operator !== '' && !isOperator(operator)) reader.open.push(`${path}: ${operator} is not modelled`);
  const statistic = text('Statistic', 'none');
  const metric = metricOf(path, properties, reader);
  if (metric !== '' && !isStatistic(statistic)) {
    reader.open.push(`${path}: statistic ${statistic} is not modelled`);
  }
  const [seconds, periods] = [number('Period', 60), number('EvaluationPeriods', 1)];
  if (seconds % 60 !== 0) reader.open.push(`${path}: a period of ${seconds} s is not modelled`);
  return {
    path,
    metric,
    operator,
    statistic,
    threshold: number('Threshold', NaN),
    periodMinutes: seconds / 60,
    periods,
    toAlarm: number('DatapointsToAlarm', periods),
    missing: text('TreatMissingData', 'missing'),
  };
}
