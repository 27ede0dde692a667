import { join } from 'node:path';
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { createFunction } from '../../shared/create-function';
import { DeadLetters } from '../../shared/dead-letters';
import { InvalidValue } from '../../shared/invalid-value';
import { leadingKeys } from '../../shared/leading-keys';

export interface ChangeHistoryProps {
  /** The table, with a stream of new and old images. */
  readonly table: ITableV2;
  /**
   * Topic that the alarm notifies. CloudWatch must be allowed to publish to it.
   * @default - none: the alarm only changes state
   */
  readonly alarmTopic?: ITopic;
  /**
   * Removal policy of the queue and the logs.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * A function that writes a row for each change of an order, in the order of the changes. A change that fails for good does
 * not stop the others: its place in the stream goes to a dead-letter queue.
 *
 * Throws `InvalidValue` for a table without a stream.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export class ChangeHistory extends Construct {
  readonly function: lambda.Function;
  readonly eventSource: lambda.EventSourceMapping;
  /** Receives where in the stream the changes stand that failed. */
  readonly deadLetters: DeadLetters;

  constructor(scope: Construct, id: string, props: ChangeHistoryProps) {
    super(scope, id);
    const { table, alarmTopic, removalPolicy = RemovalPolicy.RETAIN } = props;
    const { tableStreamArn } = table;
    if (tableStreamArn === undefined)
      throw new InvalidValue('table', 'a table without a stream', 'one with a stream of new and old images');
    this.deadLetters = new DeadLetters(this, 'DeadLetters', {
      contents: 'Changes of orders failed too often',
      alarmTopic,
      removalPolicy,
    });
    const { queueArn } = this.deadLetters.queue;
    this.function = createFunction(this, {
      entry: join(__dirname, 'handler', 'history.ts'),
      memorySize: 256,
      timeout: Duration.seconds(30),
      environment: { TABLE_NAME: table.tableName },
      statements: [
        new iam.PolicyStatement({
          actions: [
            'dynamodb:DescribeStream',
            'dynamodb:GetRecords',
            'dynamodb:GetShardIterator',
            'dynamodb:ListStreams',
          ],
          resources: [tableStreamArn],
        }),
        new iam.PolicyStatement({
          actions: ['dynamodb:PutItem'],
          resources: [table.tableArn],
          conditions: leadingKeys('order#*'),
        }),
        new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queueArn] }),
      ],
      removalPolicy,
    }).function;
    Validations.of(this.function).acknowledge({
      id: 'Serverless-LambdaDLQ',
      reason: 'Lambda polls the stream and invokes it synchronously: the event source has the destination.',
    });
    this.eventSource = new lambda.EventSourceMapping(this, 'EventSource', {
      target: this.function,
      eventSourceArn: tableStreamArn,
      startingPosition: lambda.StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      // The function's own rows are in the stream too. Without the filter, it would invoke itself for ever.
      filters: [
        lambda.FilterCriteria.filter({
          dynamodb: { Keys: { sk: { S: lambda.FilterRule.beginsWith('order#') } } },
        }),
      ],
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      retryAttempts: 3,
      // The stream keeps records for 24 hours. A quarter of that is left to look at a record that failed.
      maxRecordAge: Duration.hours(18),
      onFailure: { bind: () => ({ destination: queueArn }) },
    });
  }
}
