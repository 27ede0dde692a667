import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { notify } from './notify';

export interface AlarmOnAnyProps {
  /** What the alarm says: `Executions fail: uploads without a result`. */
  readonly description: string;
  /** Counts what must not happen. */
  readonly metric: cloudwatch.IMetric;
  /** @default - none: the alarm only changes state */
  readonly topic?: ITopic;
}

/** Creates an alarm that is in ALARM after a period in which the metric is 1 or more. */
export function alarmOnAny(scope: Construct, id: string, props: AlarmOnAnyProps): cloudwatch.Alarm {
  const alarm = new cloudwatch.Alarm(scope, id, {
    alarmDescription: props.description,
    metric: props.metric,
    threshold: 1,
    evaluationPeriods: 1,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    // Services publish no data point for a period in which nothing happened.
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  });
  notify(props.topic, alarm);
  return alarm;
}
