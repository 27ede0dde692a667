import type { Duration } from 'aws-cdk-lib';
import type { IAliasRecordTarget } from 'aws-cdk-lib/aws-route53';
import { InvalidValue } from '../../shared/invalid-value';

/** The types that have values here. SOA is Route 53's own; SPF is obsolete, its policies are TXT records. */
export const VALUE_TYPES = ['A', 'AAAA', 'CAA', 'CNAME', 'MX', 'NAPTR', 'NS', 'PTR', 'SRV', 'TXT'] as const;
export type ValueType = (typeof VALUE_TYPES)[number];

/** A line of a zone file, or all lines of one name and type. */
export interface ValueRecord {
  /** As in a zone file: `www` is below the zone, `@` is the zone itself, `*` whatever else would not exist. */
  readonly name: string;
  readonly type: ValueType;
  /**
   * As in a zone file: `203.0.113.10`, `10 mail.example.org.`, `0 issue "amazon.com"`. Domain names in them are whole
   * and end with a dot, since Route 53 completes none. TXT is the exception: the text itself, in whatever length and
   * without quotation marks, which are added here.
   * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html
   */
  readonly values: readonly string[];
  /**
   * How long resolvers keep the answer, 0 to 2147483647 seconds.
   * @default - the `ttl` of all records
   */
  readonly ttl?: Duration;
}

/**
 * An alias answers with the addresses of an AWS resource, whatever they are at the moment. It is Route 53's own: to
 * the world it is an A or AAAA record, so it may stand where a CNAME may not, at the zone itself and beside other
 * records. Queries for an alias of a load balancer, a CloudFront distribution, an API or a bucket cost nothing. It has
 * its target's TTL. Prefer it to a CNAME wherever the target is in AWS; an EC2 instance cannot be one.
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html
 */
export interface AliasRecord {
  readonly name: string;
  readonly type: 'A' | 'AAAA';
  /** A target of `aws-cdk-lib/aws-route53-targets`, or the name of a record of this type in the same list. */
  readonly alias: string | IAliasRecordTarget;
}

export type ZoneRecord = ValueRecord | AliasRecord;

/** A record whose name has one spelling: lower case, below the zone, `@` for the zone itself. */
export interface NamedRecord {
  readonly key: string;
  readonly record: ZoneRecord;
}

const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;

/** The one line that says what is wrong with a record. */
export function refusal({ name, type }: ZoneRecord, got: unknown, expected: string): InvalidValue {
  return new InvalidValue(`records, ${type} ${name}`, got, expected);
}

/** Reads a record's name. Throws `InvalidValue` for one that is malformed or outside of the zone. */
export function named(record: ZoneRecord, zoneName: string | undefined): NamedRecord {
  const key = keyOf(record, record.name, zoneName);
  if (key === '@') return { key, record };
  const [first = '', ...rest] = key.split('.');
  if (![...(first === '*' ? [] : [first]), ...rest].every((label) => LABEL.test(label))) {
    throw refusal(
      record,
      record.name,
      'labels of up to 63 letters, digits, - and _, the first of which may be *',
    );
  }
  if (zoneName !== undefined && key.length + 1 + zoneName.length > 253) {
    throw refusal(record, record.name, `at most 253 characters together with the zone, ${zoneName}`);
  }
  return { key, record };
}

function keyOf(record: ZoneRecord, name: string, zoneName: string | undefined): string {
  const lower = name.toLowerCase();
  if (zoneName === undefined) return lower;
  if (!lower.endsWith('.')) {
    // Of www.example.org, a zone file makes www.example.org.example.org, and CDK makes www.example.org.
    if (lower === zoneName || lower.endsWith(`.${zoneName}`)) {
      throw refusal(record, name, `a name below the zone, or a dot at the end: ${name}.`);
    }
    return lower;
  }
  if (lower === `${zoneName}.`) return '@';
  if (!lower.endsWith(`.${zoneName}.`)) throw refusal(record, name, `a name in the zone ${zoneName}`);
  return lower.slice(0, -`.${zoneName}.`.length);
}
