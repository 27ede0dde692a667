import { Tags } from 'aws-cdk-lib';
import * as route53 from 'aws-cdk-lib/aws-route53';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { checkInteger } from '../../shared/checks';
import { InvalidValue } from '../../shared/invalid-value';
import { HealthCheckAlarm } from '../../shared/health-check-alarm';

export interface CalculatedCheckProps {
  /** 1 to 256 different health checks. None may be a calculated health check. */
  readonly children: readonly route53.IHealthCheck[];
  /**
   * Number of children that must be healthy, from 1 to all. 1 is OR, all is AND.
   * @default - all of them
   */
  readonly healthyAtLeast?: number;
  /** @default - none: the alarm only changes its state */
  readonly alarmTopic?: ITopic;
}

/**
 * A calculated health check, which is healthy while enough of its children are healthy, and an alarm that is in ALARM while
 * it is unhealthy. For a record with several servers, and for an alarm when too few servers are left.
 *
 * Throws `InvalidValue` for a threshold that makes the status constant, for children that Route 53 refuses, and in a stack of
 * another region than us-east-1.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html#health-checks-creating-values-calculated
 */
export class CalculatedCheck extends Construct {
  readonly healthCheck: route53.HealthCheck;
  readonly failure: HealthCheckAlarm;

  constructor(scope: Construct, id: string, props: CalculatedCheckProps) {
    super(scope, id);
    const { children, healthyAtLeast = children.length, alarmTopic } = props;
    validate(children, healthyAtLeast);
    this.healthCheck = new route53.HealthCheck(this, 'HealthCheck', {
      type: route53.HealthCheckType.CALCULATED,
      childHealthChecks: [...children],
      healthThreshold: healthyAtLeast,
    });
    Tags.of(this.healthCheck).add('Name', this.node.path);
    this.failure = new HealthCheckAlarm(this, 'Failure', {
      healthCheck: this.healthCheck,
      description: `Fewer than ${healthyAtLeast} of the ${children.length} health checks of ${this.node.path} are healthy`,
      alarmTopic,
    });
  }
}

function validate(children: readonly route53.IHealthCheck[], healthyAtLeast: number): void {
  if (children.length < 1 || children.length > 256) {
    throw new InvalidValue('children', children.length, '1 to 256 health checks');
  }
  if (new Set(children.map(({ healthCheckId }) => healthCheckId)).size < children.length) {
    throw new InvalidValue(
      'children',
      children.map(({ node }) => node.path),
      'each health check once',
    );
  }
  const calculated = children.find(isCalculated);
  if (calculated) {
    throw new InvalidValue(
      'children',
      calculated.node.path,
      'no calculated health check: Route 53 does not nest them',
    );
  }
  // With 0 the check is always healthy; with more than the number of children it is always unhealthy.
  checkInteger('healthyAtLeast', healthyAtLeast, 1, children.length);
}

function isCalculated({ node }: route53.IHealthCheck): boolean {
  const resource = node.defaultChild;
  if (!(resource instanceof route53.CfnHealthCheck)) return false;
  const config = resource.healthCheckConfig;
  const calculated: string = route53.HealthCheckType.CALCULATED;
  return 'type' in config && config.type === calculated;
}
