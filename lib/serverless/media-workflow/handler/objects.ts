import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

export async function read(s3: S3Client, bucket: string, key: string, version?: string): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: version }));
  return (await Body?.transformToString()) ?? '';
}

export async function write(
  s3: S3Client,
  bucket: string,
  key: string,
  body: string,
  type: string,
): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: type }));
}

/** The keys below a prefix; Textract writes less than the thousand that one call lists. */
export async function list(s3: S3Client, bucket: string, prefix: string): Promise<string[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
  return Contents.flatMap(({ Key }) => Key ?? []);
}
