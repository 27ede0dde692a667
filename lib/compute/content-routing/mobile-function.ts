import { join } from 'node:path';
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { createFunction } from '../../shared/create-function';

export interface MobileFunctionProps {
  /**
   * Removal policy of the logs.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** Example of a function behind the load balancer. It answers mobile clients. */
export class MobileFunction extends Construct {
  readonly function: lambda.Function;

  constructor(
    scope: Construct,
    id: string,
    { removalPolicy = RemovalPolicy.RETAIN }: MobileFunctionProps = {},
  ) {
    super(scope, id);
    this.function = createFunction(this, {
      entry: join(__dirname, 'handler', 'index.ts'),
      memorySize: 256,
      timeout: Duration.seconds(10),
      removalPolicy,
    }).function;
    Validations.of(this.function).acknowledge({
      id: 'Serverless-LambdaDLQ',
      reason:
        'The load balancer waits for the response. A failed invocation is a 502 for the client and an alarm.',
    });
  }
}
