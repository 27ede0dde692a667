import { createHash, randomUUID } from 'node:crypto';
import { Templates, type Json } from '../../lib/assertions/templates';
import type { VirtualClock } from './queue';

/** When the clocks of the tests start. */
const START = Date.parse('2026-01-31T06:00:00Z');
export const dateAt = (seconds: number): Date => new Date(START + seconds * 1000);

/** A record in a shard. */
export interface StoredRecord {
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  readonly data: Buffer;
  readonly arrivedAt: number;
}

/** Keeps an object: bucket by its construct path, key, content. */
export type Store = (bucket: string, key: string, content: Buffer) => void;

/**
 * A Kinesis data stream on a virtual clock, with shards and retention of a template. The hash of the partition key says
 * which shard a record goes to.
 *
 * @see https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html
 */
export class SimulatedStream {
  readonly shards: readonly StoredRecord[][];
  private readonly retention: number;
  private sequence = 10n ** 55n;

  constructor(
    templates: Templates,
    readonly path: string,
    readonly clock: VirtualClock,
  ) {
    const { type, properties } = templates.at(path);
    if (type !== 'AWS::Kinesis::Stream') throw new Error(`${path}: expected a stream, got ${type}`);
    // An on-demand stream starts with four shards.
    const { ShardCount = 4, RetentionPeriodHours = 24 } = properties;
    this.shards = Array.from({ length: Number(ShardCount) }, () => []);
    this.retention = Number(RetentionPeriodHours) * 3600;
  }

  put(partitionKey: string, data: Buffer | string): string {
    const hash = BigInt(`0x${createHash('md5').update(partitionKey).digest('hex')}`);
    const shard = Number((hash * BigInt(this.shards.length)) >> 128n);
    const sequenceNumber = String(this.sequence++);
    const record = { sequenceNumber, partitionKey, data: Buffer.from(data), arrivedAt: this.clock.now };
    this.shards[shard]?.push(record);
    return sequenceNumber;
  }

  /** Records from a position on that the stream still has. */
  read(shard: number, position: number, max: number): readonly StoredRecord[] {
    return (this.shards[shard] ?? []).slice(position, position + max).filter((record) => this.has(record));
  }

  has({ arrivedAt }: StoredRecord): boolean {
    return this.clock.now - arrivedAt < this.retention;
  }
}

type StreamHandler = (event: { readonly Records: readonly KinesisRecord[] }) => Promise<unknown>;

/** One record of the event that Lambda passes to a function. */
interface KinesisRecord {
  readonly eventSource: 'aws:kinesis';
  readonly eventID: string;
  readonly kinesis: {
    readonly partitionKey: string;
    readonly sequenceNumber: string;
    readonly data: string;
    readonly approximateArrivalTimestamp: number;
  };
}

interface Batch {
  readonly records: readonly StoredRecord[];
  readonly attempts: number;
}

interface Shard {
  position: number;
  /** What is left of batches that were read, in order. */
  waiting: Batch[];
}

interface MappingSettings {
  readonly batchSize: number;
  readonly reportsFailures: boolean;
  readonly bisects: boolean;
  readonly retries: number;
  readonly maxAge: number;
  readonly failures: string | undefined;
}

/**
 * Lambda's event source mapping for a stream, on a virtual clock: one invocation a second for each shard. A batch is split
 * at the record that the function names, else in half. Splitting is no retry. A batch that cannot be split is retried, and
 * then goes to the failure destination with its records.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
 */
export class SimulatedStreamSource {
  invocations = 0;
  /** Records that nobody has any more. */
  readonly lost: StoredRecord[] = [];
  private readonly settings: MappingSettings;

  constructor(
    templates: Templates,
    private readonly path: string,
    private readonly stream: SimulatedStream,
    private readonly handler: StreamHandler,
    private readonly store: Store,
  ) {
    const { properties } = templates.at(path);
    const source = templates.reference(properties.EventSourceArn)?.resource;
    const consumed =
      source?.type === 'AWS::Kinesis::StreamConsumer'
        ? templates.reference(source.properties.StreamARN)?.resource
        : source;
    if (consumed?.path !== stream.path) throw new Error(`${path}: reads ${consumed?.path}`);
    const response = (properties.FunctionResponseTypes ?? []) as readonly Json[];
    const destination = properties.DestinationConfig as { OnFailure?: { Destination?: Json } } | undefined;
    this.settings = {
      batchSize: Number(properties.BatchSize ?? 100),
      reportsFailures: response.includes('ReportBatchItemFailures'),
      bisects: properties.BisectBatchOnFunctionError === true,
      retries: infinite(properties.MaximumRetryAttempts),
      maxAge: infinite(properties.MaximumRecordAgeInSeconds),
      failures: templates.reference(destination?.OnFailure?.Destination)?.resource.path,
    };
  }

