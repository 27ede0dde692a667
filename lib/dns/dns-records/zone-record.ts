import type { Duration } from 'aws-cdk-lib';
import type { IAliasRecordTarget } from 'aws-cdk-lib/aws-route53';
import { InvalidValue } from '../../shared/invalid-value';

/** Types of records with values. Route 53 creates SOA. SPF is obsolete: its policies are TXT records. */
export const VALUE_TYPES = ['A', 'AAAA', 'CAA', 'CNAME', 'MX', 'NAPTR', 'NS', 'PTR', 'SRV', 'TXT'] as const;
export type ValueType = (typeof VALUE_TYPES)[number];

/** All lines of a zone file with one name and one type. */
export interface ValueRecord {
  /** As in a zone file: `www` is below the zone, `@` is the zone apex, `*` is each name that has no records. */
  readonly name: string;
  readonly type: ValueType;
  /**
   * As in a zone file: `203.0.113.10`, `10 mail.example.org.`, `0 issue "amazon.com"`. A domain name in a value is a full name
   * and ends with a dot. A TXT value is the text without quotation marks: the construct adds them and splits long texts.
   * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html
   */
  readonly values: readonly string[];
  /**
   * How long resolvers cache the answer, in whole seconds from 0 to 2147483647.
   * @default - `ttl` of the construct
   */
  readonly ttl?: Duration;
}

/**
 * An alias: Route 53 answers with the current addresses of an AWS resource and the TTL of the resource. Resolvers see an A or
 * AAAA record, so an alias may be at the zone apex and may have other records of its name, which a CNAME may not. Queries
 * for an alias of a load balancer, a CloudFront distribution, an API or a bucket cost nothing. An EC2 instance cannot be the
 * target.
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html
 */
export interface AliasRecord {
  readonly name: string;
  readonly type: 'A' | 'AAAA';
  /** A target of `aws-cdk-lib/aws-route53-targets`, or the name of another record of this type in the list. */
  readonly alias: string | IAliasRecordTarget;
}

export type ZoneRecord = ValueRecord | AliasRecord;

/** A record with its normalized name: lower case, relative to the zone, `@` for the zone apex. */
export interface NamedRecord {
  readonly key: string;
  readonly record: ZoneRecord;
}

const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;

/** The error of a record. */
export function refusal({ name, type }: ZoneRecord, got: unknown, expected: string): InvalidValue {
  return new InvalidValue(`records, ${type} ${name}`, got, expected);
}

/** Normalizes the name of a record. Throws `InvalidValue` for a name that is malformed or outside the zone. */
export function named(record: ZoneRecord, zoneName: string | undefined): NamedRecord {
  const key = keyOf(record, record.name, zoneName);
  if (key === '@') return { key, record };
  const [first = '', ...rest] = key.split('.');
  if (![...(first === '*' ? [] : [first]), ...rest].every((label) => LABEL.test(label))) {
    throw refusal(
      record,
      record.name,
      'labels of up to 63 letters, digits, - and _; the first label may be *',
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
    // Ambiguous: www.example.org is www.example.org.example.org in a zone file, and www.example.org in CDK.
    if (lower === zoneName || lower.endsWith(`.${zoneName}`)) {
      throw refusal(record, name, `a name below the zone, or a dot at the end: ${name}.`);
    }
    return lower;
  }
  if (lower === `${zoneName}.`) return '@';
  if (!lower.endsWith(`.${zoneName}.`)) throw refusal(record, name, `a name in the zone ${zoneName}`);
  return lower.slice(0, -`.${zoneName}.`.length);
}
