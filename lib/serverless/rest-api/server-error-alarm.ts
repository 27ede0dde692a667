import { Duration } from 'aws-cdk-lib';
import type { Stage } from 'aws-cdk-lib/aws-apigateway';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { notify } from '../../shared/notify';

/** An alarm that goes to ALARM when a stage answers a request with 5XX. */
export function serverErrorAlarm(
  scope: Construct,
  stage: Stage,
  topic: ITopic | undefined,
): cloudwatch.Alarm {
  const alarm = new cloudwatch.Alarm(scope, 'Alarm', {
    alarmDescription: 'The API answers requests with 5XX',
    metric: stage.metricServerError({ period: Duration.minutes(1), statistic: 'Sum' }),
    threshold: 1,
    evaluationPeriods: 1,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    // There is no data point for a minute without requests.
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  });
  notify(topic, alarm);
  return alarm;
}
