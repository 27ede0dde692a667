import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { notify } from '../../shared/notify';

export interface DeadLettersProps {
  /** @default - nowhere: the alarm changes state only */
  readonly alarmTopic?: ITopic;
  /** @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
}

/** A queue that keeps what failed for 14 days, and an alarm while there is anything in it. */
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
        reason: 'It is the dead-letter queue: people take messages out of it, and no consumer fails on them.',
      },
      {
        id: 'AwsSolutions-SQS3',
        reason:
          'It is the dead-letter queue, of a schedule and a function; the rule knows those of queues only.',
      },
    );

    this.alarm = new cloudwatch.Alarm(this, 'Alarm', {
      alarmDescription: 'Scheduled runs have failed for good; they are kept in the dead-letter queue',
      metric: this.queue.metricApproximateNumberOfMessagesVisible({
        statistic: 'Maximum',
        period: Duration.minutes(1),
      }),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // SQS sends no metrics for a queue that has not been used for hours.
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    notify(alarmTopic, this.alarm);
  }
}
