import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, type PutCommand } from '@aws-sdk/lib-dynamodb';
import { Events } from '../../lib/assertions/events';
import { Iam } from '../../lib/assertions/iam';
import '../../lib/assertions/iam/matchers';
import { Templates } from '../../lib/assertions/templates';
import { ChangeHistory } from '../../lib/database/dynamodb-table/change-history';
import { DynamodbTable, type DynamodbTableProps } from '../../lib/database/dynamodb-table/dynamodb-table';
import { recordChanges, type StreamRecord } from '../../lib/database/dynamodb-table/handler/history';
import { Orders, type Order } from '../../lib/database/dynamodb-table/handler/orders';
import { OrderService } from '../../lib/database/dynamodb-table/order-service';
import { startLocalAws, type LocalAws } from '../support/local-aws';
import { createLocalTable } from '../support/local-table';
import { newApp, sandbox } from '../support/sandbox';

const at = (path: string) => `DynamodbTable/${path}`;
const templates = Templates.fromApp(sandbox({ alarmEmail: 'ops@example.org' }, 'dynamodb-table'));
const iam = Iam.of(templates);
const TABLE = at('Orders/Table');
const XRAY = { '*': ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'] };
const NOW = new Date('2026-01-31T12:00:00Z');
const inSeconds = (seconds: number) => NOW.getTime() / 1000 + seconds;

/** Capacity that DynamoDB consumed, in the table and its indexes. */
interface Consumed {
  readonly command: string;
  readonly total: number;
}

let aws: LocalAws;
let tableName: string;
let consumed: Consumed[];
/** A client that also asks for the capacity that each request consumes. */
let client: DynamoDBDocumentClient;

beforeAll(async () => {
  aws = await startLocalAws();
  tableName = await createLocalTable(aws.dynamodb, templates, TABLE);
  const documents = DynamoDBDocumentClient.from(aws.dynamodb);
  const send = async (command: PutCommand) => {
    command.input.ReturnConsumedCapacity = 'INDEXES';
    const answer = await documents.send(command);
    consumed.push({
      command: command.constructor.name,
      total: answer.ConsumedCapacity?.CapacityUnits ?? NaN,
    });
    return answer;
  };
  client = { send } as unknown as DynamoDBDocumentClient;
});
beforeEach(() => {
  consumed = [];
});
afterAll(() => aws.stop());

const orders = () => new Orders(client, tableName, () => NOW);
const order = (customer: string, id: string, more: Partial<Order> = {}): Order => ({
  customer,
  id,
  placedAt: '2026-01-31T10:00:00.000Z',
  status: 'placed',
  total: 10,
  ...more,
});
const ids = ({ items }: { readonly items: readonly Order[] }) => items.map(({ id }) => id);

describe('access patterns of dynamodb-table', () => {
  it("answer with a customer's orders, the newest or the largest first", async () => {
    await orders().place(order('ann', 'a1', { placedAt: '2026-01-30T10:00:00.000Z', total: 9 }));
    await orders().place(order('ann', 'a2', { total: 100 }));
    await orders().place(order('ann', 'a3', { placedAt: '2026-01-31T11:00:00.000Z', total: 20 }));
    await orders().place(order('anna', 'other', { total: 1000 }));
    expect(ids(await orders().ofCustomer('ann'))).toEqual(['a3', 'a2', 'a1']);
    expect(ids(await orders().largestOfCustomer('ann'))).toEqual(['a2', 'a3', 'a1']);
    expect((await orders().ofCustomer('ann')).items[0]).toEqual(
      order('ann', 'a3', { placedAt: '2026-01-31T11:00:00.000Z', total: 20 }),
    );
  });

  it('answer with the order of an id', async () => {
    await orders().place(order('ben', 'b1'));
    expect(await orders().withId('b1')).toEqual(order('ben', 'b1'));
    expect(await orders().withId('b2')).toBeUndefined();
  });

  it('answer with the orders of a day while they are open', async () => {
    const [first, second] = [
      order('cid', 'c1', { placedAt: '2026-02-01T09:00:00.000Z' }),
      order('dan', 'd1', { placedAt: '2026-02-01T10:00:00.000Z' }),
    ];
    await orders().place(second);
    await orders().place(first);
    await orders().place(order('cid', 'c2', { placedAt: '2026-02-01T09:30:00.000Z', status: 'draft' }));
    expect(ids(await orders().openOf('2026-02-01'))).toEqual(['c1', 'd1']);
    await orders().changeStatus(first, 'placed', 'sent');
    expect(ids(await orders().openOf('2026-02-01'))).toEqual(['d1']);
    expect(await orders().withId('c1')).toEqual({ ...first, status: 'sent' });
  });

  it('write an order once, and change it only from the status that was read', async () => {
    const one = order('eve', 'e1');
    await orders().place(one);
    await expect(orders().place({ ...one, total: 999 })).rejects.toThrow('expected: order e1 does not exist');
    await orders().changeStatus(one, 'placed', 'sent');
    await expect(orders().changeStatus(one, 'placed', 'cancelled')).rejects.toThrow(
      'expected: order e1 is placed',
    );
    expect(await orders().withId('e1')).toEqual({ ...one, status: 'sent' });
  });

  it('do not answer with an expired draft that DynamoDB has not deleted yet', async () => {
    const draft = (id: string, seconds: number) =>
      orders().place(order('fay', id, { status: 'draft', expiresAt: inSeconds(seconds) }));
    await draft('expired', -1);
    await draft('kept', 1);
    expect(ids(await orders().ofCustomer('fay'))).toEqual(['kept']);
    expect(ids(await orders().largestOfCustomer('fay'))).toEqual(['kept']);
    expect(await orders().withId('expired')).toBeUndefined();
    // A draft that is placed no longer expires.
    await orders().changeStatus(order('fay', 'kept'), 'draft', 'placed');
    expect(await orders().withId('kept')).toEqual(order('fay', 'kept'));
    expect(ids(await orders().openOf('2026-01-31'))).toContain('kept');
  });

  it('answer in pages of 50, which `next` continues', async () => {
    await Promise.all(
      Array.from({ length: 60 }, (_, i) => orders().place(order('gil', `g${i}`, { total: i }))),
    );
    const first = await orders().largestOfCustomer('gil');
    const second = await orders().largestOfCustomer('gil', first.next);
    expect([first.items.length, second.items.length, second.next]).toEqual([50, 10, undefined]);
    expect(ids(first)[0]).toBe('g59');
    expect(ids(second).at(-1)).toBe('g0');
    expect(new Set([...ids(first), ...ids(second)]).size).toBe(60);
    await expect(orders().ofCustomer('gil', 'garbage')).rejects.toThrow('next: got garbage, expected');
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
  it.each([
    // Half a unit for each 4 KB, which all rows of an answer share; a consistent read takes a whole one.
    [1, 0.5, 1, 1],
    [3_900, 0.5, 1, 4],
    [4_200, 1, 2, 5],
    [9_000, 1.5, 3, 9],
  ])(
    'an order of %d bytes is read with %d or %d units, and written with %d',
    async (bytes, read, consistent, write) => {
      const customer = `size${bytes}`;
      const padded = {
        ...order(customer, `s${bytes}`, { status: 'sent' }),
        note: 'x'.repeat(Math.max(0, bytes - 150)),
      };
      await orders().place(padded);
      await orders().ofCustomer(customer);
      await orders().largestOfCustomer(customer);
      // The local DynamoDB counts the table only. AWS also counts a write for each index that has the row.
      expect(consumed).toEqual([
        { command: 'PutCommand', total: write },
        { command: 'QueryCommand', total: read },
        { command: 'QueryCommand', total: consistent },
      ]);
    },
  );

  it('cost the same with 5,000 orders of others in the table: none is a scan', async () => {
    const ask = async () => {
      consumed = [];
      await orders().ofCustomer('hal');
      await orders().largestOfCustomer('hal');
      await orders().withId('h1');
      await orders().openOf('2026-03-01');
      await orders().historyOf('h1');
      return consumed;
    };
    await orders().place(order('hal', 'h1', { placedAt: '2026-03-01T10:00:00.000Z' }));
    const before = await ask();
    await aws.putItems(
      tableName,
      Array.from({ length: 5000 }, (_, i) => ({
        pk: { S: `customer#crowd${i}` },
        sk: { S: `order#2026-03-02T10:00:00.000Z#x${i}` },
        id: { S: `x${i}` },
        openDay: { S: '2026-03-02' },
        total: { N: '1' },
      })),
    );
    expect(await ask()).toEqual(before);
    expect(new Set(before.map(({ command }) => command))).toEqual(new Set(['QueryCommand']));
  });
});

describe('change history of dynamodb-table', () => {
  const image = (status: string, id = 'i1') => ({
    id: { S: id },
    status: { S: status },
    pk: { S: 'customer#ida' },
  });
  const change = (sequence: number, from?: string, to?: string, id = 'i1'): StreamRecord => ({
    dynamodb: {
      SequenceNumber: String(sequence),
      ApproximateCreationDateTime: NOW.getTime() / 1000 + sequence,
      ...(from !== undefined && { OldImage: image(from, id) }),
      ...(to !== undefined && { NewImage: image(to, id) }),
    },
  });
  const record = (...Records: StreamRecord[]) => recordChanges(aws.dynamodb, tableName, { Records });

  it('has each change once, in order, however often Lambda delivers it', async () => {
    const changes = [
      change(9, undefined, 'draft'),
      change(10, 'draft', 'placed'),
      change(100, 'placed', 'sent'),
    ];
    for (const batch of [changes.slice(0, 2), changes, changes.slice(1)]) {
      expect(await record(...batch)).toEqual({ batchItemFailures: [] });
    }
    expect((await orders().historyOf('i1')).items).toEqual([
      { to: 'draft', at: '2026-01-31T12:00:09.000Z' },
      { from: 'draft', to: 'placed', at: '2026-01-31T12:00:10.000Z' },
      { from: 'placed', to: 'sent', at: '2026-01-31T12:01:40.000Z' },
    ]);
  });

  it('has the deletion of an expired draft, and no change that keeps the status', async () => {
    await record(
      change(1, undefined, 'draft', 'i2'),
      change(2, 'draft', 'draft', 'i2'),
      change(3, 'draft', undefined, 'i2'),
    );
    expect((await orders().historyOf('i2')).items.map(({ from, to }) => [from, to])).toEqual([
      [undefined, 'draft'],
      ['draft', undefined],
    ]);
  });

  it('stops at the first change that fails: Lambda repeats the batch from there', async () => {
    const log = jest.spyOn(console, 'error').mockImplementation();
    const sent: string[] = [];
    const failing = {
      send: ({ input }: PutItemCommand) => {
        const to = input.Item?.to?.S ?? '';
        sent.push(to);
        return to === 'placed' ? Promise.reject(new Error('throttled')) : Promise.resolve();
      },
    };
    const batch = {
      Records: [change(1, undefined, 'draft'), change(2, 'draft', 'placed'), change(3, 'placed', 'sent')],
    };
    expect(await recordChanges(failing as never, tableName, batch)).toEqual({
      batchItemFailures: [{ itemIdentifier: '2' }],
    });
    expect(sent).toEqual(['draft', 'placed']);
    expect(log).toHaveBeenCalledWith(expect.objectContaining({ sequenceNumber: '2' }));
    log.mockRestore();
  });

  it('fails for a record that is no order, and does not lose it', async () => {
    const log = jest.spyOn(console, 'error').mockImplementation();
    const answer = await record({
      dynamodb: { SequenceNumber: '7', ApproximateCreationDateTime: 0, NewImage: {} },
    });
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '7' }] });
    log.mockRestore();
  });

  it('gets changes of orders, and not of its own rows', () => {
    const passes = (sk: string) =>
      Events.of(templates).passes(at('History/EventSource'), { dynamodb: { Keys: { sk: { S: sk } } } }).truth;
    expect(passes('order#2026-01-31T10:00:00.000Z#i1')).toBe('yes');
    expect(passes('change#0000000000000000000000000000000000000009')).toBe('no');
  });

  it('tries a change 4 times, alone in the end, then keeps its place in the stream', () => {
    const { properties } = templates.at(at('History/EventSource'));
    expect(properties).toMatchObject({
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRetryAttempts: 3,
      MaximumRecordAgeInSeconds: 18 * 3600,
      StartingPosition: 'TRIM_HORIZON',
    });
    const { OnFailure } = properties.DestinationConfig as { OnFailure: { Destination: string } };
    expect(templates.reference(OnFailure.Destination)?.resource.path).toBe(at('History/DeadLetters/Queue'));
    expect(templates.reference(properties.EventSourceArn)?.resource.path).toBe(TABLE);
    expect(templates.at(TABLE).properties.StreamSpecification).toEqual({
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    });
  });
});

