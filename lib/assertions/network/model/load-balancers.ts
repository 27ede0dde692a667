import type { Json, Resource, Templates } from '../../templates';
import type { Trilean } from './components';
import type { Properties, InterfaceSpec } from './network-interfaces';
import { asList, asNumber, asRecord, asText, target } from './properties';

/** In which a gateway load balancer and its appliances wrap the packets that they hand each other. RFC 8926. */
export const GENEVE_PORT = 6081;

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html */
export function loadBalancer(templates: Templates, p: Properties, resource: Resource): InterfaceSpec[] {
  const type = asText(p.Type) ?? 'application';
  const listens = templates
    .ofType('AWS::ElasticLoadBalancingV2::Listener')
    .filter(({ properties }) => target(templates, properties.LoadBalancerArn, resource.type) === resource)
    .flatMap(({ properties }) => listener(asText(properties.Protocol), asNumber(properties.Port)));
  const mappings = asList(p.SubnetMappings).map((mapping) => asRecord(mapping).SubnetId ?? null);
  return [
    {
      subnets: mappings.length > 0 ? mappings : p.Subnets,
      // A Network Load Balancer without groups has none; an Application Load Balancer gets the VPC's default one.
      groups: p.SecurityGroups ?? (type === 'application' ? undefined : 'none'),
      publicIpv4: type === 'gateway' ? false : internetFacing(p.Scheme),
      ipv6: asText(p.IpAddressType)?.startsWith('dualstack') ?? false,
      listens: type === 'gateway' ? [{ protocol: 17, port: GENEVE_PORT }] : listens,
    },
  ];
}

/** What a listener hears. TLS is TCP. */
export function listener(protocol: string | undefined, port: number | undefined) {
  const udp = protocol?.includes('UDP') ?? false;
  const both = protocol === 'TCP_UDP';
  return [...(udp && !both ? [] : [{ protocol: 6, port }]), ...(udp ? [{ protocol: 17, port }] : [])];
}

const internetFacing = (scheme: Json | undefined): Trilean =>
  scheme === undefined || scheme === 'internet-facing' ? true : scheme === 'internal' ? false : 'doubt';

export const classicLoadBalancer = (p: Properties): InterfaceSpec => ({
  subnets: p.Subnets,
  groups: p.SecurityGroups,
  publicIpv4: internetFacing(p.Scheme),
  ipv6: false,
  listens: asList(p.Listeners).map((item) => ({
    protocol: 6,
    port: asNumber(asRecord(item).LoadBalancerPort),
  })),
});
