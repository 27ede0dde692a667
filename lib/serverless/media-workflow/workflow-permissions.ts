import { Stack, Validations } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { MediaBuckets } from './media-buckets';

/** What the state machine uses. */
export interface WorkflowResources {
  readonly buckets: MediaBuckets;
  readonly table: ITable;
  readonly split: IFunction;
  readonly page: IFunction;
  readonly translates: boolean;
}

/**
 * Allows the calls of the definition and nothing else. Rekognition, Textract and Transcribe read and write S3 with the
 * permissions of this role.
 */
export function workflowPermissions(role: iam.Role, resources: WorkflowResources): void {
  const { buckets, table, split, page, translates } = resources;
  const { uploads, work, results } = buckets;
  const allow = (actions: string[], ...on: string[]) =>
    role.addToPolicy(new iam.PolicyStatement({ actions, resources: on }));
  allow(['s3:GetObject', 's3:GetObjectVersion'], uploads.arnForObjects('*'));
  allow(['s3:GetObject', 's3:PutObject'], work.arnForObjects('*'));
  allow(['s3:PutObject'], results.arnForObjects('*'));
  allow(['dynamodb:PutItem', 'dynamodb:UpdateItem'], table.tableArn);
  allow(['lambda:InvokeFunction'], split.functionArn, page.functionArn);
  // These actions have no resources in IAM.
  allow(
    [
      'comprehend:DetectDominantLanguage',
      'comprehend:DetectEntities',
      'comprehend:DetectPiiEntities',
      'comprehend:DetectSentiment',
      'rekognition:DetectLabels',
      'rekognition:DetectModerationLabels',
      'textract:GetDocumentAnalysis',
      'textract:StartDocumentAnalysis',
      'transcribe:GetTranscriptionJob',
      'transcribe:StartTranscriptionJob',
      ...(translates ? ['translate:TranslateText'] : []),
    ],
    '*',
  );
  const objects = (bucket: s3.Bucket) =>
    `<${Stack.of(role).getLogicalId(bucket.node.defaultChild as s3.CfnBucket)}.Arn>/*`;
  Validations.of(role).acknowledge(
    ...[uploads, work, results].map((bucket) => ({
      id: `AwsSolutions-IAM5[Resource::${objects(bucket)}]`,
      reason:
        'Users choose the keys of uploads. The buckets hold nothing but uploads, their texts and results.',
    })),
    {
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'The analyses, the delivery of logs and X-Ray support no resource-level permissions.',
    },
  );
}