describe('the handlers of dynamodb-table', () => {
  type Handler = (event: unknown) => Promise<unknown>;
  const load = (name: string) =>
    jest.requireActual<{ handler: Handler }>(`../../lib/database/dynamodb-table/handler/${name}`).handler;
  const unchanged = { ...process.env };
  beforeAll(() => Object.assign(process.env, aws.environment, { TABLE_NAME: tableName }));
  afterAll(() => {
    process.env = unchanged;
  });

  it('answer each request', async () => {
    const handle = load('index');
    const [one, two] = [
      order('jan', 'j1', { placedAt: '2026-04-01T10:00:00.000Z' }),
      order('jan', 'j2', { placedAt: '2026-04-01T11:00:00.000Z', total: 5 }),
    ];
    await handle({ do: 'place', order: one });
    await handle({ do: 'place', order: two });
    expect(await handle({ do: 'ofCustomer', customer: 'jan' })).toEqual({ items: [two, one] });
    expect(await handle({ do: 'largestOfCustomer', customer: 'jan' })).toEqual({ items: [one, two] });
    expect(await handle({ do: 'openOf', day: '2026-04-01' })).toEqual({ items: [one, two] });
    await handle({ do: 'changeStatus', order: one, from: 'placed', to: 'sent' });
    expect(await handle({ do: 'withId', id: 'j1' })).toEqual({ ...one, status: 'sent' });
    expect(await handle({ do: 'withId', id: 'j3' })).toBeUndefined();
    const changed = {
      dynamodb: {
        SequenceNumber: '1',
        ApproximateCreationDateTime: 0,
        NewImage: { id: { S: 'j1' }, status: { S: 'placed' } },
      },
    };
    expect(await load('history')({ Records: [changed] })).toEqual({ batchItemFailures: [] });
    expect(await handle({ do: 'historyOf', id: 'j1' })).toEqual({
      items: [{ to: 'placed', at: '1970-01-01T00:00:00.000Z' }],
    });
    await expect(handle({ do: 'scan' })).rejects.toThrow('do: got "scan", expected an access pattern');
  });

  it.each(['index', 'history'])('%s needs the name of the table', async (name) => {
    delete process.env.TABLE_NAME;
    await expect(load(name)({})).rejects.toThrow('expected TABLE_NAME in the environment');
    process.env.TABLE_NAME = tableName;
  });
});

