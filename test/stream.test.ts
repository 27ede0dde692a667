import { gunzipSync } from 'node:zlib';
import { Templates } from '../lib/assertions/templates';
import { SimulatedDelivery } from './support/delivery';
import { VirtualClock } from './support/queue';
import { SimulatedStream, SimulatedStreamSource } from './support/stream';

type Properties = Readonly<Record<string, unknown>>;
const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

/** A stream and an event source mapping of a hand-written template. `bad` are the records that the function fails on. */
function stream(properties: Properties, mapping: Properties, bad: readonly string[] = []) {
  const templates = Templates.fromTemplates({
    App: {
      Resources: {
        Stream: { Type: 'AWS::Kinesis::Stream', Properties: properties },
        Bucket: { Type: 'AWS::S3::Bucket' },
        Function: { Type: 'AWS::Lambda::Function', Properties: {} },
        Mapping: {
          Type: 'AWS::Lambda::EventSourceMapping',
          Properties: { EventSourceArn: arn('Stream'), FunctionName: { Ref: 'Function' }, ...mapping },
        },
      },
    },
  });
  const clock = new VirtualClock();
  const simulated = new SimulatedStream(templates, 'App/Stream', clock);
  const batches: string[] = [];
  const aside: string[] = [];
  const handler = ({
    Records,
  }: {
    Records: readonly { kinesis: { data: string; sequenceNumber: string } }[];
  }) => {
    const texts = Records.map(({ kinesis }) => atob(kinesis.data));
    batches.push(texts.join(''));
    const failed = Records.find((_, index) => bad.includes(texts[index] ?? ''));
    if (failed && mapping.FunctionResponseTypes === undefined) return Promise.reject(new Error('bad'));
    const batchItemFailures = failed ? [{ itemIdentifier: failed.kinesis.sequenceNumber }] : [];
    return Promise.resolve({ batchItemFailures });
  };
  const source = new SimulatedStreamSource(
    templates,
    'App/Mapping',
    simulated,
    handler,
    (bucket, key, content) => {
      const { requestContext, payload } = JSON.parse(String(content)) as {
        requestContext: { condition: string };
        payload: string;
      };
      const { Records } = JSON.parse(payload) as { Records: { kinesis: { data: string } }[] };
      expect([bucket, key.startsWith('aws/lambda/')]).toEqual(['App/Bucket', true]);
      aside.push(`${requestContext.condition} ${Records.map(({ kinesis }) => atob(kinesis.data)).join('')}`);
    },
  );
  source.start();
  return { clock, stream: simulated, source, batches, aside };
}
const KEEPS = { DestinationConfig: { OnFailure: { Destination: arn('Bucket') } } };
const REPORTS = { FunctionResponseTypes: ['ReportBatchItemFailures'] };

describe('a simulated stream', () => {
  it('sends the records of a partition key to one shard, and keys to all shards', () => {
    const { stream: shards } = stream({ ShardCount: 4 }, {});
    for (let key = 0; key < 40; key++) for (const data of ['1', '2']) shards.put(`key-${key}`, data);
    for (const records of shards.shards) {
      expect(records.length).toBeGreaterThan(0);
      expect(records.length % 2).toBe(0);
    }
    expect(stream({ StreamModeDetails: { StreamMode: 'ON_DEMAND' } }, {}).stream.shards).toHaveLength(4);
  });

  it('passes a batch in order, at most as large as the mapping says', async () => {
    const { clock, stream: one, batches } = stream({ ShardCount: 1 }, { BatchSize: 2 });
    for (const data of 'abcde') one.put('key', data);
    await clock.advance(5);
    expect(batches).toEqual(['ab', 'cd', 'e']);
  });

  it.each<[string, Properties, readonly string[], readonly string[]]>([
    [
      'throws, without bisecting: the whole batch is repeated and set aside',
      { MaximumRetryAttempts: 1, ...KEEPS },
      ['abXd', 'abXd', 'e'],
      ['RetryAttemptsExhausted abXd'],
    ],
    [
      'throws, with bisecting: the record is alone in the end',
      { MaximumRetryAttempts: 1, BisectBatchOnFunctionError: true, ...KEEPS },
      ['abXd', 'ab', 'Xd', 'X', 'X', 'd', 'e'],
      ['RetryAttemptsExhausted X'],
    ],
    [
      'names the record, without bisecting: the rest goes aside with it',
      { MaximumRetryAttempts: 1, ...REPORTS, ...KEEPS },
      ['abXd', 'Xd', 'Xd', 'e'],
      ['RetryAttemptsExhausted Xd'],
    ],
    [
      'names the record, with bisecting: it goes aside alone',
      { MaximumRetryAttempts: 1, BisectBatchOnFunctionError: true, ...REPORTS, ...KEEPS },
      ['abXd', 'Xd', 'X', 'X', 'd', 'e'],
      ['RetryAttemptsExhausted X'],
    ],
  ])('a function that %s', async (_, mapping, invoked, kept) => {
    const {
      clock,
      stream: one,
      batches,
      aside,
    } = stream({ ShardCount: 1 }, { BatchSize: 4, ...mapping }, ['X']);
    for (const data of 'abXde') one.put('key', data);
    await clock.advance(20);
    expect([batches, aside]).toEqual([invoked, kept]);
  });

  it('a record that is too old goes aside, and without a destination it is lost', async () => {
    const old = { MaximumRecordAgeInSeconds: 60 };
    const { clock, stream: one, aside } = stream({ ShardCount: 1 }, { ...old, ...KEEPS }, ['X']);
    one.put('key', 'X');
    await clock.advance(120);
    expect(aside).toEqual(['RecordAgeExceeded X']);
    const without = stream({ ShardCount: 1 }, old, ['X']);
    without.stream.put('key', 'X');
    await without.clock.advance(120);
    expect(without.source.lost).toHaveLength(1);
  });

  it('a record that is retried until the stream drops it is lost', async () => {
    const { clock, stream: one, source, aside } = stream({ ShardCount: 1 }, KEEPS, ['X']);
    one.put('key', 'X');
    await clock.advance(24 * 3600 - 1);
    expect(source.lost).toEqual([]);
    await clock.advance(3);
    expect([source.lost.length, aside]).toEqual([1, []]);
  });

  it('refuses a mapping of another stream', () => {
    expect(() => stream({ ShardCount: 1 }, { EventSourceArn: arn('Bucket') })).toThrow('reads App/Bucket');
  });
});

