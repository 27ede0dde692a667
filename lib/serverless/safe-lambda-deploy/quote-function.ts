import { join } from 'node:path';
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { createFunction } from '../../shared/create-function';

export interface QuoteFunctionProps {
  /**
   * Removal policy of the logs.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** A function to deploy: it answers an order with its price. */
export class QuoteFunction extends Construct {
  readonly function: lambda.Function;

  constructor(
    scope: Construct,
    id: string,
    { removalPolicy = RemovalPolicy.RETAIN }: QuoteFunctionProps = {},
  ) {
    super(scope, id);
    this.function = createFunction(this, {
      description: 'Computes the price of an order',
      entry: join(__dirname, 'handler', 'quote', 'index.ts'),
      memorySize: 256,
      timeout: Duration.seconds(10),
      removalPolicy,
    }).function;
    Validations.of(this.function).acknowledge({
      id: 'Serverless-LambdaDLQ',
      reason: 'Callers invoke it synchronously and get its errors.',
    });
  }
}
