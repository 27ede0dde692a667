import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
import { InvalidValue } from './invalid-value';

/** The name servers of a hosted zone of this app. Throws `InvalidValue` for an imported zone, whose name servers are not known. */
export function nameServersOf(zone: IHostedZone): string[] {
  const { hostedZoneNameServers } = zone;
  if (!hostedZoneNameServers) {
    throw new InvalidValue(
      'zone',
      zone.zoneName,
      'a hosted zone of this app: others have no known name servers',
    );
  }
  return hostedZoneNameServers;
}
