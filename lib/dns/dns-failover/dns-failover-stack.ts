import { CfnOutput, Fn, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { PublicHostedZone } from 'aws-cdk-lib/aws-route53';
import { CloudFrontTarget, LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets';
import type { Construct } from 'constructs';
import type { AutoScalingWeb } from '../../compute/auto-scaling-web/auto-scaling-web';
import { alarmTopicFor } from '../../shared/alarm-topic';
import { DEFAULT_DOMAIN, importedZone } from '../../shared/imported-zone';
import { DnsFailover } from './dns-failover';
import { NameCertificate } from './name-certificate';
import { StatusPage } from './status-page';

export interface DnsFailoverStackProps extends StackProps {
  /** The site that is answered while it is healthy. */
  readonly web: AutoScalingWeb;
  readonly domainName?: string;
  /**
   * The public zone of that name; the name that fails over is `app` in it. Without it the stack makes a zone of its own,
   * `failover` below that name.
   */
  readonly hostedZoneId?: string;
  readonly alarmEmail?: string;
}

/** A name that leads to a web site, and to a status page while that site is down. */
export class DnsFailoverStack extends Stack {
  readonly failover: DnsFailover;

  constructor(scope: Construct, id: string, props: DnsFailoverStackProps) {
    super(scope, id, props);
    const { web, domainName = DEFAULT_DOMAIN, hostedZoneId, alarmEmail } = props;
    const { alb, hostName, httpsListener } = web.loadBalancer;
    const zoneName = hostedZoneId === undefined ? `failover.${domainName}` : domainName;
    const recordName = `app.${zoneName}`;

    const zone = importedZone(this, props) ?? new PublicHostedZone(this, 'Zone', { zoneName });

    // In a zone that nobody is led to, a certificate would wait for its validation for ever.
    const certificate =
      hostedZoneId === undefined ? undefined : new NameCertificate(this, 'Name', { name: recordName, zone });
    if (httpsListener) certificate?.addTo(httpsListener);

    const statusPage = new StatusPage(this, 'StatusPage', {
      certificate,
      // A sandbox leaves nothing behind. In production, leave this out.
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
        : `The status page answers at this name only; at ${recordName} it needs hostedZoneId`,
    });
    if (zone.hostedZoneNameServers) {
      new CfnOutput(this, 'NameServers', {
        value: Fn.join(' ', zone.hostedZoneNameServers),
        description: `Only these know ${recordName}, until ${zoneName} is delegated to them`,
      });
    }
  }
}
