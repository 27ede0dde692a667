import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { notify } from '../../shared/notify';

export interface PipelineAlarmsProps {
  readonly function: lambda.IFunction;
  readonly deadLetters: sqs.IQueue;
  readonly topic?: sns.ITopic;
}

/** Alarms for uploads without a thumbnail, for failed attempts, and for throttled invocations. */
export class PipelineAlarms extends Construct {
  constructor(scope: Construct, id: string, props: PipelineAlarmsProps) {
    super(scope, id);
    const period = { period: Duration.minutes(5) };
    const alarms: [string, string, cloudwatch.Metric][] = [
      [
        'DeadLetters',
        'The dead-letter queue has events: uploads without a thumbnail',
        props.deadLetters.metricApproximateNumberOfMessagesVisible({ ...period, statistic: 'Maximum' }),
      ],
      ['Errors', 'Invocations of the thumbnail function fail', props.function.metricErrors(period)],
      [
        'Throttles',
        'Lambda throttles the thumbnail function: its concurrency is in use',
        props.function.metricThrottles(period),
      ],
    ];
    for (const [name, alarmDescription, metric] of alarms) {
      const alarm = new cloudwatch.Alarm(this, name, {
        alarmDescription,
        metric,
        threshold: 1,
        evaluationPeriods: 1,
        comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        // Lambda publishes no data point for a period without invocations.
        treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      });
      notify(props.topic, alarm);
    }
  }
}
