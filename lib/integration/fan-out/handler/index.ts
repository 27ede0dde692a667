import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { workOnBatch, type BatchResponse, type SqsEvent } from './batch';
import { doOnce, type Settings } from './once';

// One for each execution environment, not one for each batch.
const dynamodb = new DynamoDBClient();

export async function handler(event: SqsEvent): Promise<BatchResponse> {
  const settings = readSettings();
  return workOnBatch(event, (body) => doOnce(dynamodb, settings, body));
}

function readSettings(): Settings {
  const { TABLE_NAME, WORK } = process.env;
  if (!TABLE_NAME || !WORK) throw new Error('expected TABLE_NAME and WORK in the environment');
  return { tableName: TABLE_NAME, work: WORK };
}
