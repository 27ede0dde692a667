import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { bucketForAccessLogs, privateBucket } from '../../shared/private-buckets';

export interface MediaBucketsProps {
  readonly removalPolicy: RemovalPolicy;
}

/** Private buckets for uploads, for intermediate texts and for results, and one for the access logs of all. */
export class MediaBuckets extends Construct {
  readonly uploads: s3.Bucket;
  /** Texts before redaction. It keeps them for a day. */
  readonly work: s3.Bucket;
  readonly results: s3.Bucket;
  readonly accessLogs: s3.Bucket;

  constructor(scope: Construct, id: string, { removalPolicy }: MediaBucketsProps) {
    super(scope, id);
    const secure = privateBucket(removalPolicy);
    this.accessLogs = bucketForAccessLogs(this, removalPolicy);
    const logged = (name: string) => ({
      ...secure,
      serverAccessLogsBucket: this.accessLogs,
      serverAccessLogsPrefix: `${name}/`,
    });

    this.uploads = new s3.Bucket(this, 'Uploads', {
      ...logged('uploads'),
      versioned: true,
      lifecycleRules: [
        {
          noncurrentVersionExpiration: Duration.days(30),
          expiredObjectDeleteMarker: true,
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
      ],
    });
    // CDK's `eventBridgeEnabled` uses a function that may change the notifications of every bucket.
    (this.uploads.node.defaultChild as s3.CfnBucket).notificationConfiguration = {
      eventBridgeConfiguration: { eventBridgeEnabled: true },
    };
    this.work = new s3.Bucket(this, 'Work', {
      ...logged('work'),
      lifecycleRules: [
        { expiration: Duration.days(1), abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });
    this.results = new s3.Bucket(this, 'Results', {
      ...logged('results'),
      versioned: true,
      lifecycleRules: [{ noncurrentVersionExpiration: Duration.days(7), expiredObjectDeleteMarker: true }],
    });
  }
}
