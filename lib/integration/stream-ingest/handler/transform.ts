import { readReading } from './reading';

/** The part of a record that this handler uses. */
export interface FirehoseRecord {
  readonly recordId: string;
  /** Base64. */
  readonly data: string;
}

export interface FirehoseEvent {
  readonly records: readonly FirehoseRecord[];
}

export interface TransformedRecord {
  readonly recordId: string;
  readonly result: 'Ok';
  /** Base64. */
  readonly data: string;
  /** Parts of the key of the object that the record goes to. */
  readonly metadata: { readonly partitionKeys: { readonly folder: string; readonly type: string } };
}

/**
 * Makes a line of JSON of each record, for the folder of its type. A record that cannot be read becomes a line with the
 * reason and the original data. As `ProcessingFailed`, Firehose would keep it without the reason.
 *
 * @see https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-status-model.html
 */
export function handler({ records }: FirehoseEvent): Promise<{ records: TransformedRecord[] }> {
  return Promise.resolve({ records: records.map(transform) });
}

function transform({ recordId, data }: FirehoseRecord): TransformedRecord {
  const line = (folder: string, type: string, content: object): TransformedRecord => ({
    recordId,
    result: 'Ok',
    data: Buffer.from(`${JSON.stringify(content)}\n`).toString('base64'),
    metadata: { partitionKeys: { folder, type } },
  });
  try {
    const reading = readReading(data);
    return line('readings', reading.type, reading);
  } catch (error) {
    return line('errors', 'unreadable', { reason: (error as Error).message, data });
  }
}
