import { Duration, Token } from 'aws-cdk-lib';
import * as route53 from 'aws-cdk-lib/aws-route53';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { parseCidr } from '../../shared/cidr';
import { EndpointCheck, type EndpointCheckProps } from '../../shared/endpoint-check';
import { InvalidValue } from '../../shared/invalid-value';

/** An alias of an AWS resource, or addresses. */
export type Target = route53.IAliasRecordTarget | readonly string[];

export type IpAddressType = 'ipv4' | 'dual-stack';

/** How Route 53 finds out whether an endpoint is healthy: all but where its alarm is sent. */
export type HealthCheckOptions = Omit<EndpointCheckProps, 'alarmTopic'>;

/** What a name may lead to. */
export interface Endpoint {
  /**
   * An alias of an AWS resource, or IPv4 and IPv6 addresses. Give a load balancer `evaluateTargetHealth`, so that it
   * also counts as unhealthy as soon as none of its targets is healthy. CloudFront has no such option.
   * @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html
   */
  readonly target: Target;
  /**
   * How Route 53 finds out whether it is healthy.
   * @default - always taken to be healthy
   */
  readonly healthCheck?: HealthCheckOptions;
}

/**
 * How long resolvers may keep an address that has failed. An alias has the TTL of its target: 60 s too.
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

/** The records of one endpoint, all of them under one health check. */
export class FailoverEndpoint extends Construct {
  /** The A record, then the AAAA record where there is one. */
  readonly records: readonly route53.RecordSet[];
  /** Set where there is a health check. */
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
      // Not by the record's own prop `failover`: CDK then demands evaluateTargetHealth of every alias, and Route 53
      // refuses it for CloudFront. https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html
      const record = node.defaultChild as route53.CfnRecordSet;
      record.failover = failover;
      record.setIdentifier = id;
      record.healthCheckId = this.check?.healthCheck.healthCheckId;
    }
  }
}

/** Another name in the same zone, and its health: CDK's `Route53RecordTarget` leaves the health out. */
export class NameInZone implements route53.IAliasRecordTarget {
  constructor(private readonly name: string) {}

  bind(_record: route53.IRecordSet, zone?: route53.IHostedZone): route53.AliasRecordTargetConfig {
    return { dnsName: this.name, hostedZoneId: zone?.hostedZoneId ?? '', evaluateTargetHealth: true };
  }
}

function readTarget(
  name: string,
  target: Target,
  ipAddressType: IpAddressType,
): (family: 'ipv4' | 'ipv6') => route53.RecordTarget {
  if ('bind' in target) return () => route53.RecordTarget.fromAlias(target);
  const ipv6 = target.filter((address) => /^[0-9a-f.]*:[0-9a-f:.]+$/i.test(address));
  const ipv4 = target.filter((address) => !ipv6.includes(address));
  for (const address of ipv4) {
    // One that CloudFormation fills in, that of an Elastic IP, is an IPv4 address.
    if (!Token.isUnresolved(address)) parseCidr(`${name}.target`, `${address}/32`);
  }
  if (ipv4.length === 0 || ipv6.length > 0 !== (ipAddressType === 'dual-stack')) {
    const expected = ipAddressType === 'dual-stack' ? 'IPv4 and IPv6 addresses' : 'IPv4 addresses';
    throw new InvalidValue(`${name}.target`, target, `${expected} beside ipAddressType ${ipAddressType}`);
  }
  const addresses = { ipv4, ipv6 };
  return (family) => route53.RecordTarget.fromIpAddresses(...addresses[family]);
}
