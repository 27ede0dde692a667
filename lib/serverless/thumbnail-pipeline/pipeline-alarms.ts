import { Duration } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { alarmOnAny } from '../../shared/alarm-on-any';

export interface PipelineAlarmsProps {
  readonly function: lambda.IFunction;
  readonly topic?: sns.ITopic;
}

/** Alarms for failed attempts, and for throttled invocations. */
export class PipelineAlarms extends Construct {
  constructor(scope: Construct, id: string, props: PipelineAlarmsProps) {
    super(scope, id);
    const { topic } = props;
    const period = { period: Duration.minutes(5) };
    alarmOnAny(this, 'Errors', {
      description: 'Invocations of the thumbnail function fail',
      metric: props.function.metricErrors(period),
      topic,
    });
    alarmOnAny(this, 'Throttles', {
      description: 'Lambda throttles the thumbnail function: its concurrency is in use',
      metric: props.function.metricThrottles(period),
      topic,
    });
  }
}
