import { join } from 'node:path';
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { type JsonSchema, JsonSchemaType } from 'aws-cdk-lib/aws-apigateway';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { createFunction } from '../../shared/create-function';
import { onDemandTable } from '../../shared/on-demand-table';
import type { CognitoRestApi } from './rest-api';

export interface ProductsProps {
  readonly api: CognitoRestApi;
  /** Name of the group whose users may write. */
  readonly editors: string;
  /**
   * Removal policy of table and logs.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

const PRODUCT: JsonSchema = {
  type: JsonSchemaType.OBJECT,
  required: ['name', 'price'],
  properties: {
    name: { type: JsonSchemaType.STRING, minLength: 1, maxLength: 200 },
    price: { type: JsonSchemaType.INTEGER, minimum: 0, maximum: 100_000_000 },
  },
  additionalProperties: false,
};

/** Products in a table: every user may read them, editors may write them. Each method has its own function. */
export class Products extends Construct {
  readonly table: dynamodb.Table;

  constructor(scope: Construct, id: string, props: ProductsProps) {
    super(scope, id);
    const { api, removalPolicy = RemovalPolicy.RETAIN } = props;
    this.table = new dynamodb.Table(this, 'Table', {
      partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
      ...onDemandTable(removalPolicy),
    });
    const [list, read, replace, remove] = [
      this.functionFor('List', 'dynamodb:Scan', props),
      this.functionFor('Read', 'dynamodb:GetItem', props),
      this.functionFor('Replace', 'dynamodb:PutItem', props),
      this.functionFor('Remove', 'dynamodb:DeleteItem', props),
    ];
    api.addMethod('GET', '/products', list, { queryStrings: ['after'], cached: true });
    api.addMethod('GET', '/products/{id}', read, { cached: true });
    api.addMethod('PUT', '/products/{id}', replace, { body: PRODUCT });
    api.addMethod('DELETE', '/products/{id}', remove);
  }

  /** The function of one method, which may do one action on the table. `handler/index.ts` exports its handler. */
  private functionFor(
    name: string,
    action: string,
    { api, editors, removalPolicy }: ProductsProps,
  ): IFunction {
    const { table } = this;
    const { function: created } = createFunction(new Construct(this, name), {
      entry: join(__dirname, 'handler', 'index.ts'),
      handler: name.toLowerCase(),
      memorySize: 512,
      // API Gateway waits 29 seconds. With a shorter timeout, the function's log says what happened.
      timeout: Duration.seconds(10),
      environment: {
        TABLE_NAME: table.tableName,
        EDITORS: editors,
        ...(api.allowedOrigin !== undefined && { ALLOWED_ORIGIN: api.allowedOrigin }),
      },
      statements: [new iam.PolicyStatement({ actions: [action], resources: [table.tableArn] })],
      removalPolicy: removalPolicy ?? RemovalPolicy.RETAIN,
    });
    Validations.of(created).acknowledge({
      id: 'Serverless-LambdaDLQ',
      reason: 'API Gateway invokes it synchronously: the caller gets the error and can repeat the request.',
    });
    return created;
  }
}
