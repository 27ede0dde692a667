import { Duration, Token } from 'aws-cdk-lib';
import * as route53 from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import { InvalidValue } from '../../shared/invalid-value';
import { isIpv4, isIpv6 } from '../../shared/ip-address';

/** What all records of one name have in common, whatever policy chooses between them. */
export interface RoutedName {
  readonly zone: route53.IHostedZone;
  /** Relative to the zone: `www`. A full name ends in a dot. The zone's own name stands for the zone itself. */
  readonly recordName: string;
  /**
   * Type of all the records. For IPv6 beside IPv4, make a second construct with `AAAA`.
   * @default RecordType.A
   */
  readonly recordType?: route53.RecordType;
  /**
   * How long resolvers may go on giving an answer, 0 to 2,147,483,647 s; so long may clients go on being sent to a
   * server that has failed, and to yesterday's weights. AWS recommends 60 s or less for records with health checks.
   * Longer is cheaper, since every query is billed: a day for what never changes, 300 s while you try things out.
   * Aliases have none: the target's counts (60 s for a load balancer).
   * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-shared.html#rrsets-values-common-ttl
   * @default Duration.seconds(60)
   */
  readonly ttl?: Duration;
}

/** One of the records of a name. */
export interface RoutedRecord {
  /**
   * Tells the record from the others of its name, 1 to 128 characters. Keep it when everything else changes, and the
   * record is changed in place. (CDK's own default contains the weight: changing that would replace the record.)
   */
  readonly id: string;
  /** One address, or an alias of a load balancer, a distribution, another record of the zone and so on. */
  readonly target: route53.RecordTarget;
  /**
   * The record is answered only while this is healthy, or while none of its name is. For an alias set
   * `evaluateTargetHealth` on the target instead, which costs nothing and follows the target's own checks.
   * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-complex-configs.html
   * @default - none: Route 53 takes the record to be healthy, whatever becomes of the server
   */
  readonly healthCheck?: route53.IHealthCheck;
}

type Policy = Pick<
  route53.RecordSetOptions,
  'weight' | 'region' | 'geoLocation' | 'cidrRoutingConfig' | 'multiValueAnswer'
>;

/** Adds one record to the zone, under the policy given. */
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

/** The names that have a policy, by zone: Route 53 refuses a second one for a name and type. */
const taken = new WeakMap<route53.IHostedZone, Set<string>>();

/** Throws `InvalidValue` for what Route 53 would refuse in a name with any policy. */
export function checkName(props: RoutedName): void {
  const { zone, recordName, recordType = route53.RecordType.A, ttl } = props;
  const atApex = fullName(props) === `${zone.zoneName}.`;
  if (recordType === route53.RecordType.CNAME && atApex) {
    throw new InvalidValue('recordName', recordName, 'a name below the zone for a CNAME; an alias otherwise');
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
      `a name that has no policy yet for ${recordType} records`,
    );
  }
  taken.set(zone, names.add(key));
}

/** Throws `InvalidValue` for what Route 53 would refuse in a group of records, whatever their policy. */
export function checkRecords(
  records: readonly RoutedRecord[],
  { recordType = route53.RecordType.A, maximum = 100 }: { recordType?: route53.RecordType; maximum?: number },
): void {
  if (records.length < 1 || records.length > maximum) {
    throw new InvalidValue(
      'records',
      records.length,
      `1 to ${maximum} of them, as Route 53 allows for one name`,
    );
  }
  if ([route53.RecordType.NS, route53.RecordType.SOA, route53.RecordType.DS].includes(recordType)) {
    throw new InvalidValue('recordType', recordType, 'one that may have a policy: not NS, SOA or DS');
  }
  const ids = records.map(({ id }) => id);
  for (const [index, { id, target }] of records.entries()) {
    if (id.length < 1 || id.length > 128) throw new InvalidValue('id', id, '1 to 128 characters');
    if (ids.indexOf(id) !== index)
      throw new InvalidValue('id', id, 'one that no other record of the name has');
    checkTarget(id, target, recordType);
  }
}

function checkTarget(id: string, { values = [] }: route53.RecordTarget, type: route53.RecordType): void {
  if (values.length > 1) {
    throw new InvalidValue(`target of ${id}`, values, 'one value: one record for each server');
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

/** Throws `InvalidValue` when two records say the same thing where each must say another. */
export function checkDistinct(name: string, values: readonly string[]): void {
  const again = values.find((value, index) => values.indexOf(value) !== index);
  if (again !== undefined) throw new InvalidValue(name, again, 'one that no other record of the name has');
}

/** Name of a Region, such as eu-west-3. */
export function checkRegion(name: string, region: string): void {
  if (Token.isUnresolved(region) || /^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) return;
  throw new InvalidValue(name, region, 'a Region such as eu-west-3');
}

/** With the dot at the end that keeps anything from being appended. */
export function fullName({ zone, recordName }: RoutedName): string {
  if (recordName.endsWith('.')) return recordName;
  const inZone = recordName === zone.zoneName || recordName.endsWith(`.${zone.zoneName}`);
  return inZone ? `${recordName}.` : `${recordName}.${zone.zoneName}.`;
}
