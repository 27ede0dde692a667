import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/** Objects of a bucket: JSON, or text. Binary values in the JSON survive writing and reading. */
export class Objects {
  constructor(
    private readonly s3: S3Client,
    private readonly bucket: string,
  ) {}

  async read<T>(key: string): Promise<T | undefined> {
    try {
      const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
      if (!Body) throw new Error(`S3 answered without the content of ${key}`);
      return JSON.parse(await Body.transformToString(), revive) as T;
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  /** Creates an object unless the key has one. Returns whether it did. */
  async create(key: string, value: object): Promise<boolean> {
    try {
      await this.put(key, value, 'application/json', { IfNoneMatch: '*' });
      return true;
    } catch (error) {
      // Any other error fails this attempt, also ConditionalRequestConflict: two writes at the same time.
      // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
      if (error instanceof Error && error.name === 'PreconditionFailed') return false;
      throw error;
    }
  }

  async write(key: string, value: object | string, contentType = 'application/json'): Promise<void> {
    await this.put(key, value, contentType);
  }

  private async put(key: string, value: object | string, contentType: string, condition = {}): Promise<void> {
    const body = typeof value === 'string' ? value : JSON.stringify(value, replace, 2);
    await this.s3.send(
      new PutObjectCommand({
        Bucket: this.bucket,
        Key: key,
        Body: Buffer.from(body),
        ContentType: contentType,
        ...condition,
      }),
    );
  }
}

const BINARY = 'base64:';

/** `value` is what Buffer's toJSON returned. `this` still has the Buffer. */
function replace(this: Readonly<Record<string, unknown>>, key: string, value: unknown): unknown {
  const original = this[key];
  return original instanceof Uint8Array ? BINARY + Buffer.from(original).toString('base64') : value;
}

function revive(key: string, value: unknown): unknown {
  const isBinary = key === 'B' && typeof value === 'string' && value.startsWith(BINARY);
  return isBinary ? Buffer.from(value.slice(BINARY.length), 'base64') : value;
}
