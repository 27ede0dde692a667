import { Duration, Stack, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Events } from '../../lib/assertions/events';
import '../../lib/assertions/events/matchers';
import { Iam } from '../../lib/assertions/iam';
import '../../lib/assertions/iam/matchers';
import { Templates } from '../../lib/assertions/templates';
import { LakeDelivery } from '../../lib/integration/stream-ingest/lake-delivery';
import {
  RecordConsumer,
  type RecordConsumerProps,
} from '../../lib/integration/stream-ingest/record-consumer';
import { StreamIngest, type StreamIngestProps } from '../../lib/integration/stream-ingest/stream-ingest';
import { LocalStream } from '../support/local-stream';
import { newApp, sandbox, stackOf } from '../support/sandbox';

const at = (path: string) => `StreamIngest/${path}`;
const app = sandbox({ alarmEmail: 'ops@example.org' }, 'stream-ingest');
const templates = Templates.fromApp(app);
const iam = Iam.of(templates);
const events = Events.of(templates);
const local = (options = {}) => new LocalStream(templates, 'StreamIngest', options);

// The handlers log failures, which are expected here.
beforeEach(() => {
  jest.spyOn(console, 'error').mockImplementation();
  jest.spyOn(console, 'log').mockImplementation();
});

/** What is in one list and not in the other, a few of each: whole lists of thousands would hide it. */
const differences = (got: readonly string[], expected: readonly string[]) => {
  const more = (list: readonly string[], other: readonly string[]) => {
    const others = new Map<string, number>();
    for (const item of other) others.set(item, (others.get(item) ?? 0) + 1);
    return list.filter((item) => {
      const left = others.get(item) ?? 0;
      others.set(item, left - 1);
      return left <= 0;
    });
  };
  return { extra: more(got, expected).slice(0, 5), missing: more(expected, got).slice(0, 5) };
};
const SAME = { extra: [], missing: [] };

const temperature = (value: number) => ({ type: 'temperature', value });

