import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import {
  CreateTableCommand,
  DynamoDBClient,
  waitUntilTableExists,
  type KeySchemaElement,
} from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';

/** S3 and DynamoDB on this machine: no network, no account. */
export interface LocalAws {
  readonly s3: S3Client;
  readonly dynamodb: DynamoDBClient;
  /**
   * What makes clients of the AWS SDK that are created without options (a Lambda handler's, say) use these servers:
   * endpoints, region and credentials. For `process.env`, or for a child process.
   */
  readonly environment: Readonly<Record<string, string>>;
  createBucket(name: string): Promise<void>;
  /** Creates a table whose keys are strings. */
  createTable(name: string, partitionKey: string, sortKey?: string): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts both servers in a process of their own, empty; they answer within a second. They check neither
 * signatures nor permissions. S3 has conditional writes (`IfNoneMatch: '*'`, `IfMatch`), and no versioning.
 *
 * ```ts
 * const aws = await startLocalAws();
 * await aws.createBucket('uploads');
 * await aws.s3.send(new PutObjectCommand({ Bucket: 'uploads', Key: 'a.txt', Body: 'hello' }));
 * await aws.stop();
 * ```
 */
export async function startLocalAws(): Promise<LocalAws> {
  const server = fork(join(__dirname, 'local-aws-server.ts'), { execArgv: ['-r', 'tsx/cjs'] });
  const ports = await new Promise<{ s3: number; dynamodb: number }>((resolve, reject) => {
    server.once('message', resolve);
    server.once('error', reject);
    server.once('exit', (code) => {
      reject(new Error(`The local servers ended with ${code ?? 'a signal'}`));
    });
  });

  const credentials = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };
  const region = 'us-east-1';
  // An address instead of a name makes the SDK put the bucket into the path.
  const endpoints = {
    s3: `http://127.0.0.1:${ports.s3}`,
    dynamodb: `http://127.0.0.1:${ports.dynamodb}`,
  };
  const s3 = new S3Client({ region, credentials, endpoint: endpoints.s3 });
  const dynamodb = new DynamoDBClient({ region, credentials, endpoint: endpoints.dynamodb });

  return {
    s3,
    dynamodb,
    environment: {
      AWS_ENDPOINT_URL_S3: endpoints.s3,
      AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
    createBucket: async (name) => {
      await s3.send(new CreateBucketCommand({ Bucket: name }));
    },
    createTable: async (name, partitionKey, sortKey) => {
      const names = sortKey === undefined ? [partitionKey] : [partitionKey, sortKey];
      await dynamodb.send(
        new CreateTableCommand({
          TableName: name,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
          KeySchema: names.map((AttributeName, index): KeySchemaElement => ({
            AttributeName,
            KeyType: index === 0 ? 'HASH' : 'RANGE',
          })),
        }),
      );
      await waitUntilTableExists({ client: dynamodb, minDelay: 0.01, maxWaitTime: 5 }, { TableName: name });
    },
    stop: async () => {
      s3.destroy();
      dynamodb.destroy();
      server.removeAllListeners('exit');
      server.disconnect();
      await once(server, 'exit');
    },
  };
}
