import { CfnOutput, Duration, Fn, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { DEFAULT_DOMAIN, importedZone } from '../../shared/imported-zone';
import { nameServersOf } from '../../shared/name-servers';
import { DelegatedZone } from '../split-view-dns/delegated-zone';
import { DnsRecords } from './dns-records';
import { sampleRecords } from './sample-records';

export interface DnsRecordsStackProps extends StackProps {
  /** Parent domain. The stack creates the zone `records` below it. */
  readonly domainName?: string;
  /** Id of the public hosted zone `domainName`, in which the stack adds the delegation to its own zone. */
  readonly hostedZoneId?: string;
}

/** A hosted zone with records of each type. */
export class DnsRecordsStack extends Stack {
  readonly records: DnsRecords;

  constructor(scope: Construct, id: string, props: DnsRecordsStackProps) {
    super(scope, id, props);
    const { domainName = DEFAULT_DOMAIN } = props;

    const zoneName = `records.${domainName}`;
    const { zone } = new DelegatedZone(this, 'Domain', {
      zoneName,
      parentZone: importedZone(this, props),
      // For a sandbox: each deployment has other name servers. In production, omit these two: the TTL of the delegation is
      // then two days, and CloudFormation retains the zone.
      delegationTtl: Duration.minutes(5),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.records = new DnsRecords(this, 'Records', { zone, records: sampleRecords(zoneName) });

    new CfnOutput(this, 'DomainName', { value: zoneName });
    new CfnOutput(this, 'NameServers', { value: Fn.join(' ', nameServersOf(zone)) });
  }
}
