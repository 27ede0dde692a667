import { createHash } from 'node:crypto';
import { Aws, Duration, Stack, Tags } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as route53 from 'aws-cdk-lib/aws-route53';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { InvalidValue } from '../../shared/invalid-value';
import { notify } from '../../shared/notify';

export interface AlarmCheckProps {
  /**
   * A metric of this account and region, with a period of at least one minute and the statistic Average, Minimum, Maximum,
   * Sum or SampleCount. Route 53 supports neither metric math nor percentiles.
   */
  readonly metric: cloudwatch.Metric;
  /** Value that the metric is compared with. */
  readonly threshold: number;
  /** @default ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD */
  readonly comparisonOperator?: cloudwatch.ComparisonOperator;
  /**
   * Number of consecutive periods, at least 1. Route 53 does not support "3 out of 5".
   * @default 1
   */
  readonly evaluationPeriods?: number;
  /**
   * Status while the metric has no data. AWS advises against `last-known-status` for a metric that can be missing for hours.
   * @default last-known-status
   */
  readonly insufficientData?: 'healthy' | 'unhealthy' | 'last-known-status';
  /** @default - none: the alarm only changes its state */
  readonly alarmTopic?: ITopic;
}

/**
 * A health check of a CloudWatch metric, and the alarm that defines it. For what health checkers cannot reach: a backlog,
 * the lag of a replica, a server without a public address.
 *
 * Route 53 copies the settings of the alarm when the health check is created or updated, and then reads the metric itself.
 * `set-alarm-state` does not change the health check. New settings create a new alarm, so that CloudFormation updates the
 * health check too.
 *
 * Throws `InvalidValue` for a metric that Route 53 cannot read.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html#health-checks-creating-values-cloudwatch
 */
export class AlarmCheck extends Construct {
  readonly healthCheck: route53.HealthCheck;
  readonly alarm: cloudwatch.Alarm;

  constructor(scope: Construct, id: string, props: AlarmCheckProps) {
    super(scope, id);
    const {
      metric,
      threshold,
      evaluationPeriods = 1,
      insufficientData = 'last-known-status',
      alarmTopic,
    } = props;
    const { GREATER_THAN_OR_EQUAL_TO_THRESHOLD } = cloudwatch.ComparisonOperator;
    const { comparisonOperator = GREATER_THAN_OR_EQUAL_TO_THRESHOLD } = props;
    validate(metric, evaluationPeriods);

    this.alarm = new cloudwatch.Alarm(this, 'Alarm', {
      alarmDescription: `The health check ${this.node.path} is unhealthy: Route 53 does not answer with its records`,
      metric,
      threshold,
      comparisonOperator,
      evaluationPeriods,
      treatMissingData: MISSING_DATA[insufficientData].alarm,
    });
    this.replaceWithSettings([threshold, comparisonOperator, evaluationPeriods], metric);
    notify(alarmTopic, this.alarm);

    this.healthCheck = new route53.HealthCheck(this, 'HealthCheck', {
      type: route53.HealthCheckType.CLOUDWATCH_METRIC,
      alarmIdentifier: { name: this.alarm.alarmName, region: Aws.REGION },
      insufficientDataHealthStatus: MISSING_DATA[insufficientData].healthCheck,
    });
    Tags.of(this.healthCheck).add('Name', this.node.path);
  }

  /** Adds a hash of the settings that Route 53 copies to the logical id, and so to the name, of the alarm. */
  private replaceWithSettings(settings: readonly unknown[], metric: cloudwatch.Metric): void {
    // https://docs.aws.amazon.com/Route53/latest/APIReference/API_CloudWatchAlarmConfiguration.html
    const { namespace, metricName, dimensions, statistic, period } = metric;
    const copied = [...settings, namespace, metricName, dimensions, statistic, period.toSeconds()];
    const stack = Stack.of(this);
    const resource = this.alarm.node.defaultChild as cloudwatch.CfnAlarm;
    const hash = createHash('sha256')
      .update(JSON.stringify(stack.resolve(copied)))
      .digest('hex')
      .slice(0, 8);
    resource.overrideLogicalId(`${stack.getLogicalId(resource)}${hash}`);
  }
}

const { HEALTHY, UNHEALTHY, LAST_KNOWN_STATUS } = route53.InsufficientDataHealthStatusEnum;
const { NOT_BREACHING, BREACHING, IGNORE } = cloudwatch.TreatMissingData;

/** Route 53 ignores how the alarm treats missing data. Here the health check and its alarm treat it alike. */
const MISSING_DATA = {
  healthy: { healthCheck: HEALTHY, alarm: NOT_BREACHING },
  unhealthy: { healthCheck: UNHEALTHY, alarm: BREACHING },
  'last-known-status': { healthCheck: LAST_KNOWN_STATUS, alarm: IGNORE },
} as const;

const STATISTICS = ['Average', 'Minimum', 'Maximum', 'Sum', 'SampleCount'];

function validate(metric: cloudwatch.Metric, evaluationPeriods: number): void {
  // A MathExpression has no namespace. JavaScript code has no type check.
  if (!(metric instanceof cloudwatch.Metric)) {
    throw new InvalidValue(
      'metric',
      'an expression',
      'a single metric: Route 53 does not support metric math',
    );
  }
  const { statistic, period, account, region } = metric;
  if (!STATISTICS.includes(statistic)) {
    throw new InvalidValue('metric', statistic, `a statistic of ${STATISTICS.join(', ')}`);
  }
  if (period.toSeconds() < Duration.minutes(1).toSeconds()) {
    throw new InvalidValue(
      'metric',
      `a period of ${period.toSeconds()} s`,
      'a period of at least one minute',
    );
  }
  if (account !== undefined || region !== undefined) {
    throw new InvalidValue('metric', [account, region], 'a metric of this account and region');
  }
  if (!Number.isInteger(evaluationPeriods) || evaluationPeriods < 1) {
    throw new InvalidValue('evaluationPeriods', evaluationPeriods, 'a whole number of at least 1');
  }
}
