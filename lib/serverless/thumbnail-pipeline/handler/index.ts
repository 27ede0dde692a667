import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createHandler } from './pipeline';
import { readSettings } from './settings';
import { Store } from './store';

const settings = readSettings(process.env);
const store = new Store(new S3Client(), DynamoDBDocumentClient.from(new DynamoDBClient()), settings);

export const handler = createHandler(store, settings, (entry) => {
  console.log(entry);
});
