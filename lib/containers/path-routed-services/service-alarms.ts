import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { targetErrorsAlarm, unhealthyTargetsAlarm } from '../../shared/load-balancer-alarms';
import type { RoutedService } from './routed-service';
import { DEFAULT_MAX_TASKS, type TaskScaling } from './task-scaling';

/** Alarms for a service without healthy tasks, with unhealthy tasks, with 5xx responses, or at its maximum. */
export function serviceAlarms(
  routed: RoutedService,
  name: string,
  { maxTasks = DEFAULT_MAX_TASKS, schedules = {} }: TaskScaling,
): cloudwatch.Alarm[] {
  const { service, targetGroup } = routed;
  const largest = Math.max(maxTasks, ...Object.values(schedules).map((scheduled) => scheduled.maxTasks ?? 0));
  return [
    unhealthyTargetsAlarm(routed, 'UnhealthyTargets', targetGroup, `Tasks of ${name}`),
    targetErrorsAlarm(routed, 'TargetErrors', targetGroup, `Tasks of ${name}`),
    new cloudwatch.Alarm(routed, 'NoHealthyTask', {
      alarmDescription: `${name} has no healthy task`,
      metric: targetGroup.metrics.healthyHostCount({ period: Duration.minutes(1), statistic: 'Maximum' }),
      threshold: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
      // Without a registered task there is no metric.
      treatMissingData: cloudwatch.TreatMissingData.BREACHING,
    }),
    new cloudwatch.Alarm(routed, 'AtMaxTasks', {
      alarmDescription: `${name} has been at its maximum of ${largest} tasks for 15 minutes`,
      // The desired count: during a deployment more tasks run than are desired.
      metric: new cloudwatch.Metric({
        namespace: 'ECS/ContainerInsights',
        metricName: 'DesiredTaskCount',
        dimensionsMap: { ClusterName: service.cluster.clusterName, ServiceName: service.serviceName },
        statistic: 'Minimum',
        period: Duration.minutes(1),
      }),
      threshold: largest,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 15,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    }),
  ];
}
