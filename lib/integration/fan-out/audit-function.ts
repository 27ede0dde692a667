import { join } from 'node:path';
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { createFunction } from '../../shared/create-function';
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

/** A function that writes each message into its log. SNS invokes it directly, without a queue. */
export class AuditFunction extends Construct {
  readonly function: lambda.Function;

  constructor(scope: Construct, id: string, props: AuditFunctionProps) {
    super(scope, id);
    const { deadLetters, removalPolicy = RemovalPolicy.RETAIN } = props;
    this.function = createFunction(this, {
      entry: join(__dirname, 'handler', 'audit.ts'),
      memorySize: 256,
      timeout: Duration.seconds(10),
      statements: [
        new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [deadLetters.queue.queueArn] }),
      ],
      logRetention: RetentionDays.ONE_YEAR,
      removalPolicy,
      // SNS invokes a function asynchronously: Lambda retries it twice, then keeps the message with the error.
      retryAttempts: 2,
      onFailure: { bind: () => ({ destination: deadLetters.queue.queueArn }) },
    }).function;
    Validations.of(this.function).acknowledge({
      id: 'Serverless-LambdaDLQ',
      reason: 'The on-failure destination keeps failed messages, with the error.',
    });
  }
}
