import { CfnOutput, Duration, Fn, Stack, type StackProps } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Continent, PublicHostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import { DEFAULT_DOMAIN, importedZone } from '../../shared/imported-zone';
import { AlarmCheck } from '../health-checks/alarm-check';
import {
  GeolocationRecords,
  GeoproximityRecords,
  IpBasedRecords,
  LatencyRecords,
  MultivalueRecords,
  SimpleRecord,
  WeightedRecords,
} from './routing-policies';

export interface RoutingPoliciesStackProps extends StackProps {
  readonly domainName?: string;
  /** Id of the public hosted zone `domainName`. Without it the stack creates the zone `routing` below that name. */
  readonly hostedZoneId?: string;
}

/** Four servers and seven routing policies. The addresses are documentation addresses, which no server has. */
export class RoutingPoliciesStack extends Stack {
  constructor(scope: Construct, id: string, props: RoutingPoliciesStackProps = {}) {
    super(scope, id, props);
    const { domainName = DEFAULT_DOMAIN } = props;
    const zone =
      importedZone(this, props) ?? new PublicHostedZone(this, 'Zone', { zoneName: `routing.${domainName}` });

    // Route 53 refuses to check documentation addresses. Each server has a metric instead, which you publish to take the
    // server out of service.
    const server = (name: string, address: string) => {
      const metric = new Metric({
        namespace: this.stackName,
        metricName: `${name}OutOfService`,
        statistic: 'Maximum',
        period: Duration.minutes(1),
      });
      const { healthCheck } = new AlarmCheck(this, name, {
        metric,
        threshold: 1,
        insufficientData: 'healthy',
      });
      return { target: RecordTarget.fromIpAddresses(address), healthCheck };
    };
    const virginia = server('Virginia', '192.0.2.1');
    const california = server('California', '192.0.2.2');
    const paris = server('Paris', '192.0.2.3');
    const frankfurt = server('Frankfurt', '192.0.2.4');

    new SimpleRecord(this, 'Simple', { zone, recordName: 'simple', target: virginia.target });
    new WeightedRecords(this, 'Weighted', {
      zone,
      recordName: 'weighted',
      records: [
        { id: 'A', weight: 70, ...virginia },
        { id: 'B', weight: 20, ...california },
        { id: 'C', weight: 10, ...paris },
        { id: 'Standby', weight: 0, ...frankfurt },
      ],
    });
    new LatencyRecords(this, 'Latency', {
      zone,
      recordName: 'latency',
      records: [
        { id: 'Virginia', region: 'us-east-1', ...virginia },
        { id: 'California', region: 'us-west-1', ...california },
        { id: 'Frankfurt', region: 'eu-central-1', ...frankfurt },
      ],
    });
    new GeolocationRecords(this, 'Geolocation', {
      zone,
      recordName: 'geolocation',
      records: [
        { id: 'France', location: { country: 'FR' }, ...paris },
        { id: 'Europe', location: { continent: Continent.EUROPE }, ...frankfurt },
        { id: 'California', location: { state: 'CA' }, ...california },
      ],
      defaultRecord: { id: 'Default', ...virginia },
    });
    new GeoproximityRecords(this, 'Geoproximity', {
      zone,
      recordName: 'geoproximity',
      records: [
        { id: 'Virginia', location: { region: 'us-east-1' }, bias: 50, ...virginia },
        { id: 'California', location: { region: 'us-west-1' }, bias: -50, ...california },
        { id: 'Paris', location: { latitude: 48.86, longitude: 2.35 }, ...paris },
      ],
    });
    new IpBasedRecords(this, 'IpBased', {
      zone,
      recordName: 'ip-based',
      records: [
        { id: 'ProviderA', cidrs: ['203.0.113.0/24'], ...virginia },
        { id: 'ProviderB', cidrs: ['198.51.100.0/24', '2001:db8::/32'], ...california },
      ],
      defaultRecord: { id: 'Default', ...paris },
    });
    new MultivalueRecords(this, 'Multivalue', {
      zone,
      recordName: 'multivalue',
      records: [
        { id: 'Web1', ...virginia },
        { id: 'Web2', ...california },
        { id: 'Web3', ...paris },
      ],
    });

    new CfnOutput(this, 'ZoneId', { value: zone.hostedZoneId });
    if (zone.hostedZoneNameServers) {
      new CfnOutput(this, 'NameServers', { value: Fn.join(' ', zone.hostedZoneNameServers) });
    }
  }
}
