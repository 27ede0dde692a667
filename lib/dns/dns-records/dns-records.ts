import { Duration, Token } from 'aws-cdk-lib';
import { RecordSet, RecordTarget, RecordType, type IHostedZone } from 'aws-cdk-lib/aws-route53';
import { Route53RecordTarget } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import { recordValues } from './record-values';
import { named, refusal, type NamedRecord, type ZoneRecord } from './zone-record';
import { checkZone } from './zone-rules';

export interface DnsRecordsProps {
  readonly zone: IHostedZone;
  /**
   * The records, as in a zone file.
   * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html
   */
  readonly records: readonly ZoneRecord[];
  /**
   * How long resolvers cache an answer, for records without a `ttl`. A long TTL (a day) saves queries. A short TTL (a minute)
   * makes changes fast, such as a failover. Before a change, lower the TTL, and wait for as long as the old TTL.
   * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-basic.html
   * @default Duration.minutes(5)
   */
  readonly ttl?: Duration;
}

/** RFC 2181, section 8. */
const MAXIMUM_TTL = 2_147_483_647;

/**
 * Records of a hosted zone, in the notation of a zone file. It checks the rules of Route 53 and of DNS during synthesis, so
 * that no deployment fails because of a record.
 *
 * Throws `InvalidValue` for the first record that is malformed, that contradicts another record, or that would not work.
 */
export class DnsRecords extends Construct {
  private readonly made = new Map<string, RecordSet>();

  constructor(scope: Construct, id: string, props: DnsRecordsProps) {
    super(scope, id);
    const { zone, records, ttl = Duration.minutes(5) } = props;
    const zoneName = Token.isUnresolved(zone.zoneName)
      ? undefined
      : zone.zoneName.toLowerCase().replace(/\.$/, '');
    const all = records.map((record) => named(record, zoneName));
    checkZone(all, zoneName);

    // An alias of a record of the list needs that record first.
    for (const entry of [...all.filter((one) => !isAliasOfName(one)), ...all.filter(isAliasOfName)]) {
      const { key, record } = entry;
      const path = `${key} ${record.type}`;
      const recordSet = new RecordSet(this, path, {
        zone,
        recordName: key === '@' ? undefined : key,
        recordType: RecordType[record.type],
        target: this.target(entry),
        ttl: 'values' in record ? checkedTtl(record, record.ttl ?? ttl) : undefined,
      });
      this.made.set(path, recordSet);
    }
  }

  /** The record set of a name and type, such as `www` and `CNAME`. */
  recordSet(name: string, type: ZoneRecord['type']): RecordSet | undefined {
    return this.made.get(`${name.toLowerCase()} ${type}`);
  }

  private target({ key, record }: NamedRecord): RecordTarget {
    if ('values' in record) return RecordTarget.fromValues(...recordValues({ key, record }));
    const { alias, type } = record;
    if (typeof alias !== 'string') return RecordTarget.fromAlias(alias);
    const recordSet = this.recordSet(alias, type);
    if (!recordSet) throw refusal(record, alias, `the name of another ${type} record in the list`);
    return RecordTarget.fromAlias(new Route53RecordTarget(recordSet));
  }
}

const isAliasOfName = ({ record }: NamedRecord) => 'alias' in record && typeof record.alias === 'string';

function checkedTtl(record: ZoneRecord, ttl: Duration): Duration {
  const seconds = ttl.isUnresolved() ? 0 : ttl.toSeconds({ integral: false });
  if (!Number.isInteger(seconds) || seconds > MAXIMUM_TTL) {
    throw refusal(record, seconds, `a ttl of 0 to ${MAXIMUM_TTL} whole seconds`);
  }
  return ttl;
}
