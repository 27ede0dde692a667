import { join } from 'node:path';
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { createFunction } from '../../shared/create-function';
import { leadingKeys } from '../../shared/leading-keys';

export interface OrderServiceProps {
  readonly table: ITableV2;
  /**
   * Removal policy of the logs.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** A function that answers each question about orders with one query, and writes orders. It may not scan the table. */
export class OrderService extends Construct {
  readonly function: lambda.Function;

  constructor(scope: Construct, id: string, props: OrderServiceProps) {
    super(scope, id);
    const { table, removalPolicy = RemovalPolicy.RETAIN } = props;
    this.function = createFunction(this, {
      entry: join(__dirname, 'handler', 'index.ts'),
      memorySize: 512,
      timeout: Duration.seconds(10),
      environment: { TABLE_NAME: table.tableName },
      statements: [
        new iam.PolicyStatement({
          actions: ['dynamodb:Query'],
          resources: [
            table.tableArn,
            ...['byTotal', 'byId', 'openByDay'].map((index) => `${table.tableArn}/index/${index}`),
          ],
        }),
        // Rows of the history begin with `order#`: the service cannot write them.
        new iam.PolicyStatement({
          actions: ['dynamodb:PutItem', 'dynamodb:UpdateItem'],
          resources: [table.tableArn],
          conditions: leadingKeys('customer#*'),
        }),
      ],
      removalPolicy,
    }).function;
    Validations.of(this.function).acknowledge({
      id: 'Serverless-LambdaDLQ',
      reason: 'Callers invoke it synchronously, and get the error.',
    });
  }
}
