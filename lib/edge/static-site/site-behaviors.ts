import { Duration } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';
import { uniqueName } from '../../shared/unique-name';

const YEAR = Duration.days(365);
const VIEWER_EVENTS = [
  cloudfront.FunctionEventType.VIEWER_REQUEST,
  cloudfront.FunctionEventType.VIEWER_RESPONSE,
];

export interface SiteBehaviorsProps {
  /** Origin of the pages and the assets. */
  readonly publicOrigin: cloudfront.IOrigin;
  /**
   * Origin of the private objects, and what verifies the signatures of requests for them.
   * @default - private objects cannot be requested
   */
  readonly signed?: { readonly origin: cloudfront.IOrigin; readonly keyGroup: cloudfront.IKeyGroup };
  /** Runs at the viewer request and the viewer response of pages. */
  readonly pageFunction?: cloudfront.IFunction;
}

/**
 * The cache behaviors of a site. CloudFront takes the first one whose path pattern matches.
 *
 * The response headers policies set Cache-Control for browsers. CloudFront's own cache follows the cache policies, and the
 * Cache-Control that an object has in S3.
 */
export class SiteBehaviors extends Construct {
  readonly pages: cloudfront.BehaviorOptions;
  /** By path pattern. */
  readonly others: Readonly<Record<string, cloudfront.BehaviorOptions>>;

  constructor(scope: Construct, id: string, props: SiteBehaviorsProps) {
    super(scope, id);
    const { publicOrigin, signed, pageFunction } = props;
    const shortLived = this.cachePolicy('ShortLived', Duration.minutes(1), Duration.days(1));
    const options = {
      viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      allowedMethods: cloudfront.AllowedMethods.ALLOW_GET_HEAD,
      compress: true,
    };
    this.pages = {
      ...options,
      origin: publicOrigin,
      cachePolicy: shortLived,
      responseHeadersPolicy: this.headersPolicy('PageHeaders', 'no-cache'),
      functionAssociations:
        pageFunction && VIEWER_EVENTS.map((eventType) => ({ function: pageFunction, eventType })),
    };
    this.others = {
      ...(signed && {
        '/private/*': {
          ...options,
          origin: signed.origin,
          cachePolicy: shortLived,
          responseHeadersPolicy: this.headersPolicy('PrivateHeaders', 'private, no-store'),
          trustedKeyGroups: [signed.keyGroup],
        },
      }),
      // A new version of an asset has a new name, so that nothing has to be invalidated.
      '/assets/*': {
        ...options,
        origin: publicOrigin,
        cachePolicy: this.cachePolicy('LongLived', YEAR, YEAR),
        responseHeadersPolicy: this.headersPolicy(
          'AssetHeaders',
          `public, max-age=${YEAR.toSeconds()}, immutable`,
        ),
      },
    };
  }

  private cachePolicy(id: string, defaultTtl: Duration, maxTtl: Duration): cloudfront.CachePolicy {
    const scope = new Construct(this, id);
    return new cloudfront.CachePolicy(scope, 'Policy', {
      cachePolicyName: uniqueName(scope),
      minTtl: Duration.seconds(0),
      defaultTtl,
      maxTtl,
      enableAcceptEncodingGzip: true,
      enableAcceptEncodingBrotli: true,
    });
  }

  private headersPolicy(id: string, cacheControl: string): cloudfront.ResponseHeadersPolicy {
    const scope = new Construct(this, id);
    return new cloudfront.ResponseHeadersPolicy(scope, 'Policy', {
      responseHeadersPolicyName: uniqueName(scope),
      customHeadersBehavior: {
        customHeaders: [{ header: 'Cache-Control', value: cacheControl, override: true }],
      },
      securityHeadersBehavior: {
        contentSecurityPolicy: {
          contentSecurityPolicy:
            "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'",
          override: true,
        },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: cloudfront.HeadersFrameOption.DENY, override: true },
        referrerPolicy: {
          referrerPolicy: cloudfront.HeadersReferrerPolicy.STRICT_ORIGIN_WHEN_CROSS_ORIGIN,
          override: true,
        },
        strictTransportSecurity: { accessControlMaxAge: YEAR, includeSubdomains: true, override: true },
      },
    });
  }
}
