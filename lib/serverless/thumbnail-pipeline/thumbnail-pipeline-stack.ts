import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { alarmTopicFor } from '../../shared/alarm-topic';
import { ThumbnailPipeline } from './thumbnail-pipeline';

export interface ThumbnailPipelineStackProps extends StackProps {
  readonly alarmEmail?: string;
}

/** The pipeline, empty and waiting for uploads. */
export class ThumbnailPipelineStack extends Stack {
  readonly pipeline: ThumbnailPipeline;

  constructor(scope: Construct, id: string, props: ThumbnailPipelineStackProps = {}) {
    super(scope, id, props);
    const { alarmEmail } = props;

    this.pipeline = new ThumbnailPipeline(this, 'Pipeline', {
      alarmTopic: alarmTopicFor(this, alarmEmail),
      // A sandbox leaves nothing behind. In production, leave this out: images and table are then retained.
      removalPolicy: RemovalPolicy.DESTROY,
    });

    new CfnOutput(this, 'UploadBucket', { value: this.pipeline.uploads.bucketName });
    new CfnOutput(this, 'ThumbnailBucket', { value: this.pipeline.thumbnails.bucketName });
    new CfnOutput(this, 'TableName', { value: this.pipeline.table.tableName });
    new CfnOutput(this, 'FunctionName', { value: this.pipeline.function.functionName });
    new CfnOutput(this, 'DeadLetterQueueUrl', { value: this.pipeline.deadLetters.queueUrl });
  }
}
