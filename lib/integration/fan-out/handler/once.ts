import {
  ConditionalCheckFailedException,
  PutItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';

export interface Settings {
  readonly tableName: string;
  /** Name of the work, the partition key of its rows: two workers may do different work for one message. */
  readonly work: string;
}

/** A message of this example: JSON with an id that is the same each time the message comes. */
export interface Message {
  readonly id: string;
  readonly customer: string;
}

/** Reads a message. Throws for anything else, so that SQS keeps it in the dead-letter queue. */
export function readMessage(body: string): Message {
  const message = JSON.parse(body) as Partial<Message> | null;
  if (typeof message?.id !== 'string' || typeof message.customer !== 'string') {
    throw new Error(`got ${body.slice(0, 200)}, expected {"id": "...", "customer": "..."}`);
  }
  return message as Message;
}

/**
 * Does the work for a message, which here is a row with the message in it. The condition makes the second write of the
 * same message fail: SQS delivers a message at least once, and Lambda repeats a batch whose answer it lost.
 */
export async function doOnce(
  dynamodb: DynamoDBClient,
  { tableName, work }: Settings,
  body: string,
): Promise<void> {
  const { id, customer } = readMessage(body);
  try {
    await dynamodb.send(
      new PutItemCommand({
        TableName: tableName,
        Item: { work: { S: work }, id: { S: id }, customer: { S: customer }, message: { S: body } },
        ConditionExpression: 'attribute_not_exists(id)',
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    console.log({ message: 'already done', work, id });
  }
}
