import { Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Events, type MessageAttribute } from '../../lib/assertions/events';
import '../../lib/assertions/events/matchers';
import { Iam } from '../../lib/assertions/iam';
import '../../lib/assertions/iam/matchers';
import { Templates } from '../../lib/assertions/templates';
import { FanOut, type FanOutProps } from '../../lib/integration/fan-out/fan-out';
import { QueueWorker } from '../../lib/integration/fan-out/queue-worker';
import { WorkQueue, type WorkQueueProps } from '../../lib/integration/fan-out/work-queue';
import { SimulatedEventSource } from '../support/event-source';
import { queueAt, VirtualClock } from '../support/queue';
import { newApp, sandbox, stackOf } from '../support/sandbox';
import { WorkRows } from '../support/work';

const at = (path: string) => `FanOut/${path}`;
const app = sandbox({ alarmEmail: 'ops@example.org' }, 'fan-out');
const template = Template.fromStack(stackOf(app, 'FanOut'));
const templates = Templates.fromApp(app);
const iam = Iam.of(templates, { context: { 'aws:SecureTransport': 'true' } });
const events = Events.of(templates);

// Its name may be the one that CloudFormation generates, so the answer is no certain no.
const ANOTHER_TOPIC = { context: { 'aws:SourceArn': 'arn:aws:sns:eu-west-1:999999999999:another' } };

interface Order {
  readonly event: 'placed' | 'refunded' | 'cancelled';
  readonly delivery?: 'parcel' | 'download';
  readonly total?: number;
}
const message = ({ total, ...texts }: Order) => {
  const attributes = Object.entries(texts).map(([name, value]): [string, MessageAttribute] => [
    name,
    { type: 'String', value },
  ]);
  const number: [string, MessageAttribute][] =
    total === undefined ? [] : [['total', { type: 'Number', value: total }]];
  return { message: '{"id":"1","customer":"a"}', attributes: Object.fromEntries([...attributes, ...number]) };
};

/** Lambda's event source mapping of a worker, with messages that it starts with. */
function working(
  queue: string,
  rows: WorkRows,
  messages: readonly { readonly body: string; readonly groupId?: string }[],
) {
  const clock = new VirtualClock();
  const handler = rows.handler(queue.toLowerCase());
  const source = new SimulatedEventSource(templates, at(`${queue}/Worker/EventSource`), clock, handler);
  for (const { body, groupId } of messages) source.queue.send(body, groupId === undefined ? {} : { groupId });
  source.start();
  return { clock, source };
}
const order = (id: string, customer = 'a') => JSON.stringify({ id, customer });

// The handler logs failures, which are expected here.
beforeEach(() => jest.spyOn(console, 'error').mockImplementation());

