import { join } from 'node:path';
import { Duration, FileSystem, type RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export interface IngestFunctionProps {
  /** File in `handler`, without `.ts`. */
  readonly entry: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly statements?: readonly iam.PolicyStatement[];
  /** What keeps a record that the function fails on, for the acknowledgement of cdk-nag. */
  readonly failures: string;
  readonly removalPolicy: RemovalPolicy;
}

const HANDLER = join(__dirname, 'handler');

/** A function for batches of records, with a role that has these statements and may write its log. */
export class IngestFunction extends Construct {
  readonly function: lambda.Function;
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: IngestFunctionProps) {
    super(scope, id);
    const { entry, environment, statements = [], failures, removalPolicy } = props;
    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: logs.RetentionDays.THREE_MONTHS,
      removalPolicy,
    });
    this.role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    for (const statement of statements) this.role.addToPolicy(statement);
    this.role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    Validations.of(this.role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'CDK adds these X-Ray actions, which support no resource-level permissions.',
    });
    this.function = new NodejsFunction(this, 'Function', {
      entry: join(HANDLER, `${entry}.ts`),
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      memorySize: 512,
      timeout: Duration.minutes(1),
      environment,
      role: this.role,
      logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      tracing: lambda.Tracing.ACTIVE,
      // Lambda's runtime has the AWS SDK. With a hash of the sources, a synthesis reuses an existing bundle.
      bundling: {
        externalModules: ['@aws-sdk/*'],
        assetHash: FileSystem.fingerprint(HANDLER, { extraHash: entry }),
      },
    });
    Validations.of(this.function).acknowledge({ id: 'Serverless-LambdaDLQ', reason: failures });
  }
}
