import { RemovalPolicy } from 'aws-cdk-lib';
import { type JsonSchema, JsonSchemaType } from 'aws-cdk-lib/aws-apigateway';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { ApiFunction } from './api-function';
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
    const { api, editors, removalPolicy = RemovalPolicy.RETAIN } = props;
    this.table = new dynamodb.Table(this, 'Table', {
      partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: removalPolicy !== RemovalPolicy.DESTROY,
      removalPolicy,
    });
    const { table } = this;
    const functionFor = (name: string, action: string) =>
      new ApiFunction(this, name, {
        handler: name.toLowerCase(),
        table,
        actions: [action],
        environment: {
          TABLE_NAME: table.tableName,
          EDITORS: editors,
          ...(api.allowedOrigin !== undefined && { ALLOWED_ORIGIN: api.allowedOrigin }),
        },
        removalPolicy,
      }).function;
    api.addMethod('GET', '/products', functionFor('List', 'dynamodb:Scan'), {
      queryStrings: ['after'],
      cached: true,
    });
    api.addMethod('GET', '/products/{id}', functionFor('Read', 'dynamodb:GetItem'), { cached: true });
    api.addMethod('PUT', '/products/{id}', functionFor('Replace', 'dynamodb:PutItem'), { body: PRODUCT });
    api.addMethod('DELETE', '/products/{id}', functionFor('Remove', 'dynamodb:DeleteItem'));
  }
}
