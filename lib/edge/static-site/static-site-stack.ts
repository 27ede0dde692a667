import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { alarmTopicFor } from '../../shared/alarm-topic';
import { importedZone } from '../../shared/imported-zone';
import { StaticSite } from './static-site';

export interface StaticSiteStackProps extends StackProps {
  readonly domainName?: string;
  /** Id of the public hosted zone `domainName`, to which the stack adds the name `site`. */
  readonly hostedZoneId?: string;
  /**
   * Public key in PEM format that verifies signed URLs and cookies.
   * @default - none: CloudFront reads no object below `private/`
   */
  readonly signerPublicKey?: string;
  readonly alarmEmail?: string;
}

/** A static site with private pages, and with a domain name in an existing zone. */
export class StaticSiteStack extends Stack {
  readonly site: StaticSite;

  constructor(scope: Construct, id: string, props: StaticSiteStackProps = {}) {
    super(scope, id, props);
    const { domainName = '', signerPublicKey, alarmEmail } = props;
    const zone = importedZone(this, props);

    this.site = new StaticSite(this, 'Site', {
      publicKeys: signerPublicKey === undefined ? undefined : [signerPublicKey],
      domain: zone && { name: `site.${domainName}`, zone },
      alarmTopic: alarmTopicFor(this, alarmEmail),
      // For a sandbox. In production, omit this: the buckets are then retained.
      removalPolicy: RemovalPolicy.DESTROY,
    });

    const { bucket, distribution, signingKeys, url } = this.site;
    new CfnOutput(this, 'Url', { value: url });
    new CfnOutput(this, 'BucketName', { value: bucket.bucketName });
    new CfnOutput(this, 'DistributionId', { value: distribution.distributionId });
    for (const { publicKeyId } of signingKeys?.keys ?? [])
      new CfnOutput(this, 'KeyPairId', { value: publicKeyId });
  }
}
