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
  /** Public hosted zone of the name. Health checkers are on the internet, so a private one does not work. */
  readonly zone: route53.IHostedZone;
  /** Full name in the zone, such as `app.example.com`, or the name of the zone. */
  readonly recordName: string;
  /** Route 53 answers with it while it is healthy. */
  readonly primary: CheckedEndpoint;
  /**
   * Route 53 answers with it while the primary is unhealthy. While both are unhealthy, Route 53 answers with the primary.
   * A secondary without a health check is always considered healthy.
   * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-how-route-53-chooses-records.html
   */
  readonly secondary: Endpoint;
  /**
   * `ipv4` creates A records only, `dual-stack` A and AAAA records. With `dual-stack`, both endpoints need IPv4 and IPv6
   * addresses.
   * @default ipv4
   */
  readonly ipAddressType?: IpAddressType;
  /**
   * Topic for messages of the alarms. Its policy must allow CloudWatch to publish.
   * @default - none: the alarms only change their state
   */
  readonly alarmTopic?: ITopic;
}

/**
 * Records with the failover routing policy: Route 53 answers with the primary while it is healthy, otherwise with the
 * secondary.
 *
 * The stack must be in us-east-1, where Route 53 publishes the metrics of health checks. Throws `InvalidValue` for another
 * region, for a name outside the zone, for a health check of the name that fails over, and for addresses that do not match
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
    checkEndpointName('primary', primary, recordName);
    checkEndpointName('secondary', secondary, recordName);

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

/** A health check of the name that fails over checks the other endpoint after a failover. AWS warns of the results. */
function checkEndpointName(role: string, { healthCheck }: Endpoint, recordName: string): void {
  if (healthCheck?.endpoint.toLowerCase() === recordName.toLowerCase()) {
    const expected = 'an IP address or a name of this endpoint only, not the name that fails over';
    throw new InvalidValue(`${role}.healthCheck.endpoint`, healthCheck.endpoint, expected);
  }
}
