import { Duration, Tags, Token } from 'aws-cdk-lib';
import * as route53 from 'aws-cdk-lib/aws-route53';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { checkInteger, checkPort } from './checks';
import { isDomainName } from './domain-name';
import { HealthCheckAlarm } from './health-check-alarm';
import { InvalidValue } from './invalid-value';
import { isIpAddress, isPublicAddress } from './public-address';

export interface EndpointCheckProps {
  /**
   * Public IP address of the endpoint, or a domain name with an A record that belongs to this endpoint only. With the name
   * of the records that use the health check, Route 53 would check whichever endpoint that name currently resolves to.
   */
  readonly endpoint: string;
  /**
   * Name in the `Host` header and in SNI when the endpoint is an IP address. HTTPS requires it.
   * @default - the endpoint
   */
  readonly hostName?: string;
  /**
   * HTTP and HTTPS: the endpoint must accept the connection within four seconds, and answer 2xx or 3xx within two more.
   * HTTPS sends SNI and does not validate the certificate. TCP: the endpoint must accept the connection within ten seconds.
   * @default https
   */
  readonly protocol?: 'https' | 'http' | 'tcp';
  /** @default - 443 for HTTPS, 80 for HTTP; required for TCP */
  readonly port?: number;
  /**
   * Path of the HTTP or HTTPS request, up to 255 characters. Its handler should fail only when something that the server
   * cannot work without fails.
   * @default /health
   */
  readonly path?: string;
  /**
   * Text that the first 5,120 bytes of the response body must contain, 1 to 255 characters, case-sensitive. Costs $1 a month.
   * @default - none: only the status code decides
   */
  readonly searchString?: string;
  /**
   * Interval of each health checker: 30 s, or 10 s with `fast`, which costs $1 a month. There are about 15 health checkers,
   * so the endpoint gets a request about every two seconds, with `fast` more than one a second.
   * @default standard
   */
  readonly interval?: 'standard' | 'fast';
  /**
   * Number of consecutive failures or successes after which a health checker changes the status, 1 to 10. Route 53 notices
   * an outage after about this number of intervals.
   * @default 3
   */
  readonly failureThreshold?: number;
  /** @default - none: the alarm only changes its state */
  readonly alarmTopic?: ITopic;
}

/**
 * A health check of an endpoint, and an alarm that is in ALARM while the health check is unhealthy. Health checkers around
 * the world send requests to the endpoint. It is healthy while more than 18 % of them consider it healthy.
 *
 * Throws `InvalidValue` for values that Route 53 would refuse, such as a private address, and in a stack of another region
 * than us-east-1.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
 */
export class EndpointCheck extends Construct {
  readonly healthCheck: route53.HealthCheck;
  readonly failure: HealthCheckAlarm;

  constructor(scope: Construct, id: string, props: EndpointCheckProps) {
    super(scope, id);
    const { endpoint, hostName, protocol = 'https', searchString, interval = 'standard', alarmTopic } = props;
    const { failureThreshold = 3, port = { https: 443, http: 80, tcp: undefined }[protocol] } = props;
    validate({ ...props, protocol, port, failureThreshold });
    const byAddress = !Token.isUnresolved(endpoint) && isIpAddress(endpoint);

    this.healthCheck = new route53.HealthCheck(this, 'HealthCheck', {
      type: typeOf(protocol, searchString),
      ipAddress: byAddress ? endpoint : undefined,
      fqdn: byAddress ? hostName : endpoint,
      port,
      resourcePath: protocol === 'tcp' ? undefined : (props.path ?? '/health'),
      searchString,
      requestInterval: Duration.seconds(interval === 'fast' ? 10 : 30),
      failureThreshold,
    });
    // The console shows the tag Name as the name of the health check.
    Tags.of(this.healthCheck).add('Name', this.node.path);
    this.failure = new HealthCheckAlarm(this, 'Failure', {
      healthCheck: this.healthCheck,
      description: `The ${protocol.toUpperCase()} health check of ${this.node.path} is unhealthy`,
      alarmTopic,
    });
  }
}

function typeOf(
  protocol: 'https' | 'http' | 'tcp',
  searchString: string | undefined,
): route53.HealthCheckType {
  const { HTTP, HTTPS, HTTP_STR_MATCH, HTTPS_STR_MATCH, TCP } = route53.HealthCheckType;
  if (protocol === 'tcp') return TCP;
  if (protocol === 'http') return searchString === undefined ? HTTP : HTTP_STR_MATCH;
  return searchString === undefined ? HTTPS : HTTPS_STR_MATCH;
}

function validate(props: EndpointCheckProps): void {
  const { endpoint, hostName, protocol, port, path, searchString, failureThreshold } = props;
  if (!Token.isUnresolved(endpoint)) {
    if (isIpAddress(endpoint)) {
      if (!isPublicAddress(endpoint)) {
        throw new InvalidValue(
          'endpoint',
          endpoint,
          'a public IP address: health checkers are on the internet',
        );
      }
      if (protocol === 'https' && hostName === undefined) {
        throw new InvalidValue('hostName', hostName, 'a name: HTTPS with an IP address needs it for SNI');
      }
    } else if (!isDomainName(endpoint)) {
      throw new InvalidValue(
        'endpoint',
        endpoint,
        'a domain name or a public IP address, without https:// or a path',
      );
    } else if (hostName !== undefined) {
      throw new InvalidValue('hostName', hostName, 'no hostName beside a domain name, which is sent itself');
    }
  }
  if (port === undefined) throw new InvalidValue('port', port, 'a port, which TCP requires');
  checkPort('port', port);
  checkInteger('failureThreshold', failureThreshold ?? 3, 1, 10);
  if (protocol === 'tcp' && (path ?? searchString) !== undefined) {
    throw new InvalidValue('protocol', protocol, 'http or https: TCP has no path and no searchString');
  }
  if (path !== undefined && !/^\/[^\s]{0,254}$/.test(path)) {
    throw new InvalidValue('path', path, 'a path such as /health, up to 255 characters');
  }
  if (searchString !== undefined && (searchString.length < 1 || searchString.length > 255)) {
    throw new InvalidValue('searchString', searchString, '1 to 255 characters');
  }
}
