/**
 * Name of the hosted zones of a sandbox that was given none. RFC 2606 reserves `.test`, so it is nobody's; Route 53
 * takes it, as CDK's own integration tests show (`cdk.test`), while it refuses example.com as "reserved by AWS".
 */
export const DEFAULT_DOMAIN = 'sandbox.test';
