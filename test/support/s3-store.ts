import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import S3Bucket from '@20minutes/s3rver/lib/models/bucket';
import S3Error from '@20minutes/s3rver/lib/models/error';
import S3Object from '@20minutes/s3rver/lib/models/object';

interface Stored {
  readonly content: Buffer;
  readonly metadata: Record<string, string>;
}

/**
 * Objects in memory, for s3rver. Its own store keeps them in files, which makes keys of over 255 bytes impossible
 * and an upload visible before it is complete; and it ignores conditional writes.
 */
export class S3Store {
  /** Headers of the request that is being served, for conditional writes. */
  readonly request = new AsyncLocalStorage<IncomingHttpHeaders>();
  private readonly buckets = new Map<string, Map<string, Stored>>();

  // s3rver awaits each of these, so they may answer at once.
  listBuckets() {
    return [...this.buckets.keys()].map((name) => new S3Bucket(name, new Date(0)));
  }

  getBucket(name: string) {
    return this.buckets.has(name) ? new S3Bucket(name, new Date(0)) : null;
  }

  putBucket(name: string) {
    if (!this.buckets.has(name)) this.buckets.set(name, new Map());
    return this.getBucket(name);
  }

  deleteBucket(name: string) {
    this.buckets.delete(name);
  }

  existsObject(bucket: string, key: string) {
    return this.objects(bucket).has(key);
  }

  getObject(bucket: string, key: string, options: { readonly start?: number; readonly end?: number } = {}) {
    const found = this.objects(bucket).get(key);
    if (!found) return null;
    const { content, metadata } = found;
    const { start = 0, end = Infinity } = options;
    const range = { start, end: Math.min(end, Math.max(0, content.length - 1)) };
    const satisfiable = range.start <= range.end;
    const body = satisfiable ? Readable.from([content.subarray(range.start, range.end + 1)]) : null;
    const object = new S3Object(bucket, key, body, metadata);
    if (options.start !== undefined || options.end !== undefined) object.range = range;
    return object;
  }

  async putObject({ bucket, key, content, metadata }: S3Object) {
    const chunks: Buffer[] = [];
    for await (const chunk of Buffer.isBuffer(content) ? [content] : content) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const objects = this.objects(bucket);
    // Nothing else runs between this check and the write after it.
    this.checkPreconditions(objects.get(key));
    const md5 = createHash('md5').update(body).digest('hex');
    objects.set(key, {
      content: body,
      metadata: {
        ...metadata,
        etag: JSON.stringify(md5),
        'content-length': String(body.length),
        'last-modified': new Date().toUTCString(),
      },
    });
    return { size: body.length, md5 };
  }

  copyObject(bucket: string, key: string, toBucket: string, toKey: string, replace?: Record<string, string>) {
    const found = this.objects(bucket).get(key);
    if (!found) throw new S3Error('NoSuchKey', 'The specified key does not exist.');
    const metadata = { ...found.metadata, ...replace, 'last-modified': new Date().toUTCString() };
    this.objects(toBucket).set(toKey, { content: found.content, metadata });
    return metadata;
  }

  deleteObject(bucket: string, key: string) {
    this.objects(bucket).delete(key);
  }

  listObjects(
    bucket: string,
    options: { delimiter?: string; startAfter?: string; prefix?: string; maxKeys?: number },
  ) {
    const { delimiter = '', startAfter = '', prefix = '', maxKeys = Infinity } = options;
    const commonPrefixes = new Set<string>();
    const keys: string[] = [];
    for (const key of [...this.objects(bucket).keys()].sort()) {
      if (key <= startAfter || !key.startsWith(prefix)) continue;
      const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
      if (cut === -1) keys.push(key);
      else commonPrefixes.add(key.slice(0, cut + delimiter.length));
    }
    const objects = keys.slice(0, maxKeys).map((key) => this.getObject(bucket, key));
    return { objects, commonPrefixes: [...commonPrefixes], isTruncated: keys.length > maxKeys };
  }

  /** CORS, website and tags: nothing here has any. */
  getSubresource() {
    return null;
  }

  private objects(bucket: string): Map<string, Stored> {
    const objects = this.buckets.get(bucket);
    if (!objects) throw new S3Error('NoSuchBucket', 'The specified bucket does not exist');
    return objects;
  }

  /** https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
  private checkPreconditions(existing: Stored | undefined): void {
    const headers = this.request.getStore() ?? {};
    const failed = () =>
      new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
    if (headers['if-none-match'] === '*' && existing) throw failed();
    const etag = headers['if-match'];
    if (etag === undefined) return;
    if (!existing) throw new S3Error('NoSuchKey', 'The specified key does not exist.');
    if (existing.metadata.etag !== etag && existing.metadata.etag !== JSON.stringify(etag)) throw failed();
  }
}
