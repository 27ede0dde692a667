import { Stack, Validations, type RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';

export interface PageUploadProps {
  readonly bucket: IBucket;
  readonly key: string;
  readonly html: string;
  readonly removalPolicy: RemovalPolicy;
}

/** Uploads one page to a bucket during deployment. BucketDeployment would add a Lambda layer with the AWS CLI for this. */
export class PageUpload extends Construct {
  constructor(scope: Construct, id: string, { bucket, key, html, removalPolicy }: PageUploadProps) {
    super(scope, id);
    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy,
    });
    // CDK's own role may create log groups. Late log lines would then create this one again after the stack is deleted.
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    new AwsCustomResource(this, 'PutObject', {
      role,
      resourceType: 'Custom::PageUpload',
      // CDK uses onUpdate for creation too. Deletion needs no call: the bucket is emptied or retained.
      onUpdate: {
        service: 'S3',
        action: 'putObject',
        parameters: {
          Bucket: bucket.bucketName,
          Key: key,
          Body: html,
          ContentType: 'text/html; charset=utf-8',
          CacheControl: 'max-age=60',
        },
        physicalResourceId: PhysicalResourceId.of(key),
      },
      policy: AwsCustomResourcePolicy.fromStatements([
        new PolicyStatement({ actions: ['s3:PutObject'], resources: [bucket.arnForObjects(key)] }),
      ]),
      installLatestAwsSdk: false,
      memorySize: 256,
      logGroup,
    });
    // CDK creates one function in a stack for all AwsCustomResources.
    Validations.of(Stack.of(this).node.findChild('AWS679f53fac002430cb0da5b7982bd2287')).acknowledge(
      {
        id: 'Serverless-LambdaDLQ',
        reason: 'CloudFormation calls it, waits for its answer, and fails the deployment if there is none.',
      },
      {
        id: 'Serverless-LambdaTracing',
        reason: 'It runs once in a deployment, which reports its error; there is nothing to trace.',
      },
    );
  }
}
