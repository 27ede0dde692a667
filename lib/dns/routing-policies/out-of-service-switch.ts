import { Aws, Duration, Names } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';

/** Namespace of the metric that switches have. */
const NAMESPACE = 'OutOfService';

/**
 * A health check that is unhealthy for as long as somebody publishes 1 to its metric: takes a server out of the answers
 * before maintenance, whatever it says of itself. Nobody has to remember to switch it back.
 *
 * Forcing the alarm's state would do nothing: Route 53 looks at the alarm's data, not at its state.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
 */
export class OutOfServiceSwitch extends Construct {
  readonly healthCheck: route53.HealthCheck;
  readonly alarm: cloudwatch.Alarm;
  /** Arguments of `aws cloudwatch put-metric-data` that put the server out of service for a minute. */
  readonly putMetricData: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const name = Names.uniqueResourceName(this, { maxLength: 128, separator: '-' });
    const metric = new cloudwatch.Metric({
      namespace: NAMESPACE,
      metricName: name,
      statistic: 'Maximum',
      period: Duration.minutes(1),
    });
    this.alarm = new cloudwatch.Alarm(this, 'Alarm', {
      alarmDescription: 'Somebody has put the server out of service',
      metric,
      threshold: 1,
      evaluationPeriods: 1,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    this.healthCheck = new route53.HealthCheck(this, 'HealthCheck', {
      type: route53.HealthCheckType.CLOUDWATCH_METRIC,
      alarmIdentifier: { name: this.alarm.alarmName, region: Aws.REGION },
      insufficientDataHealthStatus: route53.InsufficientDataHealthStatusEnum.HEALTHY,
    });
    this.putMetricData = `--namespace ${NAMESPACE} --metric-name ${name} --value 1`;
  }
}
