import { join } from 'node:path';
import { Duration, FileSystem, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
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

const HANDLER = join(__dirname, 'handler');

/**
 * A function that keeps the latest state of each thing in a table. Its input is
 * `{"kind": "order", "id": "7", "state": "OrderPlaced", "time": "2026-01-31T06:00:00Z"}`. Order and duplicates do not matter.
 */
export class LatestState extends Construct {
  readonly function: lambda.Function;

  constructor(scope: Construct, id: string, props: LatestStateProps) {
    super(scope, id);
    const { table, kinds, deadLetters, removalPolicy = RemovalPolicy.RETAIN } = props;
    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: logs.RetentionDays.THREE_MONTHS,
      removalPolicy,
    });
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    const allow = (actions: string[], resource: string, conditions?: iam.Conditions) =>
      role.addToPolicy(new iam.PolicyStatement({ actions, resources: [resource], conditions }));
    allow(['dynamodb:PutItem'], table.tableArn, leadingKeys(...kinds));
    allow(['sqs:SendMessage'], deadLetters.queue.queueArn);
    allow(['logs:CreateLogStream', 'logs:PutLogEvents'], logGroup.logGroupArn);
    table.encryptionKey?.grantEncryptDecrypt(role);
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'CDK adds these X-Ray actions, which support no resource-level permissions.',
    });
    this.function = new NodejsFunction(this, 'Function', {
      entry: join(HANDLER, 'index.ts'),
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      memorySize: 512,
      timeout: Duration.seconds(10),
      environment: { TABLE_NAME: table.tableName },
      role,
      logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      tracing: lambda.Tracing.ACTIVE,
      // Lambda's runtime has the AWS SDK. With a hash of the sources, a synthesis reuses an existing bundle.
      bundling: { externalModules: ['@aws-sdk/*'], assetHash: FileSystem.fingerprint(HANDLER) },
      // For EventBridge an event is delivered once Lambda has queued it. From then on, Lambda retries it, and its
      // destination keeps what fails.
      // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
      retryAttempts: 2,
      onFailure: { bind: () => ({ destination: deadLetters.queue.queueArn }) },
    });
    Validations.of(this.function).acknowledge({
      id: 'Serverless-LambdaDLQ',
      reason: 'The on-failure destination keeps failed events, with the error.',
    });
  }
}
