import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { alarmTopicFor } from '../../shared/alarm-topic';
import { SharedFileSystem } from './shared-file-system';

export interface SharedFileSystemStackProps extends StackProps {
  readonly vpc: IVpc;
  /** @default - the alarm notifies nobody */
  readonly alarmEmail?: string;
}

/** A file system that instances in all AZs share. */
export class SharedFileSystemStack extends Stack {
  readonly files: SharedFileSystem;

  constructor(scope: Construct, id: string, props: SharedFileSystemStackProps) {
    super(scope, id, props);
    this.files = new SharedFileSystem(this, 'Files', {
      vpc: props.vpc,
      alarmTopic: alarmTopicFor(this, props.alarmEmail),
      // The sandbox deletes everything. In production, leave this out.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new CfnOutput(this, 'FileSystemId', { value: this.files.fileSystem.fileSystemId });
    new CfnOutput(this, 'GroupName', { value: this.files.instances.group.autoScalingGroupName });
  }
}
