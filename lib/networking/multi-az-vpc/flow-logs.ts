import { Aws, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

/** CloudWatch Logs is easier to search. S3 costs less to store. */
export type FlowLogDestination = 'cloud-watch-logs' | 's3';

export interface FlowLogsProps {
  readonly vpc: ec2.IVpc;
  /** @default cloud-watch-logs */
  readonly destination?: FlowLogDestination;
  /** @default RetentionDays.THREE_MONTHS */
  readonly retention?: logs.RetentionDays;
  /** @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * Flow logs of all traffic in a VPC, accepted or rejected. They are encrypted and expire.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html
 */
export class FlowLogs extends Construct {
  /** Set when the destination is CloudWatch Logs. */
  readonly logGroup?: logs.LogGroup;
  /** Set when the destination is S3. */
  readonly bucket?: s3.Bucket;

  constructor(scope: Construct, id: string, props: FlowLogsProps) {
    super(scope, id);
    const retention = props.retention ?? logs.RetentionDays.THREE_MONTHS;
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;

    let destination: ec2.FlowLogDestination;
    if (props.destination === 's3') {
      this.bucket = this.createBucket(retention, removalPolicy);
      destination = ec2.FlowLogDestination.toS3(this.bucket);
    } else {
      this.logGroup = this.createLogGroup(retention, removalPolicy);
      destination = ec2.FlowLogDestination.toCloudWatchLogs(this.logGroup, this.createRole());
    }
    new ec2.FlowLog(this, 'FlowLog', {
      resourceType: ec2.FlowLogResourceType.fromVpc(props.vpc),
      destination,
      trafficType: ec2.FlowLogTrafficType.ALL,
    });
  }

  private createLogGroup(retention: logs.RetentionDays, removalPolicy: RemovalPolicy): logs.LogGroup {
    const encryptionKey = new kms.Key(this, 'Key', {
      description: 'Encrypts VPC flow logs',
      enableKeyRotation: true,
      removalPolicy,
    });
    // CloudWatch Logs itself uses the key, only for log groups of this account and region.
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    encryptionKey.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal(`logs.${Aws.REGION}.amazonaws.com`)],
        actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
        resources: ['*'],
        conditions: {
          ArnLike: {
            'kms:EncryptionContext:aws:logs:arn': Stack.of(this).formatArn({
              service: 'logs',
              resource: 'log-group:*',
            }),
          },
        },
      }),
    );
    return new logs.LogGroup(this, 'LogGroup', { retention, removalPolicy, encryptionKey });
  }

  private createRole(): iam.Role {
    // With the condition, the service cannot use this role for another account.
    // https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
    return new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('vpc-flow-logs.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
  }

  private createBucket(retention: logs.RetentionDays, removalPolicy: RemovalPolicy): s3.Bucket {
    const keepsForever = retention === logs.RetentionDays.INFINITE;
    const bucket = new s3.Bucket(this, 'Bucket', {
      // With SSE-S3, the delivery service needs no key policy.
      encryption: s3.BucketEncryption.S3_MANAGED,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      lifecycleRules: keepsForever ? [] : [{ expiration: Duration.days(retention) }],
      removalPolicy,
      autoDeleteObjects: removalPolicy === RemovalPolicy.DESTROY,
    });
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'This bucket is itself a log: its only writer is the delivery service of VPC flow logs.',
    });
    return bucket;
  }
}
