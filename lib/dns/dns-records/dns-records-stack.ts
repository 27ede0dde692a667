import { CfnOutput, Duration, Fn, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { DEFAULT_DOMAIN, importedZone } from '../../shared/imported-zone';
import { DelegatedZone } from '../split-view-dns/delegated-zone';
import { DnsRecords } from './dns-records';
import { sampleRecords } from './sample-records';

export interface DnsRecordsStackProps extends StackProps {
  /** The zone is `records` in it. */
  readonly domainName?: string;
  /** Id of the public zone of that name, which then delegates to this one. */
  readonly hostedZoneId?: string;
}

/** A zone with a record of each type. */
export class DnsRecordsStack extends Stack {
  readonly records: DnsRecords;

  constructor(scope: Construct, id: string, props: DnsRecordsStackProps) {
    super(scope, id, props);
    const { domainName = DEFAULT_DOMAIN } = props;

    const zoneName = `records.${domainName}`;
    const { zone } = new DelegatedZone(this, 'Domain', {
      zoneName,
      parentZone: importedZone(this, props),
      // A sandbox comes and goes, each time with other name servers, and leaves nothing behind. In production, leave
      // these two out: the delegation is then kept for two days, and the zone retained.
      delegationTtl: Duration.minutes(5),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.records = new DnsRecords(this, 'Records', { zone, records: sampleRecords(zoneName) });

    new CfnOutput(this, 'DomainName', { value: zoneName });
    new CfnOutput(this, 'NameServers', { value: Fn.join(' ', zone.hostedZoneNameServers ?? []) });
  }
}
