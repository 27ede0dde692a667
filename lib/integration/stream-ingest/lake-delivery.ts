import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as firehose from 'aws-cdk-lib/aws-kinesisfirehose';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { notify } from '../../shared/notify';
import { bucketForAccessLogs, privateBucket } from '../../shared/private-buckets';
import { deliveryRole } from './delivery-role';
import { IngestFunction } from './ingest-function';
import type { StreamIngest } from './stream-ingest';

export interface LakeDeliveryProps {
  readonly ingest: StreamIngest;
  /**
   * Topic that the alarm notifies. CloudWatch must be allowed to publish to it.
   * @default - none: the alarm only changes state
   */
  readonly alarmTopic?: ITopic;
  /**
   * Removal policy of the bucket and the logs.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

const HOUR = '!{timestamp:yyyy/MM/dd/HH}/';

/**
 * A Firehose stream that writes the records of a Kinesis stream into a bucket: `readings/` by type and hour (UTC), and what
 * cannot be read or delivered below `errors/`.
 *
 * @see https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning.html
 */
export class LakeDelivery extends Construct {
  readonly bucket: s3.Bucket;
  readonly deliveryStream: firehose.CfnDeliveryStream;

  constructor(scope: Construct, id: string, props: LakeDeliveryProps) {
    super(scope, id);
    const { ingest, alarmTopic, removalPolicy = RemovalPolicy.RETAIN } = props;
    const accessLogs = bucketForAccessLogs(this, removalPolicy);
    this.bucket = new s3.Bucket(this, 'Bucket', {
      ...privateBucket(removalPolicy),
      serverAccessLogsBucket: accessLogs,
      lifecycleRules: [{ abortIncompleteMultipartUploadAfter: Duration.days(7) }],
    });
    // CDK's `eventBridgeEnabled` uses a function that may change the notifications of every bucket.
    (this.bucket.node.defaultChild as s3.CfnBucket).notificationConfiguration = {
      eventBridgeConfiguration: { eventBridgeEnabled: true },
    };
    const { functionArn } = new IngestFunction(this, 'Transform', {
      entry: 'transform',
      failures: 'Firehose invokes it synchronously, and writes the records that fail to the bucket.',
      removalPolicy,
    }).function;
    const transform = `${functionArn}:$LATEST`;
    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: logs.RetentionDays.THREE_MONTHS,
      removalPolicy,
    });
    const logStream = new logs.LogStream(this, 'LogStream', { logGroup, removalPolicy });
    const role = deliveryRole(this, { ingest, bucket: this.bucket, transform, logGroup, logStream });
    this.deliveryStream = new firehose.CfnDeliveryStream(this, 'DeliveryStream', {
      deliveryStreamType: 'KinesisStreamAsSource',
      kinesisStreamSourceConfiguration: { kinesisStreamArn: ingest.stream.streamArn, roleArn: role.roleArn },
      extendedS3DestinationConfiguration: {
        bucketArn: this.bucket.bucketArn,
        roleArn: role.roleArn,
        dynamicPartitioningConfiguration: { enabled: true, retryOptions: { durationInSeconds: 300 } },
        prefix: `!{partitionKeyFromLambda:folder}/type=!{partitionKeyFromLambda:type}/${HOUR}`,
        errorOutputPrefix: `errors/!{firehose:error-output-type}/${HOUR}`,
        // The smallest buffer with dynamic partitioning has 64 MB.
        bufferingHints: { intervalInSeconds: 60, sizeInMBs: 64 },
        compressionFormat: 'GZIP',
        processingConfiguration: {
          enabled: true,
          processors: [
            {
              type: 'Lambda',
              parameters: [
                { parameterName: 'LambdaArn', parameterValue: transform },
                { parameterName: 'NumberOfRetries', parameterValue: '3' },
                { parameterName: 'RoleArn', parameterValue: role.roleArn },
                // The answer of a function has at most 6 MB, and data grows in Base64.
                { parameterName: 'BufferSizeInMBs', parameterValue: '1' },
                { parameterName: 'BufferIntervalInSeconds', parameterValue: '60' },
              ],
            },
          ],
        },
        cloudWatchLoggingOptions: {
          enabled: true,
          logGroupName: logGroup.logGroupName,
          logStreamName: logStream.logStreamName,
        },
      },
    });
    Validations.of(this.deliveryStream).acknowledge({
      id: 'AwsSolutions-KDF1',
      reason:
        'The Kinesis stream that it reads is encrypted, and so is the bucket. In between, nothing is stored.',
    });
    // Firehose checks the permissions when it is created.
    this.deliveryStream.node.addDependency(role);
    const late = new cloudwatch.Alarm(this, 'Late', {
      alarmDescription: 'The oldest record that is not in the bucket is older than 15 minutes',
      metric: new cloudwatch.Metric({
        namespace: 'AWS/Firehose',
        metricName: 'DeliveryToS3.DataFreshness',
        dimensionsMap: { DeliveryStreamName: this.deliveryStream.ref },
        statistic: 'Maximum',
        period: Duration.minutes(5),
      }),
      threshold: 15 * 60,
      evaluationPeriods: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    notify(alarmTopic, late);
  }
}