describe('stream-ingest', () => {
  it('handles the readings of a device in order', async () => {
    const running = local();
    for (let value = 1; value <= 250; value++) running.put64(`device-${value % 3}`, temperature(value));
    await running.clock.advance(60);
    const latest = running.written.get('latest device-0') ?? [];
    expect(latest.length).toBe(83);
    expect(latest).toEqual(latest.toSorted((a, b) => a - b));
    expect(running.written.get('latest device-1')?.at(-1)).toBe(250);
  });

  it('sets a bad record aside after its retries, and the rest goes on', async () => {
    const running = local();
    const [first, bad, last] = [temperature(1), 'no JSON', temperature(3)].map((content) =>
      running.put64('a', content),
    );
    await running.clock.advance(5);
    expect(running.written.get('latest a')).toEqual([1]);
    await running.clock.advance(30);
    expect(running.written.get('latest a')).toEqual([1, 3]);
    // Once for each consumer, with its data and without that of others.
    expect(running.givenUp).toEqual([bad, bad]);
    expect([first, last]).not.toContain(bad);
    expect(running.linesBelow('aws/lambda/').map(({ requestContext }) => requestContext)).toEqual(
      Array.from({ length: 2 }, () => ({ condition: 'RetryAttemptsExhausted', approximateInvokeCount: 11 })),
    );
  });

  it('a record that fails for a while is repeated, and nothing else is', async () => {
    const running = local({ fails: (row: string, attempt: number) => row === 'latest b' && attempt < 9 });
    for (const device of ['a', 'b', 'c']) running.put64(device, temperature(1));
    await running.clock.advance(60);
    expect([...running.written].sort()).toEqual(['a', 'b', 'c'].map((device) => [`latest ${device}`, [1]]));
    expect(running.givenUp).toEqual([]);
  });

  it('writes high readings once, although batches are repeated', async () => {
    const failed = new Set<string>();
    const running = local({
      fails: (row: string) =>
        row.startsWith('high b#') && failed.size < 3 && Boolean(failed.add(`${failed.size}`)),
    });
    for (const value of [100, 101, 102]) {
      running.put64('a', temperature(value));
      running.put64('b', temperature(value));
    }
    await running.clock.advance(60);
    expect(running.written.get('high a')).toEqual([101, 102]);
    expect(running.written.get('high b')).toEqual([101, 102]);
  });

  it('every record is in the bucket: readings by type and hour, others with the reason', async () => {
    const running = local();
    const good = [temperature(1), temperature(2), { type: 'humidity', value: 40 }];
    for (const reading of good) running.put64('a', reading);
    const bad = ['no JSON', '{"type":"temperature"}', '{"device":"a","type":"../x","value":1}', '', 'null'];
    const encoded = bad.map((text) => running.put64('a', text));
    await running.clock.advance(300);
    const keys = [...running.objects.keys()].filter((key) => !key.startsWith('aws/')).sort();
    expect(keys.map((key) => key.replace(/[^/]+$/, ''))).toEqual([
      'errors/type=unreadable/2026/01/31/06/',
      'readings/type=humidity/2026/01/31/06/',
      'readings/type=temperature/2026/01/31/06/',
    ]);
    expect(running.linesBelow('readings/type=temperature/').map(({ value }) => value)).toEqual([1, 2]);
    expect(running.linesBelow('readings/type=humidity/')).toEqual([{ device: 'a', ...good[2] }]);
    const errors = running.linesBelow('errors/');
    expect(errors.map(({ data }) => data)).toEqual(encoded);
    expect(errors.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^no JSON: /),
      'expected a device, as text',
      'expected a type of 1 to 32 letters, digits, - and _',
      expect.stringMatching(/^no JSON: /),
      'expected a device, as text',
    ]);
  });

  it('objects lie by the hour in which their first record came, in UTC', async () => {
    const running = local();
    await running.clock.advance(55 * 60);
    running.put64('a', temperature(1));
    await running.clock.advance(10 * 60);
    running.put64('a', temperature(2));
    await running.clock.advance(300);
    expect(running.linesBelow('readings/type=temperature/2026/01/31/06/')).toHaveLength(1);
    expect(running.linesBelow('readings/type=temperature/2026/01/31/07/')).toHaveLength(1);
  });

  it('records that the function crashes on are kept after three retries', async () => {
    let calls = 0;
    const crash = () => {
      calls += 1;
      return Promise.reject(new Error('out of memory'));
    };
    const running = local({ transform: crash });
    const data = running.put64('a', temperature(1));
    await running.clock.advance(300);
    expect(calls).toBe(4);
    expect(running.linesBelow('errors/processing-failed/2026/01/31/06/')).toMatchObject([
      { errorMessage: 'out of memory', rawData: data },
    ]);
  });

  it('nothing is lost in 5,000 records of which some are bad and some writes fail', async () => {
    let draw = 7;
    const random = () => (draw = (draw * 48_271) % 2_147_483_647) / 2_147_483_647;
    const running = local({ fails: () => random() < 0.02 });
    const sent: string[] = [];
    for (let batch = 0; batch < 50; batch++) {
      for (let number = 0; number < 100; number++) {
        const content = random() < 0.01 ? `bad ${sent.length}` : temperature(sent.length);
        sent.push(running.put64(`device-${number % 10}`, content));
      }
      await running.clock.advance(20);
    }
    await running.clock.advance(3600);
    expect(running.consumers.map(({ lost }) => lost.length)).toEqual([0, 0]);
    const delivered = running.linesBelow('readings/').map((line) => JSON.stringify(line));
    const kept = running.linesBelow('errors/').map(({ data }) => String(data));
    const base64 = delivered.map((line) => Buffer.from(line).toString('base64'));
    expect(differences([...base64, ...kept], sent)).toEqual(SAME);
    const bad = sent.filter((data) => Buffer.from(data, 'base64').toString().startsWith('bad'));
    expect(bad.length).toBeGreaterThan(20);
    expect(differences(running.givenUp, [...bad, ...bad])).toEqual(SAME);
    const latest = [...running.written].filter(([key]) => key.startsWith('latest'));
    const values = latest.flatMap(([, all]) => all);
    expect(values.length).toBe(sent.length - bad.length);
  });

  const bucketName = () => {
    const { EventPattern } = templates.at(at('FailedRecords/Rule')).properties as {
      EventPattern: { detail: { bucket: { name: string[] } } };
    };
    const [name = 'no bucket'] = EventPattern.detail.bucket.name;
    expect(templates.reference(name)?.resource.path).toBe(at('Lake/Bucket'));
    return name;
  };

  it.each([
    ['errors/type=unreadable/2026/01/31/06/stream-1', ['Failed/Queue']],
    ['errors/processing-failed/2026/01/31/06/stream-1', ['Failed/Queue']],
    ['aws/lambda/uuid/shardId-000000000000/2026/01/31/x', ['Failed/Queue']],
    ['readings/type=errors/2026/01/31/06/stream-1', []],
  ])('an object %s: a message about failed records to %j', (key, reached) => {
    const created = (bucket: string) => ({
      event: {
        source: 'aws.s3',
        'detail-type': 'Object Created',
        detail: { bucket: { name: bucket }, object: { key } },
      },
    });
    expect(events).toDeliverOnlyTo(created(bucketName()), reached);
    expect(templates.at(at('Lake/Bucket')).properties.NotificationConfiguration).toEqual({
      EventBridgeConfiguration: { EventBridgeEnabled: true },
    });
  });
  it('a consumer may read the stream, write its rows and keep what failed', () => {
    const permissions = (name: string) => ({
      '*': ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
      [at('Ingest/Stream')]: [
        'kinesis:DescribeStream',
        'kinesis:DescribeStreamSummary',
        'kinesis:GetRecords',
        'kinesis:GetShardIterator',
        'kinesis:ListShards',
      ],
      [at('Lake/Bucket')]: ['s3:ListBucket'],
      [at('Lake/Bucket/aws/lambda/*')]: ['s3:PutObject'],
      [at(`${name}/Worker/Logs:*`)]: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      [at('Work/Table')]: ['dynamodb:PutItem'],
    });
    expect(iam).toAllowOnly(at('Latest/Worker/Function'), permissions('Latest'));
    expect(iam).toAllowOnly(at('High/Worker/Function'), {
      ...permissions('High'),
      [at('High/Consumer')]: ['kinesis:DescribeStreamConsumer', 'kinesis:SubscribeToShard'],
    });
  });

  it.each([
    ['Latest', 'latest'],
    ['High', 'high'],
  ])('%s writes rows of its own partition only', (name, work) => {
    const write = iam
      .permissions(at(`${name}/Worker/Function`))
      .find(({ action }) => action === 'dynamodb:PutItem');
    expect(write?.condition).toEqual({
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [work] },
      Null: { 'dynamodb:LeadingKeys': 'false' },
    });
  });

  it('Firehose may read this stream, call this function and write these prefixes', () => {
    expect(iam).toAllowOnly(at('Lake/Role'), {
      [at('Ingest/Stream')]: [
        'kinesis:DescribeStream',
        'kinesis:GetRecords',
        'kinesis:GetShardIterator',
        'kinesis:ListShards',
      ],
      [at('Lake/Bucket')]: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
      [at('Lake/Bucket/errors/*')]: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
      [at('Lake/Bucket/readings/*')]: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
      [at('Lake/Transform/Function:$LATEST')]: ['lambda:GetFunctionConfiguration', 'lambda:InvokeFunction'],
      [at('Lake/Logs:log-stream:⟨*StreamIngest.LakeLogStream6FDF23F1⟩')]: ['logs:PutLogEvents'],
    });
    expect(iam).toAllowOnly(at('Lake/Transform/Function'), {
      '*': ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
      [at('Lake/Transform/Logs:*')]: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    });
    const as = (account: string | null) => ({ context: { 'sts:ExternalId': account } });
    const { service, role } = { service: 'firehose.amazonaws.com', role: at('Lake/Role') };
    expect(iam).toAllow(service, 'sts:AssumeRole', role, as('⟨AWS::AccountId⟩'));
    expect(iam).not.toAllow(service, 'sts:AssumeRole', role, as(null));
  });

  it.each([
    ['Latest/Late', 'IteratorAge', 'FunctionName', 'Latest/Worker/Function', 60_000],
    ['High/Late', 'IteratorAge', 'FunctionName', 'High/Worker/Function', 60_000],
    ['Ingest/WritesThrottled', 'WriteProvisionedThroughputExceeded', 'StreamName', 'Ingest/Stream', 1],
    ['Ingest/ReadsThrottled', 'ReadProvisionedThroughputExceeded', 'StreamName', 'Ingest/Stream', 1],
    ['Lake/Late', 'DeliveryToS3.DataFreshness', 'DeliveryStreamName', 'Lake/DeliveryStream', 900],
    ['Failed/Alarm', 'ApproximateNumberOfMessagesVisible', 'QueueName', 'Failed/Queue', 1],
  ])('%s alarms by %s', (path, MetricName, dimension, watched, Threshold) => {
    const { properties } = templates.at(at(path));
    const [{ Name, Value } = { Name: '', Value: '' }] = properties.Dimensions as {
      readonly Name: string;
      readonly Value: string;
    }[];
    expect(Name).toBe(dimension);
    expect(templates.reference(Value)?.resource.path).toBe(at(watched));
    expect(properties).toMatchObject({
      MetricName,
      Namespace:
        { Ingest: 'AWS/Kinesis', Lake: 'AWS/Firehose', Failed: 'AWS/SQS' }[path.split('/')[0] ?? ''] ??
        'AWS/Lambda',
      Threshold,
      ComparisonOperator: Threshold === 1 ? 'GreaterThanOrEqualToThreshold' : 'GreaterThanThreshold',
      Statistic: MetricName.endsWith('Exceeded') ? 'Sum' : 'Maximum',
      TreatMissingData: 'notBreaching',
      AlarmActions: ['⟨StreamIngest.AlarmsTopic3A2DFEBA⟩'],
    });
  });

  it('the second consumer has the throughput of a registered consumer', () => {
    const source = (name: string) =>
      templates.reference(templates.at(at(`${name}/EventSource`)).properties.EventSourceArn)?.resource.type;
    expect(source('High')).toBe('AWS::Kinesis::StreamConsumer');
    expect(source('Latest')).toBe('AWS::Kinesis::Stream');
  });

  it('Firehose calls the function, zips, logs its errors and retries for five minutes', () => {
    const { ExtendedS3DestinationConfiguration } = templates.at(at('Lake/DeliveryStream')).properties;
    const name = (path: string) =>
      expect.stringMatching(new RegExp(`^⟨StreamIngest\\.${path}\\w+`)) as string;
    const parameter = (ParameterName: string, ParameterValue: string) => ({ ParameterName, ParameterValue });
    expect(ExtendedS3DestinationConfiguration).toMatchObject({
      CompressionFormat: 'GZIP',
      DynamicPartitioningConfiguration: { RetryOptions: { DurationInSeconds: 300 } },
      ProcessingConfiguration: {
        Processors: [
          {
            Parameters: expect.arrayContaining([
              parameter(
                'LambdaArn',
                expect.stringMatching(/^⟨.*LakeTransformFunction.*⟩:\$LATEST$/) as string,
              ),
              parameter('RoleArn', name('LakeRole')),
              parameter('BufferSizeInMBs', '1'),
            ]) as unknown[],
          },
        ],
      },
      CloudWatchLoggingOptions: {
        Enabled: true,
        LogGroupName: name('LakeLogs'),
        LogStreamName: name('LakeLogStream'),
      },
    });
  });

  it.each(['Latest/Worker', 'High/Worker', 'Lake/Transform'])('Lambda may use the role of %s', (path) => {
    expect(iam).toAllow('lambda.amazonaws.com', 'sts:AssumeRole', at(`${path}/Role`));
  });

  it('encrypts the stream, and the bucket accepts TLS only', () => {
    expect(templates.at(at('Ingest/Stream')).properties.StreamEncryption).toEqual({
      EncryptionType: 'KMS',
      KeyId: 'alias/aws/kinesis',
    });
    const plain = { context: { 'aws:SecureTransport': 'false' } };
    const object = { resource: at('Lake/Bucket'), path: 'errors/x' };
    expect(iam.can(at('Lake/Role'), 's3:PutObject', object, plain).answer).toBe('explicit deny');
  });

  it('without an address, alarms have no actions', () => {
    const silent = Template.fromStack(stackOf(sandbox({}, 'stream-ingest'), 'StreamIngest'));
    silent.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: Match.absent() });
  });
});

