import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { makeReport, type Settings } from './report';

/** The payload that the schedule sends. A manual invocation sends the same. */
export interface ScheduledEvent {
  readonly scheduledTime: string;
}

/** The part of Lambda's context that this handler uses. */
export interface Context {
  readonly getRemainingTimeInMillis: () => number;
}

// One for each execution environment, not one for each run.
const clients = { dynamodb: new DynamoDBClient(), s3: new S3Client() };

export async function handler(event: Partial<ScheduledEvent>, context: Context): Promise<void> {
  const { scheduledTime = '' } = event;
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(scheduledTime)) {
    throw new Error(`got ${JSON.stringify(event)}, expected {"scheduledTime": "2026-01-31T06:00:00Z"}`);
  }
  const { items, bytes, newest } = await makeReport(clients, settings(), scheduledTime, () =>
    context.getRemainingTimeInMillis(),
  );
  console.log({ message: 'reported', scheduledTime, items, bytes, newest });
}

function settings(): Settings {
  const { TABLE_NAME, BUCKET_NAME, GROUP_BY, NEWEST_BY } = process.env;
  if (!TABLE_NAME || !BUCKET_NAME || !GROUP_BY || !NEWEST_BY) {
    throw new Error('expected TABLE_NAME, BUCKET_NAME, GROUP_BY and NEWEST_BY in the environment');
  }
  return { tableName: TABLE_NAME, bucketName: BUCKET_NAME, groupBy: GROUP_BY, newestBy: NEWEST_BY };
}
