import { createHash } from 'node:crypto';
import { Templates, type Json, type Resource } from '../../lib/assertions/templates';

/** A clock for tests: time passes only by `advance`. Seconds. */
export class VirtualClock {
  now = 0;
  private due: { readonly at: number; readonly run: () => Promise<void> | void }[] = [];

  /** Runs something later. What is due at the same time runs in the order in which it was asked for. */
  after(seconds: number, run: () => Promise<void> | void): void {
    this.due.push({ at: this.now + seconds, run });
  }

  /** Lets time pass, and runs what becomes due. */
  async advance(seconds: number): Promise<void> {
    const end = this.now + seconds;
    for (let next = this.next(end); next; next = this.next(end)) {
      this.now = next.at;
      await next.run();
    }
    this.now = end;
  }

  private next(end: number) {
    const soonest = this.due.reduce<(typeof this.due)[number] | undefined>(
      (first, one) => (one.at <= end && (!first || one.at < first.at) ? one : first),
      undefined,
    );
    if (soonest) this.due.splice(this.due.indexOf(soonest), 1);
    return soonest;
  }
}

/** What a queue's template says. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html */
interface QueueSettings {
  readonly visibility: number;
  readonly delay: number;
  readonly retention: number;
  readonly fifo: boolean;
  readonly contentBasedDeduplication: boolean;
  /** Deduplication by message group instead of the whole queue. */
  readonly scopeIsGroup: boolean;
  readonly maxReceiveCount?: number;
  readonly deadLetters?: string;
}

export interface SendOptions {
  /** FIFO queues only, where it is required. */
  readonly groupId?: string;
  /** @default - SHA-256 of the body, if the queue says so */
  readonly deduplicationId?: string;
  /** Standard queues only: a FIFO queue has one delay for all messages. */
  readonly delay?: number;
}

interface Message {
  readonly id: string;
  readonly body: string;
  readonly groupId?: string;
  readonly sentAt: number;
  receiveCount: number;
  visibleAt: number;
  receipt?: string;
}

/** A message as a consumer receives it. */
export interface Received {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly groupId?: string;
  readonly receiveCount: number;
}

/** SQS deduplicates within five minutes. */
const DEDUPLICATION = 300;

/**
 * SQS on a virtual clock, with the settings of a template: visibility timeout, receive counts, dead-letter queue, delays,
 * retention, and groups and deduplication of FIFO queues. A standard queue delivers in order here, and once unless a
 * message becomes visible again.
 */
export class SimulatedQueue {
  private messages: Message[] = [];
  private readonly seen = new Map<string, { readonly at: number; readonly id: string }>();
  private sequence = 0;

  constructor(
    readonly settings: QueueSettings,
    private readonly clock: VirtualClock,
    /** Where messages go that were received too often. */
    readonly deadLetters?: SimulatedQueue,
  ) {}

  /** Returns the message's id. A duplicate gets the id of the first one, and is not delivered. */
  send(body: string, { groupId, deduplicationId, delay = this.settings.delay }: SendOptions = {}): string {
    const { fifo, contentBasedDeduplication, scopeIsGroup } = this.settings;
    if (fifo !== (groupId !== undefined))
      throw new Error('a message group id: in FIFO queues, and only there');
    if (fifo && delay !== this.settings.delay) throw new Error('a FIFO queue has one delay for all messages');
    const content = contentBasedDeduplication ? createHash('sha256').update(body).digest('hex') : undefined;
    const duplicate = fifo ? (deduplicationId ?? content) : undefined;
    if (fifo && duplicate === undefined) throw new Error('no deduplication id, and none from the content');
    const key = scopeIsGroup ? `${groupId}/${duplicate}` : duplicate;
    const first = key === undefined ? undefined : this.seen.get(key);
    if (first && this.clock.now - first.at < DEDUPLICATION) return first.id;
    const message = { body, groupId, sentAt: this.clock.now };
    const id = this.enqueue(message, this.clock.now + delay);
    if (key !== undefined) this.seen.set(key, { at: this.clock.now, id });
    return id;
  }

