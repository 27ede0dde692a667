import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { checkInteger } from '../../shared/checks';
import { InvalidValue } from '../../shared/invalid-value';
import { notify } from '../../shared/notify';
import { uniqueName } from '../../shared/unique-name';
import { consumerPermissions } from './consumer-permissions';
import { IngestFunction } from './ingest-function';
import type { StreamIngest } from './stream-ingest';

export interface RecordConsumerProps {
  readonly ingest: StreamIngest;
  /** Table with partition key `work` and sort key `id`. */
  readonly table: ITable;
  /** What the consumer does, and the partition key of its rows: the latest reading of each device, or high readings. */
  readonly work: 'latest' | 'high';
  /** Bucket for batches that failed too often or became too old, below `aws/lambda/`. */
  readonly failures: s3.Bucket;
  /**
   * Whether the consumer has 2 MB a second of each shard for itself (enhanced fan-out). Others share 2 MB a second.
   * @default false
   */
  readonly enhancedFanOut?: boolean;
  /**
   * How often Lambda retries a record that fails, 0 to 10,000. Until then, the shard waits.
   * @default 10
   */
  readonly retryAttempts?: number;
  /**
   * Age at which Lambda gives up a record, 1 minute to the retention of the stream, at most 7 days.
   * @default Duration.hours(1)
   */
  readonly maxRecordAge?: Duration;
  /**
   * Topic that the alarm notifies. CloudWatch must be allowed to publish to it.
   * @default - none: the alarm only changes state
   */
  readonly alarmTopic?: ITopic;
  /**
   * Removal policy of the logs.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * A function that handles the records of each shard in order. A record that fails too often goes to a bucket, and the next
 * ones go on.
 *
 * Throws `InvalidValue` for retries that Lambda refuses, and for an age above the retention of the stream: a record that
 * the stream no longer has would be lost.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
 */
export class RecordConsumer extends Construct {
  readonly function: lambda.Function;
  readonly eventSource: lambda.EventSourceMapping;

  constructor(scope: Construct, id: string, props: RecordConsumerProps) {
    super(scope, id);
    const { ingest, table, work, failures, retryAttempts = 10, maxRecordAge = Duration.hours(1) } = props;
    checkInteger('retryAttempts', retryAttempts, 0, 10_000);
    checkAge(maxRecordAge, ingest.retention);

    const consumer = this.fanOut(props);
    const { function: worker, role } = new IngestFunction(this, 'Worker', {
      entry: 'consumer',
      environment: { TABLE_NAME: table.tableName, WORK: work },
      statements: consumerPermissions(props, consumer?.attrConsumerArn),
      failures: 'Lambda polls the stream. The event source mapping keeps failed batches in a bucket.',
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
    });
    table.encryptionKey?.grantEncryptDecrypt(role);
    const bucket = Stack.of(this).getLogicalId(failures.node.defaultChild as s3.CfnBucket);
    Validations.of(role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${bucket}.Arn>/aws/lambda/*]`,
      reason: 'Lambda chooses the keys of failed batches below this prefix.',
    });
    this.function = worker;
    this.eventSource = new lambda.EventSourceMapping(this, 'EventSource', {
      target: worker,
      eventSourceArn: consumer?.attrConsumerArn ?? ingest.stream.streamArn,
      startingPosition: lambda.StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      maxBatchingWindow: Duration.seconds(1),
      // Without both, one bad record repeats all others of its batch, and goes to the bucket together with them.
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      retryAttempts,
      maxRecordAge,
      // A bucket keeps the records themselves. A queue would keep where they were in the stream.
      onFailure: { bind: () => ({ destination: failures.bucketArn }) },
    });
    // Lambda checks the permissions when the mapping is created.
    this.eventSource.node.addDependency(role);
    const late = new cloudwatch.Alarm(this, 'Late', {
      alarmDescription: 'The consumer is more than a minute behind the stream',
      metric: worker.metric('IteratorAge', { statistic: 'Maximum', period: Duration.minutes(1) }),
      threshold: 60_000,
      evaluationPeriods: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      // There is no data point for a minute without records.
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    notify(props.alarmTopic, late);
  }

  private fanOut({
    ingest,
    enhancedFanOut = false,
  }: RecordConsumerProps): kinesis.CfnStreamConsumer | undefined {
    if (!enhancedFanOut) return undefined;
    return new kinesis.CfnStreamConsumer(this, 'Consumer', {
      consumerName: uniqueName(this),
      streamArn: ingest.stream.streamArn,
    });
  }
}

function checkAge(age: Duration, retention: Duration): void {
  if (age.isUnresolved() || retention.isUnresolved()) return;
  const seconds = age.toSeconds({ integral: false });
  const longest = Math.min(retention.toSeconds(), 7 * 86_400);
  if (Number.isInteger(seconds) && seconds >= 60 && seconds <= longest) return;
  throw new InvalidValue(
    'maxRecordAge',
    age.toHumanString(),
    `1 minute to ${Duration.seconds(longest).toHumanString()}, in whole seconds`,
  );
}
