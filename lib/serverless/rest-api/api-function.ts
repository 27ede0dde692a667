import { join } from 'node:path';
import { Duration, FileSystem, type RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export interface ApiFunctionProps {
  /** Name of the handler that `handler/index.ts` exports. */
  readonly handler: string;
  readonly table: ITable;
  /** Actions that the function may do on the table, such as `dynamodb:GetItem`. */
  readonly actions: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly removalPolicy: RemovalPolicy;
}

const HANDLER = join(__dirname, 'handler');

/** The function of one method, with a role that may do what this method does with the table. */
export class ApiFunction extends Construct {
  readonly function: lambda.Function;

  constructor(scope: Construct, id: string, props: ApiFunctionProps) {
    super(scope, id);
    const { handler, table, actions, environment, removalPolicy } = props;
    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: logs.RetentionDays.THREE_MONTHS,
      removalPolicy,
    });
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    const allow = (allowed: readonly string[], resource: string) =>
      role.addToPolicy(new iam.PolicyStatement({ actions: [...allowed], resources: [resource] }));
    allow(actions, table.tableArn);
    allow(['logs:CreateLogStream', 'logs:PutLogEvents'], logGroup.logGroupArn);
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'CDK adds these X-Ray actions, which support no resource-level permissions.',
    });
    this.function = new NodejsFunction(this, 'Function', {
      entry: join(HANDLER, 'index.ts'),
      handler,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      memorySize: 512,
      // API Gateway waits 29 seconds. A shorter timeout makes the function's log say what happened.
      timeout: Duration.seconds(10),
      environment,
      role,
      logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      tracing: lambda.Tracing.ACTIVE,
      // Lambda's runtime has the AWS SDK. With a hash of the sources, a synthesis reuses an existing bundle.
      bundling: { externalModules: ['@aws-sdk/*'], assetHash: FileSystem.fingerprint(HANDLER) },
    });
    Validations.of(this.function).acknowledge({
      id: 'Serverless-LambdaDLQ',
      reason: 'API Gateway invokes it synchronously: the caller gets the error and can repeat the request.',
    });
  }
}
