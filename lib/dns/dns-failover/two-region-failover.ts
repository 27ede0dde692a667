import { Stack, Stage, type StageProps } from 'aws-cdk-lib';
import { HostedZone, type HostedZoneAttributes, type IHostedZone } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import { alarmTopicFor } from '../../shared/alarm-topic';
import { InvalidValue } from '../../shared/invalid-value';
import { DnsFailover } from './dns-failover';
import { NameInZone, type HealthCheckOptions } from './failover-endpoint';

/** What the endpoint of a region has to answer for. */
export interface RegionalNames {
  /** Its own, which it makes a record of: `eu-west-1.app.example.com`. */
  readonly name: string;
  /** The one that fails over, by which clients ask: `app.example.com`. */
  readonly sharedName: string;
  /** The zone of both. */
  readonly zone: IHostedZone;
}

export interface TwoRegionFailoverProps extends StageProps {
  /** Account of all stacks. */
  readonly account: string;
  /** An existing public zone; the stacks of three regions know it by its id. */
  readonly zone: HostedZoneAttributes;
  /** The name that fails over, in the zone. */
  readonly recordName: string;
  readonly primaryRegion: string;
  readonly secondaryRegion: string;
  /** Adds to a region's stack what answers there, and the record of its own name. */
  readonly addEndpoint: (stack: Stack, names: RegionalNames) => void;
  /**
   * How both endpoints are checked, each by its own name.
   * @default - HTTPS, port 443, /health
   */
  readonly healthCheck?: Omit<HealthCheckOptions, 'endpoint' | 'hostName'>;
  /** @default - alarms change state only */
  readonly alarmEmail?: string;
}

/**
 * Active-passive over two regions: a stack with an endpoint in each, and one in us-east-1 that fails over between them.
 * They refer to each other by names in one zone, so that no stack needs the output of another region's.
 *
 * Throws `InvalidValue` for one region twice.
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
      // Route 53 takes an alias only of a name that has a record.
      dns.addStackDependency(stack);
      return { target: new NameInZone(name), healthCheck: { ...props.healthCheck, endpoint: name } };
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
