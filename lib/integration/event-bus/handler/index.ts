import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { keepLatest, readState } from './latest';

// One for each execution environment, not one for each event.
const dynamodb = new DynamoDBClient();

export async function handler(input: unknown): Promise<void> {
  const { TABLE_NAME } = process.env;
  if (!TABLE_NAME) throw new Error('expected TABLE_NAME in the environment');
  await keepLatest(dynamodb, TABLE_NAME, readState(input));
}
