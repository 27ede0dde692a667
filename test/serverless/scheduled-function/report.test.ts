import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateTableCommand,
  PutItemCommand,
  waitUntilTableExists,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command, DeleteObjectCommand } from '@aws-sdk/client-s3';
import { App, Stack } from 'aws-cdk-lib';
import fc from 'fast-check';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { handler } from '../../../lib/serverless/scheduled-function/handler/index';
import { itemSize } from '../../../lib/serverless/scheduled-function/handler/item-size';
import {
  makeReport,
  OutOfTime,
  type Report,
} from '../../../lib/serverless/scheduled-function/handler/report';
import { Summary, toCsv } from '../../../lib/serverless/scheduled-function/handler/summary';
import { TableReport } from '../../../lib/serverless/scheduled-function/table-report';
import { startLocalAws, type LocalAws } from '../../support/local-aws';

// A machine that runs other tests beside this one may take ten times as long.
jest.setTimeout(60_000);

const ITEMS = 100_000;
const STATUSES = ['delivered', 'open', 'paid', 'shipped'];
const PLACED = Date.parse('2026-01-01T00:00:00Z');
const placedAt = (index: number) => new Date(PLACED + index * 60_000).toISOString();
const order = (index: number): Record<string, AttributeValue> => ({
  customer: { S: `customer-${index % 1000}` },
  order: { S: String(index).padStart(6, '0') },
  status: { S: STATUSES[index % STATUSES.length] ?? '' },
  placedAt: { S: placedAt(index) },
  total: { N: String(index) },
});

