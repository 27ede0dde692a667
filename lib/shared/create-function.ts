import { basename, dirname } from 'node:path';
import { FileSystem, type RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, type NodejsFunctionProps } from 'aws-cdk-lib/aws-lambda-nodejs';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

export interface CreateFunctionProps extends Omit<NodejsFunctionProps, 'role' | 'logGroup' | 'bundling'> {
  /** Path of the TypeScript file that exports `handler`. All its sources are in the folder of this file. */
  readonly entry: string;
  /**
   * What the function may do, beside writing its logs and traces.
   * @default - nothing
   */
  readonly statements?: readonly iam.PolicyStatement[];
  /** @default RetentionDays.THREE_MONTHS */
  readonly logRetention?: logs.RetentionDays;
  /** Removal policy of the logs. */
  readonly removalPolicy: RemovalPolicy;
}

/**
 * Creates a Node.js function with a log group of its own, and a role that may write to this log group only. CDK's default
 * role may create log groups, and its default log group stays when the stack is deleted.
 */
export function createFunction(
  scope: Construct,
  { statements = [], logRetention, removalPolicy, ...props }: CreateFunctionProps,
): { readonly function: lambda.Function; readonly role: iam.Role } {
  const logGroup = new logs.LogGroup(scope, 'Logs', {
    retention: logRetention ?? logs.RetentionDays.THREE_MONTHS,
    removalPolicy,
  });
  const role = new iam.Role(scope, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  for (const statement of statements) role.addToPolicy(statement);
  role.addToPolicy(
    new iam.PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    }),
  );
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'CDK adds these X-Ray actions, which support no resource-level permissions.',
  });
  const created = new NodejsFunction(scope, 'Function', {
    runtime: lambda.Runtime.NODEJS_24_X,
    architecture: lambda.Architecture.ARM_64,
    loggingFormat: lambda.LoggingFormat.JSON,
    tracing: lambda.Tracing.ACTIVE,
    ...props,
    role,
    logGroup,
    // Lambda's runtime has the AWS SDK. With a hash of the sources, a synthesis reuses an existing bundle.
    bundling: {
      externalModules: ['@aws-sdk/*'],
      assetHash: FileSystem.fingerprint(dirname(props.entry), { extraHash: basename(props.entry) }),
    },
  });
  return { function: created, role };
}
