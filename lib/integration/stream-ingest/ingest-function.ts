import { join } from 'node:path';
import { Duration, type RemovalPolicy, Validations } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { createFunction } from '../../shared/create-function';

export interface IngestFunctionProps {
  /** File in `handler`, without `.ts`. */
  readonly entry: string;
  readonly environment?: Record<string, string>;
  readonly statements?: readonly iam.PolicyStatement[];
  /** What keeps a record that the function fails on, for the acknowledgement of cdk-nag. */
  readonly failures: string;
  readonly removalPolicy: RemovalPolicy;
}

/** A function for batches of records, with a role that has these statements and may write its log. */
export class IngestFunction extends Construct {
  readonly function: lambda.Function;
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, { entry, failures, ...props }: IngestFunctionProps) {
    super(scope, id);
    const { function: created, role } = createFunction(this, {
      ...props,
      entry: join(__dirname, 'handler', `${entry}.ts`),
      memorySize: 512,
      timeout: Duration.minutes(1),
    });
    this.function = created;
    this.role = role;
    Validations.of(this.function).acknowledge({ id: 'Serverless-LambdaDLQ', reason: failures });
  }
}
