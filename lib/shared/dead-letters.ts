import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { alarmOnAny } from './alarm-on-any';

export interface DeadLettersProps {
  /** What is in the queue, for the description of the alarm: `Scheduled runs failed for good`. */
  readonly contents: string;
  /**
   * Whether the queue is FIFO. The dead-letter queue of a FIFO queue or FIFO topic must be.
   * @default false
   */
  readonly fifo?: boolean;
  /** @default - none: the alarm only changes state */
  readonly alarmTopic?: ITopic;
  /** @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
}

/** A queue that keeps what failed for 14 days, and an alarm that is in ALARM while it is not empty. */
export class DeadLetters extends Construct {
  readonly queue: sqs.Queue;
  readonly alarm: cloudwatch.Alarm;

  constructor(scope: Construct, id: string, props: DeadLettersProps) {
    super(scope, id);
    const { contents, fifo = false, alarmTopic, removalPolicy = RemovalPolicy.RETAIN } = props;
    this.queue = new sqs.Queue(this, 'Queue', {
      // CDK refuses `fifo: false` beside a name that it generates.
      ...(fifo && { fifo }),
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      removalPolicy,
    });
    Validations.of(this.queue).acknowledge(
      {
        id: 'Serverless-SQSRedrivePolicy',
        reason: 'This is a dead-letter queue. People, not consumers, handle its messages.',
      },
      {
        id: 'AwsSolutions-SQS3',
        reason: 'This is a dead-letter queue. The rule only knows those that queues of the stack name.',
      },
    );

    // SQS publishes no metrics for a queue that has been inactive for hours.
    this.alarm = alarmOnAny(this, 'Alarm', {
      description: `${contents} and are in the dead-letter queue`,
      metric: this.queue.metricApproximateNumberOfMessagesVisible({
        statistic: 'Maximum',
        period: Duration.minutes(1),
      }),
      topic: alarmTopic,
    });
  }
}