describe('fan-out', () => {
  it.each<[string, Order, readonly string[]]>([
    [
      'a parcel',
      { event: 'placed', delivery: 'parcel' },
      ['Billing/Queue', 'Shipping/Queue', 'Audit/Function'],
    ],
    ['a download', { event: 'placed', delivery: 'download' }, ['Billing/Queue', 'Audit/Function']],
    ['a cancelled parcel', { event: 'cancelled', delivery: 'parcel' }, ['Audit/Function']],
    ['a refund', { event: 'refunded', total: 999.99 }, ['Billing/Queue', 'Audit/Function']],
    [
      'a large refund',
      { event: 'refunded', total: 1000 },
      ['Billing/Queue', 'Audit/Function', 'ops@example.org'],
    ],
    ['a large order', { event: 'placed', total: 5000 }, ['Billing/Queue', 'Audit/Function']],
  ])('%s reaches the subscribers whose filter it meets', (_, sent, subscribers) => {
    expect(events).toDeliverOnlyTo({ topic: at('Orders/Topic'), message: message(sent) }, subscribers);
  });

  it('the FIFO topic sends placed and refunded orders to the ledger', () => {
    const ask = (sent: Order) => ({
      topic: at('InOrder/Topic'),
      message: { ...message(sent), messageGroupId: 'customer-a' },
    });
    expect(events).toDeliverOnlyTo(ask({ event: 'placed' }), ['Ledger/Queue']);
    expect(events).toDeliverOnlyTo(ask({ event: 'refunded' }), ['Ledger/Queue']);
    expect(events).toDeliverOnlyTo(ask({ event: 'cancelled' }), []);
  });

  it('queues get the message as it was published, functions an SNS event', () => {
    const sent = message({ event: 'placed', delivery: 'parcel' });
    const answer = events.deliveries({ topic: at('Orders/Topic'), message: sent });
    expect(answer.inputOf('Billing/Queue')).toBe(sent.message);
    expect(answer.inputOf('Audit/Function')).toMatchObject({ Records: [{ Sns: { Message: sent.message } }] });
  });

  it('keeps messages that cannot be delivered to a queue or function', () => {
    const answer = events.deliveries({
      topic: at('Orders/Topic'),
      message: message({ event: 'placed', delivery: 'parcel' }),
    });
    expect(answer.deliveries.map(({ deadLetters }) => deadLetters)).toEqual(
      answer.deliveries.map(() => at('Orders/Undelivered/Queue')),
    );
    const source = (topic: string) => ({ context: { 'aws:SourceArn': iam.arn(at(topic)) } });
    expect(iam).toAllow(
      'sns.amazonaws.com',
      'sqs:SendMessage',
      at('Orders/Undelivered/Queue'),
      source('Orders/Topic'),
    );
    expect(iam).toAllow(
      'sns.amazonaws.com',
      'sqs:SendMessage',
      at('InOrder/Undelivered/Queue'),
      source('InOrder/Topic'),
    );
  });

  it.each([
    ['Billing', 'Orders/Topic'],
    ['Shipping', 'Orders/Topic'],
    ['Ledger', 'InOrder/Topic'],
  ])('%s accepts messages of its topic only, and over TLS only', (name, topic) => {
    const queue = at(`${name}/Queue`);
    const from = (path: string, tls = 'true') => ({
      context: { 'aws:SourceArn': iam.arn(at(path)), 'aws:SecureTransport': tls },
    });
    expect(iam).toAllow('sns.amazonaws.com', 'sqs:SendMessage', queue, from(topic));
    expect(iam).not.toAllow('sns.amazonaws.com', 'sqs:SendMessage', queue, from(topic, 'false'));
    expect(iam).not.toAllow('sns.amazonaws.com', 'sqs:SendMessage', queue, from('Work/Table'));
    expect(iam.can('sns.amazonaws.com', 'sqs:SendMessage', queue, ANOTHER_TOPIC).answer).not.toBe('allowed');
    expect(iam).not.toAllow('events.amazonaws.com', 'sqs:SendMessage', queue, from(topic));
    expect(iam).not.toAllow('*', 'sqs:SendMessage', queue, from(topic));
  });

  it.each(['Orders', 'InOrder'])('%s may not be published to without TLS', (name) => {
    const topic = at(`${name}/Topic`);
    const plain = { context: { 'aws:SecureTransport': 'false' } };
    expect(iam.can('*', 'sns:Publish', topic, plain).answer).toBe('explicit deny');
  });

  it.each(['Billing', 'Shipping', 'Ledger', 'Welcome'])(
    '%s: the worker has the permissions that it uses',
    (name) => {
      const inPartition = {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [name.toLowerCase()] },
        Null: { 'dynamodb:LeadingKeys': 'false' },
      };
      expect(iam).toAllowOnly(at(`${name}/Worker/Function`), {
        '*': ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
        [at(`${name}/Queue`)]: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
        [at(`${name}/Worker/Logs:*`)]: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        [at('Work/Table')]: ['dynamodb:PutItem'],
      });
      const write = iam
        .permissions(at(`${name}/Worker/Function`))
        .find(({ action }) => action === 'dynamodb:PutItem');
      expect(write?.condition).toEqual(inPartition);
      expect(templates.at(at(`${name}/Worker/Function`)).properties.Environment).toMatchObject({
        Variables: { WORK: name.toLowerCase() },
      });
    },
  );

  it('the audit function may write its log, and keep what failed', () => {
    expect(iam).toAllowOnly(at('Audit/Function'), {
      '*': ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
      [at('Audit/Logs:*')]: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      [at('Orders/Undelivered/Queue')]: ['sqs:SendMessage'],
    });
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      MaximumRetryAttempts: 2,
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp('^OrdersUndelivered'), 'Arn'] } },
      },
    });
    const invoke = (path: string) => ({ context: { 'aws:SourceArn': iam.arn(at(path)) } });
    const audit = at('Audit/Function');
    expect(iam).toAllow('sns.amazonaws.com', 'lambda:InvokeFunction', audit, invoke('Orders/Topic'));
    expect(iam).not.toAllow('sns.amazonaws.com', 'lambda:InvokeFunction', audit, invoke('Work/Table'));
  });

  it.each([
    'Billing/DeadLetters',
    'Shipping/DeadLetters',
    'Ledger/DeadLetters',
    'Welcome/DeadLetters',
    'Orders/Undelivered',
    'InOrder/Undelivered',
  ])('%s alarms while it has a message, and keeps it for 14 days', (path) => {
    const { properties } = templates.at(at(`${path}/Alarm`));
    const [dimension] = properties.Dimensions as { readonly Value: string }[];
    expect(templates.reference(dimension?.Value)?.resource.path).toBe(at(`${path}/Queue`));
    expect(properties).toMatchObject({
      MetricName: 'ApproximateNumberOfMessagesVisible',
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: 1,
      EvaluationPeriods: 1,
      TreatMissingData: 'notBreaching',
      AlarmActions: ['⟨FanOut.AlarmsTopic3A2DFEBA⟩'],
    });
    expect(templates.at(at(`${path}/Queue`)).properties).toMatchObject({
      MessageRetentionPeriod: 14 * 86_400,
      SqsManagedSseEnabled: true,
    });
  });

  it('a message that fails 5 times is kept, and can be sent back', async () => {
    let broken = true;
    const rows = new WorkRows(() => (broken ? 'fails before' : 'works'));
    const { clock, source } = working('Billing', rows, [{ body: order('1') }]);
    // Five deliveries, one visibility timeout of a minute apart.
    await clock.advance(4 * 60 + 30);
    expect([rows.attempts, source.queue.deadLetters?.visible]).toEqual([5, 0]);
    await clock.advance(60);
    expect([rows.attempts, source.queue.deadLetters?.bodies]).toEqual([5, [order('1')]]);
    expect(source.queue.deadLetters?.visible).toBe(1);

    broken = false;
    source.queue.redrive();
    await clock.advance(60);
    expect([rows.written, source.queue.bodies, source.queue.deadLetters?.bodies]).toEqual([['1'], [], []]);
  });

  it('one bad message of a batch does not repeat the others', async () => {
    const rows = new WorkRows();
    const messages = ['1', 'bad', '2', '3'].map((id) => ({ body: id === 'bad' ? 'not JSON' : order(id) }));
    const { clock, source } = working('Billing', rows, messages);
    await clock.advance(30);
    expect([rows.written, rows.attempts]).toEqual([['1', '2', '3'], 3]);
    expect(source.queue.bodies).toEqual(['not JSON']);
    await clock.advance(600);
    expect([rows.attempts, source.queue.deadLetters?.bodies]).toEqual([3, ['not JSON']]);
  });

  it('orders of one customer stay in order, and another does not wait', async () => {
    let failures = 2;
    const rows = new WorkRows((id) => (id === 'a1' && failures-- > 0 ? 'fails before' : 'works'));
    const messages = ['a1', 'a2', 'b1', 'a3', 'b2'].map((id) => ({
      body: order(id, id.slice(0, 1)),
      groupId: id.slice(0, 1),
    }));
    const { clock } = working('Ledger', rows, messages);
    await clock.advance(30);
    expect(rows.written).toEqual(['b1', 'b2']);
    await clock.advance(180);
    expect(rows.written).toEqual(['b1', 'b2', 'a1', 'a2', 'a3']);
  });

  it('a duplicate within five minutes is not delivered by a FIFO queue', () => {
    const queue = queueAt(templates, at('Ledger/Queue'), new VirtualClock());
    for (const groupId of ['a', 'a', 'b']) queue.send('same', { groupId });
    expect(queue.bodies).toEqual(['same', 'same']);
  });

  it('a welcome message comes five minutes after a registration', async () => {
    const rows = new WorkRows();
    const { clock } = working('Welcome', rows, [{ body: order('registration-1') }]);
    await clock.advance(299);
    expect(rows.written).toEqual([]);
    await clock.advance(2);
    expect(rows.written).toEqual(['registration-1']);
  });

  it('encrypts topics and queues', () => {
    for (const { properties } of templates.ofType('AWS::SQS::Queue'))
      expect(properties.SqsManagedSseEnabled).toBe(true);
    for (const name of ['Orders', 'InOrder']) {
      expect(templates.at(at(`${name}/Topic`)).properties.KmsMasterKeyId).toMatch(/:alias\/aws\/sns$/);
    }
  });

  it('without an address, e-mails and alarm actions are left out', () => {
    const silent = Template.fromStack(stackOf(sandbox({}, 'fan-out'), 'FanOut'));
    silent.resourceCountIs('AWS::SNS::Topic', 2);
    silent.resourcePropertiesCountIs('AWS::SNS::Subscription', { Protocol: 'email' }, 0);
    silent.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: Match.absent() });
  });
});

