import { CfnOutput, Duration, Fn, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { RecordTarget } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import { DEFAULT_DOMAIN, importedZone } from '../../shared/imported-zone';
import { nameServersOf } from '../../shared/name-servers';
import { SplitViewDns } from './split-view-dns';
import { SplitViewRecord } from './split-view-record';

export interface SplitViewDnsStackProps extends StackProps {
  readonly vpc: IVpc;
  /** Parent domain. The stack creates the zones `split` below it. */
  readonly domainName?: string;
  /** Id of the public hosted zone `domainName`, in which the stack adds the delegation to its own public zone. */
  readonly hostedZoneId?: string;
}

const at = (address: string) => RecordTarget.fromIpAddresses(address);

/** A domain with other answers in the VPC than on the internet, and a subdomain with its own hosted zones. */
export class SplitViewDnsStack extends Stack {
  readonly dns: SplitViewDns;
  readonly team: SplitViewDns;

  constructor(scope: Construct, id: string, props: SplitViewDnsStackProps) {
    super(scope, id, props);
    const { vpc, domainName = DEFAULT_DOMAIN } = props;
    const common = {
      vpcs: [vpc],
      // For a sandbox: each deployment has other name servers. In production, omit these two: the TTL of the delegation is
      // then two days, and CloudFormation retains the public zone.
      delegationTtl: Duration.minutes(5),
      removalPolicy: RemovalPolicy.DESTROY,
    };

    const zoneName = `split.${domainName}`;
    this.dns = new SplitViewDns(this, 'Dns', {
      ...common,
      zoneName,
      parentZone: importedZone(this, props),
    });
    this.addRecords();

    this.team = new SplitViewDns(this, 'Team', {
      ...common,
      zoneName: `team.${zoneName}`,
      parentZone: this.dns.publicZone,
    });
    new SplitViewRecord(this, 'Api', {
      dns: this.team,
      recordName: 'api',
      answer: { inside: at('10.0.0.40'), outside: at('203.0.113.40') },
    });

    new CfnOutput(this, 'Domain', { value: zoneName });
    new CfnOutput(this, 'NameServers', {
      value: Fn.join(' ', nameServersOf(this.dns.publicZone)),
    });
    new CfnOutput(this, 'TeamNameServers', {
      value: Fn.join(' ', nameServersOf(this.team.publicZone)),
    });
  }

  private addRecords(): void {
    const { dns } = this;
    new SplitViewRecord(this, 'App', {
      dns,
      recordName: 'app',
      answer: { inside: at('10.0.0.10'), outside: at('203.0.113.10') },
    });
    new SplitViewRecord(this, 'Www', {
      dns,
      recordName: 'www',
      answer: { everywhere: at('203.0.113.20') },
    });
    new SplitViewRecord(this, 'Shop', {
      dns,
      recordName: 'shop',
      answer: { outsideOnly: at('203.0.113.30') },
    });
    new SplitViewRecord(this, 'Database', {
      dns,
      recordName: 'db',
      answer: { insideOnly: at('10.0.0.30') },
    });
  }
}
