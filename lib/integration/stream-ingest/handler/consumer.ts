import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { workInOrder, type BatchResponse, type KinesisEvent } from './batch';
import { readReading } from './reading';
import { doWork, type Settings } from './work';

// One for each execution environment, not one for each batch.
const dynamodb = new DynamoDBClient();

export async function handler(event: KinesisEvent): Promise<BatchResponse> {
  const settings = readSettings();
  return workInOrder(event, async (data, sequenceNumber) =>
    doWork(dynamodb, settings, readReading(data), sequenceNumber),
  );
}

function readSettings(): Settings {
  const { TABLE_NAME, WORK } = process.env;
  if (!TABLE_NAME || !WORK) throw new Error('expected TABLE_NAME and WORK in the environment');
  return { tableName: TABLE_NAME, work: WORK };
}
