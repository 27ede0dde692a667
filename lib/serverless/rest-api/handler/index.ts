import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { products } from './products';

function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`expected ${name} in the environment`);
  return value;
}

// One client for each execution environment, not one for each request. Each function has one of these handlers.
export const { list, read, replace, remove } = products(new DynamoDBClient(), {
  tableName: setting('TABLE_NAME'),
  editors: setting('EDITORS'),
  allowedOrigin: process.env.ALLOWED_ORIGIN,
});
