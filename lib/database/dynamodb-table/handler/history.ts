import { DynamoDBClient, PutItemCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';

type Image = Readonly<Record<string, AttributeValue>>;

/** The part of a record of a DynamoDB stream that this handler uses. */
export interface StreamRecord {
  readonly dynamodb: {
    readonly SequenceNumber: string;
    /** Seconds since 1970. */
    readonly ApproximateCreationDateTime: number;
    readonly OldImage?: Image;
    readonly NewImage?: Image;
  };
}

export interface StreamEvent {
  readonly Records: readonly StreamRecord[];
}

/** Where in the batch Lambda goes on. Without failures, the whole batch is done. */
export interface BatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/**
 * Writes a row for each change of a status. A repeated record writes the same row again. It stops at the first failure, so
 * that the changes of an order stay in order, and Lambda repeats the batch from there.
 */
export async function recordChanges(
  dynamodb: DynamoDBClient,
  tableName: string,
  { Records }: StreamEvent,
): Promise<BatchResponse> {
  for (const { dynamodb: change } of Records) {
    try {
      await record(dynamodb, tableName, change);
    } catch (error) {
      const { SequenceNumber } = change;
      console.error({ message: 'failed', sequenceNumber: SequenceNumber, error: String(error) });
      return { batchItemFailures: [{ itemIdentifier: SequenceNumber }] };
    }
  }
  return { batchItemFailures: [] };
}

async function record(
  dynamodb: DynamoDBClient,
  tableName: string,
  change: StreamRecord['dynamodb'],
): Promise<void> {
  const { OldImage, NewImage, SequenceNumber, ApproximateCreationDateTime } = change;
  const [from, to] = [OldImage?.status, NewImage?.status];
  const id = (NewImage ?? OldImage)?.id?.S;
  if (id === undefined) throw new Error('got a change without the id of an order');
  if (from?.S === to?.S) return;
  await dynamodb.send(
    new PutItemCommand({
      TableName: tableName,
      Item: {
        pk: { S: `order#${id}` },
        // Sequence numbers of one item grow. They have up to 40 digits.
        sk: { S: `change#${SequenceNumber.padStart(40, '0')}` },
        at: { S: new Date(ApproximateCreationDateTime * 1000).toISOString() },
        ...(from && { from }),
        ...(to && { to }),
      },
    }),
  );
}

// One for each execution environment, not one for each batch.
const client = new DynamoDBClient();

export async function handler(event: StreamEvent): Promise<BatchResponse> {
  const { TABLE_NAME } = process.env;
  if (!TABLE_NAME) throw new Error('expected TABLE_NAME in the environment');
  return recordChanges(client, TABLE_NAME, event);
}
