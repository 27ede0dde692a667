import { join } from 'node:path';
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { createFunction } from '../../shared/create-function';
import { InvalidValue } from '../../shared/invalid-value';
import { leadingKeys } from '../../shared/leading-keys';
import type { WorkQueue } from './work-queue';

export interface QueueWorkerProps {
  /** The queue whose messages it works on. */
  readonly queue: WorkQueue;
  /** Table with partition key `work` and sort key `id`, which has one row for each message. */
  readonly table: ITable;
  /** Name of the work: partition key of its rows. Two workers with one table need two names. */
  readonly work: string;
  /**
   * Timeout of the function, 1 second or more. The visibility timeout of the queue is six times as long at least.
   * @default Duration.seconds(10)
   */
  readonly timeout?: Duration;
  /**
   * Removal policy of the logs.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * A function that works on the messages of a queue, each once. One bad message of a batch does not repeat the others.
 *
 * Throws `InvalidValue` for a timeout of more than a sixth of the queue's visibility timeout.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export class QueueWorker extends Construct {
  readonly function: lambda.Function;
  readonly eventSource: lambda.EventSourceMapping;

  constructor(scope: Construct, id: string, props: QueueWorkerProps) {
    super(scope, id);
    const {
      queue,
      table,
      work,
      timeout = Duration.seconds(10),
      removalPolicy = RemovalPolicy.RETAIN,
    } = props;
    checkTimeout(timeout, queue.visibilityTimeout);

    const { function: worker, role } = createFunction(this, {
      entry: join(__dirname, 'handler', 'index.ts'),
      memorySize: 512,
      timeout,
      environment: { TABLE_NAME: table.tableName, WORK: work },
      statements: permissions(props),
      removalPolicy,
    });
    table.encryptionKey?.grantEncryptDecrypt(role);
    this.function = worker;
    Validations.of(this.function).acknowledge({
      id: 'Serverless-LambdaDLQ',
      reason: 'Lambda polls the queue and invokes it synchronously: the queue has the dead-letter queue.',
    });
    this.eventSource = new lambda.EventSourceMapping(this, 'EventSource', {
      target: this.function,
      eventSourceArn: queue.queue.queueArn,
      batchSize: 10,
      reportBatchItemFailures: true,
    });
    Validations.of(this.eventSource).acknowledge({
      id: 'Serverless-LambdaEventSourceMappingDestination',
      reason:
        'For a queue, Lambda supports no such destination: the dead-letter queue keeps failed messages.',
    });
  }
}

/** Allows to take messages of one queue and to write new rows of one partition, nothing else. */
function permissions({ queue, table, work }: QueueWorkerProps): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({
      actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      resources: [queue.queue.queueArn],
    }),
    new iam.PolicyStatement({
      actions: ['dynamodb:PutItem'],
      resources: [table.tableArn],
      conditions: leadingKeys(work),
    }),
  ];
}

/** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-queueconfig */
function checkTimeout(timeout: Duration, visibilityTimeout: Duration): void {
  if (timeout.isUnresolved() || visibilityTimeout.isUnresolved()) return;
  const longest = Math.floor(visibilityTimeout.toSeconds() / 6);
  const seconds = timeout.toSeconds({ integral: false });
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= longest) return;
  throw new InvalidValue(
    'timeout',
    timeout.toHumanString(),
    `1 to ${longest} seconds, a sixth of the visibility timeout of ${visibilityTimeout.toHumanString()}`,
  );
}
