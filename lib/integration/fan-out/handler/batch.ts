/** The part of an SQS record that this handler uses. */
export interface SqsRecord {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: { readonly MessageGroupId?: string };
}

export interface SqsEvent {
  readonly Records: readonly SqsRecord[];
}

/** The messages that Lambda leaves in the queue. It deletes all others of the batch. */
export interface BatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/**
 * Works on each message of a batch, and names those that failed. After a failure in a message group of a FIFO queue, the
 * rest of the group is not touched and fails too, so that the group stays in order. Other groups go on.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export async function workOnBatch(
  { Records }: SqsEvent,
  work: (body: string) => Promise<void>,
): Promise<BatchResponse> {
  const groups = new Map<string, SqsRecord[]>();
  for (const record of Records) {
    // A message of a standard queue is a group of its own.
    const group = record.attributes.MessageGroupId ?? record.messageId;
    groups.set(group, [...(groups.get(group) ?? []), record]);
  }
  const failures = await Promise.all([...groups.values()].map((group) => workInOrder(group, work)));
  return { batchItemFailures: failures.flat().map((itemIdentifier) => ({ itemIdentifier })) };
}

/** Returns the ids of the first message that failed and of all after it. */
async function workInOrder(
  records: readonly SqsRecord[],
  work: (body: string) => Promise<void>,
): Promise<readonly string[]> {
  for (const [index, { messageId, body }] of records.entries()) {
    try {
      await work(body);
    } catch (error) {
      console.error({ message: 'failed', messageId, error: String(error) });
      return records.slice(index).map((record) => record.messageId);
    }
  }
  return [];
}
