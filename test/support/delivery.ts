import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { Templates, type Json } from '../../lib/assertions/templates';
import { dateAt, type SimulatedStream, type Store, type StoredRecord } from './stream';

type Transform = (event: {
  readonly records: readonly { readonly recordId: string; readonly data: string }[];
}) => Promise<unknown>;

/** What a transforming function answers for a record. */
interface Transformed {
  readonly recordId?: string;
  readonly result?: string;
  readonly data?: string;
  readonly metadata?: { readonly partitionKeys?: Readonly<Record<string, string>> };
}

interface Destination {
  readonly BucketARN: Json;
  readonly Prefix: string;
  readonly ErrorOutputPrefix: string;
  readonly CompressionFormat?: string;
  readonly BufferingHints: { readonly IntervalInSeconds: number; readonly SizeInMBs: number };
  readonly DynamicPartitioningConfiguration?: { readonly Enabled?: boolean };
  readonly ProcessingConfiguration: {
    readonly Enabled?: boolean;
    readonly Processors: readonly {
      readonly Type: string;
      readonly Parameters: readonly { readonly ParameterName: string; readonly ParameterValue: string }[];
    }[];
  };
}

interface Buffered {
  readonly since: number;
  readonly arrivedAt: number;
  readonly parts: Buffer[];
}

const MB = 1024 * 1024;
/** The answer of a function. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_ANSWER = 6 * MB;
/** https://docs.aws.amazon.com/firehose/latest/dev/buffering.html */
const MAX_PARTITIONS = 500;

/**
 * A Firehose stream that reads a Kinesis stream and writes to a bucket, on a virtual clock, with the buffers, prefixes and
 * transforming function of a template. `transform` is that function.
 *
 * @see https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html
 * @see https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html
 */
export class SimulatedDelivery {
  /** Records that the function dropped. */
  dropped = 0;
  private readonly destination: Destination;
  private readonly bucket: string;
  private readonly positions: number[];
  private incoming: StoredRecord[] = [];
  private readonly buffers = new Map<string, Buffered>();

  constructor(
    templates: Templates,
    path: string,
    private readonly stream: SimulatedStream,
    private readonly transform: Transform,
    private readonly store: Store,
  ) {
    const { DeliveryStreamType, KinesisStreamSourceConfiguration, ExtendedS3DestinationConfiguration } =
      templates.at(path).properties;
    const { KinesisStreamARN } = KinesisStreamSourceConfiguration as { KinesisStreamARN: Json };
    const source = templates.reference(KinesisStreamARN)?.resource.path;
    if (source !== stream.path) throw new Error(`${path}: reads ${source}`);
    this.destination = ExtendedS3DestinationConfiguration as unknown as Destination;
    const { DynamicPartitioningConfiguration: partitioning, ProcessingConfiguration: processing } =
      this.destination;
    const isModelled =
      DeliveryStreamType === 'KinesisStreamAsSource' &&
      partitioning?.Enabled === true &&
      processing.Enabled === true &&
      processing.Processors.length === 1 &&
      processing.Processors[0]?.Type === 'Lambda';
    if (!isModelled) throw new Error(`${path}: expected a stream, a function and dynamic partitioning`);
    for (const name of ['BufferIntervalInSeconds', 'BufferSizeInMBs', 'NumberOfRetries'])
      this.parameter(name);
    this.bucket = templates.reference(this.destination.BucketARN)?.resource.path ?? 'a bucket elsewhere';
    this.positions = stream.shards.map(() => 0);
  }

  start(): void {
    this.stream.clock.after(0, () => this.step());
  }

  private async step(): Promise<void> {
    this.positions.forEach((position, shard) => {
      const records = this.stream.read(shard, position, 10_000);
      this.positions[shard] = position + records.length;
      this.incoming.push(...records);
    });
    const { now } = this.stream.clock;
    const [oldest] = this.incoming;
    const bytes = this.incoming.reduce((sum, { data }) => sum + data.length, 0);
    const isDue = oldest && now - oldest.arrivedAt >= this.parameter('BufferIntervalInSeconds');
    if (isDue || bytes >= this.parameter('BufferSizeInMBs') * MB) await this.process(this.incoming.splice(0));
    const { IntervalInSeconds, SizeInMBs } = this.destination.BufferingHints;
    for (const [prefix, { since, parts }] of this.buffers) {
      const size = parts.reduce((sum, part) => sum + part.length, 0);
      if (now - since >= IntervalInSeconds || size >= SizeInMBs * MB) this.flush(prefix);
    }
    this.stream.clock.after(1, () => this.step());
  }

