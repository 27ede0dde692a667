import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { alarmTopicFor } from '../../shared/alarm-topic';
import { ChangeHistory } from './change-history';
import { DynamodbTable } from './dynamodb-table';
import { OrderService } from './order-service';

export interface DynamodbTableStackProps extends StackProps {
  /**
   * E-mail address that the alarms notify.
   * @default - none: the alarms only change state
   */
  readonly alarmEmail?: string;
}

/** Orders in a table, a function that answers questions about them, and a history of their changes. */
export class DynamodbTableStack extends Stack {
  constructor(scope: Construct, id: string, { alarmEmail, ...props }: DynamodbTableStackProps = {}) {
    super(scope, id, props);
    // The sandbox deletes everything with the stack. Leave this out in production.
    const shared = { alarmTopic: alarmTopicFor(this, alarmEmail), removalPolicy: RemovalPolicy.DESTROY };

    const { table } = new DynamodbTable(this, 'Orders', shared);
    const service = new OrderService(this, 'Service', { ...shared, table });
    const history = new ChangeHistory(this, 'History', { ...shared, table });

    new CfnOutput(this, 'TableName', { value: table.tableName });
    new CfnOutput(this, 'FunctionName', { value: service.function.functionName });
    new CfnOutput(this, 'DeadLetterQueueUrl', { value: history.deadLetters.queue.queueUrl });
  }
}
