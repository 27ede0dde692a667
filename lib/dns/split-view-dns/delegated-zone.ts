import { RemovalPolicy, Token, type Duration } from 'aws-cdk-lib';
import { PublicHostedZone, ZoneDelegationRecord, type IHostedZone } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { isLowerCaseDomainName } from '../../shared/domain-name';
import { InvalidValue } from '../../shared/invalid-value';
import { nameServersOf } from '../../shared/name-servers';

export interface DelegatedZoneProps {
  /** A domain name of at least two labels, in lower case. Route 53 refuses a top-level domain. */
  readonly zoneName: string;
  /**
   * Public hosted zone of a parent domain, in the same account. It gets an NS record with the name servers of this zone. For
   * a parent zone in another account, use CDK's `CrossAccountZoneDelegationRecord` instead.
   * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-routing-traffic-for-subdomains.html
   * @default - none: add the name servers at your registrar, or in the parent zone
   */
  readonly parentZone?: IHostedZone;
  /**
   * TTL of the NS record in the parent zone. A long TTL saves queries, and the zone stays reachable while the parent zone is
   * not. A zone that is created again has other name servers, and resolvers query the old ones until the TTL is over. Before
   * you move the zone, lower the TTL to 15 minutes, and wait for as long as the old TTL.
   * @default Duration.days(2)
   */
  readonly delegationTtl?: Duration;
  /**
   * What CloudFormation does with the zone when the stack is deleted. A new zone of the same name has other name servers than
   * those in the parent zone.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * A public hosted zone, and its delegation in the parent zone.
 *
 * Throws `InvalidValue` for a malformed name, and for a name that is not below the parent zone.
 */
export class DelegatedZone extends Construct {
  readonly zone: PublicHostedZone;

  constructor(scope: Construct, id: string, props: DelegatedZoneProps) {
    super(scope, id);
    const { zoneName, parentZone, delegationTtl } = props;
    validate(zoneName, parentZone);

    this.zone = new PublicHostedZone(this, 'Zone', { zoneName });
    this.zone.applyRemovalPolicy(props.removalPolicy ?? RemovalPolicy.RETAIN);
    if (parentZone) {
      new ZoneDelegationRecord(this, 'Delegation', {
        zone: parentZone,
        recordName: zoneName,
        nameServers: nameServersOf(this.zone),
        ttl: delegationTtl,
      });
    }
  }
}

function validate(zoneName: string, parentZone?: IHostedZone): void {
  if (Token.isUnresolved(zoneName)) return;
  if (!isLowerCaseDomainName(zoneName)) {
    throw new InvalidValue('zoneName', zoneName, 'a domain such as dev.example.org, in lower case');
  }
  if (parentZone === undefined || Token.isUnresolved(parentZone.zoneName)) return;
  if (!zoneName.endsWith(`.${parentZone.zoneName}`)) {
    throw new InvalidValue('zoneName', zoneName, `a domain below parentZone, ${parentZone.zoneName}`);
  }
}
