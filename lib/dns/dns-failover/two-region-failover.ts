import { Stack, Stage, type StageProps } from 'aws-cdk-lib';
import { HostedZone, type HostedZoneAttributes, type IHostedZone } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import { alarmTopicFor } from '../../shared/alarm-topic';
import { InvalidValue } from '../../shared/invalid-value';
import { DnsFailover } from './dns-failover';
import { RecordNameTarget, type HealthCheckOptions } from './failover-endpoint';

/** Domain names of the endpoint in a region. */
export interface RegionalNames {
  /** Name of this endpoint only, such as `eu-west-1.app.example.com`. `addEndpoint` must create its record. */
  readonly name: string;
  /** Name that fails over, which clients use: `app.example.com`. */
  readonly sharedName: string;
  /** Hosted zone of both names. */
  readonly zone: IHostedZone;
}

export interface TwoRegionFailoverProps extends StageProps {
  /** Account of all three stacks. */
  readonly account: string;
  /** Existing public hosted zone. */
  readonly zone: HostedZoneAttributes;
  /** Name that fails over, in the zone. */
  readonly recordName: string;
  readonly primaryRegion: string;
  readonly secondaryRegion: string;
  /** Adds the endpoint of a region, and the record of its name, to the stack of the region. */
  readonly addEndpoint: (stack: Stack, names: RegionalNames) => void;
  /**
   * Health check of both endpoints, each by its own name.
   * @default - HTTPS, port 443, /health
   */
  readonly healthCheck?: Omit<HealthCheckOptions, 'endpoint' | 'hostName'>;
  /** @default - none: the alarms only change their state */
  readonly alarmEmail?: string;
}

/**
 * Active-passive failover between two regions: a stack with an endpoint in each region, and a stack in us-east-1 with the
 * failover records. The stacks refer to each other by names in one hosted zone, and never by outputs of another region.
 *
 * Throws `InvalidValue` when both regions are the same.
 */
export class TwoRegionFailover extends Stage {
  readonly failover: DnsFailover;

  constructor(scope: Construct, id: string, props: TwoRegionFailoverProps) {
    super(scope, id, props);
    const { account, recordName, primaryRegion, secondaryRegion, addEndpoint, alarmEmail } = props;
    if (primaryRegion === secondaryRegion) {
      throw new InvalidValue('secondaryRegion', secondaryRegion, `another region than ${primaryRegion}`);
    }
    const zoneIn = (stack: Stack) => HostedZone.fromHostedZoneAttributes(stack, 'Zone', props.zone);

    const dns = new Stack(this, 'Dns', { env: { account, region: 'us-east-1' } });
    const endpoint = (role: string, region: string) => {
      const stack = new Stack(this, role, { env: { account, region } });
      const name = `${region}.${recordName}`;
      addEndpoint(stack, { name, sharedName: recordName, zone: zoneIn(stack) });
      // Route 53 refuses an alias of a name without a record.
      dns.addStackDependency(stack);
      return { target: new RecordNameTarget(name), healthCheck: { ...props.healthCheck, endpoint: name } };
    };
    this.failover = new DnsFailover(dns, 'Failover', {
      zone: zoneIn(dns),
      recordName,
      primary: endpoint('Primary', primaryRegion),
      secondary: endpoint('Secondary', secondaryRegion),
      alarmTopic: alarmTopicFor(dns, alarmEmail),
    });
  }
}
