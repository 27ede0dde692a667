import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { workInOrder } from '../../lib/integration/stream-ingest/handler/batch';
import { handler as consume } from '../../lib/integration/stream-ingest/handler/consumer';
import { readReading } from '../../lib/integration/stream-ingest/handler/reading';
import { handler as transform } from '../../lib/integration/stream-ingest/handler/transform';
import { doWork } from '../../lib/integration/stream-ingest/handler/work';
import { startLocalAws, type LocalAws } from '../support/local-aws';

// The local servers start in a process of their own.
jest.setTimeout(30_000);

// Handlers log what failed, and what is already done.
beforeEach(() => {
  jest.spyOn(console, 'log').mockImplementation();
  jest.spyOn(console, 'error').mockImplementation();
});

const base64 = (content: unknown) =>
  Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)).toString('base64');
const reading = { device: 'a', type: 'temperature', value: 120.5 };

describe('the table', () => {
  let aws: LocalAws;
  beforeAll(async () => {
    aws = await startLocalAws();
  });
  afterAll(() => aws.stop());
  let table = 0;
  beforeEach(() => aws.createTable(`Work${++table}`, 'work', 'id'));
  const rows = async () => {
    const { Items = [] } = await aws.dynamodb.send(new ScanCommand({ TableName: `Work${table}` }));
    return Items.map(({ work, id, value }) => `${work?.S} ${id?.S} ${value?.N}`).sort();
  };
  const write = (work: string, value: number, sequence: string) =>
    doWork(aws.dynamodb, { tableName: `Work${table}`, work }, { ...reading, value }, sequence);

  it('has the latest reading of a device, although a batch comes again', async () => {
    // Compared as text, 9 would be later than 10.
    for (const [value, sequence] of [
      [1, '9'],
      [2, '10'],
      [1, '9'],
      [2, '10'],
    ] as const) {
      await write('latest', value, sequence);
    }
    expect(await rows()).toEqual(['latest a 2']);
  });

  it('has each reading above 100 once', async () => {
    for (const sequence of ['1', '2', '2']) await write('high', 101, sequence);
    await write('high', 100, '3');
    const id = (sequence: string) => `high a#${sequence.padStart(60, '0')} 101`;
    expect(await rows()).toEqual([id('1'), id('2')]);
  });

  it('a write that fails makes the record fail', async () => {
    const missing = { tableName: 'Missing', work: 'latest' };
    await expect(doWork(aws.dynamodb, missing, reading, '1')).rejects.toThrow();
  });

  it('the function writes to the table of its environment', async () => {
    const Records = [{ kinesis: { sequenceNumber: '1', data: base64(reading) } }];
    Object.assign(process.env, aws.environment, { TABLE_NAME: `Work${table}`, WORK: '' });
    await expect(consume({ Records })).rejects.toThrow('expected TABLE_NAME and WORK');
    Object.assign(process.env, { TABLE_NAME: '', WORK: 'latest' });
    await expect(consume({ Records })).rejects.toThrow('expected TABLE_NAME and WORK');
    process.env.TABLE_NAME = `Work${table}`;
    expect(await consume({ Records })).toEqual({ batchItemFailures: [] });
    expect(await rows()).toEqual(['latest a 120.5']);
  });
});

describe('a batch of a shard', () => {
  it('stops at the first record that fails, and names it', async () => {
    const tried: string[] = [];
    const work = (_: string, sequenceNumber: string) => {
      tried.push(sequenceNumber);
      return sequenceNumber === '2' ? Promise.reject(new Error('bad')) : Promise.resolve();
    };
    const Records = ['1', '2', '3'].map((sequenceNumber) => ({ kinesis: { sequenceNumber, data: '' } }));
    expect(await workInOrder({ Records }, work)).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }] });
    expect(tried).toEqual(['1', '2']);
    const logged = { message: 'failed', sequenceNumber: '2', error: 'Error: bad' };
    expect(console.error).toHaveBeenCalledWith(logged);
  });
});

describe('a record', () => {
  it.each([
    reading,
    { ...reading, value: 0 },
    { ...reading, type: 'a'.repeat(32) },
    { ...reading, type: 'A-_9' },
  ])('may be %j', (content) => {
    expect(readReading(base64(content))).toEqual(content);
  });

  it('keeps the fields of a reading and no others', () => {
    expect(readReading(base64({ ...reading, secret: 'x' }))).toEqual(reading);
  });

  it.each<[string, unknown]>([
    ['no JSON: ', '{'],
    ['expected a device', 'null'],
    ['expected a device', { ...reading, device: '' }],
    ['expected a device', { ...reading, device: 7 }],
    ['expected a type', { ...reading, type: undefined }],
    ['expected a type', { ...reading, type: '' }],
    ['expected a type', { ...reading, type: 'a/b' }],
    ['expected a type', { ...reading, type: 'a'.repeat(33) }],
    ['expected a value', { ...reading, value: '1' }],
  ])('%s: not %j', (reason, content) => {
    expect(() => readReading(base64(content))).toThrow(reason);
  });
});

it('the transforming function answers for each record, with its id', async () => {
  const records = [reading, 'no JSON'].map((content, index) => ({
    recordId: `record-${index}`,
    data: base64(content),
  }));
  const answer = await transform({ records });
  expect(answer.records.map(({ data, ...rest }) => ({ ...rest, line: atob(data) }))).toEqual([
    {
      recordId: 'record-0',
      result: 'Ok',
      line: `${JSON.stringify(reading)}\n`,
      metadata: { partitionKeys: { folder: 'readings', type: 'temperature' } },
    },
    {
      recordId: 'record-1',
      result: 'Ok',
      line: expect.stringMatching(/^\{"reason":"no JSON: .*","data":"bm8gSlNPTg=="\}\n$/) as string,
      metadata: { partitionKeys: { folder: 'errors', type: 'unreadable' } },
    },
  ]);
});
