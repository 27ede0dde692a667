import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { alarmTopicFor } from '../../shared/alarm-topic';
import { MediaWorkflow } from './media-workflow';

export interface MediaWorkflowStackProps extends StackProps {
  /**
   * E-mail address that the alarms notify.
   * @default - none: the alarms only change state
   */
  readonly alarmEmail?: string;
}

/** A media workflow that redacts personal data and translates into English. */
export class MediaWorkflowStack extends Stack {
  readonly workflow: MediaWorkflow;

  constructor(scope: Construct, id: string, { alarmEmail, ...props }: MediaWorkflowStackProps = {}) {
    super(scope, id, props);
    this.workflow = new MediaWorkflow(this, 'Workflow', {
      targetLanguage: 'en',
      alarmTopic: alarmTopicFor(this, alarmEmail),
      // The sandbox deletes everything with the stack. Leave this out in production.
      removalPolicy: RemovalPolicy.DESTROY,
    });

    new CfnOutput(this, 'UploadBucket', { value: this.workflow.uploads.bucketName });
    new CfnOutput(this, 'ResultBucket', { value: this.workflow.results.bucketName });
    new CfnOutput(this, 'TableName', { value: this.workflow.table.tableName });
    new CfnOutput(this, 'StateMachineArn', { value: this.workflow.stateMachine.stateMachineArn });
    new CfnOutput(this, 'DeadLetterQueueUrl', { value: this.workflow.deadLetters.queueUrl });
  }
}
