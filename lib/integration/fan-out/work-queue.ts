import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { checkInteger } from '../../shared/checks';
import { DeadLetters } from '../../shared/dead-letters';
import { InvalidValue } from '../../shared/invalid-value';

export interface WorkQueueProps {
  /**
   * Whether the queue is FIFO: in order within each message group, without duplicates within five minutes.
   * @default false
   */
  readonly fifo?: boolean;
  /**
   * Time between the arrival of a message and its delivery, up to 15 minutes, in whole seconds.
   * @default - none
   */
  readonly delay?: Duration;
  /**
   * How long a received message is invisible to other consumers, up to 12 hours. Six times the timeout of the function
   * that works on it, at least.
   * @default Duration.minutes(1)
   */
  readonly visibilityTimeout?: Duration;
  /**
   * How often SQS delivers a message before it moves it to the dead-letter queue, 1 to 1000. AWS recommends 5 or more for
   * Lambda.
   * @default 5
   */
  readonly maxReceiveCount?: number;
  /**
   * Topic that the alarm notifies. CloudWatch must be allowed to publish to it.
   * @default - none: the alarm only changes state
   */
  readonly alarmTopic?: ITopic;
  /**
   * Removal policy of both queues.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * An encrypted queue that accepts TLS only. Messages that fail too often go to its dead-letter queue, which has an alarm.
 *
 * Throws `InvalidValue` for a delay, visibility timeout or receive count that SQS refuses.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
 */
export class WorkQueue extends Construct {
  readonly queue: sqs.Queue;
  readonly deadLetters: DeadLetters;
  readonly visibilityTimeout: Duration;

  constructor(scope: Construct, id: string, props: WorkQueueProps = {}) {
    super(scope, id);
    const { fifo = false, delay, maxReceiveCount = 5, removalPolicy = RemovalPolicy.RETAIN } = props;
    this.visibilityTimeout = props.visibilityTimeout ?? Duration.minutes(1);
    checkSeconds('delay', delay, Duration.minutes(15), 'up to 15 minutes, in whole seconds');
    checkSeconds(
      'visibilityTimeout',
      this.visibilityTimeout,
      Duration.hours(12),
      'up to 12 hours, in whole seconds',
    );
    checkInteger('maxReceiveCount', maxReceiveCount, 1, 1000);

    this.deadLetters = new DeadLetters(this, 'DeadLetters', {
      contents: 'Messages failed too often',
      fifo,
      alarmTopic: props.alarmTopic,
      removalPolicy,
    });
    this.queue = new sqs.Queue(this, 'Queue', {
      // Groups are independent of each other: each has its own throughput and deduplication.
      // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/high-throughput-fifo.html
      ...(fifo && {
        fifo,
        contentBasedDeduplication: true,
        deduplicationScope: sqs.DeduplicationScope.MESSAGE_GROUP,
        fifoThroughputLimit: sqs.FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      }),
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      deliveryDelay: delay,
      retentionPeriod: Duration.days(4),
      visibilityTimeout: this.visibilityTimeout,
      receiveMessageWaitTime: Duration.seconds(20),
      deadLetterQueue: { queue: this.deadLetters.queue, maxReceiveCount },
      removalPolicy,
    });
  }
}

function checkSeconds(name: string, got: Duration | undefined, longest: Duration, expected: string): void {
  if (!got || got.isUnresolved()) return;
  const seconds = got.toSeconds({ integral: false });
  if (!Number.isInteger(seconds) || seconds > longest.toSeconds()) {
    throw new InvalidValue(name, got.toHumanString(), expected);
  }
}
