import { Aws } from 'aws-cdk-lib';
import type * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { uniqueName } from '../../shared/unique-name';

export interface AccessLogDeliveryProps {
  readonly distribution: cloudfront.IDistribution;
  /** A bucket of this stack. CloudFront writes below `AWSLogs/<account>/CloudFront/`. */
  readonly bucket: s3.Bucket;
}

/** Names of delivery sources and destinations have at most 60 characters. */
const MAX_NAME = 60;

/**
 * Standard logging (v2) of a distribution to a bucket, in JSON. The legacy standard logging needs a bucket with ACLs.
 *
 * The stack must be in us-east-1.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html
 */
export class AccessLogDelivery extends Construct {
  constructor(scope: Construct, id: string, { distribution, bucket }: AccessLogDeliveryProps) {
    super(scope, id);
    const source = new logs.CfnDeliverySource(this, 'Source', {
      name: uniqueName(this, MAX_NAME),
      logType: 'ACCESS_LOGS',
      resourceArn: distribution.distributionArn,
    });
    const destination = new logs.CfnDeliveryDestination(this, 'Destination', {
      name: uniqueName(this, MAX_NAME),
      destinationResourceArn: bucket.bucketArn,
      outputFormat: 'json',
    });
    const delivery = new logs.CfnDelivery(this, 'Delivery', {
      deliverySourceName: source.ref,
      deliveryDestinationArn: destination.attrArn,
    });
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-S3.html
    const { policyDependable } = bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal('delivery.logs.amazonaws.com')],
        actions: ['s3:PutObject'],
        resources: [bucket.arnForObjects(`AWSLogs/${Aws.ACCOUNT_ID}/*`)],
        conditions: {
          StringEquals: {
            's3:x-amz-acl': 'bucket-owner-full-control',
            'aws:SourceAccount': Aws.ACCOUNT_ID,
          },
          ArnEquals: { 'aws:SourceArn': source.attrArn },
        },
      }),
    );
    if (policyDependable) delivery.node.addDependency(policyDependable);
  }
}
