/** The part of an S3 event notification that this function reads. */
export interface S3Event {
  readonly Records?: readonly S3Record[];
}

export interface S3Record {
  readonly s3: {
    readonly bucket: { readonly name: string };
    readonly object: { readonly key: string; readonly sequencer: string };
  };
}

/** An object key that changed. The event does not say what the key holds now: S3 does. */
export interface Change {
  readonly bucket: string;
  readonly key: string;
  /** Greater for a later event of the same key, compared as text. */
  readonly sequencer: string;
}

/**
 * The records of an event. S3's test message has none: S3 sends it when notifications are set up. Throws for anything else
 * without records, since its sender would take success for work done.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function recordsOf(event: unknown): readonly S3Record[] {
  const { Records, Event } = (event ?? {}) as { Records?: unknown; Event?: unknown };
  if (Array.isArray(Records)) return Records as S3Record[];
  if (Event === 's3:TestEvent') return [];
  throw new Error(`got ${inShort(event)}, expected an S3 event with Records`);
}

/** The change that a record tells of. Throws for a record that is not S3's. */
export function changeOf(record: S3Record): Change {
  const { bucket, object } = (record as Partial<S3Record> | undefined)?.s3 ?? {};
  if (!bucket?.name || !object?.key || !object.sequencer) {
    throw new Error(
      `got the record ${inShort(record)}, expected s3.bucket.name, s3.object.key and s3.object.sequencer`,
    );
  }
  return {
    bucket: bucket.name,
    key: decodeKey(object.key),
    sequencer: padSequencer(object.sequencer),
  };
}

/** S3 encodes keys as an HTML form does: `+` for a space, `%2B` for a plus sign, UTF-8 as `%xx`. */
function decodeKey(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch {
    throw new Error(`got the key ${JSON.stringify(key)}, expected URL-encoded UTF-8`);
  }
}

/** Sequencers are hexadecimal and differ in length. S3 compares them after padding the shorter one on the right. */
function padSequencer(sequencer: string): string {
  return sequencer.toUpperCase().padEnd(32, '0');
}

/** JSON of a value for a message. JSON.stringify answers undefined for some values. */
const inShort = (value: unknown): string =>
  ((JSON.stringify(value) as string | undefined) ?? typeof value).slice(0, 200);
