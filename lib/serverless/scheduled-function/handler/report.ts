import { ScanCommand, type AttributeValue, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import { Objects } from './objects';
import { Summary, toCsv, type Counts, type Group, type SummaryOptions } from './summary';

export interface Settings extends SummaryOptions {
  readonly tableName: string;
  readonly bucketName: string;
}

export interface Clients {
  readonly dynamodb: DynamoDBClient;
  readonly s3: S3Client;
}

export interface Report extends Counts {
  readonly table: string;
  readonly scheduledTime: string;
  readonly groups: readonly Group[];
}

/** Thrown before Lambda's timeout. The next attempt continues from the checkpoint. */
export class OutOfTime extends Error {
  override readonly name = 'OutOfTime';
}

type Key = Record<string, AttributeValue>;
interface Checkpoint extends SummaryOptions {
  readonly startKey: Key;
  readonly groups: readonly Group[];
}

const CHECKPOINT_EVERY_MS = 30_000;
/** Time for one more page and a checkpoint, even when both are slow. */
const STOP_BEFORE_MS = 30_000;

/**
 * Writes the report of a table for one scheduled time. Further calls for that time write no other report.
 *
 * The JSON file is the report. A conditional write creates it, so the first of two concurrent runs wins. The CSV file is
 * always made from the JSON file in the bucket.
 */
export async function makeReport(
  clients: Clients,
  settings: Settings,
  scheduledTime: string,
  remainingMs: () => number,
): Promise<Report> {
  const objects = new Objects(clients.s3, settings.bucketName);
  const name = `${settings.tableName}/${scheduledTime.replaceAll(':', '-')}`;
  const key = `reports/${name}`;

  let report = await objects.read<Report>(`${key}.json`);
  if (!report) {
    const summary = await summarize(
      clients.dynamodb,
      objects,
      settings,
      `checkpoints/${name}.json`,
      remainingMs,
    );
    report = { table: settings.tableName, scheduledTime, ...summary.total, groups: summary.groups };
    if (!(await objects.create(`${key}.json`, report)))
      report = (await objects.read<Report>(`${key}.json`)) ?? report;
  }
  await objects.write(`${key}.csv`, toCsv(report.groups), 'text/csv; charset=utf-8');
  return report;
}

/** Reads the whole table page by page. Writes a checkpoint every 30 seconds, and one before the timeout. */
async function summarize(
  dynamodb: DynamoDBClient,
  objects: Objects,
  settings: Settings,
  checkpointKey: string,
  remainingMs: () => number,
): Promise<Summary> {
  const { groupBy, newestBy } = settings;
  const found = await objects.read<Checkpoint>(checkpointKey);
  // Between two attempts, a deployment may have changed the attributes. Such counts cannot be continued.
  const checkpoint = found?.groupBy === groupBy && found.newestBy === newestBy ? found : undefined;
  const summary = new Summary(settings, checkpoint?.groups);
  let startKey = checkpoint?.startKey;
  let saved = Date.now();
  for (;;) {
    const page = await dynamodb.send(
      new ScanCommand({ TableName: settings.tableName, ExclusiveStartKey: startKey }),
    );
    for (const item of page.Items ?? []) summary.add(item);
    startKey = page.LastEvaluatedKey;
    if (!startKey) return summary;

    const isLate = remainingMs() < STOP_BEFORE_MS;
    if (isLate || Date.now() - saved > CHECKPOINT_EVERY_MS) {
      const checkpoint: Checkpoint = { groupBy, newestBy, startKey, groups: summary.groups };
      await objects.write(checkpointKey, checkpoint);
      saved = Date.now();
    }
    if (isLate)
      throw new OutOfTime(
        `counted ${summary.total.items} items so far; the next attempt continues from there`,
      );
  }
}
