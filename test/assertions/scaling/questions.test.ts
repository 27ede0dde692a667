import { App, Stack } from 'aws-cdk-lib';
import { CfnAutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import { Scaling, type Instant, type Question } from '../../../lib/assertions/scaling';
import { Templates } from '../../../lib/assertions/templates';
import {
  above,
  alarm,
  group,
  policy,
  scalingOf,
  scheduled,
  service,
  stepping,
  taskStepping,
  tracking,
  type Properties,
} from './template';

const ask = (resources: Properties, question: Partial<Question> = {}) =>
  scalingOf(resources).sizes({ of: 'App/Group', minutes: 60, ...question });
const one = stepping('ChangeInCapacity', [[0, undefined, 1]]);
const stepped = { Group: group(), Policy: one, Alarm: above('Policy', 50) };
const at = (Recurrence: string, properties: Properties = {}) => ({
  Group: group(),
  Action: scheduled({ Recurrence, DesiredCapacity: 3, ...properties }),
});
const taskAt = (Schedule: string) =>
  service({
    ScheduledActions: [{ ScheduledActionName: 'A', Schedule, ScalableTargetAction: { MaxCapacity: 3 } }],
  });

describe('scaling: questions', () => {
  it.each<[string, () => unknown, string]>([
    [
      'no whole minutes',
      () => ask(stepped, { minutes: 1.5 }),
      'minutes: got 1.5, expected a whole number, 1 or more',
    ],
    ['no minutes', () => ask(stepped, { minutes: 0 }), 'minutes: got 0, expected'],
    ['no time', () => ask(stepped, { start: 'noon' }), 'start: got noon, expected a time in ISO 8601'],
    [
      'a metric without data',
      () => ask(stepped, { metrics: { NetworkIn: [1] } }),
      'metrics: got NetworkIn, expected the data points of CPUUtilization too',
    ],
    ['no metric', () => ask(stepped), 'metrics: got none, expected the data points of CPUUtilization too'],
    ['a path of nothing', () => ask(stepped, { of: 'App/Other' }), 'App/Other: no such resource'],
    [
      'something that does not scale',
      () => ask(stepped, { of: 'App/Alarm' }),
      'App/Alarm: expected an Auto Scaling group',
    ],
    [
      'a minute that was not simulated',
      () => ask({ Group: group() }).at(61),
      'minute: got 61, expected one that was simulated',
    ],
    ['four fields', () => ask(at('0 17 * *')), 'schedule "0 17 * *": expected five fields'],
    [
      'an hour of 24',
      () => ask(at('0 24 * * *')),
      'expected 0 to 23, *, ranges, lists and steps in place of 24',
    ],
    ['the last day', () => ask(at('0 0 L * *')), 'in place of L'],
    [
      'a rate of weeks',
      () => ask(taskAt('rate(1 week)'), { of: 'App/Service' }),
      'expected an interval such as rate(5 minutes)',
    ],
    ['at noon', () => ask(taskAt('at(noon)'), { of: 'App/Service' }), 'expected a time such as at('],
    [
      'five fields of six',
      () => ask(taskAt('cron(0 17 * * ?)'), { of: 'App/Service' }),
      'expected at(...), rate(...) or cron(...) with six',
    ],
    [
      'steps with a gap',
      () =>
        ask(
          {
            ...stepped,
            Policy: stepping('ChangeInCapacity', [
              [0, 10, 1],
              [20, undefined, 2],
            ]),
          },
          { metrics: { CPUUtilization: [1] } },
        ),
      'App/Policy: step adjustments may not overlap or have a gap, at 20',
    ],
  ])('refuses %s', (_, question, message) => {
    expect(question).toThrow(message);
  });

  it.each<[string, string, string, number]>([
    ['0 17 * * 5', 'Etc/UTC', '2026-01-09T16:50:00Z', 10],
    ['0 17 * * 5', 'Europe/Berlin', '2026-01-09T15:50:00Z', 10],
    ['0 17 * * FRI', 'America/New_York', '2026-07-10T20:50:00Z', 10],
    ['*/20 * * * *', 'Etc/UTC', '2026-01-05T00:01:00Z', 19],
    ['10-12 * * * *', 'Etc/UTC', '2026-01-05T00:01:00Z', 9],
    ['30 0 * * 7', 'Etc/UTC', '2026-01-04T00:00:00Z', 30],
    ['30 0 * * 0', 'Etc/UTC', '2026-01-04T00:00:00Z', 30],
    ['15 0 5 * 2', 'Etc/UTC', '2026-01-05T00:00:00Z', 15],
    ['15 0 5 * 2', 'Etc/UTC', '2026-01-06T00:00:00Z', 15],
    ['15/30 0 * JAN *', 'Etc/UTC', '2026-01-06T00:16:00Z', 29],
    ['30 17 * * *', 'Asia/Kolkata', '2026-01-05T11:50:00Z', 10],
  ])('runs %s in %s after %s: %i minutes', (recurrence, TimeZone, start, minute) => {
    const sizes = ask(at(recurrence, { TimeZone }), { start });
    expect([minute - 1, minute].map((m) => sizes.at(m))).toEqual([10, 3]);
  });

  it.each<[string, string, string]>([
    ['another weekday', '30 0 * * 2', '2026-01-05T00:00:00Z'],
    ['neither day', '15 0 6 * 2', '2026-01-05T00:00:00Z'],
    ['another month', '15 0 * 2 *', '2026-01-05T00:00:00Z'],
    ['another hour', '15 2 * * *', '2026-01-05T00:00:00Z'],
  ])('does not run on %s', (_, recurrence, start) => {
    expect(ask(at(recurrence), { start }).at(60)).toBe(10);
  });

  it.each<[string, string, number | undefined]>([
    ['cron(15 0 ? * MON *)', '2026-01-05T00:00:00Z', 15],
    ['cron(15 0 ? * 2 *)', '2026-01-05T00:00:00Z', 15],
    ['cron(15 0 ? * 1 *)', '2026-01-04T00:00:00Z', 15],
    ['cron(15 0 5 1 ? 2026)', '2026-01-05T00:00:00Z', 15],
    ['cron(15 0 5 1 ? 2027)', '2026-01-05T00:00:00Z', undefined],
    ['cron(15 0 ? * TUE *)', '2026-01-05T00:00:00Z', undefined],
    ['rate(1 hour)', '2026-01-05T00:00:00Z', 60],
    ['rate(1 day)', '2026-01-05T00:00:00Z', undefined],
    ['at(2026-01-05T00:20:00)', '2026-01-05T00:00:00Z', 20],
    ['at(2026-01-04T23:20:00)', '2026-01-05T00:00:00Z', undefined],
  ])('runs %s after %s: %s minutes', (schedule, start, minute) => {
    const sizes = ask(taskAt(schedule), { of: 'App/Service', start });
    const first = Array.from({ length: 61 }, (_, m) => sizes.at(m)).indexOf(3);
    expect(first === -1 ? undefined : first).toBe(minute);
  });

  it('an action does not run before its start time', () => {
    const sizes = ask(at('*/10 * * * *', { StartTime: '2026-01-05T00:15:00Z' }));
    expect([10, 14, 15].map((minute) => sizes.at(minute))).toEqual([10, 10, 3]);
  });

  it('the path may be that of a construct, a service or a scalable target', () => {
    const resources = { ...service(), Policy: taskStepping([[0, undefined, 2]]), Alarm: above('Policy', 50) };
    const question = { minutes: 1, metrics: { 'AWS/EC2/CPUUtilization': [60] } };
    for (const of of ['App/Service', 'App/Target', 'App.Service']) {
      expect(
        scalingOf(resources)
          .sizes({ ...question, of })
          .at(1),
      ).toBe(12);
    }
    const below = { Metadata: { 'aws:cdk:path': 'App/Web/Group/ASG' }, ...group() };
    const templates = Templates.fromTemplates({ App: { Resources: { Group: below } } });
    expect(Scaling.of(templates).sizes({ of: 'App/Web/Group', minutes: 1 }).at(1)).toBe(10);
  });

  it('takes a policy of the target by resource id', () => {
    const target = { ServiceNamespace: 'dynamodb', ResourceId: 'table/a', ScalableDimension: 'read' };
    const byId = (ids: Properties) => ({
      Type: 'AWS::ApplicationAutoScaling::ScalingPolicy',
      Properties: {
        PolicyType: 'TargetTrackingScaling',
        ...ids,
        TargetTrackingScalingPolicyConfiguration: {
          TargetValue: 70,
          CustomizedMetricSpecification: { Namespace: 'Mine', MetricName: 'Use', Statistic: 'Average' },
        },
      },
    });
    const sizes = (ids: Properties) =>
      scalingOf({
        Target: {
          Type: 'AWS::ApplicationAutoScaling::ScalableTarget',
          Properties: { ...target, MinCapacity: 10, MaxCapacity: 20 },
        },
        Policy: byId(ids),
      }).sizes({ of: 'App/Target', minutes: 3, from: 10, metrics: { 'Mine/Use': [84] } });
    expect(sizes(target).at(3)).toBe(12);
    expect(sizes({ ...target, ScalableDimension: 'write' }).at(3)).toBe(10);
  });

  it('takes a policy that names the group, and a target that names the service', () => {
    const named = {
      Group: group({ AutoScalingGroupName: 'web' }),
      Policy: tracking(50, {}, { AutoScalingGroupName: 'web' }),
    };
    expect(ask(named, { metrics: { CPUUtilization: [60] } }).at(3)).toBe(12);
    const resources = service({ ResourceId: 'service/shop/orders', MinCapacity: 3 });
    const Service = { Type: 'AWS::ECS::Service', Properties: { ServiceName: 'orders', DesiredCount: 7 } };
    expect(ask({ ...resources, Service }, { of: 'App/Service' }).at(1)).toBe(7);
  });

  it('a policy acts on its own group only', () => {
    const other = tracking(1, {}, { AutoScalingGroupName: { Ref: 'Other' } });
    const resources = { Group: group(), Other: group(), Policy: other };
    expect(ask(resources, { metrics: { CPUUtilization: [90] } }).at(60)).toBe(10);
  });

  it('an alarm that may not act invokes no policy', () => {
    const resources = { ...stepped, Alarm: above('Policy', 50, { ActionsEnabled: 'false' }) };
    expect(ask(resources, { metrics: { CPUUtilization: [90] } }).at(60)).toBe(10);
  });

  it.each([
    ['GreaterThanThreshold', 50, [60, 50], [11, 11]],
    ['GreaterThanThreshold', 60, [60, 50], [10, 10]],
    ['GreaterThanOrEqualToThreshold', 60, [60, 50], [11, 11]],
    ['LessThanThreshold', 40, [40, 50], [10, 10]],
    ['LessThanThreshold', 40, [39, 50], [9, 9]],
    ['LessThanOrEqualToThreshold', 40, [40, 50], [9, 9]],
  ])('an alarm %s %i', (operator, threshold, cpu, sizes) => {
    const less = operator.startsWith('Less');
    const resources = {
      Group: group(),
      Policy: stepping('ChangeInCapacity', [less ? [undefined, 0, -1] : [0, undefined, 1]]),
      Alarm: alarm('Policy', operator, threshold),
    };
    const answer = ask(resources, { minutes: 2, metrics: { CPUUtilization: cpu } });
    expect([1, 2].map((minute) => answer.at(minute))).toEqual(sizes);
  });

  it.each([
    ['Average', 41, 42],
    ['Sum', 205, 206],
    ['Maximum', 200, 201],
    ['Minimum', 1, 2],
  ])('an alarm on the %s of 5 minutes', (Statistic, reached, missed) => {
    const sizes = (threshold: number) =>
      ask(
        { Group: group(), Policy: one, Alarm: above('Policy', threshold, { Statistic, Period: 300 }) },
        { minutes: 5, metrics: { CPUUtilization: [1, 1, 2, 1, 200] } },
      );
    expect(sizes(reached).at(4)).toBe(10);
    expect(sizes(reached).at(5)).toBe(11);
    expect(sizes(missed).at(5)).toBe(10);
  });

  it('prints what changed the size, when and why', () => {
    const sizes = ask(
      { ...stepped, Action: scheduled({ Recurrence: '2 * * * *', MinSize: 12 }) },
      { metrics: { CPUUtilization: [60, 40] } },
    );
    expect(sizes.toString()).toBe(
      [
        '10 at first',
        '  1 min: 10 to 11, App/Policy: App/Alarm in ALARM at 60',
        '  2 min: 11 to 12, App/Action: scheduled, 12 to 20',
      ].join('\n'),
    );
  });

  it('removes another one when the first is gone', () => {
    const resources = {
      Group: group(),
      Policy: stepping('ChangeInCapacity', [[undefined, 0, -1]]),
      Alarm: alarm('Policy', 'LessThanThreshold', 40),
    };
    const seen: number[] = [];
    const CPUUtilization = ({ inService }: Instant) => {
      seen.push(inService);
      return 30;
    };
    const sizes = ask(resources, { minutes: 5, terminationMinutes: 2, metrics: { CPUUtilization } });
    expect([1, 2, 3, 4, 5].map((minute) => sizes.at(minute))).toEqual([9, 9, 8, 8, 7]);
    expect(seen).toEqual([10, 9, 9, 8, 8]);
  });

  it('simple scaling waits for a scheduled action to complete', () => {
    const resources = {
      Group: group(),
      Policy: policy({ AdjustmentType: 'ChangeInCapacity', ScalingAdjustment: 1, Cooldown: '0' }),
      Alarm: above('Policy', 50),
      Action: scheduled({ Recurrence: '1 * * * *', DesiredCapacity: 12 }),
    };
    const sizes = ask(resources, { minutes: 4, launchMinutes: 3, metrics: { CPUUtilization: [60] } });
    expect([1, 2, 3, 4].map((minute) => sizes.at(minute))).toEqual([12, 12, 12, 13]);
  });

  it.each([
    [[60, 75, 75, 40], 4, 13],
    [[60, 60, 60, 60, 75, 40], 6, 15],
  ])('a larger step in a cooldown counts from before it: %j', (cpu, minute, size) => {
    const resources = {
      ...service(),
      Policy: taskStepping(
        [
          [0, 20, 2],
          [20, undefined, 3],
        ],
        { Cooldown: 180 },
      ),
      Alarm: above('Policy', 50),
    };
    expect(ask(resources, { of: 'App/Service', metrics: { CPUUtilization: cpu } }).at(minute)).toBe(size);
  });

  it('an alarm looks at its last periods only', () => {
    const Alarm = above('Policy', 50, { Period: 120, EvaluationPeriods: 2 });
    const cpu = [90, 90, 10, 10, 90, 90, 60, 60, 10];
    const sizes = ask({ ...stepped, Alarm }, { metrics: { CPUUtilization: cpu } });
    expect([4, 6, 7, 8, 12].map((minute) => sizes.at(minute))).toEqual([10, 10, 10, 11, 12]);
  });

  it('an alarm that notifies a topic invokes no policy', () => {
    const Topic = { Type: 'AWS::SNS::Topic', Properties: {} };
    const Alarm = above('Policy', 50, { AlarmActions: [{ Ref: 'Topic' }] });
    expect(ask({ ...stepped, Topic, Alarm }, { metrics: { CPUUtilization: [90] } }).at(60)).toBe(10);
  });

  it('the capacity provider of another group does not matter', () => {
    const Provider = {
      Type: 'AWS::ECS::CapacityProvider',
      Properties: { AutoScalingGroupProvider: { AutoScalingGroupArn: { Ref: 'Other' } } },
    };
    expect(ask({ Group: group(), Other: group(), Provider }).at(1)).toBe(10);
  });

  it('a scheduled action can lower the maximum', () => {
    const Action = scheduled({ Recurrence: '5 * * * *', MaxSize: 4 });
    expect([4, 5].map((minute) => ask({ Group: group(), Action }).at(minute))).toEqual([10, 4]);
  });

  it.each([
    ['ASGAverageCPUUtilization', 'AWS/EC2/CPUUtilization'],
    ['ASGAverageNetworkIn', 'AWS/EC2/NetworkIn'],
    ['ASGAverageNetworkOut', 'AWS/EC2/NetworkOut'],
    ['ALBRequestCountPerTarget', 'AWS/ApplicationELB/RequestCountPerTarget'],
    ['ECSServiceAverageCPUUtilization', 'AWS/ECS/CPUUtilization'],
    ['ECSServiceAverageMemoryUtilization', 'AWS/ECS/MemoryUtilization'],
  ])('%s is the metric %s', (PredefinedMetricType, name) => {
    const PredefinedMetricSpecification = { PredefinedMetricType };
    const resources = { Group: group(), Policy: tracking(50, { PredefinedMetricSpecification }) };
    expect(ask(resources, { metrics: { [name]: [60] } }).at(3)).toBe(12);
  });

  it('target tracking needs three data points in a row', () => {
    const resources = { Group: group(), Policy: tracking(50) };
    const sizes = ask(resources, { metrics: { CPUUtilization: [60, 60, undefined, 60, 60, 60, 50] } });
    expect([3, 5, 6].map((minute) => sizes.at(minute))).toEqual([10, 10, 12]);
  });

  it('beside steps, the pace of target tracking is a range too', () => {
    const resources = { ...stepped, Tracking: tracking(50) };
    const sizes = ask(resources, { metrics: { CPUUtilization: [10] } });
    expect(sizes.range(15)).toEqual({ least: 2, most: 9 });
  });

  it('a scheduled action that changes nothing is no activity', () => {
    const Action = scheduled({ Recurrence: '* * * * *', MinSize: 2 });
    expect(ask({ Group: group(), Action }).toString()).toBe('10 at first');
  });

  it('asks a CDK app', () => {
    const app = new App();
    const stack = new Stack(app, 'Shop');
    new CfnAutoScalingGroup(stack, 'Group', { minSize: '2', maxSize: '4' });
    expect(Scaling.fromApp(app).sizes({ of: 'Shop/Group', minutes: 1 }).at(1)).toBe(2);
  });

  it('the load of a function is shared by those in service', () => {
    const seen: number[] = [];
    const CPUUtilization = ({
      minute,
      time,
      inService,
    }: {
      minute: number;
      time: Date;
      inService: number;
    }) => {
      seen.push(inService);
      return minute === 1 && time.getUTCMinutes() === 1 ? 60 : 40;
    };
    ask(stepped, { minutes: 4, launchMinutes: 2, metrics: { CPUUtilization } });
    expect(seen).toEqual([10, 10, 11, 11]);
  });
});
