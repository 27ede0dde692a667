import type { IConstruct } from 'constructs';
import type { Json, Resource } from '../templates';

/** The record types that Route 53 supports. https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html */
export const RECORD_TYPES = [
  ...['A', 'AAAA', 'CAA', 'CNAME', 'DS', 'HTTPS', 'MX', 'NAPTR', 'NS', 'PTR'],
  ...['SOA', 'SPF', 'SRV', 'SSHFP', 'SVCB', 'TLSA', 'TXT'],
] as const;

/** Latitude and longitude in degrees. North and east are positive. */
export interface Coordinates {
  readonly latitude: number;
  readonly longitude: number;
}

/**
 * The location of the client by Route 53: that of the client's subnet if its resolver sends it (EDNS0), otherwise that
 * of the resolver.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-edns0.html
 */
export interface Client {
  /** ISO 3166-1 code such as `FR`; `none` for an address without a known location. @default - that of `subdivision` */
  readonly country?: string;
  /** State or oblast such as `US-CA`; `none` for an address without a known state. @default - unknown */
  readonly subdivision?: string;
  /** `AF`, `AN`, `AS`, `EU`, `NA`, `OC` or `SA`. @default - the continent of `country` */
  readonly continent?: string;
  /** IP address, or the CIDR block that the resolver sends, for IP-based routing. @default - unknown */
  readonly address?: string;
  /** The Region of the client or its resolver, for latency and geoproximity routing. @default - unknown */
  readonly region?: string;
  /** For geoproximity routing. @default - those of `region` */
  readonly coordinates?: Coordinates;
}

/** One DNS query, with the client and the resources that are down. */
export interface DnsQuery {
  /** Domain name; case and a trailing dot do not matter. */
  readonly name: string;
  /**
   * One of `RECORD_TYPES`, or `TYPE` and a number (RFC 3597) for a type that Route 53 does not support.
   * @default 'A'
   */
  readonly type?: string;
  /** @default - unknown: routing policies that need the location answer `unknown` */
  readonly from?: Client;
  /** The VPC of the client: construct, construct path or `vpc-` id. @default - the internet, without private zones */
  readonly vpc?: string | IConstruct;
  /**
   * What is down: constructs, construct paths, or the last part of a path, with everything below it. Health checks:
   * their endpoint fails. Records: the endpoint of their health check fails. Load balancers, target groups and other
   * alias targets: they have no healthy target. CloudWatch alarms: they are in ALARM.
   * @default - nothing; everything else is up
   */
  readonly down?: readonly (string | IConstruct)[];
  /** CloudWatch alarms in INSUFFICIENT_DATA, written as in `down`. @default - none */
  readonly insufficientData?: readonly (string | IConstruct)[];
  /** Chooses among the possible answers, like `Math.random`; see `seeded`. @default seeded(1) */
  readonly random?: () => number;
}

/** Milliseconds from the client's Region (first key) to the record's Region (second key). */
export type LatencyTable = Readonly<Record<string, Readonly<Record<string, number>>>>;

export interface DnsOptions {
  /**
   * Latency between Regions, for latency routing: your measurements or `latencyByDistance()`.
   * @default - none: only the client's own Region is known to be nearest
   */
  readonly latency?: LatencyTable;
  /** Coordinates of Local Zone groups, and of Regions that `REGIONS` does not have. @default - none */
  readonly locations?: Readonly<Record<string, Coordinates>>;
  /**
   * How to read several public zones of one name. `apart`: it is unknown to which one the domain is delegated.
   * `together`: as one zone with the records of all.
   * @default 'apart'
   */
  readonly sameName?: 'apart' | 'together';
}

/** One record of an answer. */
export interface AnsweredRecord {
  /** The name in the query, or the target of a CNAME. Never the target of an alias. */
  readonly name: string;
  readonly type: string;
  /** Seconds. For an alias that of its target record. Undefined, if the template does not have it. */
  readonly ttl?: number;
  /** In the order of the template; Route 53 shuffles them. Empty for an alias of an AWS resource. */
  readonly values: readonly string[];
  /** The AWS resource of an alias: its construct path if it is in the templates, otherwise its DNS name. */
  readonly aliasTarget?: string;
  /** The set identifier of the record. After aliases: those of all records on the path, as in `eu/server-a`. */
  readonly setIdentifier?: string;
  /** Construct path of the record with the values. */
  readonly resource: string;
}

/**
 * `NODATA`: the name exists, but has no record of this type (NOERROR with an empty answer). `SERVFAIL`: resolvers
 * report an error. `unknown`: templates and query do not decide the answer.
 */
export type Status = 'NOERROR' | 'NODATA' | 'NXDOMAIN' | 'SERVFAIL' | 'unknown';

/** One possible answer to a query. */
export interface Outcome {
  readonly probability: number;
  readonly status: Status;
  readonly records: readonly AnsweredRecord[];
  /** The steps of Route 53. */
  readonly reasons: readonly string[];
  /** Name of the last zone. Undefined, if it is not known. */
  readonly zone?: string;
  /** Multivalue answer routing: at most this many of the last `of` records are in the answer, at random. */
  readonly atMost?: { readonly count: number; readonly of: number };
}

/** A hosted zone, with its records in the templates. */
export interface Zone {
  /** Construct path; for a zone outside the templates its id. */
  readonly id: string;
  /** Canonical name. Undefined, if only the id is known. */
  readonly name?: string;
  /** VPC ids of a private zone. Undefined for a public zone. */
  readonly vpcs?: readonly string[];
  /** The zone is outside the templates, and may have further records. */
  readonly external: boolean;
  readonly resource?: Resource;
  /** Why the records of the zone are not known. */
  readonly opaque?: string;
  readonly records: readonly RecordSet[];
}

export interface RecordSet {
  readonly path: string;
  readonly resource: Resource;
  /** The resolved properties in the template. */
  readonly properties: Readonly<Record<string, Json>>;
  /** Why the record is undecided: it may not exist, or its content is not known. */
  readonly undecided?: string;
  /** Canonical name. Undefined, if it could not be resolved. */
  readonly name?: string;
  readonly type: string;
  readonly ttl?: number;
  readonly values: readonly string[];
  readonly alias?: Alias;
  /** Id of the health check, as in the template. */
  readonly healthCheck?: string;
  readonly setIdentifier?: string;
  readonly policy: Policy;
}

export interface Alias {
  readonly dnsName: string;
  readonly hostedZoneId: string;
  readonly evaluateTargetHealth: boolean;
}

/** The routing policy of a record. https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy.html */
export type Policy =
  | { readonly kind: 'simple' | 'multivalue' }
  | { readonly kind: 'weighted'; readonly weight?: number }
  | { readonly kind: 'failover'; readonly role: string }
  | { readonly kind: 'latency'; readonly region: string }
  | {
      readonly kind: 'geolocation';
      readonly continent?: string;
      readonly country?: string;
      readonly subdivision?: string;
    }
  | {
      readonly kind: 'geoproximity';
      readonly place?: string;
      readonly coordinates?: Coordinates;
      readonly bias: number;
    }
  | { readonly kind: 'ip-based'; readonly collection: string; readonly location: string };
