import { join } from 'node:path';
import { Duration, type RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { createFunction } from '../../shared/create-function';

export interface TrafficCheckProps {
  readonly description: string;
  /** Function that the check invokes. */
  readonly target: lambda.Function;
  /** Version or alias that the check invokes. */
  readonly qualifier: string;
  /** Which versions and aliases the role may invoke: a name, or `*`. */
  readonly mayInvoke: string;
  /** Removal policy of the logs. */
  readonly removalPolicy: RemovalPolicy;
}

/** A lifecycle hook of CodeDeploy: a function that invokes another one with recorded requests and reports the result. */
export class TrafficCheck extends Construct {
  readonly function: lambda.Function;
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: TrafficCheckProps) {
    super(scope, id);
    const { description, target, qualifier, mayInvoke, removalPolicy } = props;
    const { function: created, role } = createFunction(this, {
      description,
      entry: join(__dirname, 'handler', 'check', 'index.ts'),
      memorySize: 256,
      // The handler gives the requests 90 seconds together, and reports.
      timeout: Duration.minutes(2),
      environment: { FUNCTION_NAME: target.functionName, QUALIFIER: qualifier },
      statements: [
        new iam.PolicyStatement({
          actions: ['lambda:InvokeFunction'],
          resources: [`${target.functionArn}:${mayInvoke}`],
        }),
      ],
      removalPolicy,
    });
    this.function = created;
    this.role = role;
    Validations.of(this.function).acknowledge({
      id: 'Serverless-LambdaDLQ',
      reason: 'A check that does not report fails the deployment after an hour.',
    });
    if (mayInvoke === '*') {
      Validations.of(role).acknowledge({
        id: `AwsSolutions-IAM5[Resource::<${Stack.of(this).getLogicalId(target.node.defaultChild as lambda.CfnFunction)}.Arn>:*]`,
        reason:
          'The number of the version to check changes with each deployment, and a new grant takes seconds to apply.',
      });
    }
  }
}
