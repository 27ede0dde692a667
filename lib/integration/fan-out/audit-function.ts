import { join } from 'node:path';
import { Duration, FileSystem, RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { DeadLetters } from '../../shared/dead-letters';

export interface AuditFunctionProps {
  /** Receives the messages that the function failed on three times. */
  readonly deadLetters: DeadLetters;
  /**
   * Removal policy of the logs.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

const HANDLER = join(__dirname, 'handler');

/** A function that writes each message into its log. SNS invokes it directly, without a queue. */
export class AuditFunction extends Construct {
  readonly function: lambda.Function;

  constructor(scope: Construct, id: string, props: AuditFunctionProps) {
    super(scope, id);
    const { deadLetters, removalPolicy = RemovalPolicy.RETAIN } = props;
    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: logs.RetentionDays.ONE_YEAR,
      removalPolicy,
    });
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    const allow = (actions: string[], resource: string) =>
      role.addToPolicy(new iam.PolicyStatement({ actions, resources: [resource] }));
    allow(['logs:CreateLogStream', 'logs:PutLogEvents'], logGroup.logGroupArn);
    allow(['sqs:SendMessage'], deadLetters.queue.queueArn);
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'CDK adds these X-Ray actions, which support no resource-level permissions.',
    });
    this.function = new NodejsFunction(this, 'Function', {
      entry: join(HANDLER, 'audit.ts'),
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      memorySize: 256,
      timeout: Duration.seconds(10),
      role,
      logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      tracing: lambda.Tracing.ACTIVE,
      bundling: { externalModules: ['@aws-sdk/*'], assetHash: FileSystem.fingerprint(HANDLER) },
      // SNS invokes a function asynchronously: Lambda retries it twice, then keeps the message with the error.
      retryAttempts: 2,
      onFailure: { bind: () => ({ destination: deadLetters.queue.queueArn }) },
    });
    Validations.of(this.function).acknowledge({
      id: 'Serverless-LambdaDLQ',
      reason: 'The on-failure destination keeps failed messages, with the error.',
    });
  }
}