describe('the report of a table', () => {
  const settings = { bucketName: 'reports', groupBy: 'status', newestBy: 'placedAt' };
  const plenty = () => 900_000;
  let aws: LocalAws;
  beforeAll(async () => {
    aws = await startLocalAws();
    await aws.createBucket(settings.bucketName);
  });
  afterAll(() => aws.stop());

  async function table(name: string, items: readonly Record<string, AttributeValue>[]): Promise<void> {
    await aws.createTable(name, 'customer', 'order');
    await aws.putItems(name, items);
  }
  const report = (tableName: string, time: string, remaining = plenty) =>
    makeReport(aws, { ...settings, tableName }, time, remaining);
  async function read(key: string): Promise<string> {
    const { Body } = await aws.s3.send(new GetObjectCommand({ Bucket: 'reports', Key: key }));
    if (!Body) throw new Error('the object has no content');
    return await Body.transformToString();
  }
  async function keys(prefix: string): Promise<(string | undefined)[]> {
    const { Contents = [] } = await aws.s3.send(
      new ListObjectsV2Command({ Bucket: 'reports', Prefix: prefix }),
    );
    return Contents.map(({ Key }) => Key);
  }

  it('counts 100,000 items in the bundled handler, in a heap of 40 MB', async () => {
    const items = Array.from({ length: ITEMS }, (_, index) => order(index));
    await table('orders', items);
    await runBundle('orders', '2026-11-21T06:00:00Z');

    const groups = STATUSES.map((status, index) => {
      const mine = items.filter((_, item) => item % STATUSES.length === index);
      return {
        group: status,
        items: mine.length,
        bytes: mine.reduce((bytes, item) => bytes + itemSize(item), 0),
        newest: placedAt(ITEMS - STATUSES.length + index),
      };
    });
    const key = 'reports/orders/2026-11-21T06-00-00Z';
    expect(JSON.parse(await read(`${key}.json`))).toEqual({
      table: 'orders',
      scheduledTime: '2026-11-21T06:00:00Z',
      items: ITEMS,
      bytes: groups.reduce((bytes, group) => bytes + group.bytes, 0),
      newest: placedAt(ITEMS - 1),
      groups,
    });
    expect(await read(`${key}.csv`)).toBe(toCsv(groups));
  });

  it('continues where an attempt ran out of time', async () => {
    const note = { S: 'x'.repeat(1000) };
    await table(
      'long',
      Array.from({ length: 5000 }, (_, index) => ({ ...order(index), note })),
    );
    const whole = await report('long', '2026-11-21T06:00:00Z');
    const time = '2026-11-22T06:00:00Z';
    const counted: number[] = [];
    const attempt = () =>
      report('long', time, () => 1000).catch((error: unknown) => {
        expect(error).toBeInstanceOf(OutOfTime);
        counted.push(Number(/counted (\d+)/.exec((error as Error).message)?.[1]));
      });
    let resumed = await attempt();
    for (; !resumed && counted.length < 10; resumed = await attempt()) {
      expect(await keys('reports/long/2026-11-22')).toEqual([]);
    }
    expect(resumed).toEqual({ ...whole, scheduledTime: time });
    // Every attempt read one page, and none twice.
    expect(counted.length).toBeGreaterThan(3);
    const pages = counted.map((count, index) => count - (counted[index - 1] ?? 0));
    expect(Math.max(...pages)).toBeLessThan(1100);
    expect(Math.min(...pages)).toBeGreaterThan(900);
  });

  it('is written once for a scheduled time, even if the table changes later', async () => {
    await table('changing', [order(1), order(2)]);
    const time = '2026-11-23T06:00:00Z';
    const first = await report('changing', time);
    await aws.dynamodb.send(new PutItemCommand({ TableName: 'changing', Item: order(3) }));
    expect(await report('changing', time)).toEqual(first);
    expect((await report('changing', '2026-11-24T06:00:00Z')).items).toBe(3);
    expect(await keys('reports/changing/')).toEqual(
      ['23', '24'].flatMap((day) =>
        ['csv', 'json'].map((type) => `reports/changing/2026-11-${day}T06-00-00Z.${type}`),
      ),
    );
  });

  it('is that of the first of two concurrent runs', async () => {
    await table('contended', [order(1), order(2)]);
    const time = '2026-11-21T06:00:00Z';
    const reports = await Promise.all([report('contended', time), report('contended', time)]);
    const stands = JSON.parse(await read('reports/contended/2026-11-21T06-00-00Z.json')) as Report;
    expect(reports).toEqual([stands, stands]);

    // The other run saw no report when it began, and finds one when it is done.
    await table('late', [order(1)]);
    let winner: Report | undefined;
    const dynamodb = Object.assign(Object.create(aws.dynamodb) as typeof aws.dynamodb, {
      send: async (command: Parameters<typeof aws.dynamodb.send>[0]) => {
        winner ??= await report('late', time);
        await aws.dynamodb.send(new PutItemCommand({ TableName: 'late', Item: order(2) }));
        return aws.dynamodb.send(command);
      },
    });
    const loser = await makeReport(
      { s3: aws.s3, dynamodb },
      { ...settings, tableName: 'late' },
      time,
      plenty,
    );
    expect(loser).toEqual(winner);
    expect(await read('reports/late/2026-11-21T06-00-00Z.csv')).toContain(',1,');
  });

  it('gets its CSV file from a retry when a run stopped after the JSON file', async () => {
    await table('halved', [order(1)]);
    const time = '2026-11-21T06:00:00Z';
    const key = 'reports/halved/2026-11-21T06-00-00Z.csv';
    await report('halved', time);
    const csv = await read(key);
    await aws.s3.send(new DeleteObjectCommand({ Bucket: 'reports', Key: key }));
    await report('halved', time);
    expect(await read(key)).toBe(csv);
  });

  it('of an empty table is empty', async () => {
    await table('empty', []);
    expect(await report('empty', '2026-11-21T06:00:00Z')).toMatchObject({
      items: 0,
      bytes: 0,
      newest: null,
      groups: [],
    });
    expect(await read('reports/empty/2026-11-21T06-00-00Z.csv')).toBe('group,items,bytes,newest\r\n');
  });

  it.each([{ groupBy: 'customer' }, { newestBy: 'order' }])(
    'starts again when a deployment between two attempts sets %j',
    async (changed) => {
      const [attribute = 'none'] = Object.keys(changed);
      const tableName = `changed-${attribute}`;
      const note = { S: 'x'.repeat(300_000) };
      await table(
        tableName,
        Array.from({ length: 9 }, (_, index) => ({ ...order(index), note })),
      );
      const time = '2026-11-21T06:00:00Z';
      await expect(report(tableName, time, () => 1000)).rejects.toBeInstanceOf(OutOfTime);
      const after = await makeReport(aws, { ...settings, ...changed, tableName }, time, plenty);
      const whole = await makeReport(
        aws,
        { ...settings, ...changed, tableName },
        '2026-11-22T06:00:00Z',
        plenty,
      );
      expect(after).toEqual({ ...whole, scheduledTime: time });
    },
  );

  it('resumes on a table with binary keys', async () => {
    await aws.dynamodb.send(
      new CreateTableCommand({
        TableName: 'binary',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'B' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      }),
    );
    await waitUntilTableExists(
      { client: aws.dynamodb, minDelay: 0.01, maxWaitTime: 5 },
      { TableName: 'binary' },
    );
    for (let index = 0; index < 5; index++) {
      const Item = { id: { B: Buffer.from([0, 255, index]) }, text: { S: 'x'.repeat(380_000) } };
      await aws.dynamodb.send(new PutItemCommand({ TableName: 'binary', Item }));
    }
    const time = '2026-11-21T06:00:00Z';
    await expect(report('binary', time, () => 1000)).rejects.toBeInstanceOf(OutOfTime);
    expect((await report('binary', time)).items).toBe(5);
  });

  it('is refused without a scheduled time, in one line', async () => {
    const context = { getRemainingTimeInMillis: plenty };
    for (const event of [{}, { scheduledTime: 'now' }, { scheduledTime: '../../2026' }]) {
      await expect(handler(event, context)).rejects.toThrow(
        `got ${JSON.stringify(event)}, expected {"scheduledTime": "2026-01-31T06:00:00Z"}`,
      );
    }
  });

  /** The handler as it is deployed, in a process of its own that has a small heap and knows only its environment. */
  async function runBundle(tableName: string, scheduledTime: string): Promise<void> {
    const directory = mkdtempSync(join(tmpdir(), 'cdk.out-'));
    const outfile = join(bundle(directory), 'index.js');
    const built = statSync(outfile).ino;
    // A second synthesis uses the bundle of the first.
    expect(statSync(join(bundle(directory), 'index.js')).ino).toBe(built);
    const program = `require(${JSON.stringify(outfile)}).handler({ scheduledTime: '${scheduledTime}' }, { getRemainingTimeInMillis: () => 900000 })`;
    const child = spawn(process.execPath, ['--max-old-space-size=40', '-e', program], {
      env: {
        ...process.env,
        ...aws.environment,
        NODE_PATH: join(__dirname, '../../../node_modules'),
        TABLE_NAME: tableName,
        BUCKET_NAME: settings.bucketName,
        GROUP_BY: settings.groupBy,
        NEWEST_BY: settings.newestBy,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    rmSync(directory, { recursive: true });
    expect([code, errors]).toEqual([0, '']);
  }
});

/** The asset that a synthesis makes of the handler. */
function bundle(outdir: string): string {
  const stack = new Stack(new App({ outdir }), 'Bundled');
  const table = Table.fromTableName(stack, 'Table', 'orders');
  new TableReport(stack, 'Report', { table, groupBy: 'status', newestBy: 'placedAt' });
  const { artifacts = {} } = App.of(stack)?.synth().manifest ?? {};
  expect(Object.keys(artifacts)).toContain('Bundled');
  const asset = readdirSync(outdir).find(
    (name) =>
      /^asset\.\w+$/.test(name) &&
      readFileSync(join(outdir, name, 'index.js'), 'utf8').includes('TABLE_NAME'),
  );
  return join(outdir, asset ?? 'no asset');
}

describe('a summary', () => {
  const add = (summary: Summary, ...items: Record<string, AttributeValue>[]) => {
    for (const item of items) summary.add(item);
    return summary;
  };
  const options = { groupBy: 'kind', newestBy: 'at' };

  it('groups by strings, numbers and booleans; items without one are (none)', () => {
    const summary = add(
      new Summary(options),
      { kind: { S: 'a' } },
      { kind: { N: '1' } },
      { kind: { BOOL: true } },
      { id: { S: 'x' } },
    );
    expect(summary.groups.map(({ group }) => group)).toEqual(['(none)', '1', 'a', 'true']);
  });

  it('compares numbers as numbers for the newest', () => {
    const summary = add(new Summary(options), { at: { N: '9' } }, { at: { N: '10' } }, {});
    expect(summary.total.newest).toBe('10');
  });

  it.each([
    ['the later date', '2026-01-02', '2026-01-01'],
    ['the later time of a day', '2026-01-01T00:00:01Z', '2026-01-01'],
    ['the later fraction of a second', '2026-01-01T00:00:00.5Z', '2026-01-01T00:00:00Z'],
    ['the later nanosecond', '2026-01-01T00:00:00.000000002Z', '2026-01-01T00:00:00.000000001Z'],
    ['the later instant, whatever the offset', '2026-01-01T00:30:00Z', '2026-01-01T01:00:00+01:00'],
    ['the later instant, west of UTC', '2026-01-01T00:00:00-0130', '2026-01-01T01:00:00Z'],
    ['the greater of two numbers of 17 digits', '9007199254740993', '9007199254740992'],
    ['the greater of two fractions', '0.00000000000000000000000000000000000002', '1E-38'],
    ['the greater power of ten', '1E+125', '99999999999999999999999999999999999999'],
    ['the number nearer to zero of two negative ones', '-0.5', '-1'],
    ['the number 0 before an empty text', '0', ''],
    ['a date before a number', '2026-01-01', '9999999999999'],
    ['a number before other text', '1', 'yesterday'],
    ['the last text in order', 'b', 'a'],
    ['text for a number that has no end', '1e999999999', '1e99999999'],
  ])('takes %s for the newest', (_, newest, older) => {
    const at = (...texts: string[]) => texts.map((text) => ({ at: { S: text } }));
    expect(add(new Summary(options), ...at(newest, older)).total.newest).toBe(newest);
    expect(add(new Summary(options), ...at(older, newest)).total.newest).toBe(newest);
  });

  it('has the same newest value for any order of the items', () => {
    const value = fc.oneof(
      fc
        .date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') })
        .map((date) => date.toISOString()),
      fc.constantFrom('2026-01-01', '2026-01-01T00:00Z', '2026-01-01T01:00+01:00', '1', '1.0', '01', '1e0'),
      fc.bigInt().map(String),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
      fc.string(),
    );
    const newestOf = (values: readonly string[]) =>
      add(new Summary(options), ...values.map((text) => ({ at: { S: text } }))).total.newest;
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 8 }), fc.nat(), (values, seed) => {
        const turn = seed % values.length;
        const turned = [...values.slice(turn), ...values.slice(0, turn)].reverse();
        expect(newestOf(turned)).toBe(newestOf(values));
      }),
    );
  });

  it('keeps at most 1,000 groups and counts all others as (other)', () => {
    const items = Array.from({ length: 1500 }, (_, index) => ({ kind: { S: `k${index}` } }));
    const { groups, total } = add(new Summary(options), ...items);
    expect(groups).toHaveLength(1001);
    expect(groups[0]).toMatchObject({ group: '(other)', items: 500 });
    expect(total.items).toBe(1500);
  });

  it('writes CSV that any reader reads', () => {
    const counts = { items: 1, bytes: 2, newest: null };
    expect(
      toCsv([
        { group: 'a "b", c', ...counts },
        { group: 'two\nlines', ...counts },
      ]),
    ).toBe('group,items,bytes,newest\r\n"a ""b"", c",1,2,\r\n"two\nlines",1,2,\r\n');
  });

  it.each([
    ['=HYPERLINK("http://x")', '"\'=HYPERLINK(""http://x"")"'],
    ['+1-1', "'+1-1"],
    ['-2+3', "'-2+3"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['-5', '-5'],
    ['+4.2', '+4.2'],
    ['a=1', 'a=1'],
  ])('puts an apostrophe before formulas only: %j', (group, cell) => {
    expect(toCsv([{ group, items: 1, bytes: 2, newest: group }])).toBe(
      `group,items,bytes,newest\r\n${cell},1,2,${cell}\r\n`,
    );
  });

  it.each<[Record<string, AttributeValue>, number]>([
    [{}, 0],
    [{ id: { S: 'é' } }, 2 + 2],
    [{ n: { N: '12345' } }, 1 + 4],
    [{ n: { N: '-1200' } }, 1 + 2],
    [{ n: { N: '0.05' } }, 1 + 2],
    [{ b: { B: Buffer.from([1, 2, 3]) } }, 1 + 3],
    [{ t: { BOOL: true } }, 1 + 1],
    [{ x: { NULL: true } }, 1 + 1],
    [{ s: { SS: ['ab', 'c'] } }, 1 + 3],
    [{ s: { NS: ['12', '3'] } }, 1 + 4],
    [{ s: { BS: [Buffer.from([1]), Buffer.from([2])] } }, 1 + 2],
    [{ l: { L: [{ S: 'ab' }, { NULL: true }] } }, 1 + 3 + 1 + 2 + 1 + 1],
    [{ m: { M: { key: { S: 'v' } } } }, 1 + 3 + 1 + 3 + 1],
  ])('counts the bytes of %j', (item, bytes) => {
    expect(itemSize(item)).toBe(bytes);
  });
});
