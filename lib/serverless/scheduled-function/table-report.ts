import { join } from 'node:path';
import { Duration, FileSystem, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

export interface TableReportProps {
  readonly table: ITable;
  /** Attribute of the items whose values make the lines of the report, up to 1,000 of them. */
  readonly groupBy: string;
  /** Attribute of the items that tells their age: ISO 8601 dates, or numbers. */
  readonly newestBy: string;
  /**
   * After how long a report is deleted, in whole days.
   * @default Duration.days(365)
   */
  readonly keepFor?: Duration;
  /** @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
}

const HANDLER = join(__dirname, 'handler');

/**
 * A function that writes a report of a table into a bucket: for each group the number of its items, their size and the
 * newest of them, as JSON and CSV. It reads the table page by page in constant memory, goes on where an earlier attempt
 * ran out of time, and writes one report for a scheduled time however often it is called.
 */
export class TableReport extends Construct {
  readonly function: lambda.Function;
  /** `reports/<table>/<scheduled time>.json` and `.csv`. */
  readonly bucket: s3.Bucket;

  constructor(scope: Construct, id: string, props: TableReportProps) {
    super(scope, id);
    const { table, groupBy, newestBy, removalPolicy = RemovalPolicy.RETAIN } = props;

    this.bucket = this.createBucket(props.keepFor ?? Duration.days(365), removalPolicy);
    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: logs.RetentionDays.THREE_MONTHS,
      removalPolicy,
    });
    const role = this.createRole(table, logGroup);
    this.function = new NodejsFunction(this, 'Function', {
      entry: join(HANDLER, 'index.ts'),
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      // More than half a vCPU. Memory hardly matters: a page of the table is at most 1 MB.
      // https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
      memorySize: 1024,
      timeout: Duration.minutes(15),
      environment: {
        TABLE_NAME: table.tableName,
        BUCKET_NAME: this.bucket.bucketName,
        GROUP_BY: groupBy,
        NEWEST_BY: newestBy,
      },
      role,
      logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      tracing: lambda.Tracing.ACTIVE,
      // Lambda brings the AWS SDK. The hash of the sources lets a synthesis use the bundle of an earlier one.
      bundling: { externalModules: ['@aws-sdk/*'], assetHash: FileSystem.fingerprint(HANDLER) },
    });
  }

  private createBucket(keepFor: Duration, removalPolicy: RemovalPolicy): s3.Bucket {
    const bucket = new s3.Bucket(this, 'Bucket', {
      encryption: s3.BucketEncryption.S3_MANAGED,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      versioned: true,
      lifecycleRules: [
        { prefix: 'reports/', expiration: keepFor },
        // A run that was not retried within a week starts anew.
        { prefix: 'checkpoints/', expiration: Duration.days(7) },
        {
          noncurrentVersionExpiration: Duration.days(7),
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
      ],
      removalPolicy,
      autoDeleteObjects: removalPolicy === RemovalPolicy.DESTROY,
    });
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'One function writes here. Who reads is told by CloudTrail data events, with the name of the caller.',
    });
    return bucket;
  }

  /** What the handler calls, and nothing else: it reads one table, and reads and writes two folders of its bucket. */
  private createRole(table: ITable, logGroup: logs.LogGroup): iam.Role {
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    const allow = (actions: string[], ...resources: string[]) =>
      role.addToPolicy(new iam.PolicyStatement({ actions, resources }));
    allow(['dynamodb:Scan'], table.tableArn);
    allow(
      ['s3:GetObject', 's3:PutObject'],
      this.bucket.arnForObjects('reports/*'),
      this.bucket.arnForObjects('checkpoints/*'),
    );
    // Without it, S3 answers "access denied" instead of "no such key" when there is no report yet.
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    allow(['s3:ListBucket'], this.bucket.bucketArn);
    allow(['logs:CreateLogStream', 'logs:PutLogEvents'], logGroup.logGroupArn);
    table.encryptionKey?.grantDecrypt(role);
    const bucketId = Stack.of(this).getLogicalId(this.bucket.node.defaultChild as s3.CfnBucket);
    Validations.of(role).acknowledge(
      ...['reports', 'checkpoints'].map((folder) => ({
        id: `AwsSolutions-IAM5[Resource::<${bucketId}.Arn>/${folder}/*]`,
        reason: 'Each scheduled time has a key of its own, in a bucket that belongs to this function alone.',
      })),
      {
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'What CDK adds for X-Ray, whose actions support no resource-level permissions.',
      },
    );
    return role;
  }
}