  /** Reads every shard from its oldest record on. */
  start(): void {
    this.stream.shards.forEach((_, shard) => {
      const state: Shard = { position: 0, waiting: [] };
      this.stream.clock.after(0, () => this.step(shard, state));
    });
  }

  private async step(shard: number, state: Shard): Promise<void> {
    if (state.waiting.length === 0) {
      const records = this.stream.read(shard, state.position, this.settings.batchSize);
      state.position += records.length;
      if (records.length > 0) state.waiting = [{ records, attempts: 0 }];
    }
    const [batch, ...rest] = state.waiting;
    if (batch) state.waiting = [...(await this.work(shard, batch)), ...rest];
    this.stream.clock.after(1, () => this.step(shard, state));
  }

  /** What is left to do of a batch after an invocation. */
  private async work(shard: number, { records, attempts }: Batch): Promise<readonly Batch[]> {
    const { bisects, retries, maxAge } = this.settings;
    this.lost.push(...records.filter((record) => !this.stream.has(record)));
    const kept = records.filter((record) => this.stream.has(record));
    const isOld = ({ arrivedAt }: StoredRecord) => this.stream.clock.now - arrivedAt > maxAge;
    this.setAside(shard, kept.filter(isOld), 'RecordAgeExceeded', attempts);
    const young = kept.filter((record) => !isOld(record));
    if (young.length === 0) return [];

    const failed = await this.invoke(young);
    if (failed === undefined) return [];
    const left = young.slice(failed);
    if (failed > 0) return [{ records: left, attempts: 0 }];
    if (bisects && left.length > 1) {
      const half = Math.ceil(left.length / 2);
      return [left.slice(0, half), left.slice(half)].map((part) => ({ records: part, attempts: 0 }));
    }
    if (attempts < retries) return [{ records: left, attempts: attempts + 1 }];
    this.setAside(shard, left, 'RetryAttemptsExhausted', attempts + 1);
    return [];
  }

  /** The position of the first record that failed: 0 if the function throws. */
  private async invoke(records: readonly StoredRecord[]): Promise<number | undefined> {
    this.invocations += 1;
    let answer: unknown;
    try {
      answer = await this.handler({ Records: records.map(eventOf) });
    } catch {
      return 0;
    }
    if (!this.settings.reportsFailures) return undefined;
    const { batchItemFailures = [] } = (answer ?? {}) as { batchItemFailures?: { itemIdentifier: string }[] };
    const named = batchItemFailures.map(({ itemIdentifier }) =>
      records.findIndex(({ sequenceNumber }) => sequenceNumber === itemIdentifier),
    );
    if (named.length === 0) return undefined;
    return Math.max(0, Math.min(...named));
  }

  private setAside(shard: number, records: readonly StoredRecord[], condition: string, count: number): void {
    const { failures } = this.settings;
    const [first] = records;
    if (!first) return;
    if (failures === undefined) {
      this.lost.push(...records);
      return;
    }
    const shardId = `shardId-${String(shard).padStart(12, '0')}`;
    const time = dateAt(this.stream.clock.now).toISOString();
    const day = time.slice(0, 10).replaceAll('-', '/');
    const second = time.slice(0, 19).replaceAll(':', '.');
    const content = {
      requestContext: { condition, approximateInvokeCount: count },
      timestamp: time,
      KinesisBatchInfo: { shardId, startSequenceNumber: first.sequenceNumber, batchSize: records.length },
      payload: JSON.stringify({ Records: records.map(eventOf) }),
    };
    const key = `aws/lambda/${createHash('md5').update(this.path).digest('hex')}/${shardId}/${day}/${second}-${randomUUID()}`;
    this.store(failures, key, Buffer.from(JSON.stringify(content)));
  }
}

/** -1 is "until the record expires". */
const infinite = (value: Json | undefined): number => {
  const number = Number(value ?? -1);
  return number === -1 ? Infinity : number;
};

const eventOf = ({ sequenceNumber, partitionKey, data, arrivedAt }: StoredRecord): KinesisRecord => ({
  eventSource: 'aws:kinesis',
  eventID: sequenceNumber,
  kinesis: {
    partitionKey,
    sequenceNumber,
    data: data.toString('base64'),
    approximateArrivalTimestamp: dateAt(arrivedAt).getTime() / 1000,
  },
});
