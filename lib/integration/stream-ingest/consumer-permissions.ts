import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { leadingKeys } from '../../shared/leading-keys';
import type { StreamIngest } from './stream-ingest';

/** What a consumer uses. */
export interface ConsumerResources {
  readonly ingest: StreamIngest;
  readonly table: ITable;
  readonly work: string;
  readonly failures: s3.Bucket;
}

/** What a consumer may do: read one stream, write rows of one partition and keep failed batches. */
export function consumerPermissions(
  { ingest, table, work, failures }: ConsumerResources,
  consumerArn: string | undefined,
): iam.PolicyStatement[] {
  const allow = (actions: string[], resource: string, conditions?: iam.Conditions) =>
    new iam.PolicyStatement({ actions, resources: [resource], conditions });
  return [
    allow(
      [
        'kinesis:DescribeStream',
        'kinesis:DescribeStreamSummary',
        'kinesis:GetRecords',
        'kinesis:GetShardIterator',
        'kinesis:ListShards',
      ],
      ingest.stream.streamArn,
    ),
    ...(consumerArn !== undefined
      ? [allow(['kinesis:DescribeStreamConsumer', 'kinesis:SubscribeToShard'], consumerArn)]
      : []),
    allow(['dynamodb:PutItem'], table.tableArn, leadingKeys(work)),
    allow(['s3:PutObject'], failures.arnForObjects('aws/lambda/*')),
    allow(['s3:ListBucket'], failures.bucketArn),
  ];
}
