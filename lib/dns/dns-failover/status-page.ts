import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { uniqueName } from '../../shared/unique-name';
import { requireUsEast1 } from '../../shared/us-east-1';
import type { NameCertificate } from './name-certificate';
import { PageUpload } from './page-upload';
import { STATUS_PAGE } from './status-page-html';

export interface StatusPageProps {
  /**
   * The name that the page answers for, beside the distribution's own. CloudFront takes no name without a certificate.
   * @default - none
   */
  readonly certificate?: NameCertificate;
  /**
   * The page, complete in itself: nothing else is answered.
   * @default - it says that the site is down for the moment
   */
  readonly html?: string;
  /**
   * What becomes of the page when the stack is deleted.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

const KEY = 'status.html';

/**
 * One page in a private bucket. CloudFront answers it to every path, with 503 (Service Unavailable).
 *
 * Throws `InvalidValue` for a certificate that is not in us-east-1.
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
      encryption: s3.BucketEncryption.S3_MANAGED,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      versioned: true,
      removalPolicy,
      autoDeleteObjects: removalPolicy === RemovalPolicy.DESTROY,
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
      // CloudFront may read objects and not list them, so S3 answers 403 for each path that it has no object of, `/`
      // included. Every one of them gets the page. 200 would have search engines take it for the site's content.
      errorResponses: [
        { httpStatus: 403, responseHttpStatus: 503, responsePagePath: `/${KEY}`, ttl: Duration.seconds(10) },
      ],
      httpVersion: cloudfront.HttpVersion.HTTP2_AND_3,
      ...(certificate && {
        domainNames: [certificate.name],
        certificate: certificate.certificate,
        minimumProtocolVersion: cloudfront.SecurityPolicyProtocol.TLS_V1_2_2025,
      }),
    });
    this.acknowledge(certificate !== undefined);
  }

  private acknowledge(hasCertificate: boolean): void {
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'It holds one page, which is there to be read by everybody: nothing to keep a record of.',
    });
    Validations.of(this.distribution).acknowledge(
      {
        id: 'AwsSolutions-CFR1',
        reason: 'The page is for whoever asks for the site, wherever that is.',
      },
      {
        id: 'AwsSolutions-CFR2',
        reason: 'A firewall has nothing to protect: one page, no input, no server behind it.',
      },
      {
        id: 'AwsSolutions-CFR3',
        reason: 'Every request has the same answer; CloudWatch counts them without access logs.',
      },
    );
    if (!hasCertificate) {
      Validations.of(this.distribution).acknowledge({
        id: 'AwsSolutions-CFR4',
        reason:
          'The certificate of *.cloudfront.net decides on its own TLS versions; with a name it is TLS 1.2.',
      });
    }
  }
}
