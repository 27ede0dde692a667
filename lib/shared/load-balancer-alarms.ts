import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';

const MINUTE = Duration.minutes(1);

/*
 * Alarms of a load balancer and its target groups. Each is in ALARM after 3 bad minutes out of 5.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 */

/** An alarm for 10 or more 5xx responses a minute that the load balancer generated itself. */
export function loadBalancerErrorsAlarm(
  scope: Construct,
  id: string,
  alb: elb.ApplicationLoadBalancer,
): cloudwatch.Alarm {
  return alarm(
    scope,
    id,
    'The load balancer itself responds with 5xx: no target is healthy, or targets close connections',
    alb.metrics.httpCodeElb(elb.HttpCodeElb.ELB_5XX_COUNT, { period: MINUTE, statistic: 'Sum' }),
    10,
  );
}

/** An alarm for 10 or more 5xx responses a minute from the targets. `targets` names them at the start of a sentence. */
export function targetErrorsAlarm(
  scope: Construct,
  id: string,
  targetGroup: elb.ApplicationTargetGroup,
  targets: string,
): cloudwatch.Alarm {
  return alarm(
    scope,
    id,
    `${targets} respond with 5xx`,
    targetGroup.metrics.httpCodeTarget(elb.HttpCodeTarget.TARGET_5XX_COUNT, {
      period: MINUTE,
      statistic: 'Sum',
    }),
    10,
  );
}

/** An alarm for a target that fails its health check. `targets` names them at the start of a sentence. */
export function unhealthyTargetsAlarm(
  scope: Construct,
  id: string,
  targetGroup: elb.ApplicationTargetGroup,
  targets: string,
): cloudwatch.Alarm {
  return alarm(
    scope,
    id,
    `${targets} fail their health check`,
    targetGroup.metrics.unhealthyHostCount({ period: MINUTE, statistic: 'Maximum' }),
    1,
  );
}

function alarm(
  scope: Construct,
  id: string,
  alarmDescription: string,
  metric: cloudwatch.Metric,
  threshold: number,
): cloudwatch.Alarm {
  return new cloudwatch.Alarm(scope, id, {
    alarmDescription,
    metric,
    threshold,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: 5,
    datapointsToAlarm: 3,
    // CloudWatch gets no 5xx metric while there are no such responses.
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  });
}
