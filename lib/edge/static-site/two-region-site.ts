import {
  Duration,
  PhysicalName,
  RemovalPolicy,
  Stack,
  Stage,
  Validations,
  type StageProps,
} from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { HostedZone, type HostedZoneAttributes } from 'aws-cdk-lib/aws-route53';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { alarmTopicFor } from '../../shared/alarm-topic';
import { InvalidValue } from '../../shared/invalid-value';
import { privateBucket } from '../../shared/private-buckets';
import { StaticSite, type StaticSiteProps } from './static-site';

export interface TwoRegionSiteProps extends StageProps {
  /** Account of all three stacks. */
  readonly account: string;
  /** Region of the replica, another one than us-east-1. */
  readonly replicaRegion: string;
  /** As in `StaticSiteProps`. */
  readonly publicKeys?: readonly string[];
  /** Name of the site, in an existing public hosted zone. @default - the name of the distribution */
  readonly domain?: { readonly name: string; readonly zone: HostedZoneAttributes };
  /** @default - none: the alarm only changes its state */
  readonly alarmEmail?: string;
  /**
   * What CloudFormation does with the buckets in us-east-1 when the stacks are deleted. It retains the replica.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * A static site with a replica of its bucket in a second Region: a stack with the replica, a stack in us-east-1 with the
 * site, and a stack with the bucket policy of the replica, which names the distribution.
 *
 * Throws `InvalidValue` for a replica in us-east-1.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html
 */
export class TwoRegionSite extends Stage {
  readonly site: StaticSite;

  constructor(scope: Construct, id: string, props: TwoRegionSiteProps) {
    super(scope, id, props);
    const { account, replicaRegion, domain, alarmEmail, publicKeys, removalPolicy } = props;
    if (replicaRegion === SITE_REGION) {
      throw new InvalidValue('replicaRegion', replicaRegion, `another Region than ${SITE_REGION}`);
    }
    const replicaStack = new Stack(this, 'Replica', { env: { account, region: replicaRegion } });
    const replica = replicaBucket(replicaStack);
    const stack = new Stack(this, 'Site', { env: { account, region: SITE_REGION } });
    // The generated name. CDK generates it when another Region's stack needs it.
    const bucketName = String(stack.resolve(replica.bucketName));
    const replicaIn = (scope: Stack) =>
      s3.Bucket.fromBucketAttributes(scope, 'Replica', { bucketName, account, region: replicaRegion });
    // S3 refuses replication to a bucket that does not exist.
    stack.addStackDependency(replicaStack);
    const site: StaticSiteProps = {
      publicKeys,
      replica: replicaIn(stack),
      domain: domain && {
        name: domain.name,
        zone: HostedZone.fromHostedZoneAttributes(stack, 'Zone', domain.zone),
      },
      alarmTopic: alarmTopicFor(stack, alarmEmail),
      removalPolicy,
    };
    this.site = new StaticSite(stack, 'Site', site);

    const access = new Stack(this, 'ReplicaAccess', { env: { account, region: replicaRegion } });
    allowReads(access, replicaIn(access), this.site.distribution.distributionArn);
  }
}

const SITE_REGION = 'us-east-1';

/** A bucket whose name the stack of another Region can write into its template. Its policy is in another stack. */
function replicaBucket(stack: Stack): s3.Bucket {
  const bucket = new s3.Bucket(stack, 'Bucket', {
    ...privateBucket(RemovalPolicy.RETAIN),
    bucketName: PhysicalName.GENERATE_IF_NEEDED,
    enforceSSL: false,
    versioned: true,
    lifecycleRules: [{ noncurrentVersionExpiration: Duration.days(30), expiredObjectDeleteMarker: true }],
  });
  Validations.of(bucket).acknowledge(
    {
      id: 'AwsSolutions-S1',
      reason:
        'Only replication writes to it and only CloudFront reads from it, and CloudFront writes access logs.',
    },
    {
      id: 'AwsSolutions-S10',
      reason: 'The policy of the bucket denies requests without TLS. It is in the stack ReplicaAccess.',
    },
  );
  return bucket;
}

function allowReads(scope: Construct, bucket: s3.IBucket, distributionArn: string): void {
  const objects = bucket.arnForObjects('*');
  new s3.CfnBucketPolicy(scope, 'Policy', {
    bucket: bucket.bucketName,
    policyDocument: new iam.PolicyDocument({
      statements: [
        new iam.PolicyStatement({
          effect: iam.Effect.DENY,
          principals: [new iam.AnyPrincipal()],
          actions: ['s3:*'],
          resources: [bucket.bucketArn, objects],
          conditions: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
        new iam.PolicyStatement({
          principals: [new iam.ServicePrincipal('cloudfront.amazonaws.com')],
          actions: ['s3:GetObject', 's3:ListBucket'],
          resources: [bucket.bucketArn, objects],
          conditions: { StringEquals: { 'aws:SourceArn': distributionArn } },
        }),
      ],
    }),
  });
}
