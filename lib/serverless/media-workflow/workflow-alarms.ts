import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { notify } from '../../shared/notify';

export interface WorkflowAlarmsProps {
  readonly stateMachine: StateMachine;
  readonly deadLetters: IQueue;
  readonly topic?: ITopic;
}

/** Alarms for executions that fail or take too long, and for uploads that started none. */
export class WorkflowAlarms extends Construct {
  constructor(scope: Construct, id: string, { stateMachine, deadLetters, topic }: WorkflowAlarmsProps) {
    super(scope, id);
    const period = { period: Duration.minutes(5) };
    const alarms: [string, string, cloudwatch.Metric][] = [
      ['Failed', 'Executions fail: uploads without a result', stateMachine.metricFailed(period)],
      ['TimedOut', 'Executions take longer than six hours', stateMachine.metricTimedOut(period)],
      [
        'DeadLetters',
        'The dead-letter queue has events: uploads without an execution',
        deadLetters.metricApproximateNumberOfMessagesVisible({ ...period, statistic: 'Maximum' }),
      ],
    ];
    for (const [name, alarmDescription, metric] of alarms) {
      const alarm = new cloudwatch.Alarm(this, name, {
        alarmDescription,
        metric,
        threshold: 1,
        evaluationPeriods: 1,
        comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        // There is no data point for a period without executions.
        treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      });
      notify(topic, alarm);
    }
  }
}