  private parameter(name: string): number {
    const { Parameters = [] } = this.destination.ProcessingConfiguration.Processors[0] ?? {};
    const value = Number(Parameters.find(({ ParameterName }) => ParameterName === name)?.ParameterValue);
    if (!(value >= 0)) throw new Error(`${name}: got ${value}, expected a number`);
    return value;
  }

  private async process(records: readonly StoredRecord[]): Promise<void> {
    const answer = await this.invoke(records, this.parameter('NumberOfRetries'));
    for (const record of records) {
      if (typeof answer === 'string') {
        this.fail('processing-failed', record, answer);
        continue;
      }
      const found = answer.find(({ recordId }) => recordId === record.sequenceNumber);
      if (found?.result === 'Dropped') this.dropped += 1;
      else if (found?.result !== 'Ok')
        this.fail('processing-failed', record, 'The function returned an error');
      else this.deliver(record, found);
    }
  }

  /** The answer of the function, or why there is none. */
  private async invoke(
    records: readonly StoredRecord[],
    retries: number,
  ): Promise<readonly Transformed[] | string> {
    const event = records.map(({ sequenceNumber, data }) => ({
      recordId: sequenceNumber,
      data: data.toString('base64'),
    }));
    try {
      const answer = await this.transform({ records: event });
      if (JSON.stringify(answer).length > MAX_ANSWER) throw new Error('The answer has more than 6 MB');
      return (answer as { records: readonly Transformed[] }).records;
    } catch (error) {
      return retries > 0 ? this.invoke(records, retries - 1) : (error as Error).message;
    }
  }

  private deliver(record: StoredRecord, { data = '', metadata = {} }: Transformed): void {
    const { partitionKeys = {} } = metadata;
    const prefix = this.destination.Prefix.replaceAll(
      /!\{partitionKeyFromLambda:(\w+)\}/g,
      (_, name: string) => {
        const key = partitionKeys[name];
        if (key === undefined) throw new Error(`record ${record.sequenceNumber}: no partition key ${name}`);
        return key;
      },
    );
    const isNew = !this.buffers.has(prefix);
    if (isNew && this.buffers.size >= MAX_PARTITIONS) this.fail('activePartitionExceeded', record, prefix);
    else this.buffer(prefix, record, Buffer.from(data, 'base64'));
  }

  private fail(type: string, { data, sequenceNumber, arrivedAt }: StoredRecord, errorMessage: string): void {
    const content = {
      errorMessage,
      arrivalTimestamp: dateAt(arrivedAt).getTime(),
      rawData: data.toString('base64'),
    };
    const prefix = this.destination.ErrorOutputPrefix.replace('!{firehose:error-output-type}', type);
    const record = { sequenceNumber, partitionKey: '', data, arrivedAt };
    this.buffer(prefix, record, Buffer.from(`${JSON.stringify(content)}\n`));
  }

  private buffer(prefix: string, { arrivedAt }: StoredRecord, part: Buffer): void {
    const { now } = this.stream.clock;
    const buffered = this.buffers.get(prefix) ?? { since: now, arrivedAt, parts: [] };
    const oldest = Math.min(buffered.arrivedAt, arrivedAt);
    this.buffers.set(prefix, { ...buffered, arrivedAt: oldest, parts: [...buffered.parts, part] });
  }

  /** Writes an object. Its time is that of its oldest record, in UTC. */
  private flush(prefix: string): void {
    const { arrivedAt, parts } = this.buffers.get(prefix) ?? { arrivedAt: 0, parts: [] };
    this.buffers.delete(prefix);
    const [year = '', month = '', day = '', hour = ''] = dateAt(arrivedAt).toISOString().split(/[-T:]/);
    const folder = prefix.replaceAll(/!\{timestamp:([^}]*)\}/g, (_, format: string) =>
      format.replace('yyyy', year).replace('MM', month).replace('dd', day).replace('HH', hour),
    );
    if (folder.includes('!{')) throw new Error(`${folder}: an expression that is not modelled`);
    const isZipped = this.destination.CompressionFormat === 'GZIP';
    const content = Buffer.concat(parts);
    this.store(
      this.bucket,
      `${folder}stream-1-${randomUUID()}${isZipped ? '.gz' : ''}`,
      isZipped ? gzipSync(content) : content,
    );
  }
}