describe('dynamodb-table', () => {
  it('the service may query table and indexes and write orders; it may not scan', () => {
    expect(iam).toAllowOnly(at('Service/Function'), {
      ...XRAY,
      [at('Service/Logs:*')]: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      [TABLE]: ['dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
      [`${TABLE}/index/byTotal`]: ['dynamodb:Query'],
      [`${TABLE}/index/byId`]: ['dynamodb:Query'],
      [`${TABLE}/index/openByDay`]: ['dynamodb:Query'],
    });
  });

  it('the history may read the stream and write its rows', () => {
    expect(iam).toAllowOnly(at('History/Function'), {
      ...XRAY,
      [at('History/Logs:*')]: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      [at('History/DeadLetters/Queue')]: ['sqs:SendMessage'],
      [TABLE]: ['dynamodb:PutItem'],
      [`${TABLE}/stream/⟨=DynamodbTable.${templates.at(TABLE).logicalId}.StreamLabel⟩`]: [
        'dynamodb:DescribeStream',
        'dynamodb:GetRecords',
        'dynamodb:GetShardIterator',
        'dynamodb:ListStreams',
      ],
    });
  });

  it.each([
    ['Service', 'customer#ann', 'order#a1'],
    ['History', 'order#a1', 'customer#ann'],
  ])('%s may write partitions such as %s, and not %s', (name, own, other) => {
    const put = (key: string) => ({ context: { 'dynamodb:LeadingKeys': [key] } });
    const writer = at(`${name}/Function`);
    expect(iam).toAllow(writer, 'dynamodb:PutItem', TABLE, put(own));
    expect(iam).not.toAllow(writer, 'dynamodb:PutItem', TABLE, put(other));
    expect(
      iam.can(writer, 'dynamodb:PutItem', TABLE, { context: { 'dynamodb:LeadingKeys': null } }).answer,
    ).not.toBe('allowed');
  });

  it('can be restored to any second of 35 days, and expires rows by expiresAt', () => {
    const { properties } = templates.at(TABLE);
    expect(properties.TimeToLiveSpecification).toEqual({ AttributeName: 'expiresAt', Enabled: true });
    expect(properties.Replicas).toEqual([
      expect.objectContaining({ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }),
    ]);
  });

  it('alarms when a request to the table or an index is throttled', () => {
    const { properties } = templates.at(at('Orders/Throttled'));
    const metrics = (properties.Metrics ?? []) as {
      MetricStat?: { Metric: { MetricName: string; Dimensions: unknown } };
    }[];
    const operations = metrics.flatMap(({ MetricStat }) => (MetricStat ? [MetricStat.Metric] : []));
    expect(new Set(operations.map(({ MetricName }) => MetricName))).toEqual(new Set(['ThrottledRequests']));
    const names = operations.map(({ Dimensions }) => JSON.stringify(Dimensions));
    for (const operation of ['PutItem', 'UpdateItem', 'Query']) {
      expect(names.filter((dimensions) => dimensions.includes(`"${operation}"`))).toHaveLength(1);
    }
    expect(properties).toMatchObject({ Threshold: 1, EvaluationPeriods: 1 });
    expect(properties.AlarmActions).toHaveLength(1);
  });
});

describe('props of DynamodbTable', () => {
  const stackIn = (region?: string) =>
    new Stack(newApp(), 'Test', region === undefined ? {} : { env: { account: '111111111111', region } });
  const templateOf = (props: DynamodbTableProps, region?: string) => {
    const stack = stackIn(region);
    new DynamodbTable(stack, 'Orders', props);
    return Template.fromStack(stack);
  };

  it('keeps the table by default, and protects it from deletion', () => {
    templateOf({}).hasResource('AWS::DynamoDB::GlobalTable', {
      DeletionPolicy: 'Retain',
      Properties: {
        Replicas: [Match.objectLike({ DeletionProtectionEnabled: true })],
        BillingMode: 'PAY_PER_REQUEST',
      },
    });
  });

  it('provisioned: auto scaling keeps 70 % in use, between the limits', () => {
    const provisioned = { reads: { min: 5, max: 100 }, writes: { min: 2, max: 50 } };
    const scaling = (MinCapacity: number, MaxCapacity: number) => ({
      MinCapacity,
      MaxCapacity,
      TargetTrackingScalingPolicyConfiguration: { TargetValue: 70 },
    });
    const writes = { WriteCapacityAutoScalingSettings: scaling(2, 50) };
    const reads = { ReadCapacityAutoScalingSettings: scaling(5, 100) };
    templateOf({ provisioned }).hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      BillingMode: 'PROVISIONED',
      WriteProvisionedThroughputSettings: writes,
      GlobalSecondaryIndexes: [
        Match.objectLike({ IndexName: 'byId', WriteProvisionedThroughputSettings: writes }),
        Match.objectLike({ IndexName: 'openByDay', WriteProvisionedThroughputSettings: writes }),
      ],
      Replicas: [
        Match.objectLike({
          ReadProvisionedThroughputSettings: reads,
          GlobalSecondaryIndexes: [
            { IndexName: 'byId', ReadProvisionedThroughputSettings: reads },
            { IndexName: 'openByDay', ReadProvisionedThroughputSettings: reads },
          ],
        }),
      ],
    });
  });

  it('replicas have the same indexes, recovery and protection', () => {
    const template = templateOf({ replicaRegions: ['us-east-1'] }, 'eu-west-1');
    const [table] = Object.values(template.findResources('AWS::DynamoDB::GlobalTable')) as {
      Properties: { Replicas: Record<string, unknown>[] };
    }[];
    const [replica, own] = (table?.Properties.Replicas ?? []).map((replica) => ({
      ...replica,
      Region: undefined,
    }));
    expect(table?.Properties.Replicas.map(({ Region }) => Region)).toEqual(['us-east-1', 'eu-west-1']);
    expect(replica).toEqual(own);
    expect(replica).toMatchObject({
      DeletionProtectionEnabled: true,
      GlobalSecondaryIndexes: [{ IndexName: 'byId' }, {}],
    });
  });

  it.each<[string, DynamodbTableProps, string]>([
    [
      'a minimum above the maximum',
      { provisioned: { reads: { min: 6, max: 5 }, writes: { min: 1, max: 5 } } },
      'provisioned.reads.min: got 6, expected a whole number from 1 to 5',
    ],
    [
      'more than the quota',
      { provisioned: { reads: { min: 1, max: 5 }, writes: { min: 1, max: 40_001 } } },
      'provisioned.writes.max: got 40001, expected a whole number from 1 to 40000',
    ],
    [
      'a replica in its own Region',
      { replicaRegions: ['eu-west-1'] },
      'replicaRegions: got "eu-west-1", expected',
    ],
    [
      'a Region twice',
      { replicaRegions: ['us-east-1', 'us-east-1'] },
      'replicaRegions: got "us-east-1", expected',
    ],
  ])('refuses %s', (_, props, expected) => {
    expect(() => templateOf(props, 'eu-west-1')).toThrow(expected);
  });

  it('refuses a history of a table without a stream', () => {
    const stack = stackIn();
    const table = dynamodb.TableV2.fromTableName(stack, 'Table', 'table');
    expect(() => new ChangeHistory(stack, 'History', { table })).toThrow(
      'table: got "a table without a stream"',
    );
  });

  it('two of each fit into one stack', () => {
    const stack = stackIn();
    for (const id of ['One', 'Two']) {
      const { table } = new DynamodbTable(stack, id, { removalPolicy: RemovalPolicy.DESTROY });
      new OrderService(stack, `${id}Service`, { table });
      new ChangeHistory(stack, `${id}History`, { table });
    }
    Template.fromStack(stack).resourceCountIs('AWS::DynamoDB::GlobalTable', 2);
  });
});
