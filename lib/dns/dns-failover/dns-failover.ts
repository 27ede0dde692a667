import * as route53 from 'aws-cdk-lib/aws-route53';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { checkNameInZone } from '../../shared/checks';
import { InvalidValue } from '../../shared/invalid-value';
import {
  FailoverEndpoint,
  type Endpoint,
  type HealthCheckOptions,
  type IpAddressType,
} from './failover-endpoint';

/** An endpoint that Route 53 checks. */
export interface CheckedEndpoint extends Endpoint {
  readonly healthCheck: HealthCheckOptions;
}

export interface DnsFailoverProps {
  /** A public hosted zone: health checkers see what the internet sees. */
  readonly zone: route53.IHostedZone;
  /** The name that fails over: `app.example.com`, say, in the zone; or the zone's own name. */
  readonly recordName: string;
  /** Answered while it is healthy. */
  readonly primary: CheckedEndpoint;
  /**
   * Answered while the primary is unhealthy. With a health check of its own, the primary is answered again when both
   * are down; without one, the secondary is.
   * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-how-route-53-chooses-records.html
   */
  readonly secondary: Endpoint;
  /**
   * A records only, or AAAA records beside them. Both endpoints have to speak both: a client that prefers IPv6 would
   * otherwise find only one of them, healthy or not.
   * @default ipv4
   */
  readonly ipAddressType?: IpAddressType;
  /**
   * Where alarms are sent. Its policy must let CloudWatch publish.
   * @default - nowhere: alarms change state only
   */
  readonly alarmTopic?: ITopic;
}

/**
 * One name with two answers: the primary while it is healthy, else the secondary.
 *
 * It stands in us-east-1, where the metrics of health checks are. Throws `InvalidValue` for another region, for a name
 * that is not in the zone, for a health check of the very name that fails over, and for addresses that do not fit
 * `ipAddressType`.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-types.html
 */
export class DnsFailover extends Construct {
  readonly primary: FailoverEndpoint;
  readonly secondary: FailoverEndpoint;

  constructor(scope: Construct, id: string, props: DnsFailoverProps) {
    super(scope, id);
    const { zone, recordName, primary, secondary, ipAddressType = 'ipv4', alarmTopic } = props;
    checkNameInZone('recordName', recordName, zone);
    checkOwnName('primary', primary, recordName);
    checkOwnName('secondary', secondary, recordName);

    const common = { zone, recordName, ipAddressType, alarmTopic };
    this.primary = new FailoverEndpoint(this, 'Primary', {
      ...common,
      ...primary,
      failover: route53.Failover.PRIMARY,
    });
    this.secondary = new FailoverEndpoint(this, 'Secondary', {
      ...common,
      ...secondary,
      failover: route53.Failover.SECONDARY,
    });
  }
}

/** AWS calls the outcome unpredictable: the check follows the failover, finds it healthy, and fails back. */
function checkOwnName(end: string, { healthCheck }: Endpoint, recordName: string): void {
  if (healthCheck?.endpoint.toLowerCase() === recordName.toLowerCase()) {
    const expected = 'a name of its own or an address, not the name that fails over';
    throw new InvalidValue(`${end}.healthCheck.endpoint`, healthCheck.endpoint, expected);
  }
}
