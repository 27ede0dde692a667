import { Duration, Token } from 'aws-cdk-lib';
import * as route53 from 'aws-cdk-lib/aws-route53';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { EndpointCheck, type EndpointCheckProps } from '../../shared/endpoint-check';
import { InvalidValue } from '../../shared/invalid-value';
import { isIpv4, isIpv6 } from '../../shared/ip-address';

/** Alias of an AWS resource, or IP addresses. */
export type Target = route53.IAliasRecordTarget | readonly string[];

export type IpAddressType = 'ipv4' | 'dual-stack';

/** Health check of an endpoint. `DnsFailover` adds the topic of the alarm. */
export type HealthCheckOptions = Omit<EndpointCheckProps, 'alarmTopic'>;

/** An endpoint of a name. */
export interface Endpoint {
  /**
   * Alias of an AWS resource, or IPv4 and IPv6 addresses. Set `evaluateTargetHealth` for a load balancer: Route 53 then
   * considers the record unhealthy when no target of the load balancer is healthy. Route 53 refuses it for CloudFront.
   * @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html
   */
  readonly target: Target;
  /**
   * Health check of the endpoint.
   * @default - none: Route 53 always considers the endpoint healthy
   */
  readonly healthCheck?: HealthCheckOptions;
}

/**
 * How long resolvers cache the address of a failed endpoint. An alias of a load balancer or of CloudFront has 60 s too.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-failover.html
 */
const ADDRESS_TTL = Duration.minutes(1);

export interface FailoverEndpointProps extends Endpoint {
  readonly zone: route53.IHostedZone;
  readonly recordName: string;
  readonly failover: route53.Failover;
  readonly ipAddressType: IpAddressType;
  readonly alarmTopic?: ITopic;
}

/** The records of one endpoint, with one health check. */
export class FailoverEndpoint extends Construct {
  /** The A record, and with `dual-stack` the AAAA record after it. */
  readonly records: readonly route53.RecordSet[];
  /** Undefined without a health check. */
  readonly check?: EndpointCheck;

  constructor(scope: Construct, id: string, props: FailoverEndpointProps) {
    super(scope, id);
    const { zone, recordName, failover, ipAddressType, target, healthCheck, alarmTopic } = props;
    const targetOf = readTarget(id.toLowerCase(), target, ipAddressType);
    this.check = healthCheck && new EndpointCheck(this, 'Check', { ...healthCheck, alarmTopic });

    const options = { zone, recordName, ttl: 'bind' in target ? undefined : ADDRESS_TTL };
    const a = new route53.ARecord(this, 'A', { ...options, target: targetOf('ipv4') });
    this.records =
      ipAddressType === 'ipv4'
        ? [a]
        : [a, new route53.AaaaRecord(this, 'Aaaa', { ...options, target: targetOf('ipv6') })];
    for (const { node } of this.records) {
      // CDK's prop `failover` requires evaluateTargetHealth for every alias, and Route 53 refuses that for CloudFront.
      // https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html
      const record = node.defaultChild as route53.CfnRecordSet;
      record.failover = failover;
      record.setIdentifier = id;
      record.healthCheckId = this.check?.healthCheck.healthCheckId;
    }
  }
}

/**
 * Alias of another record name in the same zone, with `evaluateTargetHealth`, which CDK's `Route53RecordTarget` does not set.
 * Throws `InvalidValue` when the record has no zone.
 */
export class RecordNameTarget implements route53.IAliasRecordTarget {
  constructor(private readonly name: string) {}

  bind(_record: route53.IRecordSet, zone?: route53.IHostedZone): route53.AliasRecordTargetConfig {
    if (!zone) throw new InvalidValue('zone', zone, 'the hosted zone of the record');
    return { dnsName: this.name, hostedZoneId: zone.hostedZoneId, evaluateTargetHealth: true };
  }
}

function readTarget(
  name: string,
  target: Target,
  ipAddressType: IpAddressType,
): (family: 'ipv4' | 'ipv6') => route53.RecordTarget {
  if ('bind' in target) return () => route53.RecordTarget.fromAlias(target);
  const ipv6 = target.filter(isIpv6);
  // A token is the address of an Elastic IP, which is an IPv4 address.
  const ipv4 = target.filter((address) => Token.isUnresolved(address) || isIpv4(address));
  const other = target.find((address) => !ipv4.includes(address) && !ipv6.includes(address));
  if (other !== undefined) throw new InvalidValue(`${name}.target`, other, 'an IPv4 or IPv6 address');
  if (ipv4.length === 0 || ipv6.length > 0 !== (ipAddressType === 'dual-stack')) {
    const expected = ipAddressType === 'dual-stack' ? 'IPv4 and IPv6 addresses' : 'IPv4 addresses';
    throw new InvalidValue(`${name}.target`, target, `${expected}, as ipAddressType is ${ipAddressType}`);
  }
  const addresses = { ipv4, ipv6 };
  return (family) => route53.RecordTarget.fromIpAddresses(...addresses[family]);
}
