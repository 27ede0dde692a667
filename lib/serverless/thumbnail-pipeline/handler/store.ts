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

/** What is known of an upload without decoding it. */
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

/** A row of the table: what became of the newest version of an upload. */
export type Row = Pick<Change, 'key' | 'sequencer'> &
  (
    | ({ status: 'ready'; processedAt: string; thumbnails: readonly StoredThumbnail[] } & Upload & Source)
    | ({ status: 'failed'; processedAt: string; reason: string } & Upload)
    // Kept for a day, so that an event which is still on its way cannot bring the upload back.
    | { status: 'deleted'; expiresAt: number }
  );

const CONTENT_TYPES = { webp: 'image/webp', avif: 'image/avif', jpeg: 'image/jpeg', png: 'image/png' };

export class Store {
  constructor(
    private readonly s3: S3Client,
    private readonly documents: DynamoDBDocumentClient,
    private readonly settings: Settings,
  ) {}

  /** The upload as it is now; undefined when there is none. `read` gives its bytes, or throws `UnusableImage`. */
  async upload({ bucket, key }: Change): Promise<(Upload & { read: () => Promise<Buffer> }) | undefined> {
    try {
      const answer = await this.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      const { ContentLength: size = 0, VersionId: versionId, Body } = answer;
      const { maxBytes } = this.settings;
      return {
        size,
        eTag: answer.ETag ?? '',
        ...(versionId !== undefined && { versionId }),
        uploadedAt: (answer.LastModified ?? new Date(0)).toISOString(),
        read: async () => {
          if (size > maxBytes) {
            // Closes the connection without reading on.
            (Body as { destroy?: () => void } | undefined)?.destroy?.();
            throw new UnusableImage(`the file has ${size} bytes, ${maxBytes} are allowed`);
          }
          const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
          return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        },
      };
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  /**
   * Each event writes thumbnails of its own name, so that events which overlap cannot overwrite each other's, and
   * so that caches may keep them forever. The hash makes a short name out of any key.
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

  /** Writes a row, unless a later event has written one already. Returns whether it did. */
  async putRow(row: Row): Promise<boolean> {
    try {
      await this.documents.send(
        new PutCommand({
          TableName: this.settings.tableName,
          Item: row,
          // Equal when the same event comes again: then what the first attempt left undone is done.
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

  /** Deletes a key's thumbnails of earlier events: what the row no longer names, and what a crash left behind. */
  async deleteEarlier({ key, sequencer }: Change): Promise<void> {
    await this.deleteThumbnails(key, (name) => name < `${prefix(key)}${sequencer}/`);
  }

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
