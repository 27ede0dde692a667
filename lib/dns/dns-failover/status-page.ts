import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { privateBucket } from '../../shared/private-buckets';
import { uniqueName } from '../../shared/unique-name';
import { requireUsEast1 } from '../../shared/us-east-1';
import type { DomainCertificate } from './domain-certificate';
import { PageUpload } from './page-upload';
import { STATUS_PAGE } from './status-page-html';

export interface StatusPageProps {
  /**
   * Certificate of the alternate domain name of the distribution. CloudFront accepts no domain name without a certificate.
   * @default - none: the domain name of the distribution only
   */
  readonly certificate?: DomainCertificate;
  /**
   * HTML of the page. It cannot load other files of this distribution, which answers every path with this page.
   * @default - a page that says that the site is down
   */
  readonly html?: string;
  /**
   * What CloudFormation does with the bucket when the stack is deleted.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

const KEY = 'status.html';

/**
 * A page in a private bucket. CloudFront answers every path with this page and status 503 (Service Unavailable).
 *
 * Throws `InvalidValue` for a certificate in a stack of another region than us-east-1.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
 */
export class StatusPage extends Construct {
  readonly bucket: s3.Bucket;
  readonly distribution: cloudfront.Distribution;

  constructor(scope: Construct, id: string, props: StatusPageProps = {}) {
    super(scope, id);
    const { certificate, html = STATUS_PAGE, removalPolicy = RemovalPolicy.RETAIN } = props;
    if (certificate) requireUsEast1(this, 'Certificates for CloudFront exist');

    this.bucket = new s3.Bucket(this, 'Bucket', {
      ...privateBucket(removalPolicy),
      versioned: true,
    });
    new PageUpload(this, 'Upload', { bucket: this.bucket, key: KEY, html, removalPolicy });

    // The name that CDK gives an origin access control is the same in each deployment. CloudFront needs a unique one.
    const originAccessControl = new cloudfront.S3OriginAccessControl(this, 'OriginAccessControl', {
      originAccessControlName: uniqueName(this),
    });
    this.distribution = new cloudfront.Distribution(this, 'Distribution', {
      comment: 'Status page',
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(this.bucket, { originAccessControl }),
        viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        responseHeadersPolicy: cloudfront.ResponseHeadersPolicy.SECURITY_HEADERS,
      },
      // CloudFront may read objects and may not list them, so S3 answers 403 for a path without an object, `/` included.
      // With status 503, search engines do not index the page as content of the site.
      errorResponses: [
        { httpStatus: 403, responseHttpStatus: 503, responsePagePath: `/${KEY}`, ttl: Duration.seconds(10) },
      ],
      httpVersion: cloudfront.HttpVersion.HTTP2_AND_3,
      ...(certificate && {
        domainNames: [certificate.domainName],
        certificate: certificate.certificate,
        minimumProtocolVersion: cloudfront.SecurityPolicyProtocol.TLS_V1_2_2025,
      }),
    });
    this.acknowledge(certificate !== undefined);
  }

  private acknowledge(hasCertificate: boolean): void {
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'The bucket has one public page: nobody needs a log of who reads it.',
    });
    Validations.of(this.distribution).acknowledge(
      {
        id: 'AwsSolutions-CFR1',
        reason: 'Clients in every country may read the page.',
      },
      {
        id: 'AwsSolutions-CFR2',
        reason: 'A web application firewall has nothing to protect: one static page, no input, no server.',
      },
      {
        id: 'AwsSolutions-CFR3',
        reason: 'Every request gets the same response, and CloudWatch counts requests without access logs.',
      },
    );
    if (!hasCertificate) {
      Validations.of(this.distribution).acknowledge({
        id: 'AwsSolutions-CFR4',
        reason:
          'CloudFront sets the TLS versions of *.cloudfront.net. With a certificate the minimum is TLS 1.2.',
      });
    }
  }
}
