import { Duration } from 'aws-cdk-lib';
import type { AutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { notify } from './notify';

export interface TooFewInstancesProps {
  /** It must publish group metrics. */
  readonly group: AutoScalingGroup;
  /** The alarm is in ALARM if fewer instances are in service for 15 minutes. */
  readonly min: number;
  /** What to look at: `EC2 may lack capacity`. */
  readonly cause: string;
  /** @default - none: the alarm only changes state */
  readonly topic?: ITopic;
}

/** Creates the alarm `TooFewInstances` for an Auto Scaling group. */
export function alarmOnTooFewInstances(scope: Construct, props: TooFewInstancesProps): cloudwatch.Alarm {
  const { group, min, cause, topic } = props;
  const alarm = new cloudwatch.Alarm(scope, 'TooFewInstances', {
    alarmDescription: `Fewer than ${min} instances in service for 15 minutes: ${cause}`,
    metric: new cloudwatch.Metric({
      namespace: 'AWS/AutoScaling',
      metricName: 'GroupInServiceInstances',
      dimensionsMap: { AutoScalingGroupName: group.autoScalingGroupName },
      statistic: 'Maximum',
      period: Duration.minutes(5),
    }),
    threshold: min,
    comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
    evaluationPeriods: 3,
    treatMissingData: cloudwatch.TreatMissingData.BREACHING,
  });
  notify(topic, alarm);
  return alarm;
}
