import type { Json, Resource, Templates } from '../templates';
import { asFlag, asList, asNumber, asRecord, asText, describe, type Value } from '../templates/properties';
import { known, open } from './known';
import { decoded, isPathPattern, matches, normalized } from './path-pattern';

export type Settings = Readonly<Record<string, Json>>;

/** A cache behavior. */
export interface Behavior {
  /** Path pattern; `*` for the default cache behavior. */
  readonly pattern: string;
  readonly settings: Settings;
}

export interface Origin {
  /** Construct path of the bucket or load balancer, or the domain name. */
  readonly origin: string;
  /** Directory that CloudFront puts before each path. Empty for none. */
  readonly directory: string;
}

/** The origins of a cache behavior, and the status codes of the first one for which CloudFront asks the second. */
export interface Origins {
  readonly origins: readonly Origin[];
  readonly failoverOn: readonly number[];
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html */
const FAILOVER_CODES = [400, 403, 404, 416, 429, 500, 502, 503, 504];

/** Reads the properties of an `AWS::CloudFront::Distribution`. */
export class Distribution {
  readonly config: Settings;

  constructor(
    readonly templates: Templates,
    readonly resource: Resource,
  ) {
    this.config = asRecord(resource.properties.DistributionConfig);
  }

  refuse(reason: string): never {
    throw new Error(`CloudFront refuses ${this.resource.path}: ${reason}`);
  }

  /** The first cache behavior whose path pattern matches, else the default one. */
  behaviorFor(path: string): Behavior {
    const root = known(asText(this.config.DefaultRootObject));
    const first = this.firstMatch(normalized(path));
    const other =
      path === '/' && root !== undefined && root !== ''
        ? { path: `/${root}`, question: `whether the path pattern of / or of /${root} counts` }
        : { path: decoded(path), question: `how CloudFront compares the encoded path ${path}` };
    if (this.firstMatch(normalized(other.path)).pattern !== first.pattern) {
      open(`AWS does not document ${other.question}`);
    }
    return first;
  }

  /** What CloudFront asks an origin for: the path of the request, or the default root object. */
  objectPath(path: string): string {
    const root = known(asText(this.config.DefaultRootObject));
    return path === '/' && root !== undefined ? `/${root}` : path;
  }

  originsOf({ settings }: Behavior): Origins {
    const id =
      known(asText(settings.TargetOriginId)) ?? this.refuse('a cache behavior has no TargetOriginId');
    const groups = asList(asRecord(this.config.OriginGroups).Items).map(asRecord);
    const group = groups.find((one) => known(asText(one.Id)) === id);
    if (!group) return { origins: [this.origin(id)], failoverOn: [] };
    const selection = known(asText(group.SelectionCriteria)) ?? 'default';
    if (selection !== 'default') open(`${id} selects its origin by ${selection}`);
    const members = asList(asRecord(group.Members).Items).map((member) => asText(asRecord(member).OriginId));
    const statusCodes = asRecord(asRecord(group.FailoverCriteria).StatusCodes);
    const failoverOn = this.all(asList(statusCodes.Items).map(asNumber), 'StatusCodes');
    const wrong = failoverOn.find((code) => !FAILOVER_CODES.includes(code));
    if (wrong !== undefined)
      this.refuse(`failover on ${wrong}, expected one of ${FAILOVER_CODES.join(', ')}`);
    if (members.length !== 2) this.refuse(`${id} has ${members.length} origins, expected 2`);
    return { origins: this.all(members, 'OriginId').map((member) => this.origin(member)), failoverOn };
  }

  /** The custom error response of a status code. */
  errorResponse(status: number): {
    readonly page?: string;
    readonly status?: number;
    readonly seconds: number;
  } {
    const responses = asList(this.config.CustomErrorResponses).map(asRecord);
    const found = responses.find(({ ErrorCode }) => known(asNumber(ErrorCode)) === status);
    if (!found) return { seconds: DEFAULT_ERROR_SECONDS };
    const page = known(asText(found.ResponsePagePath));
    const code = known(asNumber(found.ResponseCode));
    if ((page === undefined) !== (code === undefined)) {
      this.refuse(`the error response of ${status} needs both ResponsePagePath and ResponseCode`);
    }
    return {
      page,
      status: code,
      seconds: known(asNumber(found.ErrorCachingMinTTL)) ?? DEFAULT_ERROR_SECONDS,
    };
  }

  get aliases(): readonly string[] {
    return this.all(asList(this.config.Aliases).map(asText), 'Aliases');
  }

  /**
   * Throws for aliases without a certificate, and for a certificate in another Region.
   * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html
   */
  checkCertificate(): void {
    const { AcmCertificateArn, IamCertificateId } = asRecord(this.config.ViewerCertificate);
    if (AcmCertificateArn === undefined) {
      const [alias] = IamCertificateId === undefined ? this.aliases : [];
      if (alias !== undefined) this.refuse(`${alias} has no certificate`);
      return;
    }
    const arn = describe(AcmCertificateArn);
    const region =
      this.templates.reference(AcmCertificateArn)?.resource.region ??
      /^arn:[\w-]+:acm:([\w-]+):/.exec(arn)?.[1];
    if (region !== undefined && region !== 'us-east-1') {
      this.refuse(`its certificate is in ${region}, expected us-east-1`);
    }
  }

  get isEnabled(): boolean {
    const enabled = asFlag(this.config.Enabled, 'doubt');
    return enabled === 'doubt' ? open(`whether ${this.resource.path} is enabled`) : enabled;
  }

  private firstMatch(path: string): Behavior {
    for (const settings of asList(this.config.CacheBehaviors).map(asRecord)) {
      const pattern =
        known(asText(settings.PathPattern)) ?? this.refuse('a cache behavior has no PathPattern');
      if (!isPathPattern(pattern))
        this.refuse(`path pattern ${pattern}: expected up to 255 of its characters`);
      if (matches(pattern, path)) return { pattern, settings };
    }
    return { pattern: '*', settings: asRecord(this.config.DefaultCacheBehavior) };
  }

  private origin(id: string): Origin {
    const origins = asList(this.config.Origins).map(asRecord);
    const found =
      origins.find((one) => known(asText(one.Id)) === id) ?? this.refuse(`no origin has the id ${id}`);
    return {
      origin: this.originAt(found.DomainName),
      directory: known(asText(found.OriginPath)) ?? '',
    };
  }

  private originAt(domainName: Json | undefined): string {
    const referred = this.templates.reference(domainName)?.resource.path;
    if (referred !== undefined) return referred;
    const name = known(asText(domainName)) ?? this.refuse('an origin has no DomainName');
    const bucketName = /^(.+)\.s3[.-]([\w-]+\.)?amazonaws\.com$/.exec(name)?.[1];
    const buckets = this.templates.ofType('AWS::S3::Bucket');
    return buckets.find(({ properties }) => properties.BucketName === bucketName && bucketName)?.path ?? name;
  }

  private all<T>(values: readonly Value<T>[], what: string): readonly T[] {
    return values.map((value) => known(value) ?? this.refuse(`${what} has an empty item`));
  }
}

/** "10 seconds by default" */
const DEFAULT_ERROR_SECONDS = 10;
