import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';

export interface NameCertificateProps {
  /** Up to 64 characters. */
  readonly name: string;
  /** A public hosted zone that the internet is led to from its parent. If it is not, the deployment hangs. */
  readonly zone: IHostedZone;
}

/** A certificate for the name that fails over: whichever endpoint answers has to prove that it is that name. */
export class NameCertificate extends Construct {
  readonly name: string;
  readonly certificate: acm.Certificate;

  constructor(scope: Construct, id: string, { name, zone }: NameCertificateProps) {
    super(scope, id);
    this.name = name;
    this.certificate = new acm.Certificate(this, 'Certificate', {
      domainName: name,
      validation: acm.CertificateValidation.fromDns(zone),
    });
  }

  /** Lets a listener in the same region show it to clients that ask for the name; for all others nothing changes. */
  addTo(listener: elb.IApplicationListener): void {
    new elb.ApplicationListenerCertificate(this, 'Listener', { listener, certificates: [this.certificate] });
  }
}
