/** The part of an S3 event notification that is used here. */
export interface S3Event {
  /** Absent in the test message that S3 sends when notifications are set up. */
  readonly Records?: readonly {
    readonly eventName: string;
    readonly s3: {
      readonly bucket: { readonly name: string };
      readonly object: { readonly key: string; readonly sequencer: string };
    };
  }[];
}

/** "Something happened to this key." What the key holds now is for S3 to say. */
export interface Change {
  readonly bucket: string;
  readonly key: string;
  /** Greater for a later event of the same key, compared as text. */
  readonly sequencer: string;
}

export function changesOf({ Records = [] }: S3Event): Change[] {
  return Records.map(({ s3: { bucket, object } }) => ({
    bucket: bucket.name,
    key: decodeKey(object.key),
    sequencer: padSequencer(object.sequencer),
  }));
}

/** S3 encodes keys as a form does: `+` for a space, `%2B` for a plus sign, UTF-8 in `%xx`. */
function decodeKey(key: string): string {
  return decodeURIComponent(key.replaceAll('+', ' '));
}

/**
 * Sequencers are hexadecimal and of different lengths; the shorter of two is padded on the right before they are
 * compared. https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
function padSequencer(sequencer: string): string {
  return sequencer.toUpperCase().padEnd(32, '0');
}
