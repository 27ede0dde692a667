/** The part of a Kinesis record that this handler uses. */
export interface KinesisRecord {
  readonly kinesis: {
    readonly sequenceNumber: string;
    /** Base64. */
    readonly data: string;
  };
}

export interface KinesisEvent {
  readonly Records: readonly KinesisRecord[];
}

/** The first record that failed. Lambda sends it again, with all after it. */
export interface BatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/**
 * Works on the records of a shard in order, and stops at the first that fails.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
 */
export async function workInOrder(
  { Records }: KinesisEvent,
  work: (data: string, sequenceNumber: string) => Promise<void>,
): Promise<BatchResponse> {
  for (const { kinesis } of Records) {
    const { data, sequenceNumber } = kinesis;
    try {
      await work(data, sequenceNumber);
    } catch (error) {
      console.error({ message: 'failed', sequenceNumber, error: String(error) });
      return { batchItemFailures: [{ itemIdentifier: sequenceNumber }] };
    }
  }
  return { batchItemFailures: [] };
}
