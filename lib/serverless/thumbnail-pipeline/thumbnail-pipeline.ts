import { Aws, RemovalPolicy, Size, Token, Validations } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { InvalidValue } from '../../shared/invalid-value';
import { onDemandTable } from '../../shared/on-demand-table';
import { ImageBuckets } from './image-buckets';
import { PipelineAlarms } from './pipeline-alarms';
import { ThumbnailFunction } from './thumbnail-function';

/** Image format of the thumbnails. */
export type ThumbnailFormat = 'webp' | 'avif' | 'jpeg' | 'png';

export interface ThumbnailPipelineProps {
  /**
   * Widths of the thumbnails of each upload, in pixels: 1 to 10 different widths, each 1 to 4000. Images are never
   * enlarged. An image more than four times as high as wide becomes narrower.
   * @default - [320]
   */
  readonly widths?: readonly number[];
  /** @default webp */
  readonly format?: ThumbnailFormat;
  /**
   * Maximum size of an upload, up to 128 MiB: the function holds it in memory.
   * @default - 50 MiB
   */
  readonly maxUploadSize?: Size;
  /**
   * Maximum number of pixels of an upload in millions, 1 to 80. The function checks it before it decodes the image. A
   * larger AVIF does not fit into the function's memory.
   * @default 64
   */
  readonly maxMegapixels?: number;
  /**
   * Maximum number of concurrent executions, at least 1. Lambda reserves them from the account's concurrency, of which
   * 100 must stay unreserved. https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
   * @default - the account's unreserved concurrency
   */
  readonly reservedConcurrency?: number;
  /** @default RetentionDays.THREE_MONTHS */
  readonly logRetention?: RetentionDays;
  /**
   * Topic that the alarms notify. CloudWatch must be allowed to publish to it.
   * @default - none: alarms only change state
   */
  readonly alarmTopic?: sns.ITopic;
  /**
   * Removal policy of buckets, table, queue and logs.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * A Lambda function makes thumbnails of the images in one bucket, puts them into another bucket, and records each upload
 * in a DynamoDB table.
 *
 * Throws `InvalidValue` for a prop out of its range.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-s3-tutorial.html
 */
export class ThumbnailPipeline extends Construct {
  readonly uploads: s3.Bucket;
  readonly thumbnails: s3.Bucket;
  readonly table: dynamodb.Table;
  readonly function: lambda.Function;
  /** Receives events that failed three times, with the reason. */
  readonly deadLetters: sqs.Queue;

  constructor(scope: Construct, id: string, props: ThumbnailPipelineProps = {}) {
    super(scope, id);
    const {
      widths = [320],
      format = 'webp',
      maxUploadSize = Size.mebibytes(50),
      maxMegapixels = 64,
      reservedConcurrency,
      logRetention = RetentionDays.THREE_MONTHS,
      removalPolicy = RemovalPolicy.RETAIN,
    } = props;
    validate(widths, maxUploadSize, maxMegapixels, reservedConcurrency);

    const buckets = new ImageBuckets(this, 'Images', { removalPolicy });
    this.uploads = buckets.uploads;
    this.thumbnails = buckets.thumbnails;
    this.table = new dynamodb.Table(this, 'Table', {
      partitionKey: { name: 'key', type: dynamodb.AttributeType.STRING },
      ...onDemandTable(removalPolicy),
      timeToLiveAttribute: 'expiresAt',
    });

    const worker = new ThumbnailFunction(this, 'Worker', {
      environment: {
        THUMBNAIL_BUCKET: this.thumbnails.bucketName,
        TABLE_NAME: this.table.tableName,
        WIDTHS: widths.join(','),
        FORMAT: format,
        MAX_BYTES: String(maxUploadSize.toBytes()),
        MAX_PIXELS: String(maxMegapixels * 1e6),
      },
      reservedConcurrency,
      logRetention,
      alarmTopic: props.alarmTopic,
      removalPolicy,
    });
    this.function = worker.function;
    this.deadLetters = worker.deadLetters;
    // When the stack is deleted, emptying the upload bucket sends events. CloudFormation must delete the function before
    // it empties the thumbnail bucket, or the function could put new objects into it.
    this.function.node.addDependency(this.thumbnails);

    this.grantImages(worker.role);
    this.notify();
    new PipelineAlarms(this, 'Alarms', {
      function: this.function,
      topic: props.alarmTopic,
    });
  }