describe('a simulated delivery', () => {
  function delivery(
    transform: (event: { records: readonly { recordId: string; data: string }[] }) => unknown,
  ) {
    const parameters = { BufferSizeInMBs: '1', BufferIntervalInSeconds: '10', NumberOfRetries: '0' };
    const templates = Templates.fromTemplates({
      App: {
        Resources: {
          Stream: { Type: 'AWS::Kinesis::Stream', Properties: { ShardCount: 1 } },
          Bucket: { Type: 'AWS::S3::Bucket' },
          Delivery: {
            Type: 'AWS::KinesisFirehose::DeliveryStream',
            Properties: {
              DeliveryStreamType: 'KinesisStreamAsSource',
              KinesisStreamSourceConfiguration: { KinesisStreamARN: arn('Stream') },
              ExtendedS3DestinationConfiguration: {
                BucketARN: arn('Bucket'),
                Prefix: '!{partitionKeyFromLambda:folder}/!{timestamp:yyyy/MM/dd/HH}/',
                ErrorOutputPrefix: 'errors/!{firehose:error-output-type}/',
                BufferingHints: { IntervalInSeconds: 60, SizeInMBs: 64 },
                CompressionFormat: 'GZIP',
                DynamicPartitioningConfiguration: { Enabled: true },
                ProcessingConfiguration: {
                  Enabled: true,
                  Processors: [
                    {
                      Type: 'Lambda',
                      Parameters: Object.entries(parameters).map(([ParameterName, ParameterValue]) => ({
                        ParameterName,
                        ParameterValue,
                      })),
                    },
                  ],
                },
              },
            },
          },
        },
      },
    });
    const clock = new VirtualClock();
    const one = new SimulatedStream(templates, 'App/Stream', clock);
    const objects: string[] = [];
    const store = (_: string, key: string, content: Buffer) =>
      objects.push(`${key.replace(/[^/]+$/, '')} ${String(gunzipSync(content)).replace(/"raw.*/, '')}`);
    const asked = (event: Parameters<typeof transform>[0]) => Promise.resolve(transform(event));
    const simulated = new SimulatedDelivery(templates, 'App/Delivery', one, asked, store);
    simulated.start();
    return { clock, stream: one, objects, delivery: simulated };
  }
  const answers =
    (rest: (index: number) => object) => (event: { records: readonly { recordId: string }[] }) => ({
      records: event.records.map(({ recordId }, index) => ({ recordId, ...rest(index) })),
    });
  const ok = (folder: string) => ({
    result: 'Ok',
    data: btoa('x'),
    metadata: { partitionKeys: { folder } },
  });

  it('writes an object once its buffer is full or old enough', async () => {
    const { clock, stream: one, objects } = delivery(answers(() => ok('all')));
    one.put('key', 'a');
    one.put('key', 'b');
    await clock.advance(69);
    expect(objects).toEqual([]);
    await clock.advance(2);
    expect(objects).toEqual(['all/2026/01/31/06/ xx']);
  });

  it('keeps what the function fails on, does not answer for, or answers too much for', async () => {
    const results = [
      answers(() => ({ result: 'ProcessingFailed' })),
      () => ({ records: [] }),
      answers(() => ({ ...ok('all'), data: 'x'.repeat(6 * 1024 * 1024) })),
    ];
    for (const result of results) {
      const { clock, stream: one, objects } = delivery(result);
      one.put('key', 'a');
      await clock.advance(120);
      expect(objects.map((object) => object.slice(0, 25))).toEqual(['errors/processing-failed/']);
    }
  });

  it('counts what the function drops', async () => {
    const {
      clock,
      stream: one,
      objects,
      delivery: simulated,
    } = delivery(answers(() => ({ result: 'Dropped' })));
    one.put('key', 'a');
    await clock.advance(120);
    expect([objects, simulated.dropped]).toEqual([[], 1]);
  });

  it('writes 500 partitions at a time, and keeps what is in others', async () => {
    const { clock, stream: one, objects } = delivery(answers((index) => ok(`folder-${index}`)));
    for (let number = 0; number < 502; number++) one.put('key', 'a');
    await clock.advance(120);
    expect(objects.filter((object) => object.startsWith('folder-'))).toHaveLength(500);
    expect(objects.filter((object) => object.startsWith('errors/activePartitionExceeded/'))).toHaveLength(1);
  });
});
