import { Duration, Tags } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as route53 from 'aws-cdk-lib/aws-route53';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { InvalidValue } from '../../shared/invalid-value';
import { requireUsEast1 } from '../../shared/us-east-1';

/** How Route 53 finds out whether an endpoint is healthy. */
export interface EndpointCheckOptions {
  /**
   * A name of the endpoint's own. Not the name that fails over: the check would follow it to the other endpoint.
   * It needs an A record, since checks by name use IPv4 only.
   * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html
   */
  readonly domainName: string;
  /**
   * Answers of 2xx and 3xx are healthy: by HTTP, so is a load balancer that only redirects to HTTPS. The certificate is
   * not validated.
   * @default https
   */
  readonly protocol?: 'https' | 'http';
  /** @default - 443 for https, 80 for http */
  readonly port?: number;
  /**
   * What is asked for, in up to 255 characters.
   * @default /health
   */
  readonly path?: string;
  /**
   * A text that the first 5,120 bytes of a healthy answer contain, in up to 255 characters.
   * @default - none: the status decides
   */
  readonly searchString?: string;
  /**
   * How often each of the health checkers around the world asks: every 30 s, or `fast`, every 10 s, for $1 or $2 more a month.
   * @default standard
   */
  readonly interval?: 'standard' | 'fast';
  /**
   * How many answers in a row change the status, 1 to 10.
   * @default 3
   */
  readonly failureThreshold?: number;
}

export interface EndpointCheckProps extends EndpointCheckOptions {
  /** @default - none: the alarm changes state only */
  readonly alarmTopic?: ITopic;
}

/**
 * A Route 53 health check, and an alarm while it fails.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
 */
export class EndpointCheck extends Construct {
  readonly healthCheck: route53.HealthCheck;
  readonly alarm: cloudwatch.Alarm;

  constructor(scope: Construct, id: string, props: EndpointCheckProps) {
    super(scope, id);
    const { protocol = 'https', path = '/health', interval = 'standard', failureThreshold = 3 } = props;
    const { domainName, searchString, alarmTopic } = props;
    const port = props.port ?? (protocol === 'https' ? 443 : 80);
    checkRange('port', port, 1, 65_535);
    checkRange('failureThreshold', failureThreshold, 1, 10);
    if (!/^\/.{0,254}$/.test(path)) {
      throw new InvalidValue('healthCheck.path', path, 'a path such as /health, 255 characters at most');
    }
    if (searchString !== undefined && !/^[^]{1,255}$/.test(searchString)) {
      throw new InvalidValue('healthCheck.searchString', searchString, '1 to 255 characters');
    }
    requireUsEast1(this, 'Metrics of health checks are');

    const { HTTP, HTTPS, HTTP_STR_MATCH, HTTPS_STR_MATCH } = route53.HealthCheckType;
    const [plain, matching] = protocol === 'https' ? [HTTPS, HTTPS_STR_MATCH] : [HTTP, HTTP_STR_MATCH];
    // Sends the name by SNI where it is HTTPS, as CDK does by itself.
    this.healthCheck = new route53.HealthCheck(this, 'HealthCheck', {
      type: searchString === undefined ? plain : matching,
      fqdn: domainName,
      port,
      resourcePath: path,
      searchString,
      requestInterval: Duration.seconds(interval === 'fast' ? 10 : 30),
      failureThreshold,
    });
    // The console shows no other name of a health check.
    Tags.of(this.healthCheck).add('Name', this.node.path);

    this.alarm = new cloudwatch.Alarm(this, 'Alarm', {
      alarmDescription: `Health checkers around the world get no good answer to ${protocol}, port ${port}, ${path}`,
      metric: new cloudwatch.Metric({
        namespace: 'AWS/Route53',
        metricName: 'HealthCheckStatus',
        dimensionsMap: { HealthCheckId: this.healthCheck.healthCheckId },
        statistic: 'Minimum',
        period: Duration.minutes(1),
      }),
      threshold: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 1,
      // A health check that is disabled reports nothing, and Route 53 takes it for healthy.
      // https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-health-checks.html
      treatMissingData: cloudwatch.TreatMissingData.BREACHING,
    });
    if (alarmTopic) {
      this.alarm.addAlarmAction(new SnsAction(alarmTopic));
      this.alarm.addOkAction(new SnsAction(alarmTopic));
    }
  }
}

function checkRange(name: string, value: number, from: number, to: number): void {
  if (!Number.isInteger(value) || value < from || value > to) {
    throw new InvalidValue(`healthCheck.${name}`, value, `a whole number from ${from} to ${to}`);
  }
}
