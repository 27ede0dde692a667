import { PutItemCommand, ScanCommand, type PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import { Events, type BusEvent, type Question } from '../../lib/assertions/events';
import { StateError, States } from '../../lib/assertions/states';
import { Templates } from '../../lib/assertions/templates';
import { handler } from '../../lib/integration/event-bus/handler';
import { keepLatest, readState } from '../../lib/integration/event-bus/handler/latest';
import { workOnBatch } from '../../lib/integration/fan-out/handler/batch';
import { doOnce } from '../../lib/integration/fan-out/handler/once';
import { SimulatedEventSource } from '../support/event-source';
import { startLocalAws, type LocalAws } from '../support/local-aws';
import { VirtualClock } from '../support/queue';
import { sandbox } from '../support/sandbox';

// The local servers start in a process of their own.
jest.setTimeout(30_000);

// Handlers log what is already done.
beforeEach(() => jest.spyOn(console, 'log').mockImplementation());

const at = (path: string) => `EventBus/${path}`;
const templates = Templates.fromApp(sandbox({}, 'event-bus'));
const events = Events.of(templates);
const machine = States.of(templates, at('Review/StateMachine'));

describe('the targets, on a local table', () => {
  let aws: LocalAws;
  beforeAll(async () => {
    aws = await startLocalAws();
  });
  afterAll(() => aws.stop());

  let table = 0;
  beforeEach(() => aws.createTable(`Work${++table}`, 'work', 'id'));
  const rows = async () => {
    const { Items = [] } = await aws.dynamodb.send(new ScanCommand({ TableName: `Work${table}` }));
    return Items.map(({ work, id, state }) => [work?.S, id?.S, state?.S].filter((text) => text !== undefined))
      .map((texts) => texts.join(' '))
      .sort();
  };

  const putItem = async (input: PutItemCommandInput) => {
    try {
      return await aws.dynamodb.send(new PutItemCommand({ ...input, TableName: `Work${table}` }));
    } catch (error) {
      throw new StateError(`DynamoDB.${(error as Error).name}`, (error as Error).message);
    }
  };
  /** Sends an event, and runs the targets that it reaches with the input that they get. */
  const send = async (question: Question) => {
    const answer = events.deliveries(question);
    expect(answer.unknown).toEqual([]);
    const ran = new Map<string, string>();
    for (const target of answer.targets) {
      const input = answer.inputOf(target);
      if (target === at('LatestState/Function')) {
        await keepLatest(aws.dynamodb, `Work${table}`, readState(input));
      } else if (target === at('Review/StateMachine')) {
        const execution = await machine.run({ input, tasks: { 'dynamodb:putItem': putItem } });
        ran.set(target, `${execution.status} ${execution.states.join(' ')}`);
      } else if (target === at('Billing/Queue')) {
        const clock = new VirtualClock();
        const work = (body: string) =>
          doOnce(aws.dynamodb, { tableName: `Work${table}`, work: 'billing' }, body);
        const source = new SimulatedEventSource(templates, at('Billing/Worker/EventSource'), clock, (batch) =>
          workOnBatch(batch, work),
        );
        source.queue.send(JSON.stringify(input));
        source.start();
        await clock.advance(5);
        expect(source.queue.bodies).toEqual([]);
      } else throw new Error(`no handler for ${target}`);
    }
    return ran;
  };
  const order = (type: string, minute: number, detail: BusEvent['detail'] = {}): Question => ({
    bus: at('Orders/Bus'),
    event: {
      source: type === 'OrderReturned' ? 'partner.returns' : 'shop.orders',
      'detail-type': type,
      time: `2026-01-31T06:0${minute}:00Z`,
      detail: { id: '7', customer: 'a', country: 'DE', ...detail },
    },
  });
  const instance = (state: string, minute: number): Question => ({
    event: {
      source: 'aws.ec2',
      'detail-type': 'EC2 Instance State-change Notification',
      time: `2026-01-31T06:0${minute}:00Z`,
      detail: { 'instance-id': 'i-1', state },
    },
  });

  it('an order is billed and its state is kept', async () => {
    await send(order('OrderPlaced', 1));
    expect(await rows()).toEqual(['billing 7', 'order 7 OrderPlaced']);
  });

  it('a large order gets one review, however often its event comes', async () => {
    const large = order('OrderPlaced', 1, { total: 5000 });
    expect([...(await send(large)).values()]).toEqual(['SUCCEEDED OpenReview']);
    expect([...(await send(large)).values()]).toEqual(['SUCCEEDED OpenReview AlreadyOpen']);
    expect(await rows()).toEqual(['billing 7', 'order 7 OrderPlaced', 'review 7']);
  });

  it('the latest state stays, in whatever order and how often events come', async () => {
    const sent = [instance('running', 1), order('OrderReturned', 9), order('OrderShipped', 5)];
    for (const event of [...sent, instance('stopped', 2), ...sent, order('OrderPlaced', 1)])
      await send(event);
    const expected = ['billing 7', 'instance i-1 stopped', 'order 7 OrderReturned'];
    expect(await rows()).toEqual(expected);
    // A replay of everything, with the oldest event last.
    for (const event of [...sent, order('OrderPlaced', 1)]) await send(event);
    expect(await rows()).toEqual(expected);
  });

  it('the first of two events of one second stays', async () => {
    await send(instance('running', 1));
    await send(instance('stopped', 1));
    expect(await rows()).toEqual(['instance i-1 running']);
  });

  it('the function writes to the table of its environment', async () => {
    const input = { kind: 'order', id: '7', state: 'OrderPlaced', time: '2026-01-31T06:00:00Z' };
    Object.assign(process.env, aws.environment, { TABLE_NAME: '' });
    await expect(handler(input)).rejects.toThrow('expected TABLE_NAME in the environment');
    process.env.TABLE_NAME = `Work${table}`;
    await handler(input);
    expect(await rows()).toEqual(['order 7 OrderPlaced']);
  });

  it('a state that cannot be written fails, so that Lambda tries again', async () => {
    const state = readState({ kind: 'order', id: '7', state: 'x', time: '2026-01-31T06:00:00Z' });
    await expect(keepLatest(aws.dynamodb, 'Missing', state)).rejects.toThrow();
  });
});

describe('the input of the function', () => {
  const state = { kind: 'order', id: '7', state: 'OrderPlaced', time: '2026-01-31T06:00:00Z' };

  it.each([
    undefined,
    null,
    'text',
    { ...state, kind: undefined },
    { ...state, id: '' },
    { ...state, id: 7 },
    { ...state, state: undefined },
    { ...state, time: 'today' },
    { ...state, time: '2026-01-31T06:00:00+01:00' },
    { ...state, time: ' 2026-01-31T06:00:00Z' },
    { ...state, time: undefined },
  ])('is not %j', (input) => {
    expect(() => readState(input)).toThrow('expected texts kind, id, state, time');
  });

  it('is named in the error, up to 200 characters', () => {
    expect(() => readState(undefined)).toThrow(/^got nothing, /);
    expect(() => readState('x'.repeat(1000))).toThrow(/^got "x{199}, expected/);
  });
});
