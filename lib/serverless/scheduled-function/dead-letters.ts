import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { notify } from '../../shared/notify';

export interface DeadLettersProps {
  /** @default - none: the alarm only changes state */
  readonly alarmTopic?: ITopic;
  /** @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
}

/** A queue that keeps failed runs for 14 days, and an alarm while it is not empty. */
export class DeadLetters extends Construct {
  readonly queue: sqs.Queue;
  readonly alarm: cloudwatch.Alarm;

  constructor(scope: Construct, id: string, { alarmTopic, removalPolicy }: DeadLettersProps) {
    super(scope, id);
    this.queue = new sqs.Queue(this, 'Queue', {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      removalPolicy: removalPolicy ?? RemovalPolicy.RETAIN,
    });
    Validations.of(this.queue).acknowledge(
      {
        id: 'Serverless-SQSRedrivePolicy',
        reason: 'This is the dead-letter queue. People, not consumers, handle its messages.',
      },
      {
        id: 'AwsSolutions-SQS3',
        reason:
          'This is the dead-letter queue of a schedule and a function. The rule only knows those of queues.',
      },
    );

    this.alarm = new cloudwatch.Alarm(this, 'Alarm', {
      alarmDescription: 'Scheduled runs failed for good and are in the dead-letter queue',
      metric: this.queue.metricApproximateNumberOfMessagesVisible({
        statistic: 'Maximum',
        period: Duration.minutes(1),
      }),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // SQS publishes no metrics for a queue that has been inactive for hours.
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    notify(alarmTopic, this.alarm);
  }
}
