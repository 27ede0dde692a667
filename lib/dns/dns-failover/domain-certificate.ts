import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';

export interface DomainCertificateProps {
  /** Domain name, at most 64 characters. */
  readonly domainName: string;
  /**
   * Public hosted zone that the parent zone delegates to. Without the delegation, the validation of the certificate never
   * ends, and the deployment waits for it.
   */
  readonly zone: IHostedZone;
}

/** A certificate of a domain name, validated by DNS. With failover, both endpoints need a certificate of the shared name. */
export class DomainCertificate extends Construct {
  readonly domainName: string;
  readonly certificate: acm.Certificate;

  constructor(scope: Construct, id: string, { domainName, zone }: DomainCertificateProps) {
    super(scope, id);
    this.domainName = domainName;
    this.certificate = new acm.Certificate(this, 'Certificate', {
      domainName,
      validation: acm.CertificateValidation.fromDns(zone),
    });
  }

  /** Adds the certificate to an HTTPS listener in the same region. The listener keeps its default certificate. */
  addTo(listener: elb.IApplicationListener): void {
    new elb.ApplicationListenerCertificate(this, 'Listener', { listener, certificates: [this.certificate] });
  }
}
