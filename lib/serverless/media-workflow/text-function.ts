import { join } from 'node:path';
import { Duration, type RemovalPolicy, Validations } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { createFunction } from '../../shared/create-function';

export interface TextFunctionProps {
  readonly description: string;
  /** File in `handler`, without `.ts`. */
  readonly entry: string;
  readonly environment: Record<string, string>;
  readonly statements: readonly iam.PolicyStatement[];
  /** The ids of cdk-nag findings about objects that the statements name by `/*`. */
  readonly objects: readonly string[];
  readonly removalPolicy: RemovalPolicy;
}

/** A function of the workflow, with a role that has these statements and may write its log. */
export class TextFunction extends Construct {
  readonly function: lambda.Function;

  constructor(scope: Construct, id: string, { entry, objects, ...props }: TextFunctionProps) {
    super(scope, id);
    const { function: created, role } = createFunction(this, {
      ...props,
      entry: join(__dirname, 'handler', `${entry}.ts`),
      memorySize: 512,
      timeout: Duration.minutes(1),
    });
    this.function = created;
    Validations.of(role).acknowledge(
      ...objects.map((resource) => ({
        id: `AwsSolutions-IAM5[Resource::${resource}]`,
        reason: 'Users choose the keys of uploads. The buckets hold nothing but uploads and their texts.',
      })),
    );
    Validations.of(this.function).acknowledge({
      id: 'Serverless-LambdaDLQ',
      reason: 'The state machine invokes it synchronously, retries it, and records what fails.',
    });
  }
}
