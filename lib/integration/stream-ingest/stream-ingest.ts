import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { checkInteger } from '../../shared/checks';
import { InvalidValue } from '../../shared/invalid-value';
import { notify } from '../../shared/notify';

export interface StreamIngestProps {
  /**
   * Number of shards, 1 to 10,000. A shard takes 1 MB or 1,000 records a second, and gives 2 MB a second.
   * @default - on-demand capacity: Kinesis adds shards as the traffic grows
   */
  readonly shards?: number;
  /**
   * How long the stream keeps a record, 24 hours to 365 days, in whole hours.
   * @default Duration.hours(24)
   */
  readonly retention?: Duration;
  /**
   * Topic that the alarms notify. CloudWatch must be allowed to publish to it.
   * @default - none: the alarms only change state
   */
  readonly alarmTopic?: ITopic;
  /**
   * Removal policy of the stream.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * An encrypted Kinesis data stream with alarms for throttled writes and reads.
 *
 * Throws `InvalidValue` for shards or a retention that Kinesis refuses.
 *
 * @see https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html
 */
export class StreamIngest extends Construct {
  readonly stream: kinesis.Stream;
  readonly retention: Duration;

  constructor(scope: Construct, id: string, props: StreamIngestProps = {}) {
    super(scope, id);
    const {
      shards,
      retention = Duration.hours(24),
      alarmTopic,
      removalPolicy = RemovalPolicy.RETAIN,
    } = props;
    if (shards !== undefined) checkInteger('shards', shards, 1, 10_000);
    checkRetention(retention);
    this.retention = retention;
    this.stream = new kinesis.Stream(this, 'Stream', {
      ...(shards === undefined
        ? { streamMode: kinesis.StreamMode.ON_DEMAND }
        : { streamMode: kinesis.StreamMode.PROVISIONED, shardCount: shards }),
      retentionPeriod: retention,
      encryption: kinesis.StreamEncryption.MANAGED,
      removalPolicy,
    });
    Validations.of(this.stream).acknowledge({
      id: 'AwsSolutions-KDS3',
      reason: 'The stream is encrypted with the key that AWS manages for Kinesis, at no monthly charge.',
    });
    const { stream } = this;
    const sum = { statistic: 'Sum', period: Duration.minutes(1) };
    for (const [what, metric] of Object.entries({
      Writes: stream.metricWriteProvisionedThroughputExceeded(sum),
      Reads: stream.metricReadProvisionedThroughputExceeded(sum),
    })) {
      const alarm = new cloudwatch.Alarm(this, `${what}Throttled`, {
        alarmDescription: `${what} are throttled: a shard has more traffic than it takes`,
        metric,
        threshold: 1,
        // Producers and consumers retry. A throttled minute is no reason to wake somebody.
        evaluationPeriods: 3,
        comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      });
      notify(alarmTopic, alarm);
    }
  }
}

function checkRetention(retention: Duration): void {
  if (retention.isUnresolved()) return;
  const hours = retention.toHours({ integral: false });
  if (Number.isInteger(hours) && hours >= 24 && hours <= 365 * 24) return;
  throw new InvalidValue('retention', retention.toHumanString(), '24 hours to 365 days, in whole hours');
}
