import { Duration } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { alarmOnAny } from '../../shared/alarm-on-any';

export interface WorkflowAlarmsProps {
  readonly stateMachine: StateMachine;
  readonly topic?: ITopic;
}

/** Alarms for executions that fail or take too long. */
export class WorkflowAlarms extends Construct {
  constructor(scope: Construct, id: string, { stateMachine, topic }: WorkflowAlarmsProps) {
    super(scope, id);
    const period = { period: Duration.minutes(5) };
    alarmOnAny(this, 'Failed', {
      description: 'Executions fail: uploads without a result',
      metric: stateMachine.metricFailed(period),
      topic,
    });
    alarmOnAny(this, 'TimedOut', {
      description: 'Executions take longer than six hours',
      metric: stateMachine.metricTimedOut(period),
      topic,
    });
  }
}
