import { Templates } from '../lib/assertions/templates';
import { SimulatedEventSource, type SqsRecord } from './support/event-source';
import { queueAt, VirtualClock } from './support/queue';

type Properties = Readonly<Record<string, unknown>>;
const resource = (Type: string, properties: Properties) => ({ Type, Properties: properties });
const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const fifo = { FifoQueue: true };
const withDeadLetters = { RedrivePolicy: { deadLetterTargetArn: arn('Dead'), maxReceiveCount: 2 } };

const templatesOf = (queue: Properties, dead: Properties = {}, mapping: Properties = {}) =>
  Templates.fromTemplates({
    App: {
      Resources: {
        Queue: resource('AWS::SQS::Queue', queue),
        Dead: resource('AWS::SQS::Queue', dead),
        Function: resource('AWS::Lambda::Function', { Timeout: 5 }),
        Mapping: resource('AWS::Lambda::EventSourceMapping', {
          EventSourceArn: arn('Queue'),
          FunctionName: { Ref: 'Function' },
          ...mapping,
        }),
      },
    },
  });

function setUp(queue: Properties = {}, dead?: Properties) {
  const clock = new VirtualClock();
  return { clock, queue: queueAt(templatesOf(queue, dead), 'App/Queue', clock) };
}
const bodies = (messages: readonly { readonly body: string }[]) => messages.map(({ body }) => body);

describe('simulated queue', () => {
  it('hides a received message for the visibility timeout, 30 seconds by default', async () => {
    const { clock, queue } = setUp();
    queue.send('a');
    expect(queue.receive(10)).toMatchObject([{ body: 'a', receiveCount: 1 }]);
    await clock.advance(29);
    expect(queue.receive(10)).toEqual([]);
    await clock.advance(1);
    expect(queue.receive(10)).toMatchObject([{ body: 'a', receiveCount: 2 }]);
  });

  it('deletes by the latest receipt only', async () => {
    const { clock, queue } = setUp({ VisibilityTimeout: 1 });
    queue.send('a');
    const [first] = queue.receive(1);
    await clock.advance(1);
    const [second] = queue.receive(1);
    queue.delete(first?.receiptHandle ?? '');
    expect(queue.bodies).toEqual(['a']);
    queue.delete(second?.receiptHandle ?? '');
    expect(queue.bodies).toEqual([]);
  });

  it('moves a message that was received too often, and sends it back by redrive', async () => {
    const { clock, queue } = setUp({ VisibilityTimeout: 1, ...withDeadLetters });
    queue.send('a');
    for (let count = 1; count <= 2; count++) {
      expect(queue.receive(1)).toHaveLength(1);
      await clock.advance(1);
    }
    expect(queue.deadLetters?.bodies).toEqual([]);
    expect(queue.receive(1)).toEqual([]);
    expect([queue.bodies, queue.deadLetters?.bodies]).toEqual([[], ['a']]);
    queue.redrive();
    expect(queue.receive(1)).toMatchObject([{ body: 'a', receiveCount: 1 }]);
    expect(queue.deadLetters?.bodies).toEqual([]);
  });

  it('delays messages, and drops them after the retention', async () => {
    const { clock, queue } = setUp({ DelaySeconds: 10, MessageRetentionPeriod: 60 });
    queue.send('later');
    queue.send('now', { delay: 0 });
    expect(bodies(queue.receive(10))).toEqual(['now']);
    await clock.advance(10);
    expect(bodies(queue.receive(10))).toEqual(['later']);
    await clock.advance(50);
    expect(queue.bodies).toEqual([]);
  });

  it('keeps the order in a group, while other groups go on', async () => {
    const { clock, queue } = setUp({ ...fifo, ContentBasedDeduplication: true, VisibilityTimeout: 5 });
    for (const body of ['a1', 'a2', 'b1']) queue.send(body, { groupId: body.slice(0, 1) });
    const [first] = queue.receive(1);
    expect(first?.body).toBe('a1');
    expect(bodies(queue.receive(10))).toEqual(['b1']);
    await clock.advance(5);
    // a1 was not deleted: it comes again, and before a2.
    expect(bodies(queue.receive(10))).toEqual(['a1', 'a2', 'b1']);
  });

  it('deduplicates within five minutes, by queue or by group', async () => {
    const { clock, queue } = setUp({ ...fifo, ContentBasedDeduplication: true });
    const id = queue.send('a', { groupId: 'x' });
    expect(queue.send('a', { groupId: 'y' })).toBe(id);
    await clock.advance(300);
    expect(queue.send('a', { groupId: 'x' })).not.toBe(id);
    const byGroup = setUp({ ...fifo, DeduplicationScope: 'messageGroup' }).queue;
    for (const groupId of ['x', 'y', 'x']) byGroup.send('a', { groupId, deduplicationId: '1' });
    expect(byGroup.bodies).toEqual(['a', 'a']);
  });

  it('refuses what SQS refuses', () => {
    expect(() => setUp().queue.send('a', { groupId: 'x' })).toThrow('in FIFO queues, and only there');
    expect(() => setUp(fifo).queue.send('a')).toThrow('in FIFO queues, and only there');
    expect(() => setUp(fifo).queue.send('a', { groupId: 'x' })).toThrow('no deduplication id');
    expect(() => setUp(fifo).queue.send('a', { groupId: 'x', delay: 5 })).toThrow('one delay');
    expect(() => setUp({ ...fifo, ...withDeadLetters })).toThrow('a dead-letter queue of the other kind');
  });
});

