import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type GetObjectCommandOutput,
} from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { createHandler } from '../../lib/serverless/thumbnail-pipeline/handler/pipeline';
import type { S3Event } from '../../lib/serverless/thumbnail-pipeline/handler/s3-event';
import type { Settings } from '../../lib/serverless/thumbnail-pipeline/handler/settings';
import { Store, type Row } from '../../lib/serverless/thumbnail-pipeline/handler/store';
import { startLocalAws } from './local-aws';

const UPLOADS = 'uploads';

/** Keys as S3 writes them into events. */
export const encodeKey = (key: string) =>
  encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/');

/** The thumbnail pipeline on local servers: uploads make events, and the test says when and how often they arrive. */
export async function startLocalThumbnails(options: Partial<Settings> = {}) {
  const aws = await startLocalAws();
  const settings: Settings = {
    thumbnailBucket: 'thumbnails',
    tableName: 'images',
    widths: [320],
    format: 'webp',
    maxBytes: 50 * 1024 * 1024,
    maxPixels: 64e6,
    ...options,
  };
  await aws.createBucket(UPLOADS);
  await aws.createBucket(settings.thumbnailBucket);
  await aws.createTable(settings.tableName, 'key');
  const documents = DynamoDBDocumentClient.from(aws.dynamodb);
  const store = new Store(aws.s3, documents, settings);
  const log: object[] = [];
  const handlerOf = (someStore: Store) => createHandler(someStore, settings, (entry) => log.push(entry));

  let events = 0;
  const event = (eventName: string, key: string): S3Event => {
    events++;
    const sequencer = `0065A1B2${events.toString(16).toUpperCase().padStart(8, '0')}`;
    const record = {
      eventName,
      s3: { bucket: { name: UPLOADS }, object: { key: encodeKey(key), sequencer } },
    };
    return { Records: [record] };
  };

  return {
    aws,
    settings,
    log,
    handle: handlerOf(store),
    /** A handler with other settings. */
    handleWith: (changed: Partial<Settings>) => {
      const others = { ...settings, ...changed };
      return createHandler(new Store(aws.s3, documents, others), others, (entry) => log.push(entry));
    },
    /** A handler that waits for something before it puts what it made: events that overlap. */
    handleAfter: (gate: Promise<unknown>) => {
      class Slow extends Store {
        override async putThumbnail(...args: Parameters<Store['putThumbnail']>) {
          await gate;
          return super.putThumbnail(...args);
        }
      }
      return handlerOf(new Slow(aws.s3, documents, settings));
    },
    upload: async (key: string, body: Buffer): Promise<S3Event> => {
      await aws.s3.send(new PutObjectCommand({ Bucket: UPLOADS, Key: key, Body: body }));
      return event('ObjectCreated:Put', key);
    },
    remove: async (key: string): Promise<S3Event> => {
      await aws.s3.send(new DeleteObjectCommand({ Bucket: UPLOADS, Key: key }));
      return event('ObjectRemoved:DeleteMarkerCreated', key);
    },
    row: async (key: string): Promise<Row | undefined> => {
      const { Item } = await documents.send(new GetCommand({ TableName: settings.tableName, Key: { key } }));
      return Item as Row | undefined;
    },
    thumbnailNames: async (): Promise<string[]> => {
      const { Contents = [] } = await aws.s3.send(
        new ListObjectsV2Command({ Bucket: settings.thumbnailBucket }),
      );
      return Contents.map(({ Key = '' }) => Key);
    },
    thumbnail: async (name: string): Promise<GetObjectCommandOutput & { bytes: Buffer }> => {
      const answer = await aws.s3.send(new GetObjectCommand({ Bucket: settings.thumbnailBucket, Key: name }));
      return { ...answer, bytes: Buffer.from((await answer.Body?.transformToByteArray()) ?? []) };
    },
    stop: () => aws.stop(),
  };
}

export type LocalThumbnails = Awaited<ReturnType<typeof startLocalThumbnails>>;
