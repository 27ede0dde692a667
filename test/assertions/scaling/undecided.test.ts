import type { Metric } from '../../../lib/assertions/scaling';
import {
  above,
  group,
  policy,
  scalingOf,
  scheduled,
  service,
  stepping,
  targetPolicy,
  taskTracking,
  tracking,
  type Properties,
} from './template';

const open = { Ref: 'Open' };
const Parameters = { Open: { Type: 'String' }, List: { Type: 'CommaDelimitedList' } };
const answer = (resources: Properties, rest: Properties = {}, cpu: Metric = [60]) =>
  scalingOf(resources, { Parameters, ...rest }).sizes({
    of: 'Group' in resources ? 'App/Group' : 'App/Service',
    minutes: 30,
    metrics: { CPUUtilization: cpu },
  });
const one = stepping('ChangeInCapacity', [[0, undefined, 1]]);
const stepped = (alarm: Properties = {}, threshold: unknown = 50) => ({
  Group: group(),
  Policy: one,
  Alarm: above('Policy', threshold, alarm),
});

describe('scaling: what a template leaves open', () => {
  it.each<[string, Properties, string]>([
    ['the minimum', { Group: group({ MinSize: open }) }, 'App/Group.MinSize'],
    ['the maximum', { Group: group({ MaxSize: open }) }, 'App/Group.MaxSize'],
    ['the desired capacity', { Group: group({ DesiredCapacity: open }) }, 'App/Group.DesiredCapacity'],
    ['the warmup', { Group: group({ DefaultInstanceWarmup: open }) }, 'App/Group.DefaultInstanceWarmup'],
    ['the cooldown', { Group: group({ Cooldown: open }) }, 'App/Group.Cooldown'],
    ['a target', { Group: group(), Policy: tracking(open) }, 'App/Policy.TargetValue'],
    [
      'whether a policy scales in',
      { Group: group(), Policy: tracking(50, { DisableScaleIn: open }) },
      'App/Policy.DisableScaleIn',
    ],
    [
      'the predefined metric',
      {
        Group: group(),
        Policy: tracking(50, { PredefinedMetricSpecification: { PredefinedMetricType: open } }),
      },
      'App/Policy.PredefinedMetricType',
    ],
    [
      'the type of a policy',
      { Group: group(), Policy: policy({ PolicyType: open }) },
      'App/Policy.PolicyType',
    ],
    [
      'the group of a policy',
      { Group: group(), Policy: tracking(50, {}, { AutoScalingGroupName: open }) },
      'it is not known before deployment to what App/Policy belongs',
    ],
    [
      'the steps',
      {
        ...stepped(),
        Policy: policy({
          PolicyType: 'StepScaling',
          AdjustmentType: 'ExactCapacity',
          StepAdjustments: { Ref: 'List' },
        }),
      },
      'App/Policy.StepAdjustments',
    ],
    [
      'an adjustment type',
      { ...stepped(), Policy: policy({ AdjustmentType: open, ScalingAdjustment: 1 }) },
      'AdjustmentType',
    ],
    ['a threshold', stepped({}, open), 'App/Alarm.Threshold'],
    ['the periods of an alarm', stepped({ EvaluationPeriods: open }), 'App/Alarm.EvaluationPeriods'],
    ['the operator of an alarm', stepped({ ComparisonOperator: open }), 'App/Alarm.ComparisonOperator'],
    [
      'what an alarm invokes',
      stepped({ AlarmActions: [open] }),
      'App/Alarm: may invoke App/Policy: parameter Open',
    ],
    ['whether an alarm acts', stepped({ ActionsEnabled: open }), 'App/Alarm.ActionsEnabled'],
    [
      'a recurrence',
      { Group: group(), Action: scheduled({ Recurrence: open, MinSize: 2 }) },
      'App/Action.Recurrence',
    ],
    [
      'a size on a schedule',
      { Group: group(), Action: scheduled({ Recurrence: '* * * * *', MinSize: open }) },
      'App/Action.MinSize',
    ],
    ['the minimum of a target', service({ MinCapacity: open }), 'App/Target.MinCapacity'],
    ['the count of a service', service({}, open), 'App/Service.DesiredCount'],
    [
      'a cooldown',
      { ...service(), Cpu: taskTracking(50, { ScaleOutCooldown: open }) },
      'App/Cpu.ScaleOutCooldown',
    ],
    ['the scheduled actions', service({ ScheduledActions: { Ref: 'List' } }), 'App/Target.ScheduledActions'],
    [
      'the schedule of a target',
      service({ ScheduledActions: [{ ScheduledActionName: 'A', Schedule: open }] }),
      'App/Target/A.Schedule',
    ],
  ])('makes the size unknown: %s', (_, resources, reason) => {
    const sizes = answer(resources);
    expect(sizes.unknown).toEqual([expect.stringContaining(reason)]);
    expect(() => sizes.at(1)).toThrow(`unknown: ${sizes.unknown[0] ?? 'nothing'}`);
    expect(sizes.toString()).toMatch(/^unknown\n {2}./);
  });

  it.each<[string, Properties, string]>([
    [
      'predictive scaling',
      { Group: group(), Policy: policy({ PolicyType: 'PredictiveScaling' }) },
      'PredictiveScaling',
    ],
    [
      'predictive scaling of tasks',
      { ...service(), Policy: targetPolicy('PredictiveScaling', {}) },
      'PredictiveScaling',
    ],
    [
      'metric math',
      {
        Group: group(),
        Policy: tracking(50, {
          PredefinedMetricSpecification: undefined,
          CustomizedMetricSpecification: { Metrics: [] },
        }),
      },
      'metric math',
    ],
    ['a percentile', stepped({ Statistic: undefined, ExtendedStatistic: 'p99' }), 'statistic none'],
    ['high-resolution alarms', stepped({ Period: 10 }), 'a period of 10 s'],
    [
      'an anomaly detection alarm',
      stepped({ ComparisonOperator: 'GreaterThanUpperThreshold' }),
      'GreaterThanUpperThreshold',
    ],
    ['an action in OK', stepped({ OKActions: [{ Ref: 'Policy' }] }), 'another state than ALARM'],
    [
      'instance weights',
      {
        Group: group({
          MixedInstancesPolicy: { LaunchTemplate: { Overrides: [{ WeightedCapacity: '2' }] } },
        }),
      },
      'instance weights',
    ],
    [
      'a capacity provider',
      {
        Group: group(),
        Provider: {
          Type: 'AWS::ECS::CapacityProvider',
          Properties: { AutoScalingGroupProvider: { AutoScalingGroupArn: { Ref: 'Group' } } },
        },
      },
      'App/Provider: may scale the group',
    ],
    [
      'a scaling plan',
      { Group: group(), Plan: { Type: 'AWS::AutoScalingPlans::ScalingPlan', Properties: {} } },
      'App/Plan: may scale the group',
    ],
    ['Aurora', service({ ServiceNamespace: 'rds' }), 'rds is not modelled'],
  ])('does not model %s', (_, resources, reason) => {
    expect(answer(resources).unknown).toEqual([expect.stringContaining(reason)]);
  });

  it('the count of a service that no template has, unless the question gives it', () => {
    const elsewhere = service({ ResourceId: 'service/shop/elsewhere' });
    const ask = (from?: number) => scalingOf(elsewhere).sizes({ of: 'App/Target', minutes: 1, from });
    expect(ask().unknown).toEqual([expect.stringContaining('App/Target: its capacity at the start')]);
    expect(ask(4).at(1)).toBe(4);
  });

  it('a group that a condition may remove', () => {
    const Conditions = { Prod: { 'Fn::Equals': [open, 'prod'] } };
    const sizes = answer({ Group: { ...group(), Condition: 'Prod' } }, { Parameters, Conditions });
    expect(sizes.unknown).toEqual(['App/Group does not exist if parameter Open of App is not prod']);
  });

  it('a macro may add policies', () => {
    expect(answer({ Group: group() }, { Transform: 'Mine' }).unknown).toEqual([
      'App: Transform Mine: may add policies',
    ]);
  });

  it.each(['ignore', 'missing'])('a data point is missing, and the alarm says %s', (TreatMissingData) => {
    const resources = stepped({ EvaluationPeriods: 2, TreatMissingData });
    expect(answer(resources, {}, [60, undefined]).unknown).toEqual([
      'App/Alarm: a data point of AWS/EC2/CPUUtilization is missing',
    ]);
  });

  it('the answer is a range over the cases of a parameter', () => {
    const stage = { Parameters: { Stage: { Type: 'String', AllowedValues: ['2', '4'] } } };
    const sizes = answer({ Group: group({ DesiredCapacity: { Ref: 'Stage' } }) }, stage);
    expect(sizes.range(1)).toEqual({ least: 2, most: 4 });
    expect(() => sizes.at(1)).toThrow(
      /^unknown: 2 to 4 after 1 minutes\nif parameter Stage of App is 2: 2 at first/,
    );
  });

  it('the pace of scaling in is a range, and what both paces reach is certain', () => {
    const sizes = scalingOf({ Group: group(), Cpu: tracking(50) }).sizes({
      of: 'App/Group',
      minutes: 300,
      metrics: { CPUUtilization: [10] },
    });
    expect(sizes.at(14)).toBe(10);
    expect(sizes.range(15)).toEqual({ least: 2, most: 9 });
    expect(sizes.range(30)).toEqual({ least: 1, most: 8 });
    expect(sizes.at(300)).toBe(1);
  });

  it('a condition decides whether a policy exists', () => {
    const Conditions = { Prod: { 'Fn::Equals': [open, 'prod'] } };
    const conditional = { ...stepped(), Alarm: { ...stepped().Alarm, Condition: 'Prod' } };
    const sizes = answer(conditional, { Parameters, Conditions }, [60, 40]);
    expect(sizes.range(1)).toEqual({ least: 10, most: 11 });
  });
});
