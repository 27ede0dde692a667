import { gunzipSync } from 'node:zlib';
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  type PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Templates } from '../../lib/assertions/templates';
import { workInOrder, type KinesisEvent } from '../../lib/integration/stream-ingest/handler/batch';
import { readReading } from '../../lib/integration/stream-ingest/handler/reading';
import { handler as transform } from '../../lib/integration/stream-ingest/handler/transform';
import { doWork } from '../../lib/integration/stream-ingest/handler/work';
import { SimulatedDelivery } from './delivery';
import { VirtualClock } from './queue';
import { SimulatedStream, SimulatedStreamSource } from './stream';

interface Options {
  /** Whether a write fails, for the id and number of the attempt. */
  readonly fails?: (id: string, attempt: number) => boolean;
  /** Stands for the transforming function. */
  readonly transform?: (event: Parameters<typeof transform>[0]) => Promise<unknown>;
}

/** Stream, consumers and delivery of a stack with the handlers of stream-ingest, and what they write. */
export class LocalStream {
  readonly clock = new VirtualClock();
  readonly stream: SimulatedStream;
  readonly consumers: readonly SimulatedStreamSource[];
  /** Objects in the bucket, unzipped, by key. */
  readonly objects = new Map<string, string>();
  /** Values of the rows that were written, by partition and sort key, oldest first. */
  readonly written = new Map<string, number[]>();
  private readonly sequences = new Map<string, string>();
  private attempts = 0;

  constructor(
    templates: Templates,
    base: string,
    private readonly options: Options = {},
  ) {
    this.stream = new SimulatedStream(templates, `${base}/Ingest/Stream`, this.clock);
    const store = (bucket: string, key: string, content: Buffer) => {
      if (bucket !== `${base}/Lake/Bucket`) throw new Error(`${key} goes to ${bucket}`);
      this.objects.set(key, String(key.endsWith('.gz') ? gunzipSync(content) : content));
    };
    const dynamodb = { send: (command: PutItemCommand) => this.put(command) } as unknown as DynamoDBClient;
    this.consumers = ['Latest', 'High'].map((name) => {
      const { Environment } = templates.at(`${base}/${name}/Worker/Function`).properties as {
        Environment: { Variables: { WORK: string } };
      };
      const settings = { tableName: 'Work', work: Environment.Variables.WORK };
      const handler = (event: KinesisEvent) =>
        workInOrder(event, async (data, sequence) => doWork(dynamodb, settings, readReading(data), sequence));
      return new SimulatedStreamSource(templates, `${base}/${name}/EventSource`, this.stream, handler, store);
    });
    const delivered = options.transform ?? transform;
    const delivery = new SimulatedDelivery(
      templates,
      `${base}/Lake/DeliveryStream`,
      this.stream,
      delivered,
      store,
    );
    for (const part of [...this.consumers, delivery]) part.start();
  }

  /** Puts a reading, or any text as it is. Returns its data in Base64. */
  put64(device: string, content: string | object): string {
    const data = typeof content === 'string' ? content : JSON.stringify({ device, ...content });
    this.stream.put(device, data);
    return Buffer.from(data).toString('base64');
  }

  /** Lines of JSON of all objects below a prefix. */
  linesBelow(prefix: string): readonly Record<string, unknown>[] {
    return [...this.objects]
      .filter(([key]) => key.startsWith(prefix))
      .flatMap(([, content]) => content.split('\n').filter((line) => line !== ''))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Data, in Base64, of the records that the consumers gave up. */
  get givenUp(): readonly string[] {
    return this.linesBelow('aws/lambda/').flatMap(({ payload }) =>
      (JSON.parse(payload as string) as KinesisEvent).Records.map(({ kinesis }) => kinesis.data),
    );
  }

  /** The condition of the handler: a later sequence number, or no row. */
  private put({ input }: PutItemCommand): Promise<void> {
    const { work, id, sequence, value } = input.Item ?? {};
    const key = `${work?.S} ${id?.S?.split('#')[0]}`;
    const row = `${work?.S} ${id?.S}`;
    if (this.options.fails?.(row, ++this.attempts)) return Promise.reject(new Error('no connection'));
    const known = this.sequences.get(row);
    if (known !== undefined && known >= String(sequence?.S)) {
      return Promise.reject(new ConditionalCheckFailedException({ message: 'later', $metadata: {} }));
    }
    this.sequences.set(row, String(sequence?.S));
    this.written.set(key, [...(this.written.get(key) ?? []), Number(value?.N)]);
    return Promise.resolve();
  }
}
