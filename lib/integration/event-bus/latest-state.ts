import { join } from 'node:path';
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { createFunction } from '../../shared/create-function';
import type { DeadLetters } from '../../shared/dead-letters';
import { leadingKeys } from '../../shared/leading-keys';

export interface LatestStateProps {
  /** Table with partition key `work` and sort key `id`. */
  readonly table: ITable;
  /** Kinds of things, the partition keys of their rows: `order`. */
  readonly kinds: readonly string[];
  /** Receives the inputs that the function failed on three times. */
  readonly deadLetters: DeadLetters;
  /**
   * Removal policy of the logs.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * A function that keeps the latest state of each thing in a table. Its input is
 * `{"kind": "order", "id": "7", "state": "OrderPlaced", "time": "2026-01-31T06:00:00Z"}`. Order and duplicates do not matter.
 */
export class LatestState extends Construct {
  readonly function: lambda.Function;

  constructor(scope: Construct, id: string, props: LatestStateProps) {
    super(scope, id);
    const { table, kinds, deadLetters, removalPolicy = RemovalPolicy.RETAIN } = props;
    const { function: created, role } = createFunction(this, {
      entry: join(__dirname, 'handler', 'index.ts'),
      memorySize: 512,
      timeout: Duration.seconds(10),
      environment: { TABLE_NAME: table.tableName },
      statements: [
        new iam.PolicyStatement({
          actions: ['dynamodb:PutItem'],
          resources: [table.tableArn],
          conditions: leadingKeys(...kinds),
        }),
        new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [deadLetters.queue.queueArn] }),
      ],
      removalPolicy,
      // For EventBridge an event is delivered once Lambda has queued it. From then on, Lambda retries it, and its
      // destination keeps what fails.
      // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
      retryAttempts: 2,
      onFailure: { bind: () => ({ destination: deadLetters.queue.queueArn }) },
    });
    table.encryptionKey?.grantEncryptDecrypt(role);
    this.function = created;
    Validations.of(this.function).acknowledge({
      id: 'Serverless-LambdaDLQ',
      reason: 'The on-failure destination keeps failed events, with the error.',
    });
  }
}
