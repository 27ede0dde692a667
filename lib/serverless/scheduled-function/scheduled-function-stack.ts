import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { alarmTopicFor } from '../../shared/alarm-topic';
import { OrdersTable } from './orders-table';
import { ScheduledFunction } from './scheduled-function';
import { TableReport } from './table-report';

export interface ScheduledFunctionStackProps extends StackProps {
  /**
   * E-mail address that the alarm notifies.
   * @default - none: the alarm only changes state
   */
  readonly alarmEmail?: string;
}

/** A report of a DynamoDB table, every day at 06:00 in New York. */
export class ScheduledFunctionStack extends Stack {
  readonly orders: OrdersTable;
  readonly report: TableReport;
  readonly scheduled: ScheduledFunction;

  constructor(scope: Construct, id: string, { alarmEmail, ...props }: ScheduledFunctionStackProps = {}) {
    super(scope, id, props);
    // The sandbox deletes everything with the stack. Leave this out in production.
    const removalPolicy = RemovalPolicy.DESTROY;

    this.orders = new OrdersTable(this, 'Orders', { removalPolicy });
    this.report = new TableReport(this, 'Report', {
      table: this.orders.table,
      groupBy: 'status',
      newestBy: 'placedAt',
      removalPolicy,
    });
    this.scheduled = new ScheduledFunction(this, 'Scheduled', {
      function: this.report.function,
      schedule: 'cron(0 6 * * ? *)',
      timeZone: 'America/New_York',
      alarmTopic: alarmTopicFor(this, alarmEmail),
      removalPolicy,
    });

    new CfnOutput(this, 'TableName', { value: this.orders.table.tableName });
    new CfnOutput(this, 'BucketName', { value: this.report.bucket.bucketName });
    new CfnOutput(this, 'FunctionName', { value: this.report.function.functionName });
    new CfnOutput(this, 'DeadLetterQueueUrl', { value: this.scheduled.deadLetters.queue.queueUrl });
  }
}
