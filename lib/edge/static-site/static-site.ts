import { Duration, RemovalPolicy, Token, Validations } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { OriginGroup, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { CloudFrontTarget } from 'aws-cdk-lib/aws-route53-targets';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { checkNameInZone } from '../../shared/checks';
import { InvalidValue } from '../../shared/invalid-value';
import { notify } from '../../shared/notify';
import { bucketForAccessLogs, privateBucket } from '../../shared/private-buckets';
import { uniqueName } from '../../shared/unique-name';
import { requireUsEast1 } from '../../shared/us-east-1';
import { AccessLogDelivery } from './access-log-delivery';
import { replicateTo } from './replication';
import { SigningKeys } from './signing-keys';
import { SiteBehaviors } from './site-behaviors';

/** A domain name for the site. */
export interface SiteDomain {
  /** A name in the zone, `www.example.com` for example, with at most 64 characters: ACM allows no more. */
  readonly name: string;
  /** A public hosted zone. ACM validates the certificate with a record in it. */
  readonly zone: route53.IHostedZone;
}

export interface StaticSiteProps {
  /**
   * 1 to 5 public keys in PEM format, RSA with 2,048 bits or ECDSA with the curve P-256. Whoever has the private key can sign
   * URLs and cookies for `/private/*`.
   * @default - none: CloudFront reads no object below `private/`
   */
  readonly publicKeys?: readonly string[];
  /** @default - none: the name that CloudFront gives to the distribution */
  readonly domain?: SiteDomain;
  /**
   * Bucket with versioning in another Region. S3 copies each object to it, and CloudFront reads from it while the bucket of the
   * site fails. Its bucket policy must allow the distribution to read. `TwoRegionSite` creates all of that.
   * @default - none
   */
  readonly replica?: s3.IBucket;
  /**
   * CloudFront Function for the requests and responses of pages. It does not run for assets and private objects.
   * @default - none
   */
  readonly pageFunction?: cloudfront.IFunction;
  /**
   * ARN of a web ACL with the scope CLOUDFRONT.
   * @default - none
   */
  readonly webAclArn?: string;
  /**
   * Edge locations that CloudFront uses.
   * @default PriceClass.PRICE_CLASS_100 - North America, Europe and Israel
   */
  readonly priceClass?: cloudfront.PriceClass;
  /**
   * Topic that the alarm notifies. Its policy must allow CloudWatch to publish.
   * @default - none: the alarm only changes its state
   */
  readonly alarmTopic?: ITopic;
  /**
   * What CloudFormation does with the buckets when the stack is deleted.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** Directory of the bucket that everybody can read through CloudFront. */
const PUBLIC = '/public';
const NOT_FOUND = '/404.html';
/** Errors for which CloudFront asks the replica. 403: S3 does not let CloudFront read. 404 would bring deleted pages back. */
const FAILOVER_ON = [403, 500, 502, 503, 504];

/**
 * A static web site: a CloudFront distribution in front of a private bucket. Objects below `public/` are the site, objects
 * below `private/` need a signed URL or signed cookies.
 *
 * The stack must be in us-east-1, where CloudFront finds certificates and log deliveries. Throws `InvalidValue` for another
 * Region, for keys that CloudFront does not take, and for a domain name that is too long or outside of its zone.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
 */
export class StaticSite extends Construct {
  readonly bucket: s3.Bucket;
  readonly distribution: cloudfront.Distribution;
  /** Undefined without `publicKeys`. */
  readonly signingKeys?: SigningKeys;
  /** In ALARM while CloudFront answers 5 % of the requests with 5xx errors. */
  readonly errors: cloudwatch.Alarm;
  readonly url: string;
  private readonly originAccessControl: cloudfront.S3OriginAccessControl;

  constructor(scope: Construct, id: string, props: StaticSiteProps = {}) {
    super(scope, id);
    const { publicKeys, domain, replica, alarmTopic, removalPolicy = RemovalPolicy.RETAIN } = props;
    requireUsEast1(this, 'Certificates and log deliveries of CloudFront exist');
    if (domain) checkDomain(domain);

    const logBucket = bucketForAccessLogs(this, removalPolicy);
    this.bucket = new s3.Bucket(this, 'Bucket', {
      ...privateBucket(removalPolicy),
      versioned: true,
      serverAccessLogsBucket: logBucket,
      serverAccessLogsPrefix: 'bucket/',
      lifecycleRules: [
        {
          noncurrentVersionExpiration: Duration.days(30),
          expiredObjectDeleteMarker: true,
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
      ],
    });
    if (replica) replicateTo(replica, this.bucket);

    // The name that CDK gives an origin access control is the same in each deployment. CloudFront needs a unique one.
    this.originAccessControl = new cloudfront.S3OriginAccessControl(this, 'OriginAccessControl', {
      originAccessControlName: uniqueName(this),
    });
    this.signingKeys = publicKeys && new SigningKeys(this, 'SigningKeys', { publicKeys });
    const behaviors = new SiteBehaviors(this, 'Behaviors', {
      // A cache behavior without signatures reads from this directory only. No spelling of a path leads to private/.
      publicOrigin: this.origin(replica, PUBLIC),
      signed: this.signingKeys && { origin: this.origin(replica), keyGroup: this.signingKeys.keyGroup },
      pageFunction: props.pageFunction,
    });
    this.distribution = new cloudfront.Distribution(this, 'Distribution', {
      comment: 'Static site',
      defaultRootObject: 'index.html',
      defaultBehavior: behaviors.pages,
      additionalBehaviors: behaviors.others,
      errorResponses: [
        {
          httpStatus: 404,
          responseHttpStatus: 404,
          responsePagePath: NOT_FOUND,
          ttl: Duration.seconds(10),
        },
      ],
      priceClass: props.priceClass ?? cloudfront.PriceClass.PRICE_CLASS_100,
      httpVersion: cloudfront.HttpVersion.HTTP2_AND_3,
      webAclId: props.webAclArn,
      ...(domain && this.customName(domain)),
    });
    if (domain) this.addRecords(domain);
    new AccessLogDelivery(this, 'AccessLogDelivery', {
      distribution: this.distribution,
      bucket: logBucket,
    });
    this.errors = this.addAlarm(alarmTopic);
    this.url = `https://${domain ? domain.name : this.distribution.distributionDomainName}`;
    this.acknowledge(props);
  }

  /** The bucket, or the origin group of the bucket and its replica. */
  private origin(replica: s3.IBucket | undefined, originPath?: string): cloudfront.IOrigin {
    const { originAccessControl } = this;
    const primary = S3BucketOrigin.withOriginAccessControl(this.bucket, {
      originAccessControl,
      originPath,
      // With LIST, S3 answers 404 for an object that does not exist. Without, it answers 403.
      originAccessLevels: [cloudfront.AccessLevel.READ, cloudfront.AccessLevel.LIST],
    });
    if (!replica) return primary;
    return new OriginGroup({
      primaryOrigin: primary,
      fallbackOrigin: S3BucketOrigin.withOriginAccessControl(replica, { originAccessControl, originPath }),
      fallbackStatusCodes: FAILOVER_ON,
    });
  }

  private customName({ name, zone }: SiteDomain): Partial<cloudfront.DistributionProps> {
    return {
      domainNames: [name],
      certificate: new acm.Certificate(this, 'Certificate', {
        domainName: name,
        validation: acm.CertificateValidation.fromDns(zone),
      }),
      minimumProtocolVersion: cloudfront.SecurityPolicyProtocol.TLS_V1_2_2025,
    };
  }

  /** CloudFront has IPv4 and IPv6 addresses. */
  private addRecords({ name, zone }: SiteDomain): void {
    const record = {
      zone,
      // The dot makes the name complete. CDK would otherwise append the zone's name if that is a token.
      recordName: `${name}.`,
      target: route53.RecordTarget.fromAlias(new CloudFrontTarget(this.distribution)),
    };
    new route53.ARecord(this, 'A', record);
    new route53.AaaaRecord(this, 'Aaaa', record);
  }

  private addAlarm(alarmTopic: ITopic | undefined): cloudwatch.Alarm {
    const alarm = new cloudwatch.Alarm(this, 'Errors', {
      alarmDescription: 'CloudFront answers 5 % of the requests or more with 5xx errors',
      metric: new cloudwatch.Metric({
        namespace: 'AWS/CloudFront',
        metricName: '5xxErrorRate',
        dimensionsMap: { DistributionId: this.distribution.distributionId, Region: 'Global' },
        statistic: 'Average',
        period: Duration.minutes(5),
      }),
      threshold: 5,
      evaluationPeriods: 2,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // There is no metric without requests.
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    notify(alarmTopic, alarm);
    return alarm;
  }

  private acknowledge({ domain, replica, webAclArn }: StaticSiteProps): void {
    Validations.of(this.distribution).acknowledge(
      { id: 'AwsSolutions-CFR1', reason: 'Viewers in every country may read the site.' },
      {
        id: 'Annotation::@aws-cdk/aws-cloudfront-origins:listBucketSecurityRisk',
        reason: 'The default root object is set. No other path asks S3 for the root of the bucket.',
      },
      {
        id: 'AwsSolutions-CFR3',
        reason: 'Standard logging (v2) writes access logs. The rule only knows the legacy standard logging.',
      },
    );
    if (replica) {
      Validations.of(this.distribution).acknowledge({
        id: 'Annotation::@aws-cdk/aws-cloudfront-origins:updateImportedBucketPolicyOac',
        reason:
          'The policy of the replica is in a stack of its Region, which needs the ARN of the distribution.',
      });
    }
    if (webAclArn === undefined) {
      Validations.of(this.distribution).acknowledge({
        id: 'AwsSolutions-CFR2',
        reason:
          'The site has no server and no input that a firewall could protect. `webAclArn` sets a web ACL.',
      });
    }
    if (!domain) {
      Validations.of(this.distribution).acknowledge({
        id: 'AwsSolutions-CFR4',
        reason: 'CloudFront sets the TLS versions of *.cloudfront.net. With a domain the minimum is TLS 1.2.',
      });
    }
  }
}

function checkDomain({ name, zone }: SiteDomain): void {
  checkNameInZone('domain.name', name, zone);
  if (!Token.isUnresolved(name) && name.length > 64) {
    throw new InvalidValue('domain.name', name, '64 characters at most');
  }
}
