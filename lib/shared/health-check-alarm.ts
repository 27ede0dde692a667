import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { IHealthCheck } from 'aws-cdk-lib/aws-route53';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { notify } from './notify';
import { requireUsEast1 } from './us-east-1';

export interface HealthCheckAlarmProps {
  readonly healthCheck: IHealthCheck;
  readonly description: string;
  /** @default - none: the alarm only changes its state */
  readonly alarmTopic?: ITopic;
}

/**
 * An alarm that is in ALARM while a health check is unhealthy. Route 53 publishes the metric in us-east-1 only.
 *
 * Throws `InvalidValue` in a stack of another region.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-health-checks.html
 */
export class HealthCheckAlarm extends Construct {
  readonly alarm: cloudwatch.Alarm;

  constructor(scope: Construct, id: string, { healthCheck, description, alarmTopic }: HealthCheckAlarmProps) {
    super(scope, id);
    requireUsEast1(this, 'Metrics of health checks exist');
    this.alarm = new cloudwatch.Alarm(this, 'Alarm', {
      alarmDescription: description,
      metric: new cloudwatch.Metric({
        namespace: 'AWS/Route53',
        metricName: 'HealthCheckStatus',
        dimensionsMap: { HealthCheckId: healthCheck.healthCheckId },
        statistic: 'Minimum',
        period: Duration.minutes(1),
      }),
      threshold: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 1,
      // A disabled health check has no data, and Route 53 considers it healthy.
      treatMissingData: cloudwatch.TreatMissingData.BREACHING,
    });
    notify(alarmTopic, this.alarm);
  }
}
