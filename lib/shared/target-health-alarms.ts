import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { notify } from './notify';

export interface TargetHealthAlarmsProps {
  /** Namespace of the load balancer's metrics: `AWS/NetworkELB` for a Network Load Balancer. */
  readonly namespace: 'AWS/NetworkELB' | 'AWS/GatewayELB';
  /** Full name of the load balancer: `net/my-load-balancer/50dc6c495c0c9188`. */
  readonly loadBalancerFullName: string;
  /** Full name of the target group: `targetgroup/my-targets/73e2d6bc24d8a067`. */
  readonly targetGroupFullName: string;
  /** Description of the alarm that is in ALARM while a target is unhealthy. */
  readonly unhealthyDescription: string;
  /** Description of the alarm that is in ALARM while no target is healthy. */
  readonly noneHealthyDescription: string;
  /**
   * Receives the alarms.
   * @default - none: alarms change state in the console only
   */
  readonly alarmTopic?: ITopic;
}

/**
 * Two alarms for the targets of a Network or Gateway Load Balancer: a target is unhealthy; no target is healthy.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-cloudwatch-metrics.html
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/gateway/cloudwatch-metrics.html
 */
export class TargetHealthAlarms extends Construct {
  readonly unhealthy: cloudwatch.Alarm;
  readonly noneHealthy: cloudwatch.Alarm;

  constructor(scope: Construct, id: string, props: TargetHealthAlarmsProps) {
    super(scope, id);
    const count = (metricName: string) =>
      new cloudwatch.Metric({
        namespace: props.namespace,
        metricName,
        dimensionsMap: {
          LoadBalancer: props.loadBalancerFullName,
          TargetGroup: props.targetGroupFullName,
        },
        statistic: 'Maximum',
        period: Duration.minutes(1),
      });
    this.unhealthy = new cloudwatch.Alarm(this, 'Unhealthy', {
      alarmDescription: props.unhealthyDescription,
      metric: count('UnHealthyHostCount'),
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: 1,
      // Longer than the first health checks of a new target, which count as unhealthy.
      evaluationPeriods: 5,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    this.noneHealthy = new cloudwatch.Alarm(this, 'NoneHealthy', {
      alarmDescription: props.noneHealthyDescription,
      metric: count('HealthyHostCount'),
      comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: 1,
      evaluationPeriods: 2,
      // A target group without registered targets reports no count.
      treatMissingData: cloudwatch.TreatMissingData.BREACHING,
    });
    notify(props.alarmTopic, this.unhealthy, this.noneHealthy);
  }
}
