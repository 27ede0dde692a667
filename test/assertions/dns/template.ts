import { Dns, type DnsOptions } from '../../../lib/assertions/dns';
import { Templates } from '../../../lib/assertions/templates';

type Properties = Readonly<Record<string, unknown>>;

/** The DNS of one hand-written template, stack `App`, with a public zone `Zone` of example.org. */
export function dnsOf(resources: Properties, options?: DnsOptions, rest: Properties = {}): Dns {
  const Resources = { Zone: zone('example.org.'), ...resources };
  return Dns.of(Templates.fromTemplates({ App: { Resources, ...rest } }), options);
}

export const zone = (Name: unknown, properties: Properties = {}) => ({
  Type: 'AWS::Route53::HostedZone',
  Properties: { Name, ...properties },
});

/** A record `app.example.org A` in `Zone`, where nothing else is given. */
export const record = (properties: Properties) => ({
  Type: 'AWS::Route53::RecordSet',
  Properties: {
    HostedZoneId: { Ref: 'Zone' },
    Name: 'app.example.org',
    Type: 'A',
    ...('AliasTarget' in properties ? {} : { TTL: '60', ResourceRecords: ['192.0.2.1'] }),
    ...properties,
  },
});

/** A record of a routing policy: its set identifier is also its health check, if there is a check of that name. */
export const member = (SetIdentifier: string, policy: Properties, check?: string) =>
  record({ SetIdentifier, ...policy, ...(check !== undefined && { HealthCheckId: { Ref: check } }) });

/** An alias of other records of the zone, or of a load balancer `lb` of the template. */
export const alias = (target: { readonly name: string } | { readonly lb: string }, evaluate?: boolean) => ({
  AliasTarget: {
    ...('name' in target
      ? { DNSName: target.name, HostedZoneId: { Ref: 'Zone' } }
      : {
          DNSName: { 'Fn::GetAtt': [target.lb, 'DNSName'] },
          HostedZoneId: { 'Fn::GetAtt': [target.lb, 'CanonicalHostedZoneID'] },
        }),
    ...(evaluate !== undefined && { EvaluateTargetHealth: evaluate }),
  },
});

export const loadBalancer = { Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', Properties: {} };

export const healthCheck = (config: Properties = {}) => ({
  Type: 'AWS::Route53::HealthCheck',
  Properties: { HealthCheckConfig: { Type: 'HTTPS', IPAddress: '192.0.2.1', Port: 443, ...config } },
});

/** The resources but some. */
export const without = (resources: Properties, ...ids: readonly string[]): Properties =>
  Object.fromEntries(Object.entries(resources).filter(([id]) => !ids.includes(id)));
