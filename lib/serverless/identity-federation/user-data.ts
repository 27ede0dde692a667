import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { leadingKeys } from '../../shared/leading-keys';
import { onDemandTable } from '../../shared/on-demand-table';
import { bucketForAccessLogs, privateBucket } from '../../shared/private-buckets';

export interface UserDataProps {
  /** Origins of the web pages that may use the bucket: `https://app.example.org`. */
  readonly allowedOrigins: readonly string[];
  /**
   * Removal policy of the buckets and the table.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * The id of an identity in the identity pool: the same for each sign-in of a user, and another than the `sub` of the
 * user pool. IAM replaces the variable in each request.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
 */
const IDENTITY = '${cognito-identity.amazonaws.com:sub}';

/** A bucket with a public folder and a folder for each identity, and a table whose partition key is the identity. */
export class UserData extends Construct {
  readonly bucket: s3.Bucket;
  readonly table: dynamodb.Table;

  constructor(scope: Construct, id: string, props: UserDataProps) {
    super(scope, id);
    const { allowedOrigins, removalPolicy = RemovalPolicy.RETAIN } = props;
    this.bucket = new s3.Bucket(this, 'Bucket', {
      ...privateBucket(removalPolicy),
      versioned: true,
      serverAccessLogsBucket: bucketForAccessLogs(this, removalPolicy),
      cors: [
        {
          allowedOrigins: [...allowedOrigins],
          allowedMethods: [s3.HttpMethods.GET, s3.HttpMethods.PUT, s3.HttpMethods.DELETE],
          allowedHeaders: ['*'],
          exposedHeaders: ['ETag'],
        },
      ],
      // A replaced or deleted object can be restored for a month.
      lifecycleRules: [
        {
          noncurrentVersionExpiration: Duration.days(30),
          expiredObjectDeleteMarker: true,
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
      ],
    });
    this.table = new dynamodb.Table(this, 'Table', {
      partitionKey: { name: 'identity', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'item', type: dynamodb.AttributeType.STRING },
      ...onDemandTable(removalPolicy),
    });
  }

  /** Allows a role to read, write and list the folder `users/<identity>/` and the rows of the identity that has the role. */
  allowOwn(role: iam.IRole): void {
    this.allowObjects(role, `users/${IDENTITY}`, 's3:GetObject', 's3:PutObject', 's3:DeleteObject');
    role.addToPrincipalPolicy(
      new iam.PolicyStatement({
        actions: ['s3:ListBucket'],
        resources: [this.bucket.bucketArn],
        conditions: { StringLike: { 's3:prefix': `users/${IDENTITY}/*` } },
      }),
    );
    role.addToPrincipalPolicy(
      new iam.PolicyStatement({
        actions: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'].map(
          (name) => `dynamodb:${name}`,
        ),
        resources: [this.table.tableArn],
        conditions: leadingKeys(IDENTITY),
      }),
    );
  }

  /** Allows a role to read objects of the folder `public/`. */
  allowReadPublic(role: iam.IRole): void {
    this.allowObjects(role, 'public', 's3:GetObject');
  }

  /** Allows a role to read, write and delete objects of the folder `public/`. */
  allowWritePublic(role: iam.IRole): void {
    this.allowObjects(role, 'public', 's3:GetObject', 's3:PutObject', 's3:DeleteObject');
  }

  private allowObjects(role: iam.IRole, folder: string, ...actions: readonly string[]): void {
    role.addToPrincipalPolicy(
      new iam.PolicyStatement({
        actions: [...actions],
        resources: [this.bucket.arnForObjects(`${folder}/*`)],
      }),
    );
    const logicalId = Stack.of(this).getLogicalId(this.bucket.node.defaultChild as s3.CfnBucket);
    Validations.of(role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${logicalId}.Arn>/${folder.replace(/\$\{(.*)\}/, '<$1>')}/*]`,
      reason: 'The objects of this folder, whatever their names.',
    });
  }
}
