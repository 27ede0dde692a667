import { join } from 'node:path';
import { Duration, FileSystem, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { InvalidValue } from '../../shared/invalid-value';
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

const HANDLER = join(__dirname, 'handler');

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

    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: logs.RetentionDays.THREE_MONTHS,
      removalPolicy,
    });
    this.function = new NodejsFunction(this, 'Function', {
      entry: join(HANDLER, 'index.ts'),
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      memorySize: 512,
      timeout,
      environment: { TABLE_NAME: table.tableName, WORK: work },
      role: this.createRole(props, logGroup),
      logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      tracing: lambda.Tracing.ACTIVE,
      // Lambda's runtime has the AWS SDK. With a hash of the sources, a synthesis reuses an existing bundle.
      bundling: { externalModules: ['@aws-sdk/*'], assetHash: FileSystem.fingerprint(HANDLER) },
    });
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

  /** Allows to take messages of one queue and to write new rows of one partition, nothing else. */
  private createRole({ queue, table, work }: QueueWorkerProps, logGroup: logs.LogGroup): iam.Role {
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    const allow = (actions: string[], resource: string, conditions?: iam.Conditions) =>
      role.addToPolicy(new iam.PolicyStatement({ actions, resources: [resource], conditions }));
    allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], queue.queue.queueArn);
    allow(['dynamodb:PutItem'], table.tableArn, {
      'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [work] },
      // ForAllValues also holds for a request without the key.
      Null: { 'dynamodb:LeadingKeys': 'false' },
    });
    allow(['logs:CreateLogStream', 'logs:PutLogEvents'], logGroup.logGroupArn);
    table.encryptionKey?.grantEncryptDecrypt(role);
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'CDK adds these X-Ray actions, which support no resource-level permissions.',
    });
    return role;
  }
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
