import type { IConstruct } from 'constructs';
import type { Json, Resource } from '../templates';

/** The record types that Route 53 supports. https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html */
export const RECORD_TYPES = [
  ...['A', 'AAAA', 'CAA', 'CNAME', 'DS', 'HTTPS', 'MX', 'NAPTR', 'NS', 'PTR'],
  ...['SOA', 'SPF', 'SRV', 'SSHFP', 'SVCB', 'TLSA', 'TXT'],
] as const;

/** A point on the globe, in degrees; north and east are positive. */
export interface Coordinates {
  readonly latitude: number;
  readonly longitude: number;
}

/**
 * Where the client is, as Route 53 sees it: by the client's subnet when its resolver sends one (EDNS0),
 * else by the resolver's own address.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-edns0.html
 */
export interface Client {
  /** ISO 3166-1 code such as `FR`, or `none`: an address that no place is known for. @default - that of `subdivision` */
  readonly country?: string;
  /** State or oblast such as `US-CA`, or `none`: an address that no state is known for. @default - unknown */
  readonly subdivision?: string;
  /** `AF`, `AN`, `AS`, `EU`, `NA`, `OC` or `SA`. @default - the continent of `country` */
  readonly continent?: string;
  /** IP address, or the CIDR block that the resolver sends, for IP-based routing. @default - unknown */
  readonly address?: string;
  /** Region that the client (or its resolver) is in, for latency and geoproximity. @default - unknown */
  readonly region?: string;
  /** For geoproximity. @default - those of `region` */
  readonly coordinates?: Coordinates;
}

/** One DNS query, and the state of the world when it is asked. */
export interface DnsQuery {
  /** Domain name; case and a trailing dot do not matter. */
  readonly name: string;
  /**
   * One of `RECORD_TYPES`, or `TYPE` and a number (RFC 3597) for one that Route 53 does not have.
   * @default 'A'
   */
  readonly type?: string;
  /** @default - unknown: policies that route by place answer `unknown` */
  readonly from?: Client;
  /** The VPC that the query comes from: construct, construct path or `vpc-` id. @default - the internet, which sees no private zone */
  readonly vpc?: string | IConstruct;
  /**
   * What fails, as constructs or construct paths (all below them fails too) or as the last part of one: health checks (what
   * they monitor fails), records (what their health check monitors fails), alias targets such as load balancers or
   * one of their target groups (no healthy target), CloudWatch alarms (in ALARM).
   * @default - nothing: everything else is up
   */
  readonly down?: readonly (string | IConstruct)[];
  /** CloudWatch alarms, named as in `down`, that have not enough data for a state. @default - none */
  readonly insufficientData?: readonly (string | IConstruct)[];
  /** Draws among the possible answers, as `Math.random` does; see `seeded`. @default seeded(1) */
  readonly random?: () => number;
}

/** Milliseconds from a client's region (first key) to a record's region (second key). */
export type LatencyTable = Readonly<Record<string, Readonly<Record<string, number>>>>;

export interface DnsOptions {
  /**
   * Latency between regions, for latency routing: your own measurements, or `latencyByDistance()`.
   * @default - none: only the client's own region is known to be nearest
   */
  readonly latency?: LatencyTable;
  /** Where Regions and Local Zone Groups are, over and above `REGIONS`. @default - none */
  readonly locations?: Readonly<Record<string, Coordinates>>;
  /**
   * What several public zones of one name are: `apart`, so that it is not known which of them the domain is delegated
   * to; or `together`, as if the records of all were in one.
   * @default 'apart'
   */
  readonly sameName?: 'apart' | 'together';
}

/** One record of an answer. */
export interface AnsweredRecord {
  /** The name that was asked for, or that a CNAME led to. Never the name of an alias target. */
  readonly name: string;
  readonly type: string;
  /** Seconds; that of the alias target's record for an alias. Undefined where the template does not say it. */
  readonly ttl?: number;
  /** In the template's order; Route 53 shuffles them. Empty for an alias to an AWS resource. */
  readonly values: readonly string[];
  /** AWS resource that an alias leads to: its construct path if it is in the templates, else its DNS name. */
  readonly aliasTarget?: string;
  /** The record's set identifier; behind an alias, those of the records on the way, as in `eu/server-a`. */
  readonly setIdentifier?: string;
  /** Construct path of the record that has the values. */
  readonly resource: string;
}

/**
 * `NODATA`: the name exists and has no such record (NOERROR with an empty answer). `SERVFAIL`: resolvers give up.
 * `unknown`: the templates and the query do not decide it.
 */
export type Status = 'NOERROR' | 'NODATA' | 'NXDOMAIN' | 'SERVFAIL' | 'unknown';

/** One of the answers that a query can have. */
export interface Outcome {
  readonly probability: number;
  readonly status: Status;
  readonly records: readonly AnsweredRecord[];
  /** How Route 53 came to it, step by step. */
  readonly reasons: readonly string[];
  /** Name of the zone that was asked last; undefined where that is not known. */
  readonly zone?: string;
  /** At most this many of the last `of` records are answered, at random (multivalue answer routing). */
  readonly atMost?: { readonly count: number; readonly of: number };
}

/** A hosted zone, with the records that the templates put into it. */
export interface Zone {
  /** Construct path, or the id of a zone that the templates do not have. */
  readonly id: string;
  /** Canonical. Undefined: only the id is known. */
  readonly name?: string;
  /** VPC ids of a private zone; undefined for a public one. */
  readonly vpcs?: readonly string[];
  /** The templates only add records to it: what else is in it is not known. */
  readonly external: boolean;
  readonly resource?: Resource;
  /** Why nothing can be said of what the zone holds. */
  readonly opaque?: string;
  readonly records: readonly RecordSet[];
}

export interface RecordSet {
  readonly path: string;
  readonly resource: Resource;
  /** As the template has them. */
  readonly properties: Readonly<Record<string, Json>>;
  /** Why it is not known whether the zone has this record, or what is in it. */
  readonly undecided?: string;
  /** Canonical; undefined when it could not be resolved. */
  readonly name?: string;
  readonly type: string;
  readonly ttl?: number;
  readonly values: readonly string[];
  readonly alias?: Alias;
  /** Id of the health check, as the template has it. */
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