  /** A separate policy, because the upload bucket depends on the function, and so the function cannot depend on it. */
  private grantImages(role: iam.IRole): void {
    const images = new iam.ManagedPolicy(this, 'ImagesPolicy', {
      description: 'Read uploads, write thumbnails and rows',
      roles: [role],
      statements: [
        new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: [this.uploads.arnForObjects('*')] }),
        // Without ListBucket, S3 answers 403 instead of 404 for a deleted upload.
        // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
        new iam.PolicyStatement({
          actions: ['s3:ListBucket'],
          resources: [this.uploads.bucketArn, this.thumbnails.bucketArn],
        }),
        new iam.PolicyStatement({
          actions: ['s3:PutObject', 's3:DeleteObject'],
          resources: [this.thumbnails.arnForObjects('*')],
        }),
        new iam.PolicyStatement({ actions: ['dynamodb:PutItem'], resources: [this.table.tableArn] }),
      ],
    });
    Validations.of(images).acknowledge(
      ...[this.uploads, this.thumbnails].map((bucket) => ({
        id: `AwsSolutions-IAM5[Resource::<${this.logicalId(bucket)}.Arn>/*]`,
        reason: 'Users choose the keys of uploads. The buckets hold only uploads and thumbnails.',
      })),
    );
  }

  /**
   * Sets the notifications on the bucket resource. S3 checks the function's permission when it creates the bucket, so the
   * permission comes first and cannot name the bucket. It names the account, as AWS SAM's does; the role reads no other
   * bucket. CDK's `addEventNotification` uses a custom resource function that may change the notifications of every bucket.
   * https://repost.aws/knowledge-center/unable-validate-circular-dependency-cloudformation
   */
  private notify(): void {
    const permission = new lambda.CfnPermission(this.function, 'UploadsMayInvoke', {
      action: 'lambda:InvokeFunction',
      functionName: this.function.functionArn,
      principal: 's3.amazonaws.com',
      sourceAccount: Aws.ACCOUNT_ID,
    });
    const bucket = this.uploads.node.defaultChild as s3.CfnBucket;
    bucket.notificationConfiguration = {
      lambdaConfigurations: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'].map((event) => ({
        event,
        function: this.function.functionArn,
      })),
    };
    bucket.addResourceDependency(permission);
  }

  private logicalId(bucket: s3.Bucket): string {
    return String(bucket.stack.resolve((bucket.node.defaultChild as s3.CfnBucket).logicalId));
  }
}

function validate(
  widths: readonly number[],
  maxUploadSize: Size,
  maxMegapixels: number,
  reservedConcurrency: number | undefined,
): void {
  const within = (value: number, least: number, most: number) =>
    Number.isInteger(value) && value >= least && value <= most;
  const distinct = new Set(widths).size === widths.length;
  if (!within(widths.length, 1, 10) || !distinct || !widths.every((width) => within(width, 1, 4000))) {
    throw new InvalidValue('widths', widths, '1 to 10 different whole numbers from 1 to 4000');
  }
  if (!within(maxUploadSize.toBytes(), 1, Size.mebibytes(128).toBytes())) {
    throw new InvalidValue('maxUploadSize', `${maxUploadSize.toBytes()} bytes`, '1 byte to 128 MiB');
  }
  if (!within(maxMegapixels, 1, 80)) {
    throw new InvalidValue('maxMegapixels', maxMegapixels, 'a whole number from 1 to 80');
  }
  if (reservedConcurrency === undefined || Token.isUnresolved(reservedConcurrency)) return;
  if (!within(reservedConcurrency, 1, Infinity)) {
    throw new InvalidValue('reservedConcurrency', reservedConcurrency, 'a whole number, at least 1');
  }
}