  /** Up to `max` messages, which are invisible from now on until they are deleted or their visibility ends. */
  receive(max: number): readonly Received[] {
    this.expire();
    const received: Received[] = [];
    const blocked = new Set<string>();
    for (const message of [...this.messages]) {
      if (received.length === max) break;
      const { groupId } = message;
      // A group waits for its first message, whether that is in flight or delayed.
      if (groupId !== undefined && blocked.has(groupId)) continue;
      if (message.visibleAt > this.clock.now) {
        if (groupId !== undefined) blocked.add(groupId);
        continue;
      }
      if (message.receiveCount >= (this.settings.maxReceiveCount ?? Infinity)) {
        this.toDeadLetters(message);
        continue;
      }
      message.receiveCount += 1;
      message.visibleAt = this.clock.now + this.settings.visibility;
      message.receipt = `${message.id}#${message.receiveCount}`;
      const { id: messageId, body, receiveCount, receipt: receiptHandle } = message;
      received.push({
        messageId,
        receiptHandle,
        body,
        receiveCount,
        ...(groupId !== undefined && { groupId }),
      });
    }
    return received;
  }

  /** Deletes a message. An old receipt, from before it became visible again, deletes nothing. */
  delete(receiptHandle: string): void {
    this.messages = this.messages.filter(({ receipt }) => receipt !== receiptHandle);
  }

  /** Makes a message visible again after some seconds. */
  changeVisibility(receiptHandle: string, seconds: number): void {
    const message = this.messages.find(({ receipt }) => receipt === receiptHandle);
    if (message) message.visibleAt = this.clock.now + seconds;
  }

  /** Sends all messages of the dead-letter queue back, as StartMessageMoveTask does. */
  redrive(): void {
    for (const { body, groupId } of this.deadLetters?.messages.splice(0) ?? []) {
      this.enqueue({ body, groupId, sentAt: this.clock.now }, this.clock.now);
    }
  }

  /** The bodies of all messages, in flight ones included. */
  get bodies(): readonly string[] {
    this.expire();
    return this.messages.map(({ body }) => body);
  }

  /** The number that ApproximateNumberOfMessagesVisible counts. */
  get visible(): number {
    this.expire();
    return this.messages.filter(({ visibleAt }) => visibleAt <= this.clock.now).length;
  }

  private toDeadLetters(message: Message): void {
    this.messages.splice(this.messages.indexOf(message), 1);
    const target = this.deadLetters;
    // The age of a message goes on in a standard dead-letter queue, and starts anew in a FIFO one.
    const sentAt = this.settings.fifo ? this.clock.now : message.sentAt;
    target?.enqueue({ body: message.body, groupId: message.groupId, sentAt }, this.clock.now);
  }

  private enqueue(message: Pick<Message, 'body' | 'groupId' | 'sentAt'>, visibleAt: number): string {
    const id = `message-${++this.sequence}`;
    this.messages.push({ ...message, id, visibleAt, receiveCount: 0 });
    return id;
  }

  private expire(): void {
    const oldest = this.clock.now - this.settings.retention;
    this.messages = this.messages.filter(({ sentAt }) => sentAt > oldest);
  }
}

/** The queue at a construct path, with its dead-letter queue, as the templates set them. Throws for what is not known. */
export function queueAt(templates: Templates, path: string, clock: VirtualClock): SimulatedQueue {
  const resource = templates.at(path);
  if (resource.type !== 'AWS::SQS::Queue') throw new Error(`${path}: expected a queue, got ${resource.type}`);
  const settings = settingsOf(templates, resource);
  const deadLetters =
    settings.deadLetters === undefined ? undefined : queueAt(templates, settings.deadLetters, clock);
  if (deadLetters && deadLetters.settings.fifo !== settings.fifo) {
    throw new Error(`${path}: SQS refuses a dead-letter queue of the other kind`);
  }
  return new SimulatedQueue(settings, clock, deadLetters);
}

function settingsOf(templates: Templates, { path, properties }: Resource): QueueSettings {
  const open = Templates.unknown(properties);
  if (open !== undefined) throw new Error(`${path}: ${open}`);
  const number = (name: string, usual: number) => Number(properties[name] ?? usual);
  const redrive = (properties.RedrivePolicy ?? {}) as Readonly<Record<string, Json>>;
  const target = templates.reference(redrive.deadLetterTargetArn)?.resource;
  return {
    visibility: number('VisibilityTimeout', 30),
    delay: number('DelaySeconds', 0),
    retention: number('MessageRetentionPeriod', 345_600),
    fifo: properties.FifoQueue === true,
    contentBasedDeduplication: properties.ContentBasedDeduplication === true,
    scopeIsGroup: properties.DeduplicationScope === 'messageGroup',
    ...(redrive.maxReceiveCount !== undefined && { maxReceiveCount: Number(redrive.maxReceiveCount) }),
    ...(target && { deadLetters: target.path }),
  };
}
