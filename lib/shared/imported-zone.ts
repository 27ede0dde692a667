import { HostedZone, type IHostedZone } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import { InvalidValue } from './invalid-value';

/**
 * Domain of the hosted zones in a sandbox without a domain. RFC 2606 reserves `.test`, so nobody owns it. Route 53 accepts
 * it, as CDK's own integration tests show (`cdk.test`), and refuses example.com as "reserved by AWS".
 */
export const DEFAULT_DOMAIN = 'sandbox.test';

/**
 * The public hosted zone with that name and id, for a stack that takes both as optional props. Returns undefined without
 * an id. Throws `InvalidValue` for an id without a name.
 */
export function importedZone(
  scope: Construct,
  { domainName, hostedZoneId }: { readonly domainName?: string; readonly hostedZoneId?: string },
): IHostedZone | undefined {
  if (hostedZoneId === undefined) return undefined;
  if (domainName === undefined) {
    throw new InvalidValue('domainName', domainName, `the name of the zone ${hostedZoneId}`);
  }
  return HostedZone.fromHostedZoneAttributes(scope, 'ImportedZone', { hostedZoneId, zoneName: domainName });
}