describe('simulated event source mapping', () => {
  type Answer = (records: readonly SqsRecord[]) => unknown;

  async function run(mapping: Properties, answer: Answer, seconds = 1, messages = ['a', 'b', 'c']) {
    const clock = new VirtualClock();
    const batches: string[][] = [];
    const templates = templatesOf({ VisibilityTimeout: 60 }, {}, mapping);
    const handler = ({ Records }: { readonly Records: readonly SqsRecord[] }) => {
      batches.push(bodies(Records));
      return Promise.resolve().then(() => answer(Records));
    };
    const source = new SimulatedEventSource(templates, 'App/Mapping', clock, handler, () => ({ seconds }));
    for (const body of messages) source.queue.send(body);
    source.start();
    await clock.advance(30);
    return { batches, left: source.queue.bodies, source };
  }
  const failing =
    (body: string): Answer =>
    (records) => ({
      batchItemFailures: records
        .filter((record) => record.body === body)
        .map(({ messageId }) => ({ itemIdentifier: messageId })),
    });
  const reporting = { FunctionResponseTypes: ['ReportBatchItemFailures'] };

  it('deletes a batch after success, and none of it after an error or a timeout', async () => {
    expect((await run({}, () => undefined)).left).toEqual([]);
    const thrown = await run({}, () => Promise.reject(new Error('no')));
    expect(thrown.left).toEqual(['a', 'b', 'c']);
    expect((await run({}, () => undefined, 6)).left).toEqual(['a', 'b', 'c']);
  });

  it('keeps only the messages that a function names, if the mapping asks for it', async () => {
    expect((await run(reporting, failing('b'))).left).toEqual(['b']);
    expect((await run({}, failing('b'))).left).toEqual([]);
    const unknown = { batchItemFailures: [{ itemIdentifier: '' }] };
    expect((await run(reporting, () => unknown)).left).toEqual(['a', 'b', 'c']);
    expect((await run(reporting, () => null)).left).toEqual([]);
  });

  it('makes batches of the size and within the window of the mapping', async () => {
    expect((await run({ BatchSize: 2 }, () => undefined)).batches).toEqual([['a', 'b'], ['c']]);
    const slow = await run({ BatchSize: 5, MaximumBatchingWindowInSeconds: 60 }, () => undefined);
    expect(slow.batches).toEqual([]);
    const soon = await run({ BatchSize: 5, MaximumBatchingWindowInSeconds: 3 }, () => undefined);
    expect(soon.batches).toEqual([['a', 'b', 'c']]);
  });

  it('runs as many invocations at once as the mapping allows', async () => {
    const one = { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } };
    const { batches } = await run(one, () => undefined, 20);
    // A timeout of 5 seconds ends each; six pairs fit into 30 seconds, and messages come again after 60.
    expect(batches.slice(0, 2)).toEqual([['a'], ['b']]);
    expect(batches).toHaveLength(3);
  });

  it('deletes messages that no filter matches', async () => {
    const FilterCriteria = { Filters: [{ Pattern: JSON.stringify({ body: { kind: ['a'] } }) }] };
    const { batches, left } = await run({ FilterCriteria }, () => undefined, 1, [
      '{"kind":"a"}',
      '{"kind":"b"}',
    ]);
    expect([batches, left]).toEqual([[['{"kind":"a"}']], []]);
  });
});
