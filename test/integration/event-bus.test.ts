import type { PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import { Duration, Stack, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Events, type BusEvent } from '../../lib/assertions/events';
import '../../lib/assertions/events/matchers';
import { Iam } from '../../lib/assertions/iam';
import '../../lib/assertions/iam/matchers';
import { StateError, States } from '../../lib/assertions/states';
import { Templates } from '../../lib/assertions/templates';
import { ArchivedEventBus, type ArchivedEventBusProps } from '../../lib/integration/event-bus/event-bus';
import { EventBusStack } from '../../lib/integration/event-bus/event-bus-stack';
import { EventRule } from '../../lib/integration/event-bus/event-rule';
import { newApp, sandbox, stackOf } from '../support/sandbox';

const PARTNER = '222222222222';
const at = (path: string) => `EventBus/${path}`;
const app = sandbox({ alarmEmail: 'ops@example.org', partnerAccount: PARTNER }, 'event-bus');
const template = Template.fromStack(stackOf(app, 'EventBus'));
const templates = Templates.fromApp(app);
const asked = Events.of(templates);
const iam = Iam.of(templates);
const bus = at('Orders/Bus');
const PARTNER_BUS = `arn:aws:events:⟨AWS::Region⟩:${PARTNER}:event-bus/default`;

const order = (detail: BusEvent['detail'], type = 'OrderPlaced', source = 'shop.orders') => ({
  bus,
  event: { source, 'detail-type': type, detail: { id: '7', customer: 'a', ...detail } },
});
const ec2 = (state: string, source = 'aws.ec2') => ({
  event: {
    source,
    'detail-type': 'EC2 Instance State-change Notification',
    detail: { 'instance-id': 'i-1', state },
  },
});
const RULES = {
  BillOrders: 'Billing/Queue',
  ReviewOrders: 'Review/StateMachine',
  OrderStates: 'LatestState/Function',
  InstanceStates: 'LatestState/Function',
  ShippedOrders: PARTNER_BUS,
};
const bySource = (rule: string) => ({ context: { 'aws:SourceArn': iam.arn(at(`${rule}/Rule`)) } });

describe('event-bus', () => {
  it.each<[string, ReturnType<typeof order>, readonly string[]]>([
    ['a small order', order({ total: 999, country: 'DE' }), ['Billing/Queue', 'LatestState/Function']],
    [
      'a large order',
      order({ total: 1000, country: 'DE' }),
      ['Billing/Queue', 'LatestState/Function', 'Review/StateMachine'],
    ],
    [
      'a small order from France',
      order({ total: 1, country: 'FR' }),
      ['Billing/Queue', 'LatestState/Function'],
    ],
    [
      'an order from another country',
      order({ total: 1, country: 'CH' }),
      ['Billing/Queue', 'LatestState/Function', 'Review/StateMachine'],
    ],
    ['a shipped order', order({ total: 5000 }, 'OrderShipped'), ['LatestState/Function', PARTNER_BUS]],
    [
      'an order that came back to the partner',
      order({}, 'OrderReturned', 'partner.returns'),
      ['LatestState/Function'],
    ],
    ['an order of another source', order({ total: 5000 }, 'OrderPlaced', 'shop.test'), []],
    ['an event of an unknown type', order({ total: 5000 }, 'OrderPraised'), []],
  ])('%s reaches the targets whose rules it matches', (_, event, reached) => {
    expect(asked).toDeliverOnlyTo(event, reached);
  });

  it.each([
    [order({}, 'OrderPlaced')],
    [order({}, 'OrderPraised')],
    [order({}, 'Anything', 'nobody')],
    [{ bus, event: { source: 'shop.orders', 'detail-type': 'OrderPlaced', detail: {} } }],
  ])('the archive keeps every event for 30 days: %j', (event) => {
    expect(asked.deliveries(event).archives).toEqual([at('Orders/Archive')]);
    expect(templates.at(at('Orders/Archive')).properties.RetentionDays).toBe(30);
  });

  it.each<BusEvent['detail']>([{ id: '7' }, { customer: 'a' }])(
    'an order with %j only is neither billed nor reviewed',
    (detail) => {
      const { event } = order({});
      const { targets } = asked.deliveries({ bus, event: { ...event, detail: { total: 5000, ...detail } } });
      expect(targets.filter((target) => target !== at('LatestState/Function'))).toEqual([]);
    },
  );

  it.each<[string, readonly string[]]>([
    ['running', ['LatestState/Function']],
    ['stopped', ['LatestState/Function']],
    ['pending', []],
    ['terminated', []],
  ])('an EC2 instance that becomes %s, on the default bus', (state, reached) => {
    expect(asked).toDeliverOnlyTo(ec2(state), reached);
    expect(asked).toDeliverOnlyTo(ec2(state, 'shop.orders'), []);
  });

  it('each target gets the input that it expects', () => {
    const { event } = order({ total: 5000 });
    const answer = asked.deliveries({ bus, event: { ...event, time: '2026-01-31T06:00:00Z' } });
    expect(answer.inputOf('Billing/Queue')).toEqual({ id: '7', customer: 'a' });
    expect(answer.inputOf('Review/StateMachine')).toEqual({ id: '7', customer: 'a', total: 5000 });
    const time = '2026-01-31T06:00:00Z';
    const state = { kind: 'order', id: '7', state: 'OrderPlaced', time };
    expect(answer.inputOf('LatestState/Function')).toEqual(state);
    const started = asked.deliveries({ event: { ...ec2('running').event, time } });
    expect(started.inputOf('LatestState/Function')).toEqual({
      ...{ kind: 'instance', id: 'i-1', state: 'running', time },
    });
    const shipped = order({}, 'OrderShipped');
    expect(asked.deliveries(shipped).inputOf(PARTNER_BUS)).toMatchObject(shipped.event);
  });

  it('a replay reaches the rules that it names only', () => {
    const replayed = { ...order({ total: 5000 }), rules: [at('BillOrders/Rule')] };
    expect(asked).toDeliverOnlyTo(replayed, ['Billing/Queue']);
    expect(asked).toDeliverOnlyTo({ ...replayed, rules: [at('ShippedOrders/Rule')] }, []);
  });

  it.each(Object.entries(RULES))(
    '%s: deliveries are retried for a day, then kept with an alarm',
    (rule, to) => {
      const { Targets } = templates.at(at(`${rule}/Rule`)).properties as {
        Targets: Record<string, unknown>[];
      };
      expect(Targets).toHaveLength(1);
      const all = [order({ total: 5000 }), order({}, 'OrderShipped'), ec2('running')].flatMap(
        (event) => asked.deliveries(event).deliveries,
      );
      const found = all.filter(({ through }) => through === at(`${rule}/Rule`));
      expect(found.map(({ to: path }) => path)).toEqual(found.map(() => (to === PARTNER_BUS ? to : at(to))));
      expect(found[0]).toMatchObject({
        deadLetters: at('Orders/Undelivered/Queue'),
        retry: { attempts: 185, seconds: 86_400 },
      });
      const undelivered = at('Orders/Undelivered/Queue');
      expect(iam).toAllow('events.amazonaws.com', 'sqs:SendMessage', undelivered, {
        context: { ...bySource(rule).context, 'aws:SecureTransport': 'true' },
      });
    },
  );

  it('alarms while there are undelivered events, failed messages or failed executions', () => {
    for (const path of ['Orders/Undelivered', 'Billing/DeadLetters']) {
      const { properties } = templates.at(at(`${path}/Alarm`));
      const [dimension] = properties.Dimensions as { readonly Value: string }[];
      expect(templates.reference(dimension?.Value)?.resource.path).toBe(at(`${path}/Queue`));
      expect(properties.AlarmActions).toEqual(['⟨EventBus.AlarmsTopic3A2DFEBA⟩']);
    }
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'ExecutionsFailed',
      Period: 300,
      Dimensions: [
        { Name: 'StateMachineArn', Value: { Ref: Match.stringLikeRegexp('^ReviewStateMachine') } },
      ],
      Threshold: 1,
      AlarmActions: Match.anyValue(),
      TreatMissingData: 'notBreaching',
    });
  });

  it('Lambda keeps an event that the function failed on three times', () => {
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      MaximumRetryAttempts: 2,
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp('^OrdersUndelivered'), 'Arn'] } },
      },
    });
  });

  it.each<[string, string, string, readonly string[]]>([
    ['queue', 'sqs:SendMessage', 'Billing/Queue', ['BillOrders']],
    ['function', 'lambda:InvokeFunction', 'LatestState/Function', ['OrderStates', 'InstanceStates']],
  ])('the %s accepts events of its rules only', (_, action, target, rules) => {
    const tls = (rule: string) => ({
      context: { ...bySource(rule).context, 'aws:SecureTransport': 'true' },
    });
    for (const rule of Object.keys(RULES)) {
      const expected = rules.includes(rule) ? expect(iam) : expect(iam).not;
      expected.toAllow('events.amazonaws.com', action, at(target), tls(rule));
    }
    expect(iam).not.toAllow('sns.amazonaws.com', action, at(target), tls(rules[0] ?? ''));
  });

  it.each([
    ['Review', 'Review/StateMachine', 'states:StartExecution'],
    ['Partner', PARTNER_BUS, 'events:PutEvents'],
  ])('%sRole: rules of the bus may use it, for its target only', (name, target, action) => {
    const role = at(`${name}Role/Role`);
    expect(iam).toAllowOnly(role, { [target.startsWith('arn:') ? target : at(target)]: [action] });
    const { AssumeRolePolicyDocument } = templates.at(role).properties;
    const { Statement } = AssumeRolePolicyDocument as { Statement: Record<string, unknown>[] };
    expect(Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { Service: 'events.amazonaws.com' },
        Condition: {
          StringEquals: { 'aws:SourceAccount': '⟨AWS::AccountId⟩' },
          ArnLike: {
            'aws:SourceArn': expect.stringMatching(/:rule\/⟨EventBus.OrdersBus\w+⟩\/\*$/) as string,
          },
        },
      },
    ]);
  });

  it('the partner may put events of its source, and nothing else', () => {
    const bound = newApp();
    const env = { account: '111111111111', region: 'eu-west-1' };
    new EventBusStack(bound, 'EventBus', { env, partnerAccount: PARTNER });
    const bounds = Templates.fromApp(bound);
    const known = Iam.of(bounds);
    const [policy] = bounds.ofType('AWS::Events::EventBusPolicy');
    expect(policy?.properties.Statement).toMatchObject({
      Sid: `cdk-Publisher${PARTNER}`,
      Condition: {
        'ForAllValues:StringEquals': { 'events:source': 'partner.returns' },
        Null: { 'events:source': 'false' },
      },
    });
    const from = (source: string) => ({ context: { 'events:source': [source] } });
    expect(known).toAllow(PARTNER, 'events:PutEvents', bus, from('partner.returns'));
    expect(known).not.toAllow(PARTNER, 'events:PutEvents', bus, from('shop.orders'));
    expect(known).not.toAllow(PARTNER, 'events:PutEvents', bus, { context: { 'events:source': null } });
    expect(known).not.toAllow('333333333333', 'events:PutEvents', bus, from('partner.returns'));
    for (const action of ['events:DescribeEventBus', 'events:PutRule', 'events:StartReplay']) {
      expect(known).not.toAllow(PARTNER, action, bus, from('partner.returns'));
    }
  });

  it('function and state machine have the permissions that they use', () => {
    expect(iam).toAllowOnly(at('LatestState/Function'), {
      '*': ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
      [at('LatestState/Logs:*')]: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      [at('Orders/Undelivered/Queue')]: ['sqs:SendMessage'],
      [at('Work/Table')]: ['dynamodb:PutItem'],
    });
    const variables = (path: string) =>
      (templates.at(at(path)).properties.Environment as { Variables: Record<string, string> }).Variables;
    expect(variables('Billing/Worker/Function').WORK).toBe('billing');
    expect(templates.reference(variables('LatestState/Function').TABLE_NAME)?.resource.path).toBe(
      at('Work/Table'),
    );
    const here = { context: { 'aws:SourceAccount': '⟨AWS::AccountId⟩' } };
    const assumes = (service: string, role: string, options = {}) =>
      iam.can(service, 'sts:AssumeRole', at(role), options).answer;
    expect(assumes('lambda.amazonaws.com', 'LatestState/Role')).toBe('allowed');
    expect(assumes('states.amazonaws.com', 'Review/Role', here)).toBe('allowed');
    const elsewhere = { context: { 'aws:SourceAccount': null } };
    expect(assumes('states.amazonaws.com', 'Review/Role', elsewhere)).not.toBe('allowed');
    const keysOf = (who: string) =>
      iam.permissions(at(who)).find(({ action }) => action === 'dynamodb:PutItem')?.condition;
    const partitions = (...keys: string[]) => ({
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys },
      Null: { 'dynamodb:LeadingKeys': 'false' },
    });
    expect(keysOf('LatestState/Role')).toEqual(partitions('order', 'instance'));
    expect(keysOf('Review/Role')).toEqual(partitions('review'));
    const actions = iam.permissions(at('Review/Role')).filter(({ resource }) => resource !== '*');
    expect(actions.map(({ action }) => action)).toEqual(['dynamodb:PutItem']);
  });

  it('a review is opened once, and tried six times', async () => {
    const machine = States.of(templates, at('Review/StateMachine'));
    const opened: unknown[] = [];
    const run = (failures: number) => {
      let calls = 0;
      const putItem = ({
        Item,
        ConditionExpression,
      }: Pick<PutItemCommandInput, 'Item' | 'ConditionExpression'>) => {
        if (++calls <= failures) throw new StateError('DynamoDB.ThrottlingException', 'slow down');
        if (opened.length > 0 && ConditionExpression === 'attribute_not_exists(id)') {
          throw new StateError('DynamoDB.ConditionalCheckFailedException', 'exists');
        }
        opened.push(Item);
      };
      return machine.run({ input: { id: '7', customer: 'a' }, tasks: { 'dynamodb:putItem': putItem } });
    };
    expect(templates.at(at('Review/StateMachine')).properties.LoggingConfiguration).toMatchObject({
      IncludeExecutionData: false,
      Level: 'ALL',
    });
    const failed = await run(6);
    expect([failed.status, failed.error]).toEqual(['FAILED', 'DynamoDB.ThrottlingException']);
    expect((await run(5)).status).toBe('SUCCEEDED');
    expect((await run(0)).states).toEqual(['OpenReview', 'AlreadyOpen']);
    expect(opened).toEqual([
      { work: { S: 'review' }, id: { S: '7' }, order: { S: '{"id":"7","customer":"a"}' } },
    ]);
  });

  it('without parameters, no other account takes part and nobody gets e-mail', () => {
    const silent = Template.fromStack(stackOf(sandbox({}, 'event-bus'), 'EventBus'));
    silent.resourceCountIs('AWS::Events::EventBusPolicy', 0);
    silent.resourceCountIs('AWS::Events::Rule', 4);
    silent.resourceCountIs('AWS::SNS::Topic', 0);
    silent.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: Match.absent() });
  });
});

