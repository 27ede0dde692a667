import { HostedZone, type IHostedZone } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import { InvalidValue } from './invalid-value';

/**
 * Parent domain of the hosted zones in a sandbox without the parameter `domainName`. RFC 2606 reserves `.test` for tests.
 * Route 53 accepts it (CDK's integration tests use `cdk.test`) and refuses example.com.
 */
export const DEFAULT_DOMAIN = 'sandbox.test';

/**
 * The existing public hosted zone with a name and an id. Returns undefined without an id. Throws `InvalidValue` for an id
 * without a name.
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
