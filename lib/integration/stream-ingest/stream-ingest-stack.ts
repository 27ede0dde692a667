import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import { alarmTopicFor } from '../../shared/alarm-topic';
import { DeadLetters } from '../../shared/dead-letters';
import { EventRule } from '../event-bus/event-rule';
import { WorkTable } from '../fan-out/work-table';
import { LakeDelivery } from './lake-delivery';
import { RecordConsumer } from './record-consumer';
import { StreamIngest } from './stream-ingest';

export interface StreamIngestStackProps extends StackProps {
  /**
   * E-mail address that alarms notify.
   * @default - none: alarms only change state
   */
  readonly alarmEmail?: string;
}

/** Readings of devices on a stream with two consumers and a delivery into a bucket. */
export class StreamIngestStack extends Stack {
  constructor(scope: Construct, id: string, { alarmEmail, ...props }: StreamIngestStackProps = {}) {
    super(scope, id, props);
    // The sandbox deletes everything with the stack. Leave this out in production.
    const removalPolicy = RemovalPolicy.DESTROY;
    const shared = { alarmTopic: alarmTopicFor(this, alarmEmail), removalPolicy };

    const ingest = new StreamIngest(this, 'Ingest', { ...shared, shards: 1 });
    const { bucket } = new LakeDelivery(this, 'Lake', { ...shared, ingest });
    const { table } = new WorkTable(this, 'Work', { removalPolicy });
    const consumer = { ...shared, ingest, table, failures: bucket };
    new RecordConsumer(this, 'Latest', { ...consumer, work: 'latest' });
    new RecordConsumer(this, 'High', { ...consumer, work: 'high', enhancedFanOut: true });

    // A message for each object with records that failed.
    const failed = new DeadLetters(this, 'Failed', { ...shared, contents: 'Records failed for good' });
    new EventRule(this, 'FailedRecords', {
      pattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: {
          bucket: { name: [bucket.bucketName] },
          object: { key: [{ prefix: 'errors/' }, { prefix: 'aws/lambda/' }] },
        },
      },
      undelivered: failed,
      target: (delivery) => new targets.SqsQueue(failed.queue, delivery),
    });

    new CfnOutput(this, 'StreamName', { value: ingest.stream.streamName });
    new CfnOutput(this, 'BucketName', { value: bucket.bucketName });
    new CfnOutput(this, 'TableName', { value: table.tableName });
    new CfnOutput(this, 'FailedQueueUrl', { value: failed.queue.queueUrl });
  }
}
