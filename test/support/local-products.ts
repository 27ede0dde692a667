import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Templates } from '../../lib/assertions/templates';
import { products, type Method } from '../../lib/serverless/rest-api/handler/products';
import type { ApiRequest, ApiResponse } from '../../lib/serverless/rest-api/handler/request';
import { text } from './api-deployment';
import { LocalApi, type LocalApiOptions } from './local-api';
import { startLocalAws } from './local-aws';
import { createLocalTable } from './local-table';
import { createUserPool, type TokenOptions } from './local-user-pool';

export type Invoke = (functionPath: string, event: object) => Promise<ApiResponse>;

/** The table of a template on a local DynamoDB, and a user pool. The APIs of several templates may use them. */
export async function startLocalProducts(tableOf: Templates, tablePath: string) {
  const aws = await startLocalAws();
  const tableName = await createLocalTable(aws.dynamodb, tableOf, tablePath);
  const pool = await createUserPool('Products');

  /** The handlers of the functions in the templates, with the settings that the templates give them. */
  const functionsOf =
    (templates: Templates): Invoke =>
    (path, event) => {
      const { Handler, Environment } = templates.at(path).properties as {
        Handler: string;
        Environment: { Variables: Record<string, string> };
      };
      const { TABLE_NAME, EDITORS = '', ALLOWED_ORIGIN } = Environment.Variables;
      const table = templates.reference(TABLE_NAME)?.resource.type;
      if (table !== 'AWS::DynamoDB::Table') throw new Error(`${path}: ${String(TABLE_NAME)} is no table`);
      const group = templates.reference(EDITORS)?.resource.properties.GroupName ?? EDITORS;
      const handlers = products(aws.dynamodb, {
        tableName,
        editors: text(group),
        allowedOrigin: ALLOWED_ORIGIN,
      });
      return handlers[Handler.replace(/^index\./, '') as Method](event as ApiRequest);
    };

  return {
    aws,
    tableName,
    functionsOf,
    /** The API at a construct path. */
    apiOf: (
      templates: Templates,
      path: string,
      { userPool, ...options }: Partial<LocalApiOptions> & { readonly userPool: string },
    ) =>
      new LocalApi(templates, path, {
        invoke: functionsOf(templates),
        userPools: { [userPool]: pool },
        ...options,
      }),
    sign: (options?: TokenOptions) => pool.sign(options),
    put: async (id: string, name: string, price: number) => {
      const Item = { id: { S: id }, name: { S: name }, price: { N: String(price) } };
      await aws.dynamodb.send(new PutItemCommand({ TableName: tableName, Item }));
    },
    row: async (id: string) => {
      const { Item } = await aws.dynamodb.send(
        new GetItemCommand({ TableName: tableName, Key: { id: { S: id } } }),
      );
      return Item;
    },
    stop: () => aws.stop(),
  };
}

export type LocalProducts = Awaited<ReturnType<typeof startLocalProducts>>;
