import { GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { workOnBatch, type SqsRecord } from '../../lib/integration/fan-out/handler/batch';
import { handler as audit } from '../../lib/integration/fan-out/handler/audit';
import { doOnce, readMessage } from '../../lib/integration/fan-out/handler/once';
import { Templates } from '../../lib/assertions/templates';
import { seeded } from '../../lib/assertions/dns';
import { SimulatedEventSource } from '../support/event-source';
import { startLocalAws, type LocalAws } from '../support/local-aws';
import { VirtualClock } from '../support/queue';
import { sandbox } from '../support/sandbox';
import { WorkRows, type Fate } from '../support/work';

jest.setTimeout(120_000);
// The handler logs each failure, and there are thousands.
beforeEach(() => {
  jest.spyOn(console, 'error').mockImplementation();
  jest.spyOn(console, 'log').mockImplementation();
});

const record = (messageId: string, MessageGroupId?: string): SqsRecord => ({
  messageId,
  body: messageId,
  attributes: { ...(MessageGroupId !== undefined && { MessageGroupId }) },
});
const failing = (...bad: readonly string[]) => {
  const tried: string[] = [];
  const work = (body: string) => {
    tried.push(body);
    return bad.includes(body) ? Promise.reject(new Error('bad')) : Promise.resolve();
  };
  return { tried, work };
};

describe('batches', () => {
  it('names the messages that failed, and no others', async () => {
    const { work } = failing('2');
    const response = await workOnBatch({ Records: ['1', '2', '3'].map((id) => record(id)) }, work);
    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }] });
    expect(await workOnBatch({ Records: [record('1')] }, work)).toEqual({ batchItemFailures: [] });
  });

  it('stops a message group at its first failure, and goes on with others', async () => {
    const { tried, work } = failing('a2');
    const Records = ['a1', 'b1', 'a2', 'a3', 'b2'].map((id) => record(id, id.slice(0, 1)));
    const { batchItemFailures } = await workOnBatch({ Records }, work);
    expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(['a2', 'a3']);
    expect([...tried].sort()).toEqual(['a1', 'a2', 'b1', 'b2']);
  });

  it.each(['', '{', '5', 'null', '{"id":7,"customer":"a"}', '{"id":"7"}'])(
    'refuses the message %j',
    (body) => {
      expect(() => readMessage(body)).toThrow();
    },
  );

  it('the audit function logs the message, and fails on what is no JSON', async () => {
    const sns = (Message: string) => ({ Records: [{ Sns: { MessageId: 'm', Message } }] });
    await audit(sns('{"id":"1"}'));
    expect(console.log).toHaveBeenCalledWith({ message: 'audit', messageId: 'm', order: { id: '1' } });
    expect(() => audit(sns('text'))).toThrow();
  });
});

describe('the table', () => {
  let aws: LocalAws;
  beforeAll(async () => {
    aws = await startLocalAws();
    await aws.createTable('Work', 'work', 'id');
  });
  afterAll(() => aws.stop());
  const settings = (work: string) => ({ tableName: 'Work', work });

  it('has one row for a message, however often it comes', async () => {
    const body = '{"id":"7","customer":"a"}';
    const later = '{"id":"7","customer":"b"}';
    await doOnce(aws.dynamodb, settings('billing'), body);
    await doOnce(aws.dynamodb, settings('billing'), later);
    await doOnce(aws.dynamodb, settings('shipping'), body);
    const { Items = [] } = await aws.dynamodb.send(new ScanCommand({ TableName: 'Work' }));
    expect(Items).toHaveLength(2);
    const Key = { work: { S: 'billing' }, id: { S: '7' } };
    const { Item } = await aws.dynamodb.send(new GetItemCommand({ TableName: 'Work', Key }));
    expect(Item).toMatchObject({ customer: { S: 'a' }, message: { S: body } });
  });

  it('fails for any other error, so that the message stays in the queue', async () => {
    const missing = { tableName: 'Missing', work: 'billing' };
    await expect(doOnce(aws.dynamodb, missing, '{"id":"8","customer":"a"}')).rejects.toThrow();
  });
});

describe('thousands of random failures', () => {
  const templates = Templates.fromApp(sandbox({}, 'fan-out'));

  /** A worker whose writes, answers and time fail at random. `failed` counts all of them. */
  function unreliable(queue: string, random: () => number, mayFail: (id: string) => boolean = () => true) {
    const count = { failed: 0 };
    const fail = <T>(value: T): T => {
      count.failed += 1;
      return value;
    };
    const fateOf = (id: string): Fate => {
      const draw = random();
      if (!mayFail(id) || draw > 0.4) return 'works';
      return fail(draw < 0.2 ? 'fails before' : 'fails after');
    };
    const rows = new WorkRows(fateOf);
    const clock = new VirtualClock();
    const invocation = () => {
      const draw = random();
      if (draw < 0.05) return fail({ seconds: 60 });
      return draw < 0.1 ? fail({ seconds: 1, lost: true }) : { seconds: 1 + Math.floor(draw * 5) };
    };
    const path = `FanOut/${queue}/Worker/EventSource`;
    const source = new SimulatedEventSource(
      templates,
      path,
      clock,
      rows.handler(queue.toLowerCase()),
      invocation,
    );
    source.start();
    return { rows, clock, source, count };
  }

  it('nothing is lost and nothing is done twice in 10,000 failures', async () => {
    const { rows, clock, source, count } = unreliable('Billing', seeded(7));
    const sent: string[] = [];
    while (count.failed < 10_000) {
      for (let number = 0; number < 50; number++) {
        const id = `order-${sent.length}`;
        source.queue.send(JSON.stringify({ id, customer: 'a' }));
        sent.push(id);
      }
      await clock.advance(300);
      source.queue.redrive();
    }
    // Whatever still fails goes to the dead-letter queue and is sent back, until there is nothing left.
    for (let round = 0; round < 50 && source.queue.bodies.length > 0; round++) {
      await clock.advance(600);
      source.queue.redrive();
    }
    expect(count.failed).toBeGreaterThanOrEqual(10_000);
    expect([source.queue.bodies, source.queue.deadLetters?.bodies]).toEqual([[], []]);
    expect([...rows.written].sort()).toEqual([...sent].sort());
  });

  it('each customer stays in order while the failures of a message end', async () => {
    const attempts = new Map<string, number>();
    // Invocations fail too, so a write may fail once: below five deliveries nothing goes to the dead-letter queue.
    const mayFail = (id: string) => {
      attempts.set(id, (attempts.get(id) ?? 0) + 1);
      return (attempts.get(id) ?? 0) <= 1;
    };
    const { rows, clock, source, count } = unreliable('Ledger', seeded(3), mayFail);
    const sent = new Map<string, string[]>();
    for (let number = 0; number < 1500; number++) {
      const customer = `c${number % 20}`;
      const id = `${customer}-${number}`;
      source.queue.send(JSON.stringify({ id, customer }), { groupId: customer });
      sent.set(customer, [...(sent.get(customer) ?? []), id]);
    }
    for (let hour = 0; hour < 40 && source.queue.bodies.length > 0; hour++) await clock.advance(3600);
    expect(count.failed).toBeGreaterThan(500);
    expect(source.queue.bodies).toEqual([]);
    for (const [customer, ids] of sent) {
      const lost = (source.queue.deadLetters?.bodies ?? []).map((body) => readMessage(body).id);
      const written = rows.written.filter((id) => id.startsWith(`${customer}-`));
      expect(written).toEqual(ids.filter((id) => written.includes(id)));
      expect(ids.filter((id) => !written.includes(id) && !lost.includes(id))).toEqual([]);
    }
  });
});
