import { Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';

/**
 * Copies each object of a bucket to its replica, and each deletion. Both buckets need versioning.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html
 */
export function replicateTo(replica: s3.IBucket, bucket: s3.Bucket): void {
  const role = new iam.Role(bucket, 'ReplicationRole', {
    assumedBy: new iam.ServicePrincipal('s3.amazonaws.com'),
  });
  const allow = (actions: string[], resource: string) =>
    role.addToPolicy(new iam.PolicyStatement({ actions, resources: [resource] }));
  allow(['s3:GetReplicationConfiguration', 's3:ListBucket'], bucket.bucketArn);
  allow(
    ['s3:GetObjectVersionForReplication', 's3:GetObjectVersionAcl', 's3:GetObjectVersionTagging'],
    bucket.arnForObjects('*'),
  );
  allow(['s3:ReplicateObject', 's3:ReplicateDelete', 's3:ReplicateTags'], replica.arnForObjects('*'));
  const resource = bucket.node.defaultChild as s3.CfnBucket;
  const { logicalId } = resource;
  for (const arn of [`<${String(Stack.of(bucket).resolve(logicalId))}.Arn>`, replicaArn(replica)]) {
    Validations.of(role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${arn}/*]`,
      reason: 'Replication copies every object of the bucket. Its actions work on no other bucket.',
    });
  }
  resource.replicationConfiguration = {
    role: role.roleArn,
    rules: [
      {
        status: 'Enabled',
        priority: 0,
        filter: { prefix: '' },
        destination: { bucket: replica.bucketArn },
        deleteMarkerReplication: { status: 'Enabled' },
      },
    ],
  };
}

/** The ARN of a bucket as cdk-nag writes it. */
const replicaArn = ({ bucketName }: s3.IBucket): string => `arn:aws:s3:::${bucketName}`;
