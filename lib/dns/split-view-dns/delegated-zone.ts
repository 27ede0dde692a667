import { RemovalPolicy, Token, type Duration } from 'aws-cdk-lib';
import { PublicHostedZone, ZoneDelegationRecord, type IHostedZone } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { isLowerCaseDomainName } from '../../shared/domain-name';
import { InvalidValue } from '../../shared/invalid-value';

export interface DelegatedZoneProps {
  /** A domain of at least two labels, in lower case: Route 53 makes no zone for a top-level domain. */
  readonly zoneName: string;
  /**
   * The public zone of a domain above, in the same account, which then names this zone's name servers. For one in
   * another account, leave this out and use CDK's `CrossAccountZoneDelegationRecord`.
   * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-routing-traffic-for-subdomains.html
   * @default - none: name its name servers at your registrar, or in the zone above wherever that is
   */
  readonly parentZone?: IHostedZone;
  /**
   * How long resolvers keep the delegation. Long is right while nothing changes: one look-up less, and the zone stays
   * in reach while the parent is not. Before you move the zone, lower it to 15 minutes, and wait for as long as the old
   * value was; a zone that is created again has other name servers, and resolvers ask the old ones until then.
   * @default Duration.days(2)
   */
  readonly delegationTtl?: Duration;
  /**
   * What becomes of the zone when the stack is deleted. A new zone of the name has other name servers than the four
   * that the world above names.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * A public zone that the zone above delegates to.
 *
 * Throws `InvalidValue` for a malformed name, and for one that is not below the zone above.
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
        nameServers: this.zone.hostedZoneNameServers ?? [],
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
  const above = parentZone?.zoneName ?? '';
  if (above !== '' && !Token.isUnresolved(above) && !zoneName.endsWith(`.${above}`)) {
    throw new InvalidValue('zoneName', zoneName, `a domain below that of parentZone, ${above}`);
  }
}
