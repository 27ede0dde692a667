import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import { keepAccessLogs } from '../../shared/access-logs';

/** A name of one's own, in a public hosted zone that answers for it. */
export interface Domain {
  /** For example `api.example.com`. */
  readonly name: string;
  readonly zone: route53.IHostedZone;
}

export interface EntranceProps {
  readonly vpc: ec2.IVpc;
  readonly domain?: Domain;
  /** What a path gets for which there is no rule. */
  readonly defaultAction: elbv2.ListenerAction;
  readonly removalPolicy: RemovalPolicy;
}

/** The load balancer, its access logs, and with a domain its certificate, its redirection and its record. */
export class Entrance extends Construct {
  readonly loadBalancer: elbv2.ApplicationLoadBalancer;
  /** Where the rules go: HTTPS with a domain, HTTP without. */
  readonly listener: elbv2.ApplicationListener;
  readonly url: string;

  constructor(scope: Construct, id: string, props: EntranceProps) {
    super(scope, id);
    const { vpc, domain, defaultAction, removalPolicy } = props;

    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Load balancer',
      allowAllOutbound: false,
    });
    Validations.of(securityGroup).acknowledge({
      id: 'AwsSolutions-EC23',
      reason:
        'The load balancer is the public entrance: anyone may come to its listeners, and to nothing else.',
    });
    this.loadBalancer = new elbv2.ApplicationLoadBalancer(this, 'Alb', {
      vpc,
      internetFacing: true,
      vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC },
      securityGroup,
      dropInvalidHeaderFields: true,
      // What is to outlive its stack should not go by a slip in the console either.
      deletionProtection: removalPolicy !== RemovalPolicy.DESTROY,
    });
    keepAccessLogs(this, 'AccessLogs', this.loadBalancer, removalPolicy);

    if (domain) {
      this.listener = this.loadBalancer.addListener('Https', {
        port: 443,
        certificates: [
          new acm.Certificate(this, 'Certificate', {
            domainName: domain.name,
            validation: acm.CertificateValidation.fromDns(domain.zone),
          }),
        ],
        // TLS 1.2 and 1.3 with forward secrecy, and a key exchange that a quantum computer does not undo.
        sslPolicy: elbv2.SslPolicy.TLS13_12_RES_PQ,
        defaultAction,
      });
      this.loadBalancer.addRedirect();
      new route53.ARecord(this, 'AliasRecord', {
        zone: domain.zone,
        // With the dot it is a whole name, whatever the zone is called.
        recordName: `${domain.name}.`,
        target: route53.RecordTarget.fromAlias(new LoadBalancerTarget(this.loadBalancer)),
      });
      this.url = `https://${domain.name}`;
    } else {
      this.listener = this.loadBalancer.addListener('Http', { port: 80, defaultAction });
      this.url = `http://${this.loadBalancer.loadBalancerDnsName}`;
    }
  }
}
