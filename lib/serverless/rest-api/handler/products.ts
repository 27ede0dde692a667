import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { HttpError, requireGroup, respond, type ApiRequest, type ApiResponse } from './request';

export interface Settings {
  readonly tableName: string;
  /** Name of the group that may write. */
  readonly editors: string;
  /** Origin of the web page that calls the API, such as `https://www.example.com`. */
  readonly allowedOrigin?: string;
}

/** A product as the API returns it. */
interface Product {
  readonly id: string;
  readonly name: string;
  /** In cents. */
  readonly price: number;
}

export type Method = 'list' | 'read' | 'replace' | 'remove';

const PAGE = 100;
const ID = /^[\w-]{1,64}$/;

/** The methods of the API, on one table. */
export function products(
  dynamodb: DynamoDBClient,
  { tableName: TableName, editors, allowedOrigin }: Settings,
): Record<Method, (request: ApiRequest) => Promise<ApiResponse>> {
  const methods: Record<Method, (request: ApiRequest) => Promise<unknown>> = {
    /** 100 products, and in `after` the value of the query string for the next ones. */
    list: async ({ queryStringParameters }) => {
      const after = queryStringParameters?.after;
      const { Items = [], LastEvaluatedKey } = await dynamodb.send(
        new ScanCommand({
          TableName,
          Limit: PAGE,
          ...(after !== undefined && { ExclusiveStartKey: { id: { S: checkId(after) } } }),
        }),
      );
      return { products: Items.map(toProduct), after: LastEvaluatedKey?.id?.S };
    },

    read: async (request) => {
      const id = idOf(request);
      const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key: { id: { S: id } } }));
      if (!Item) throw new HttpError(404, `no product ${id}`);
      return toProduct(Item);
    },

    /** Creates or replaces a product. A caller that got no answer can repeat it: the result is the same. */
    replace: async (request) => {
      requireGroup(request, editors);
      // API Gateway has compared the body with the model.
      const { name, price } = JSON.parse(request.body ?? '') as Omit<Product, 'id'>;
      const product = { id: idOf(request), name, price };
      const Item = { id: { S: product.id }, name: { S: name }, price: { N: String(price) } };
      await dynamodb.send(new PutItemCommand({ TableName, Item }));
      return product;
    },

    /** Deletes a product. It is no error if there is none. */
    remove: async (request) => {
      requireGroup(request, editors);
      const id = idOf(request);
      await dynamodb.send(new DeleteItemCommand({ TableName, Key: { id: { S: id } } }));
      return { id };
    },
  };
  const method = (name: Method) => (request: ApiRequest) =>
    respond(allowedOrigin, () => methods[name](request));
  return {
    list: method('list'),
    read: method('read'),
    replace: method('replace'),
    remove: method('remove'),
  };
}

function checkId(id: string): string {
  if (!ID.test(id)) throw new HttpError(400, 'expected an id of 1 to 64 letters, digits, - and _');
  return id;
}

const idOf = ({ pathParameters }: ApiRequest): string => checkId(pathParameters?.id ?? '');

const toProduct = ({ id, name, price }: Record<string, AttributeValue>) => ({
  id: id?.S,
  name: name?.S,
  price: Number(price?.N),
});
