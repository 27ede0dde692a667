import { CfnOutput, Fn, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { PublicHostedZone } from 'aws-cdk-lib/aws-route53';
import { CloudFrontTarget, LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets';
import type { Construct } from 'constructs';
import type { AutoScalingWeb } from '../../compute/auto-scaling-web/auto-scaling-web';
import { alarmTopicFor } from '../../shared/alarm-topic';
import { DEFAULT_DOMAIN, importedZone } from '../../shared/imported-zone';
import { DnsFailover } from './dns-failover';
import { DomainCertificate } from './domain-certificate';
import { StatusPage } from './status-page';

export interface DnsFailoverStackProps extends StackProps {
  /** Primary endpoint. */
  readonly web: AutoScalingWeb;
  readonly domainName?: string;
  /**
   * Id of the public hosted zone `domainName`, to which the stack adds the name `app`. Without it the stack creates the zone
   * `failover` below `domainName`, and adds `app` there.
   */
  readonly hostedZoneId?: string;
  readonly alarmEmail?: string;
}

/** A name that resolves to a web site, and to a status page while the web site is unhealthy. */
export class DnsFailoverStack extends Stack {
  readonly failover: DnsFailover;

  constructor(scope: Construct, id: string, props: DnsFailoverStackProps) {
    super(scope, id, props);
    const { web, domainName = DEFAULT_DOMAIN, hostedZoneId, alarmEmail } = props;
    const { alb, hostName, httpsListener } = web.loadBalancer;
    const zoneName = hostedZoneId === undefined ? `failover.${domainName}` : domainName;
    const recordName = `app.${zoneName}`;

    const zone = importedZone(this, props) ?? new PublicHostedZone(this, 'Zone', { zoneName });

    // Without a delegation in the parent zone, the validation of a certificate never ends.
    const certificate =
      hostedZoneId === undefined
        ? undefined
        : new DomainCertificate(this, 'DomainCertificate', { domainName: recordName, zone });
    if (httpsListener) certificate?.addTo(httpsListener);

    const statusPage = new StatusPage(this, 'StatusPage', {
      certificate,
      // For a sandbox. In production, omit this: the bucket is then retained.
      removalPolicy: RemovalPolicy.DESTROY,
    });

    this.failover = new DnsFailover(this, 'Failover', {
      zone,
      recordName,
      primary: {
        target: new LoadBalancerTarget(alb, { evaluateTargetHealth: true }),
        healthCheck: { endpoint: hostName, protocol: httpsListener ? 'https' : 'http' },
      },
      secondary: { target: new CloudFrontTarget(statusPage.distribution) },
      alarmTopic: alarmTopicFor(this, alarmEmail),
    });

    new CfnOutput(this, 'Url', { value: `${httpsListener ? 'https' : 'http'}://${recordName}` });
    new CfnOutput(this, 'StatusPageUrl', {
      value: `https://${statusPage.distribution.domainName}`,
      description: certificate
        ? undefined
        : `Only name of the status page: for ${recordName}, CloudFront needs a certificate, which needs hostedZoneId`,
    });
    if (zone.hostedZoneNameServers) {
      new CfnOutput(this, 'NameServers', {
        value: Fn.join(' ', zone.hostedZoneNameServers),
        description: `Other name servers do not know ${recordName} until a parent zone delegates ${zoneName} to these`,
      });
    }
  }
}
