import { RemovalPolicy, Token, Validations } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import { keepAccessLogs } from '../../shared/access-logs';
import { InvalidValue } from '../../shared/invalid-value';

/** A name for the site. */
export interface Domain {
  /** `www.example.com`, say: in the zone, and 64 characters long at most, since it is the name of a certificate. */
  readonly name: string;
  /** The public hosted zone that the name is in. */
  readonly zone: route53.IHostedZone;
}

export interface PublicLoadBalancerProps {
  readonly vpc: ec2.IVpc;
  readonly targetGroup: elb.IApplicationTargetGroup;
  readonly domain?: Domain;
  readonly deletionProtection: boolean;
  readonly removalPolicy?: RemovalPolicy;
}

/** The only part that the internet reaches: HTTP, or HTTPS where there is a domain. */
export class PublicLoadBalancer extends Construct {
  readonly alb: elb.ApplicationLoadBalancer;
  /** The name under which it is reached: the domain's, or the one that AWS gave it. */
  readonly hostName: string;
  /** Where the site is. */
  readonly url: string;
  /** Set where there is a domain. */
  readonly httpsListener?: elb.ApplicationListener;

  constructor(scope: Construct, id: string, props: PublicLoadBalancerProps) {
    super(scope, id);
    const { vpc, targetGroup, domain, deletionProtection, removalPolicy = RemovalPolicy.RETAIN } = props;
    if (domain) checkDomain(domain);

    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Public load balancer',
      allowAllOutbound: false,
    });
    Validations.of(securityGroup).acknowledge({
      id: 'AwsSolutions-EC23',
      reason: 'A public site: this group alone is open to the internet, on the ports of its listeners.',
    });
    this.alb = new elb.ApplicationLoadBalancer(this, 'Alb', {
      vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC, onePerAz: true },
      internetFacing: true,
      securityGroup,
      deletionProtection,
      // What a server could take for two requests where the load balancer sees one.
      dropInvalidHeaderFields: true,
    });
    keepAccessLogs(new Construct(this, 'AccessLogs'), 'Bucket', this.alb, removalPolicy);

    if (domain) {
      this.httpsListener = this.alb.addListener('Https', {
        port: 443,
        certificates: [
          new acm.Certificate(this, 'Certificate', {
            domainName: domain.name,
            validation: acm.CertificateValidation.fromDns(domain.zone),
          }),
        ],
        // TLS 1.2 and 1.3, forward secrecy, post-quantum key exchange.
        // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
        sslPolicy: elb.SslPolicy.TLS13_12_RES_PQ,
        defaultTargetGroups: [targetGroup],
      });
      new route53.ARecord(this, 'Record', {
        zone: domain.zone,
        recordName: domain.name,
        target: route53.RecordTarget.fromAlias(new LoadBalancerTarget(this.alb)),
      });
    }
    this.alb.addListener('Http', {
      port: 80,
      defaultAction: domain
        ? elb.ListenerAction.redirect({ protocol: 'HTTPS', port: '443', permanent: true })
        : elb.ListenerAction.forward([targetGroup]),
    });
    this.hostName = domain ? domain.name : this.alb.loadBalancerDnsName;
    this.url = `${domain ? 'https' : 'http'}://${this.hostName}`;
  }
}

function checkDomain({ name, zone: { zoneName } }: Domain): void {
  if (Token.isUnresolved(name)) return;
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-certificatemanager-certificate.html
  if (name.length > 64) throw new InvalidValue('domain.name', name, '64 characters at most');
  if (Token.isUnresolved(zoneName)) return;
  if (name !== zoneName && !name.endsWith(`.${zoneName}`)) {
    throw new InvalidValue('domain.name', name, `a name in the zone ${zoneName}`);
  }
}
