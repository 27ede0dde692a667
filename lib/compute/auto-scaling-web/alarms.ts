import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { notify } from '../../shared/notify';

const MINUTE = Duration.minutes(1);

/**
 * What somebody should look at.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 */
export function createAlarms(
  scope: Construct,
  alb: elb.ApplicationLoadBalancer,
  targetGroup: elb.ApplicationTargetGroup,
  topic: ITopic | undefined,
): cloudwatch.Alarm[] {
  const alarm = (id: string, alarmDescription: string, metric: cloudwatch.Metric, threshold: number) =>
    new cloudwatch.Alarm(scope, id, {
      alarmDescription,
      metric,
      threshold,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
      // Without requests there are no errors to count.
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
  const alarms = [
    alarm(
      'UnhealthyHosts',
      'Web servers fail their health check; the group replaces them',
      targetGroup.metrics.unhealthyHostCount({ period: MINUTE, statistic: 'Maximum' }),
      1,
    ),
    alarm(
      'LoadBalancerErrors',
      'The load balancer answers with 5xx itself: no web server is healthy, or they close connections',
      alb.metrics.httpCodeElb(elb.HttpCodeElb.ELB_5XX_COUNT, { period: MINUTE, statistic: 'Sum' }),
      10,
    ),
    alarm(
      'ServerErrors',
      'Web servers answer with 5xx',
      targetGroup.metrics.httpCodeTarget(elb.HttpCodeTarget.TARGET_5XX_COUNT, {
        period: MINUTE,
        statistic: 'Sum',
      }),
      10,
    ),
  ];
  notify(topic, ...alarms);
  return alarms;
}
