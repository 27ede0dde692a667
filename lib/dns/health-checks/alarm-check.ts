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
   * Of this account and region, of one minute or longer, with one of the statistics Average, Minimum, Maximum, Sum and
   * SampleCount. Neither metric math nor percentiles: Route 53 reads the metric by itself, and reads no others.
   */
  readonly metric: cloudwatch.Metric;
  /** The value at which it becomes unhealthy. */
  readonly threshold: number;
  /** @default ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD */
  readonly comparisonOperator?: cloudwatch.ComparisonOperator;
  /**
   * For how many periods in a row. Route 53 knows no "3 out of 5".
   * @default 1
   */
  readonly evaluationPeriods?: number;
  /**
   * What it is while the metric has no data. For a metric that is missing for hours AWS advises against
   * `last-known-status`.
   * @default last-known-status
   */
  readonly insufficientData?: 'healthy' | 'unhealthy' | 'last-known-status';
  /** @default - nowhere: the alarm changes state only */
  readonly alarmTopic?: ITopic;
}

/**
 * Healthy by a CloudWatch metric, for what nobody can see from outside: a backlog, a replica that lags behind, a server
 * without a public address.
 *
 * Route 53 copies the alarm's settings when the health check is made or changed, and then reads the metric itself: setting
 * the alarm's state by hand changes nothing. So a change of settings makes a new alarm here, which changes the health check.
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
      alarmDescription: `${this.node.path} is unhealthy, and its records are not answered`,
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

  /** Gives the alarm another logical id, and so another name, with each of the settings that Route 53 copies. */
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

/** Route 53 does not ask how the alarm treats missing data. Here the two agree. */
const MISSING_DATA = {
  healthy: { healthCheck: HEALTHY, alarm: NOT_BREACHING },
  unhealthy: { healthCheck: UNHEALTHY, alarm: BREACHING },
  'last-known-status': { healthCheck: LAST_KNOWN_STATUS, alarm: IGNORE },
} as const;

const STATISTICS = ['Average', 'Minimum', 'Maximum', 'Sum', 'SampleCount'];

function validate(metric: cloudwatch.Metric, evaluationPeriods: number): void {
  // A MathExpression has no namespace, and TypeScript is not there for everybody.
  if (!(metric instanceof cloudwatch.Metric)) {
    throw new InvalidValue('metric', 'an expression', 'a single metric: Route 53 knows no metric math');
  }
  const { statistic, period, account, region } = metric;
  if (!STATISTICS.includes(statistic)) {
    throw new InvalidValue('metric', statistic, `one of the statistics ${STATISTICS.join(', ')}`);
  }
  if (period.toSeconds() < Duration.minutes(1).toSeconds()) {
    throw new InvalidValue('metric', `a period of ${period.toSeconds()} s`, 'one of a minute or longer');
  }
  if (account !== undefined || region !== undefined) {
    throw new InvalidValue('metric', [account, region], 'one of this account and region');
  }
  if (!Number.isInteger(evaluationPeriods) || evaluationPeriods < 1) {
    throw new InvalidValue('evaluationPeriods', evaluationPeriods, 'a whole number from 1');
  }
}
