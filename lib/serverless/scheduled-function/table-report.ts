import { join } from 'node:path';
import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { createFunction } from '../../shared/create-function';
import { privateBucket } from '../../shared/private-buckets';

export interface TableReportProps {
  readonly table: ITable;
  /** Attribute that names an item's group. The report has one line for each of up to 1,000 groups. */
  readonly groupBy: string;
  /** Attribute that tells an item's age: ISO 8601 dates, or numbers. */
  readonly newestBy: string;
  /**
   * Age at which a report is deleted, in whole days.
   * @default Duration.days(365)
   */
  readonly keepFor?: Duration;
  /**
   * Removal policy of the bucket and the logs.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * A function that writes a report of a DynamoDB table into a bucket as JSON and CSV: for each group the number of items,
 * their size and the newest age. It reads the table page by page in constant memory. A retry continues where the attempt
 * before it ran out of time. Each scheduled time gets one report, however often the function runs.
 */
export class TableReport extends Construct {
  readonly function: lambda.Function;
  /** `reports/<table>/<scheduled time>.json` and `.csv`. */
  readonly bucket: s3.Bucket;

  constructor(scope: Construct, id: string, props: TableReportProps) {
    super(scope, id);
    const { table, groupBy, newestBy, removalPolicy = RemovalPolicy.RETAIN } = props;

    this.bucket = this.createBucket(props.keepFor ?? Duration.days(365), removalPolicy);
    const { function: created, role } = createFunction(this, {
      entry: join(__dirname, 'handler', 'index.ts'),
      // More than half a vCPU. A page of the table is at most 1 MB, so it is the CPU that counts.
      // https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
      memorySize: 1024,
      timeout: Duration.minutes(15),
      environment: {
        TABLE_NAME: table.tableName,
        BUCKET_NAME: this.bucket.bucketName,
        GROUP_BY: groupBy,
        NEWEST_BY: newestBy,
      },
      statements: this.permissions(table),
      removalPolicy,
    });
    this.function = created;
    table.encryptionKey?.grantDecrypt(role);
    const bucketId = Stack.of(this).getLogicalId(this.bucket.node.defaultChild as s3.CfnBucket);
    Validations.of(role).acknowledge(
      ...['reports', 'checkpoints'].map((folder) => ({
        id: `AwsSolutions-IAM5[Resource::<${bucketId}.Arn>/${folder}/*]`,
        reason: 'Each scheduled time has its own key, and the bucket belongs to this function alone.',
      })),
    );
  }

  private createBucket(keepFor: Duration, removalPolicy: RemovalPolicy): s3.Bucket {
    const bucket = new s3.Bucket(this, 'Bucket', {
      ...privateBucket(removalPolicy),
      versioned: true,
      lifecycleRules: [
        { prefix: 'reports/', expiration: keepFor },
        // Lambda retries within hours, so nothing reads a checkpoint after a week.
        { prefix: 'checkpoints/', expiration: Duration.days(7) },
        {
          noncurrentVersionExpiration: Duration.days(7),
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
      ],
    });
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'One function writes here. CloudTrail data events record readers, with the identity of the caller.',
    });
    return bucket;
  }

  /** Allows the handler's calls and nothing else: scan one table, read and write two folders of the bucket. */
  private permissions(table: ITable): iam.PolicyStatement[] {
    const allow = (actions: string[], ...resources: string[]) =>
      new iam.PolicyStatement({ actions, resources });
    return [
      allow(['dynamodb:Scan'], table.tableArn),
      allow(
        ['s3:GetObject', 's3:PutObject'],
        this.bucket.arnForObjects('reports/*'),
        this.bucket.arnForObjects('checkpoints/*'),
      ),
      // Without ListBucket, S3 answers 403 instead of 404 while there is no report.
      // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
      allow(['s3:ListBucket'], this.bucket.bucketArn),
    ];
  }
}