describe('props', () => {
  const ingestWith = (props: StreamIngestProps = {}, stack = new Stack(newApp(), 'Test')) =>
    new StreamIngest(stack, 'Ingest', props);
  const consumerWith = (props: Partial<RecordConsumerProps>, ingest = ingestWith()) => {
    const stack = Stack.of(ingest);
    const table = dynamodb.Table.fromTableName(stack, 'Table', 'table');
    const failures = new s3.Bucket(stack, 'Failures');
    return new RecordConsumer(stack, 'Consumer', { ingest, table, failures, work: 'latest', ...props });
  };

  it('is on demand by default, with shards as they are given', () => {
    const mode = (props: StreamIngestProps) => Template.fromStack(Stack.of(ingestWith(props)));
    mode({}).hasResource('AWS::Kinesis::Stream', {
      DeletionPolicy: 'Retain',
      Properties: Match.objectLike({
        StreamModeDetails: { StreamMode: 'ON_DEMAND' },
        ShardCount: Match.absent(),
      }),
    });
    mode({ shards: 3, retention: Duration.days(365) }).hasResourceProperties('AWS::Kinesis::Stream', {
      StreamModeDetails: { StreamMode: 'PROVISIONED' },
      ShardCount: 3,
      RetentionPeriodHours: 8760,
    });
  });

  it.each<[StreamIngestProps, string]>([
    [{ shards: 0 }, 'shards: got 0, expected a whole number from 1 to 10000'],
    [{ retention: Duration.hours(23) }, 'retention: got "23 hours", expected 24 hours to 365 days'],
    [{ retention: Duration.days(366) }, 'retention: got "366 days"'],
    [{ retention: Duration.minutes(1441) }, 'retention: got'],
  ])('refuses %j', (props, expected) => {
    expect(() => ingestWith(props)).toThrow(expected);
  });

  it('takes a retention that is known at deployment', () => {
    const hours = Token.asNumber({ Ref: 'Hours' });
    expect(() => ingestWith({ retention: Duration.hours(hours) })).not.toThrow();
  });

  it.each<[string, Partial<RecordConsumerProps>, string]>([
    ['an age above the retention', { maxRecordAge: Duration.hours(25) }, 'expected 1 minute to 1 day'],
    ['an age below a minute', { maxRecordAge: Duration.seconds(59) }, 'maxRecordAge: got "59 seconds"'],
    ['a part of a second', { maxRecordAge: Duration.millis(60_500) }, 'maxRecordAge: got'],
    ['a negative number of retries', { retryAttempts: -1 }, 'retryAttempts: got -1, expected a whole number'],
  ])('refuses %s', (_, props, expected) => {
    expect(() => consumerWith(props)).toThrow(expected);
  });

  it('takes ages up to the retention and 7 days', () => {
    const aged = (retention: Duration, maxRecordAge: Duration) => () =>
      consumerWith({ maxRecordAge }, ingestWith({ retention }));
    expect(aged(Duration.hours(24), Duration.hours(24))).not.toThrow();
    expect(aged(Duration.days(30), Duration.days(7))).not.toThrow();
    expect(aged(Duration.days(30), Duration.days(8))).toThrow('expected 1 minute to 7 days');
    const { Properties } = Object.values(
      Template.fromStack(
        Stack.of(consumerWith({ maxRecordAge: Duration.minutes(1), retryAttempts: 0 })),
      ).findResources('AWS::Lambda::EventSourceMapping'),
    )[0] as { Properties: object };
    expect(Properties).toMatchObject({ MaximumRecordAgeInSeconds: 60, MaximumRetryAttempts: 0 });
  });

  it('two of each fit into one stack, and keep what they have by default', () => {
    const stack = new Stack(newApp(), 'Test');
    const table = dynamodb.Table.fromTableName(stack, 'Table', 'table');
    for (const id of ['One', 'Two']) {
      const ingest = new StreamIngest(stack, id);
      const { bucket: failures } = new LakeDelivery(stack, `${id}Lake`, { ingest });
      const props = { ingest, table, failures, work: 'high', enhancedFanOut: true } as const;
      new RecordConsumer(stack, `${id}Consumer`, props);
    }
    const both = Template.fromStack(stack);
    both.resourceCountIs('AWS::KinesisFirehose::DeliveryStream', 2);
    both.allResources('AWS::S3::Bucket', { DeletionPolicy: 'Retain' });
    both.allResources('AWS::Logs::LogGroup', { DeletionPolicy: 'Retain' });
    const names = Object.values(both.findResources('AWS::Kinesis::StreamConsumer'));
    expect(new Set(names.map((consumer) => JSON.stringify(consumer))).size).toBe(2);
  });
});
