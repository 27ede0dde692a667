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
   * A domain name of the endpoint's own with an A record, or its public IP address. Not the name of the records that the
   * check decides about: it would look at any of them.
   */
  readonly endpoint: string;
  /**
   * What is sent as `Host` and for SNI, when the endpoint is an address. HTTPS needs it then.
   * @default - the endpoint
   */
  readonly hostName?: string;
  /**
   * HTTP and HTTPS take an answer of 2xx or 3xx for healthy, within two seconds of a connection that takes four at most.
   * HTTPS sends the name by SNI and accepts any certificate, an expired one too. TCP only connects, within ten seconds.
   * @default https
   */
  readonly protocol?: 'https' | 'http' | 'tcp';
  /** @default - 443 for HTTPS, 80 for HTTP; TCP needs one */
  readonly port?: number;
  /**
   * What is asked for by HTTP and HTTPS, in up to 255 characters. Let it fail when something that the server cannot do
   * without fails, and nothing else.
   * @default /health
   */
  readonly path?: string;
  /**
   * A text that must be in the first 5,120 bytes of the answer, in this very case, up to 255 characters. $1 a month more.
   * @default - none: the status decides
   */
  readonly searchString?: string;
  /**
   * How often each health checker asks: every 30 s, or `fast`, every 10 s, for $1 a month more. With some 15 of them
   * around the world the endpoint is asked every two seconds, or more than once a second.
   * @default standard
   */
  readonly interval?: 'standard' | 'fast';
  /**
   * How many answers in a row change a health checker's mind, 1 to 10. An outage is seen after about as many intervals.
   * @default 3
   */
  readonly failureThreshold?: number;
  /** @default - nowhere: the alarm changes state only */
  readonly alarmTopic?: ITopic;
}

/**
 * Health checkers around the world ask an endpoint, which is healthy while more than 18 % of them say so; and an alarm
 * while it is not.
 *
 * Throws `InvalidValue` for what Route 53 would refuse, such as a private address, and in another region than us-east-1.
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
    // The console shows no other name.
    Tags.of(this.healthCheck).add('Name', this.node.path);
    this.failure = new HealthCheckAlarm(this, 'Failure', {
      healthCheck: this.healthCheck,
      description: `Health checkers around the world get no good answer by ${protocol} from ${this.node.path}`,
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
          'a public address: health checkers come from the internet',
        );
      }
      if (protocol === 'https' && hostName === undefined) {
        throw new InvalidValue('hostName', hostName, 'a name beside an address, for SNI');
      }
    } else if (!isDomainName(endpoint)) {
      throw new InvalidValue(
        'endpoint',
        endpoint,
        'a domain name or a public IP address, without https:// or a path',
      );
    } else if (hostName !== undefined) {
      throw new InvalidValue('hostName', hostName, 'none beside a domain name, which is sent itself');
    }
  }
  if (port === undefined) throw new InvalidValue('port', port, 'one, for TCP');
  checkPort('port', port);
  checkInteger('failureThreshold', failureThreshold ?? 3, 1, 10);
  if (protocol === 'tcp' && (path ?? searchString) !== undefined) {
    throw new InvalidValue('protocol', protocol, 'http or https beside a path or a searchString');
  }
  if (path !== undefined && !/^\/[^\s]{0,254}$/.test(path)) {
    throw new InvalidValue('path', path, 'a path such as /health, up to 255 characters');
  }
  if (searchString !== undefined && (searchString.length < 1 || searchString.length > 255)) {
    throw new InvalidValue('searchString', searchString, '1 to 255 characters');
  }
}
