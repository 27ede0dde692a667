import {
  CreateTableCommand,
  waitUntilTableExists,
  type CreateTableCommandInput,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import type { Templates } from '../../lib/assertions/templates';

/** Creates a table of a template on a local DynamoDB, with its keys and indexes, on demand. Returns its name. */
export async function createLocalTable(
  dynamodb: DynamoDBClient,
  templates: Templates,
  path: string,
): Promise<string> {
  const { properties } = templates.at(path);
  const TableName = path.replaceAll('/', '-');
  const { AttributeDefinitions, KeySchema, LocalSecondaryIndexes, GlobalSecondaryIndexes } = properties;
  const input = { AttributeDefinitions, KeySchema, LocalSecondaryIndexes, GlobalSecondaryIndexes };
  await dynamodb.send(
    new CreateTableCommand({
      ...(input as unknown as CreateTableCommandInput),
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  await waitUntilTableExists({ client: dynamodb, minDelay: 0.01, maxWaitTime: 5 }, { TableName });
  return TableName;
}
