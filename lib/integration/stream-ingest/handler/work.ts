import {
  ConditionalCheckFailedException,
  PutItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import type { Reading } from './reading';

export interface Settings {
  readonly tableName: string;
  /** What to do, the partition key of the rows. */
  readonly work: string;
}

/** Readings above this are high. */
const HIGH = 100;

/**
 * Writes a reading, once. Lambda repeats batches, so each write has a condition: a row of `latest` changes only for a later
 * record, and a row of `high` is there for each record.
 */
export async function doWork(
  dynamodb: DynamoDBClient,
  { tableName, work }: Settings,
  { device, type, value }: Reading,
  sequenceNumber: string,
): Promise<void> {
  // Sequence numbers have up to 56 digits, more than a number of DynamoDB. With leading zeros, text compares like numbers.
  const sequence = sequenceNumber.padStart(60, '0');
  if (work === 'high' && value <= HIGH) return;
  const id = work === 'high' ? `${device}#${sequence}` : device;
  try {
    await dynamodb.send(
      new PutItemCommand({
        TableName: tableName,
        Item: {
          work: { S: work },
          id: { S: id },
          sequence: { S: sequence },
          type: { S: type },
          value: { N: String(value) },
        },
        ConditionExpression: 'attribute_not_exists(id) OR #sequence < :sequence',
        ExpressionAttributeNames: { '#sequence': 'sequence' },
        ExpressionAttributeValues: { ':sequence': { S: sequence } },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    console.log({ message: 'already done', work, id, sequence });
  }
}
