import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { startLocalAws, type LocalAws } from './support/local-aws';

// Starting takes a second, and longer on a machine that is busy.
jest.setTimeout(30_000);

describe('the local AWS servers', () => {
  const Bucket = 'uploads';
  let aws: LocalAws;

  beforeAll(async () => {
    aws = await startLocalAws();
    await aws.createBucket(Bucket);
    await aws.createTable('items', 'pk', 'sk');
  });
  afterAll(() => aws.stop());

  const put = (Key: string, Body: string, condition = {}) =>
    aws.s3.send(new PutObjectCommand({ Bucket, Key, Body, ...condition }));
  const read = async (Key: string) => {
    const { Body } = await aws.s3.send(new GetObjectCommand({ Bucket, Key }));
    return Body?.transformToString();
  };

  it.each([
    ['plain.txt', 'plain.txt'],
    ['with special characters', 'a b/ü+100%&=?#.txt'],
    ['with a slash at the end', 'folder/'],
    ['of 1024 characters', `${'k'.repeat(1020)}.txt`],
    ['in Japanese', '日本語/写真'],
  ])('keep an object under a key: %s', async (_, key) => {
    await aws.s3.send(
      new PutObjectCommand({
        Bucket,
        Key: key,
        Body: Buffer.from('hello'),
        ContentType: 'text/plain',
        CacheControl: 'max-age=60',
        Metadata: { source: 'test' },
      }),
    );
    expect(await read(key)).toBe('hello');
    const head = await aws.s3.send(new HeadObjectCommand({ Bucket, Key: key }));
    expect(head).toMatchObject({
      ContentLength: 5,
      ContentType: 'text/plain',
      CacheControl: 'max-age=60',
      Metadata: { source: 'test' },
    });
    await aws.s3.send(new DeleteObjectCommand({ Bucket, Key: key }));
    await expect(read(key)).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('honour conditional writes, also those that race', async () => {
    const results = await Promise.allSettled(
      ['a', 'b', 'c'].map((body) => put('once', body, { IfNoneMatch: '*' })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const { ETag } = await aws.s3.send(new HeadObjectCommand({ Bucket, Key: 'once' }));
    await put('once', 'd', { IfMatch: ETag });
    await expect(put('once', 'e', { IfMatch: ETag })).rejects.toMatchObject({
      name: 'PreconditionFailed',
      $metadata: { httpStatusCode: 412 },
    });
    expect(await read('once')).toBe('d');
  });

  it('read a range, and list by prefix', async () => {
    await put('list/a', '0123456789');
    await put('list/b/c', '-');
    const { Body } = await aws.s3.send(new GetObjectCommand({ Bucket, Key: 'list/a', Range: 'bytes=2-4' }));
    expect(await Body?.transformToString()).toBe('234');
    const listed = await aws.s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'list/', Delimiter: '/' }));
    expect(listed.Contents?.map(({ Key }) => Key)).toEqual(['list/a']);
    expect(listed.CommonPrefixes).toEqual([{ Prefix: 'list/b/' }]);
  });

  it('keep an empty object', async () => {
    await aws.s3.send(new PutObjectCommand({ Bucket, Key: 'empty', Body: Buffer.alloc(0) }));
    expect(await read('empty')).toBe('');
    expect((await aws.s3.send(new HeadObjectCommand({ Bucket, Key: 'empty' }))).ContentLength).toBe(0);
  });

  it('have tables with conditional writes', async () => {
    const Item = { pk: { S: 'a' }, sk: { S: '1' } };
    const once = new PutItemCommand({
      TableName: 'items',
      Item,
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    await aws.dynamodb.send(once);
    await expect(aws.dynamodb.send(once)).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    expect((await aws.dynamodb.send(new GetItemCommand({ TableName: 'items', Key: Item }))).Item).toEqual(
      Item,
    );
  });

  it('take many items at once', async () => {
    const items = Array.from({ length: 1000 }, (_, index) => ({ pk: { S: 'many' }, sk: { S: `${index}` } }));
    await aws.putItems('items', items);
    const Key = { pk: { S: 'many' }, sk: { S: '999' } };
    expect((await aws.dynamodb.send(new GetItemCommand({ TableName: 'items', Key }))).Item).toEqual(Key);
  });

  it('serve clients that know only the environment', async () => {
    const before = { ...process.env };
    Object.assign(process.env, aws.environment);
    try {
      const { $metadata } = await new S3Client().send(new HeadObjectCommand({ Bucket, Key: 'once' }));
      expect($metadata.httpStatusCode).toBe(200);
    } finally {
      process.env = before;
    }
  });
});
