import { createHash } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { UnusableImage, type Source, type Thumbnail } from './image';
import type { Change } from './s3-event';
import type { Settings } from './settings';

/** Facts of an upload that need no decoding. */
export interface Upload {
  readonly size: number;
  readonly eTag: string;
  readonly versionId?: string;
  readonly uploadedAt: string;
}

export interface StoredThumbnail {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly size: number;
}

/** A row of the table: the outcome for the newest version of an upload. */
export type Row = Pick<Change, 'key' | 'sequencer'> &
  (
    | ({ status: 'ready'; processedAt: string; thumbnails: readonly StoredThumbnail[] } & Upload & Source)
    | ({ status: 'failed'; processedAt: string; reason: string } & Upload)
    // Stays for a day, so that a late event cannot bring the upload back.
    | { status: 'deleted'; expiresAt: number }
  );

const CONTENT_TYPES = { webp: 'image/webp', avif: 'image/avif', jpeg: 'image/jpeg', png: 'image/png' };

export class Store {
  constructor(
    private readonly s3: S3Client,
    private readonly documents: DynamoDBDocumentClient,
    private readonly settings: Settings,
  ) {}

  /** The upload as it is now, or undefined. `read` returns its bytes. It throws `UnusableImage` for too many of them. */
  async upload({ bucket, key }: Change): Promise<(Upload & { read: () => Promise<Buffer> }) | undefined> {
    try {
      const answer = await this.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      const { ContentLength: size, ETag: eTag, LastModified, VersionId: versionId, Body } = answer;
      if (size === undefined || eTag === undefined || !LastModified || !Body) {
        throw new Error(`S3 answered without size, ETag, time or content of ${key}`);
      }
      const { maxBytes } = this.settings;
      return {
        size,
        eTag,
        ...(versionId !== undefined && { versionId }),
        uploadedAt: LastModified.toISOString(),
        read: async () => {
          if (size > maxBytes) {
            // Closes the connection without reading the rest.
            (Body as { destroy?: () => void }).destroy?.();
            throw new UnusableImage(`the file has ${size} bytes, ${maxBytes} are allowed`);
          }
          const bytes = await Body.transformToByteArray();
          return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        },
      };
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  /**
   * Writes a thumbnail under a name that contains the event's sequencer. Concurrent events therefore cannot overwrite
   * each other's thumbnails, and caches may keep a thumbnail forever. The hash makes a short name from any key.
   */
  async putThumbnail(change: Change, thumbnail: Thumbnail): Promise<StoredThumbnail> {
    const { format, thumbnailBucket } = this.settings;
    const { bytes, fittedTo, width, height } = thumbnail;
    const name = `${prefix(change.key)}${change.sequencer}/${fittedTo}.${format}`;
    await this.s3.send(
      new PutObjectCommand({
        Bucket: thumbnailBucket,
        Key: name,
        Body: bytes,
        ContentType: CONTENT_TYPES[format],
        CacheControl: 'public, max-age=31536000, immutable',
      }),
    );
    return { name, width, height, size: bytes.length };
  }

  /** Writes a row, unless a later event has written one already. Returns whether it wrote. */
  async putRow(row: Row): Promise<boolean> {
    try {
      await this.documents.send(
        new PutCommand({
          TableName: this.settings.tableName,
          Item: row,
          // Equal for a retry of the same event, which completes what the first attempt left.
          ConditionExpression: 'attribute_not_exists(#key) OR #sequencer <= :sequencer',
          ExpressionAttributeNames: { '#key': 'key', '#sequencer': 'sequencer' },
          ExpressionAttributeValues: { ':sequencer': row.sequencer },
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  /** Deletes the thumbnails of earlier events of a key: the row no longer names them. */
  async deleteEarlier({ key, sequencer }: Change): Promise<void> {
    await this.deleteThumbnails(key, (name) => name < `${prefix(key)}${sequencer}/`);
  }

  /** Deletes the thumbnails of this event. */
  async deleteOwn({ key, sequencer }: Change): Promise<void> {
    await this.deleteThumbnails(key, (name) => name.startsWith(`${prefix(key)}${sequencer}/`));
  }

  private async deleteThumbnails(key: string, chosen: (name: string) => boolean): Promise<void> {
    const Bucket = this.settings.thumbnailBucket;
    const { Contents = [] } = await this.s3.send(new ListObjectsV2Command({ Bucket, Prefix: prefix(key) }));
    for (const { Key = '' } of Contents) {
      if (chosen(Key)) await this.s3.send(new DeleteObjectCommand({ Bucket, Key }));
    }
  }
}

function prefix(key: string): string {
  return `${createHash('sha256').update(key).digest('hex')}/`;
}
