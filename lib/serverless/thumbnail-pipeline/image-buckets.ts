import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { bucketForAccessLogs, privateBucket } from '../../shared/private-buckets';

export interface ImageBucketsProps {
  readonly removalPolicy: RemovalPolicy;
}

/** Private buckets for uploads and for thumbnails, and one for the access logs of both. */
export class ImageBuckets extends Construct {
  readonly uploads: s3.Bucket;
  readonly thumbnails: s3.Bucket;
  readonly accessLogs: s3.Bucket;

  constructor(scope: Construct, id: string, { removalPolicy }: ImageBucketsProps) {
    super(scope, id);
    const secure = privateBucket(removalPolicy);
    this.accessLogs = bucketForAccessLogs(this, removalPolicy);

    this.uploads = new s3.Bucket(this, 'Uploads', {
      ...secure,
      versioned: true,
      serverAccessLogsBucket: this.accessLogs,
      serverAccessLogsPrefix: 'uploads/',
      // A replaced or deleted upload can be restored for a month. No rule deletes a current version.
      lifecycleRules: [
        {
          noncurrentVersionExpiration: Duration.days(30),
          expiredObjectDeleteMarker: true,
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
      ],
    });
    this.thumbnails = new s3.Bucket(this, 'Thumbnails', {
      ...secure,
      versioned: true,
      serverAccessLogsBucket: this.accessLogs,
      serverAccessLogsPrefix: 'thumbnails/',
      // A thumbnail can be made again, so a week of old versions is enough to undo a mistake.
      lifecycleRules: [{ noncurrentVersionExpiration: Duration.days(7), expiredObjectDeleteMarker: true }],
    });
  }
}
