import { Events } from '../../lib/assertions/events';
import { Templates, type Json } from '../../lib/assertions/templates';
import { queueAt, type Received, type SimulatedQueue, type VirtualClock } from './queue';

/** One record of the event that Lambda passes to a function. */
export interface SqsRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: Readonly<Record<string, never>>;
  readonly eventSource: 'aws:sqs';
}

/** What a function answers for a batch. */
export interface BatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

export type SqsHandler = (event: { readonly Records: readonly SqsRecord[] }) => Promise<unknown>;

/** How an invocation goes. */
export interface Invocation {
  /** Seconds that it takes. One that takes longer than the function's timeout has failed, after its effects. */
  readonly seconds: number;
  /** Whether Lambda loses the answer, so that messages which were handled come again. */
  readonly lost?: boolean;
}

interface MappingSettings {
  readonly batchSize: number;
  readonly window: number;
  readonly reportsFailures: boolean;
  readonly concurrency: number;
  readonly timeout: number;
}

/**
 * Lambda's event source mapping for a queue, on a virtual clock: batches, batching window, concurrency, filters, and which
 * messages it deletes after an invocation.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export class SimulatedEventSource {
  readonly queue: SimulatedQueue;
  invocations = 0;
  failures = 0;
  private readonly settings: MappingSettings;
  private running = 0;
  private stopped = false;
  private waiting: { readonly since: number; readonly batch: Received[] } | undefined;

  constructor(
    private readonly templates: Templates,
    private readonly path: string,
    private readonly clock: VirtualClock,
    private readonly handler: SqsHandler,
    private readonly invocation: () => Invocation = () => ({ seconds: 1 }),
  ) {
    const { properties } = templates.at(path);
    const target = templates.reference(properties.FunctionName)?.resource;
    const queue = templates.reference(properties.EventSourceArn)?.resource;
    if (!target || !queue) throw new Error(`${path}: expected a queue and a function of the templates`);
    this.queue = queueAt(templates, queue.path, clock);
    const scaling = properties.ScalingConfig as Readonly<Record<string, Json>> | undefined;
    const response = (properties.FunctionResponseTypes ?? []) as readonly Json[];
    this.settings = {
      batchSize: Number(properties.BatchSize ?? 10),
      window: Number(properties.MaximumBatchingWindowInSeconds ?? 0),
      reportsFailures: response.includes('ReportBatchItemFailures'),
      concurrency: Number(scaling?.MaximumConcurrency ?? 5),
      timeout: Number(target.properties.Timeout ?? 3),
    };
  }

  /** Polls every second until `stop`. */
  start(): void {
    this.clock.after(0, () => this.poll());
  }

  stop(): void {
    this.stopped = true;
  }

  private async poll(): Promise<void> {
    while (this.running < this.settings.concurrency && (await this.fill())) void 0;
    if (!this.stopped) this.clock.after(1, () => this.poll());
  }

  /** Takes messages until the batch is full or its window is over, and invokes the function. False: nothing to do. */
  private async fill(): Promise<boolean> {
    const { batchSize, window } = this.settings;
    const batch = this.waiting?.batch ?? [];
    batch.push(...this.accepted(this.queue.receive(batchSize - batch.length)));
    if (batch.length === 0) return false;
    const since = this.waiting?.since ?? this.clock.now;
    if (batch.length < batchSize && this.clock.now - since < window) {
      this.waiting = { since, batch };
      return false;
    }
    this.waiting = undefined;
    await this.invoke(batch);
    return true;
  }

  /** Lambda deletes what no filter matches. */
  private accepted(messages: readonly Received[]): readonly Received[] {
    const events = Events.of(this.templates);
    if (this.templates.at(this.path).properties.FilterCriteria === undefined) return messages;
    return messages.filter((message) => {
      const passes = events.passes(this.path, { body: parsed(message.body) }).truth === 'yes';
      if (!passes) this.queue.delete(message.receiptHandle);
      return passes;
    });
  }

  private async invoke(batch: readonly Received[]): Promise<void> {
    const { timeout } = this.settings;
    const { seconds, lost = false } = this.invocation();
    this.invocations += 1;
    this.running += 1;
    const answer = await this.handler({ Records: batch.map(recordOf) }).catch(() => 'failed' as const);
    const failed = answer === 'failed' || seconds > timeout || lost ? batch : this.failedOf(batch, answer);
    if (failed.length > 0) this.failures += 1;
    this.clock.after(Math.min(seconds, timeout), () => {
      this.running -= 1;
      for (const message of batch) if (!failed.includes(message)) this.queue.delete(message.receiptHandle);
    });
  }

  /** The messages that stay in the queue. An answer that names something else makes the whole batch fail. */
  private failedOf(batch: readonly Received[], answer: unknown): readonly Received[] {
    if (!this.settings.reportsFailures) return [];
    const failures = (answer as Partial<BatchResponse> | null | undefined)?.batchItemFailures ?? [];
    const named = failures.map(({ itemIdentifier }) =>
      batch.find(({ messageId }) => messageId === itemIdentifier),
    );
    return named.includes(undefined) ? batch : batch.filter((message) => named.includes(message));
  }
}

const recordOf = ({ messageId, receiptHandle, body, groupId, receiveCount }: Received): SqsRecord => ({
  messageId,
  receiptHandle,
  body,
  attributes: {
    ApproximateReceiveCount: String(receiveCount),
    ...(groupId !== undefined && { MessageGroupId: groupId }),
  },
  messageAttributes: {},
  eventSource: 'aws:sqs',
});

function parsed(body: string): Json {
  try {
    return JSON.parse(body) as Json;
  } catch {
    return body;
  }
}
