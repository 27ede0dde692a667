import { ArnFormat, Aws, Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { StreamIngest } from './stream-ingest';

/** What a Firehose stream uses. */
export interface DeliveryResources {
  readonly ingest: StreamIngest;
  readonly bucket: s3.Bucket;
  /** ARN of the transforming function, with its version. */
  readonly transform: string;
  readonly logGroup: logs.LogGroup;
  readonly logStream: logs.LogStream;
}

/**
 * A role with which Firehose reads one stream, calls one function and writes to two folders of one bucket.
 *
 * @see https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-s3
 */
export function deliveryRole(scope: Construct, resources: DeliveryResources): iam.Role {
  const { ingest, bucket, transform, logGroup, logStream } = resources;
  const role = new iam.Role(scope, 'Role', {
    // Firehose names the account that it works for.
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CreateFirehoseStream.html
    assumedBy: new iam.ServicePrincipal('firehose.amazonaws.com', {
      conditions: { StringEquals: { 'sts:ExternalId': Aws.ACCOUNT_ID } },
    }),
  });
  const allow = (actions: string[], ...resources: string[]) =>
    role.addToPolicy(new iam.PolicyStatement({ actions, resources }));
  allow(
    ['kinesis:DescribeStream', 'kinesis:GetRecords', 'kinesis:GetShardIterator', 'kinesis:ListShards'],
    ingest.stream.streamArn,
  );
  const folders = ['readings', 'errors'];
  allow(
    ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
    ...folders.map((folder) => bucket.arnForObjects(`${folder}/*`)),
  );
  allow(['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'], bucket.bucketArn);
  allow(['lambda:GetFunctionConfiguration', 'lambda:InvokeFunction'], transform);
  allow(
    ['logs:PutLogEvents'],
    // Not logGroupArn, which ends with `:*`.
    Stack.of(scope).formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: `${logGroup.logGroupName}:log-stream:${logStream.logStreamName}`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    }),
  );
  const logicalId = Stack.of(scope).getLogicalId(bucket.node.defaultChild as s3.CfnBucket);
  Validations.of(role).acknowledge(
    ...folders.map((folder) => ({
      id: `AwsSolutions-IAM5[Resource::<${logicalId}.Arn>/${folder}/*]`,
      reason: 'Firehose chooses the keys of objects below this prefix.',
    })),
  );
  return role;
}
