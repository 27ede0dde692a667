import { Duration, Token } from 'aws-cdk-lib';
import * as route53 from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import { InvalidValue } from '../../shared/invalid-value';
import { isIpv4, isIpv6 } from '../../shared/ip-address';

/** What all records of one name have in common, for each routing policy. */
export interface RoutedName {
  readonly zone: route53.IHostedZone;
  /** Name below the zone, such as `www`; or a full name that ends with a dot; or the zone name for the zone apex. */
  readonly recordName: string;
  /**
   * Type of all records. For IPv4 and IPv6, create a second construct with `AAAA`.
   * @default RecordType.A
   */
  readonly recordType?: route53.RecordType;
  /**
   * How long resolvers cache an answer, in whole seconds from 0 to 2,147,483,647. During this time clients still reach a
   * failed server, and a change of weights has no effect. AWS recommends 60 s or less for records with health checks. A
   * longer TTL costs less, because AWS bills each query. An alias has the TTL of its target (60 s for a load balancer).
   * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-shared.html#rrsets-values-common-ttl
   * @default Duration.seconds(60)
   */
  readonly ttl?: Duration;
}

/** One of the records of a name. */
export interface RoutedRecord {
  /**
   * Set identifier, 1 to 128 characters, different from the other records of the name. While it stays the same,
   * CloudFormation changes the record in place. (CDK's default contains the weight, so a new weight replaces the record.)
   */
  readonly id: string;
  /** One value, or an alias of a load balancer, a CloudFront distribution, another record of the zone and so on. */
  readonly target: route53.RecordTarget;
  /**
   * Route 53 answers with the record only while this health check is healthy, or while no record of the name is healthy.
   * For an alias, set `evaluateTargetHealth` on the target instead: it costs nothing and uses the target's own checks.
   * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-complex-configs.html
   * @default - none: Route 53 always considers the record healthy
   */
  readonly healthCheck?: route53.IHealthCheck;
}

type Policy = Pick<
  route53.RecordSetOptions,
  'weight' | 'region' | 'geoLocation' | 'cidrRoutingConfig' | 'multiValueAnswer'
>;

/** Adds one record with a routing policy to the zone. */
export function addRecord(
  scope: Construct,
  { zone, recordName, recordType = route53.RecordType.A, ttl = Duration.seconds(60) }: RoutedName,
  { id, target, healthCheck }: RoutedRecord,
  policy: Policy,
): route53.RecordSet {
  return new route53.RecordSet(scope, id, {
    zone,
    recordName,
    recordType,
    target,
    ttl: target.aliasTarget ? undefined : ttl,
    setIdentifier: id,
    healthCheck,
    ...policy,
  });
}

/** Types and names that have records, by zone. Route 53 refuses a second routing policy for a name and type. */
const taken = new WeakMap<route53.IHostedZone, Set<string>>();

/** Throws `InvalidValue` for a name, type or TTL that Route 53 would refuse with every routing policy. */
export function checkName(props: RoutedName): void {
  const { zone, recordName, recordType = route53.RecordType.A, ttl } = props;
  const atApex = fullName(props) === `${zone.zoneName}.`;
  if (recordType === route53.RecordType.CNAME && atApex) {
    throw new InvalidValue(
      'recordName',
      recordName,
      'a name below the zone: the zone apex can have an alias, not a CNAME',
    );
  }
  const seconds = ttl === undefined || ttl.isUnresolved() ? 0 : ttl.toSeconds({ integral: false });
  if (!Number.isInteger(seconds) || seconds > 2 ** 31 - 1) {
    throw new InvalidValue('ttl', `${seconds} s`, 'whole seconds, 0 to 2,147,483,647');
  }
  const names = taken.get(zone) ?? new Set<string>();
  const key = `${recordType} ${fullName(props)}`;
  if (names.has(key)) {
    throw new InvalidValue(
      'recordName',
      recordName,
      `a name without ${recordType} records of another construct`,
    );
  }
  taken.set(zone, names.add(key));
}

/** Throws `InvalidValue` for records that Route 53 would refuse with every routing policy. */
export function checkRecords(
  records: readonly RoutedRecord[],
  { recordType = route53.RecordType.A, maximum = 100 }: { recordType?: route53.RecordType; maximum?: number },
): void {
  if (records.length < 1 || records.length > maximum) {
    throw new InvalidValue(
      'records',
      records.length,
      `1 to ${maximum} records, the limit of Route 53 for a name`,
    );
  }
  if ([route53.RecordType.NS, route53.RecordType.SOA, route53.RecordType.DS].includes(recordType)) {
    throw new InvalidValue(
      'recordType',
      recordType,
      'a type that can have a routing policy: not NS, SOA or DS',
    );
  }
  const ids = records.map(({ id }) => id);
  for (const [index, { id, target }] of records.entries()) {
    if (id.length < 1 || id.length > 128) throw new InvalidValue('id', id, '1 to 128 characters');
    if (ids.indexOf(id) !== index)
      throw new InvalidValue('id', id, 'a value that no other record of the name has');
    checkTarget(id, target, recordType);
  }
}

function checkTarget(id: string, { values = [] }: route53.RecordTarget, type: route53.RecordType): void {
  if (values.length > 1) {
    throw new InvalidValue(`target of ${id}`, values, 'one value: give each server its own record');
  }
  const [value] = values;
  if (value === undefined || Token.isUnresolved(value)) return;
  if (type === route53.RecordType.A && !isIpv4(value)) {
    throw new InvalidValue(`target of ${id}`, value, 'an IPv4 address');
  }
  if (type === route53.RecordType.AAAA && !isIpv6(value)) {
    throw new InvalidValue(`target of ${id}`, value, 'an IPv6 address');
  }
}

/** Throws `InvalidValue` when two records have the same value. */
export function checkDistinct(name: string, values: readonly string[]): void {
  const again = values.find((value, index) => values.indexOf(value) !== index);
  if (again !== undefined)
    throw new InvalidValue(name, again, 'a value that no other record of the name has');
}

/** Throws `InvalidValue` for a text that is no Region name. */
export function checkRegion(name: string, region: string): void {
  if (Token.isUnresolved(region) || /^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) return;
  throw new InvalidValue(name, region, 'a Region such as eu-west-3');
}

/** Full name with a dot at the end. */
export function fullName({ zone, recordName }: RoutedName): string {
  if (recordName.endsWith('.')) return recordName;
  const inZone = recordName === zone.zoneName || recordName.endsWith(`.${zone.zoneName}`);
  return inZone ? `${recordName}.` : `${recordName}.${zone.zoneName}.`;
}
