import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { alarmTopicFor } from '../../shared/alarm-topic';
import { ThumbnailPipeline } from './thumbnail-pipeline';

export interface ThumbnailPipelineStackProps extends StackProps {
  /**
   * E-mail address that the alarms notify.
   * @default - none: the alarms only change state
   */
  readonly alarmEmail?: string;
}

/** A thumbnail pipeline with empty buckets. */
export class ThumbnailPipelineStack extends Stack {
  readonly pipeline: ThumbnailPipeline;

  constructor(scope: Construct, id: string, props: ThumbnailPipelineStackProps = {}) {
    super(scope, id, props);
    const { alarmEmail } = props;

    this.pipeline = new ThumbnailPipeline(this, 'Pipeline', {
      alarmTopic: alarmTopicFor(this, alarmEmail),
      // The sandbox deletes images and table with the stack. Leave this out in production.
      removalPolicy: RemovalPolicy.DESTROY,
    });

    new CfnOutput(this, 'UploadBucket', { value: this.pipeline.uploads.bucketName });
    new CfnOutput(this, 'ThumbnailBucket', { value: this.pipeline.thumbnails.bucketName });
    new CfnOutput(this, 'TableName', { value: this.pipeline.table.tableName });
    new CfnOutput(this, 'FunctionName', { value: this.pipeline.function.functionName });
    new CfnOutput(this, 'DeadLetterQueueUrl', { value: this.pipeline.deadLetters.queueUrl });
  }
}