describe('props', () => {
  const queueWith = (props: WorkQueueProps = {}) =>
    new WorkQueue(new Stack(newApp(), 'Test'), 'Queue', props);
  const worker = (visibilityTimeout: Duration | undefined, timeout?: Duration) => () => {
    const stack = new Stack(newApp(), 'Test');
    const table = dynamodb.Table.fromTableName(stack, 'Table', 'table');
    const queue = new WorkQueue(stack, 'Queue', { visibilityTimeout });
    return new QueueWorker(stack, 'Worker', { queue, table, work: 'work', timeout });
  };

  it('refuses a visibility timeout below six timeouts of the function', () => {
    expect(worker(Duration.seconds(60), Duration.seconds(10))).not.toThrow();
    expect(worker(undefined)).not.toThrow();
    expect(worker(Duration.seconds(59), Duration.seconds(10))).toThrow(
      'timeout: got "10 seconds", expected 1 to 9 seconds, a sixth of the visibility timeout of 59 seconds',
    );
    expect(worker(Duration.seconds(60), Duration.millis(1500))).toThrow('timeout: got');
  });

  it.each<[string, WorkQueueProps, string]>([
    [
      'a delay above 15 minutes',
      { delay: Duration.minutes(16) },
      'delay: got "16 minutes", expected up to 15 minutes',
    ],
    ['half a second of delay', { delay: Duration.millis(500) }, 'delay: got "500 millis"'],
    [
      'a visibility timeout above 12 hours',
      { visibilityTimeout: Duration.hours(13) },
      'visibilityTimeout: got "13 hours"',
    ],
    [
      'no delivery at all',
      { maxReceiveCount: 0 },
      'maxReceiveCount: got 0, expected a whole number from 1 to 1000',
    ],
  ])('refuses %s', (_, props, expected) => {
    expect(() => queueWith(props)).toThrow(expected);
  });

  it('takes a delay, a visibility timeout and a receive count', () => {
    const queue = queueWith({
      delay: Duration.minutes(15),
      visibilityTimeout: Duration.hours(12),
      maxReceiveCount: 1000,
    });
    Template.fromStack(Stack.of(queue)).hasResource('AWS::SQS::Queue', {
      DeletionPolicy: 'Retain',
      Properties: Match.objectLike({
        DelaySeconds: 900,
        VisibilityTimeout: 43_200,
        RedrivePolicy: Match.objectLike({ maxReceiveCount: 1000 }),
      }),
    });
  });

  it('refuses subscribers that the kind of topic cannot have', () => {
    const stack = new Stack(newApp(), 'Test');
    const topicWith = (id: string, props: FanOutProps) => new FanOut(stack, id, props);
    const standard = new WorkQueue(stack, 'Standard');
    const fifo = new WorkQueue(stack, 'Fifo', { fifo: true });
    const subscriber = new lambda.Function(stack, 'Function', {
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline('exports.handler = () => {}'),
    });
    const [unordered, ordered] = [topicWith('Unordered', {}), topicWith('Ordered', { fifo: true })];
    expect(() => {
      unordered.addQueue(fifo);
    }).toThrow('queue: got "a FIFO queue", expected a standard queue');
    expect(() => {
      ordered.addQueue(standard);
    }).toThrow('queue: got "a standard queue", expected a FIFO queue');
    expect(() => {
      ordered.addFunction(subscriber);
    }).toThrow('subscriber: got "a function"');
    expect(() => {
      ordered.addEmail('a@example.org');
    }).toThrow('address: got "an e-mail address"');
  });

  it('two of each fit into one stack', () => {
    const stack = new Stack(newApp(), 'Test');
    const table = dynamodb.Table.fromTableName(stack, 'Table', 'table');
    for (const id of ['One', 'Two']) {
      const topic = new FanOut(stack, id);
      const queue = new WorkQueue(stack, `${id}Queue`);
      topic.addQueue(queue);
      new QueueWorker(queue, 'Worker', { queue, table, work: id });
    }
    Template.fromStack(stack).resourceCountIs('AWS::Lambda::EventSourceMapping', 2);
  });
});