describe('props', () => {
  const busWith = (props: ArchivedEventBusProps = {}, stack = new Stack(newApp(), 'Test')) =>
    new ArchivedEventBus(stack, 'Orders', props);
  const ruleWith = (pattern: events.EventPattern) => () => {
    const { bus: eventBus, undelivered, node } = busWith();
    return new EventRule(node.scope as Stack, 'Rule', {
      bus: eventBus,
      pattern,
      undelivered,
      target: (delivery) => new SqsQueue(undelivered.queue, delivery),
    });
  };

  it.each<[string, events.EventPattern]>([
    ['without a source', { detailType: ['OrderPlaced'] }],
    ['with an empty list', { source: [] }],
    ['with an empty source', { source: [''] }],
    ['with a source that exists', { source: events.Match.exists() }],
    ['with sources of any prefix', { source: events.Match.prefix('') }],
    ['with any source beside a name', { source: ['shop', events.Match.wildcard('*') as never] }],
    ['with the version that all events have', { version: ['0'] }],
  ])('refuses a pattern %s, which could match every event', (_, pattern) => {
    expect(ruleWith(pattern)).toThrow(/^pattern\.source: got .*, expected names of sources/);
  });

  it('takes a pattern with names of sources', () => {
    expect(ruleWith({ source: ['shop.orders', 'shop.carts'] })).not.toThrow();
  });

  it.each([Duration.days(0), Duration.hours(36)])('refuses to keep events for %s', (retention) => {
    expect(() => busWith({ retention })).toThrow('expected 1 day or more, in whole days');
  });

  it('takes a number of days that is known at deployment', () => {
    const days = Token.asNumber({ Ref: 'Days' });
    expect(() => busWith({ retention: Duration.days(days) })).not.toThrow();
  });

  it('keeps bus, archive and queue by default, and events as long as it is told', () => {
    const kept = Template.fromStack(Stack.of(busWith({ retention: Duration.days(1) })));
    kept.hasResource('AWS::Events::Archive', {
      DeletionPolicy: 'Retain',
      Properties: Match.objectLike({ RetentionDays: 1 }),
    });
    kept.hasResource('AWS::Events::EventBus', { DeletionPolicy: 'Retain' });
    kept.hasResource('AWS::SQS::Queue', { DeletionPolicy: 'Retain' });
  });

  it.each(['', '12345678901', '1234567890123', 'arn:aws:iam::123456789012:root'])(
    'refuses the account %j',
    (account) => {
      expect(() => {
        busWith().allowPublisher(account, 'partner');
      }).toThrow(`account: got ${JSON.stringify(account)}, expected the 12 digits of an account id`);
    },
  );

  it('two of each fit into one stack', () => {
    const stack = new Stack(newApp(), 'Test');
    for (const id of ['One', 'Two']) {
      const { bus: eventBus, undelivered } = new ArchivedEventBus(stack, id);
      new EventRule(stack, `${id}Rule`, {
        bus: eventBus,
        pattern: { source: ['shop'] },
        undelivered,
        target: (delivery) => new SqsQueue(undelivered.queue, delivery),
      });
    }
    const names = Object.values(Template.fromStack(stack).findResources('AWS::Events::EventBus'));
    expect(new Set(names.map(({ Properties }) => JSON.stringify(Properties))).size).toBe(2);
  });
});
