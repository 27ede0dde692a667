import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { products, type Method, type Settings } from './products';
import type { ApiRequest } from './request';

// One for each execution environment, not one for each request.
const dynamodb = new DynamoDBClient();

const handlerOf = (method: Method) => (request: ApiRequest) =>
  products(dynamodb, readSettings())[method](request);

// Each function has one of these handlers.
export const list = handlerOf('list');
export const read = handlerOf('read');
export const replace = handlerOf('replace');
export const remove = handlerOf('remove');

function readSettings(): Settings {
  const { TABLE_NAME, EDITORS, ALLOWED_ORIGIN } = process.env;
  if (!TABLE_NAME || !EDITORS) throw new Error('expected TABLE_NAME and EDITORS in the environment');
  return { tableName: TABLE_NAME, editors: EDITORS, allowedOrigin: ALLOWED_ORIGIN };
}
