import { Duration, type RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { DeadLetters } from '../../shared/dead-letters';
import { HandlerCode } from './handler-code';

export interface ThumbnailFunctionProps {
  readonly environment: Readonly<Record<string, string>>;
  readonly reservedConcurrency?: number;
  readonly logRetention: logs.RetentionDays;
  readonly alarmTopic?: ITopic;
  readonly removalPolicy: RemovalPolicy;
}

/** The function, its role and log group, and a dead-letter queue for events that failed three times. */
export class ThumbnailFunction extends Construct {
  readonly function: lambda.Function;
  readonly role: iam.Role;
  readonly deadLetters: sqs.Queue;

  constructor(scope: Construct, id: string, props: ThumbnailFunctionProps) {
    super(scope, id);
    const { environment, reservedConcurrency, logRetention, alarmTopic, removalPolicy } = props;

    this.deadLetters = new DeadLetters(this, 'DeadLetters', {
      contents: 'Uploads got no thumbnail',
      alarmTopic,
      removalPolicy,
    }).queue;
    const logGroup = new logs.LogGroup(this, 'LogGroup', { retention: logRetention, removalPolicy });
    this.role = this.createRole(logGroup);

    this.function = new lambda.Function(this, 'Function', {
      description: 'Makes the thumbnails of an upload, or removes them',
      code: new HandlerCode(),
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      // One vCPU: sharp uses one thread for one image.
      // https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
      memorySize: 1769,
      timeout: Duration.minutes(1),
      reservedConcurrentExecutions: reservedConcurrency,
      environment,
      // Otherwise CDK adds a broader policy for the destination and for X-Ray.
      role: this.role.withoutPolicyUpdates(),
      logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      tracing: lambda.Tracing.ACTIVE,
      // An on-failure destination receives the event and the reason. A function's DeadLetterConfig sends the event only.
      // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
      retryAttempts: 2,
      onFailure: { bind: () => ({ destination: this.deadLetters.queueArn }) },
    });
    Validations.of(this.function).acknowledge({
      id: 'Serverless-LambdaDLQ',
      reason: 'The on-failure destination sends failed events to the dead-letter queue, with the reason.',
    });
  }

  /** A role that may write logs and traces, and send failed events. ThumbnailPipeline adds the buckets and the table. */
  private createRole(logGroup: logs.LogGroup): iam.Role {
    const running = new iam.ManagedPolicy(this, 'RunningPolicy', {
      description: 'Write logs and traces, send failed events',
      statements: [
        new iam.PolicyStatement({
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          resources: [logGroup.logGroupArn],
        }),
        new iam.PolicyStatement({
          actions: ['sqs:SendMessage'],
          resources: [this.deadLetters.queueArn],
        }),
        new iam.PolicyStatement({
          actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
          resources: ['*'],
        }),
      ],
    });
    Validations.of(running).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'PutTraceSegments and PutTelemetryRecords support no resource-level permissions.',
    });
    return new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      managedPolicies: [running],
    });
  }
}
