import type { Json, Resource, Templates } from '../../templates';
import type { Listener } from './components';
import type { Properties, InterfaceSpec } from './network-interfaces';
import {
  asFlag,
  asList,
  asNumber,
  asRecord,
  asText,
  conditionDoubt,
  isOneOf,
  MANY_STRAY,
  ownedBy,
  strayDoubt,
  Undecided,
  type Owned,
  type Trilean,
} from '../../templates/properties';

/** In which a gateway load balancer and its appliances wrap the packets that they hand each other. RFC 8926. */
export const GENEVE_PORT = 6081;

export const LOAD_BALANCER = 'AWS::ElasticLoadBalancingV2::LoadBalancer';

/** Listeners by load balancer. */
export const readListeners = (templates: Templates): Owned =>
  ownedBy(
    templates,
    ['AWS::ElasticLoadBalancingV2::Listener'],
    ({ LoadBalancerArn }) => LoadBalancerArn,
    LOAD_BALANCER,
  );

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html */
export function loadBalancer(p: Properties, resource: Resource, listeners: Owned): InterfaceSpec[] {
  const [gateway, application] = [
    isOneOf(p.Type, ['gateway'], false),
    isOneOf(p.Type, ['application'], true),
  ];
  const [stray] = listeners.stray;
  const isMany = listeners.stray.length > MANY_STRAY;
  const listens = [
    ...listeners.of(resource).map((one) => ({ one, doubt: conditionDoubt(one) })),
    ...(isMany ? [] : listeners.stray).map((one) => ({ one, doubt: strayDoubt(one) })),
  ].flatMap(({ one: { properties }, doubt }) => listener(properties.Protocol, properties.Port, doubt));
  if (stray && isMany) listens.push({ doubt: strayDoubt(stray) });
  const mappings = asList(p.SubnetMappings).map((mapping) => asRecord(mapping).SubnetId ?? null);
  const facing = internetFacing(p.Scheme);
  return [
    {
      subnets: mappings.length > 0 ? mappings : p.Subnets,
      // A Network Load Balancer without groups has none; an Application Load Balancer gets the VPC's default one.
      groups: p.SecurityGroups ?? (application === true ? undefined : application ? [OPEN_TYPE] : 'none'),
      publicIpv4: gateway === true ? false : gateway === 'doubt' ? 'doubt' : facing,
      ipv6: isOneOf(p.IpAddressType, ['dualstack', 'dualstack-without-public-ipv4'], false),
      ipv6Internal: internalIpv6(p, facing),
      listens: gateway === true ? [{ protocol: 17, port: GENEVE_PORT }] : listens,
      doubt: gateway === 'doubt' ? `the Type of ${resource.path} is not known before deployment` : undefined,
    },
  ];
}

const OPEN_TYPE: Json = '⟨?of a load balancer whose Type is not known⟩';

/**
 * Internet gateways drop the IPv6 traffic of internal load balancers, unless an attribute allows it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-elasticloadbalancingv2-loadbalancer-loadbalancerattribute.html
 */
function internalIpv6(p: Properties, facing: Trilean): Trilean {
  const denied = asList(p.LoadBalancerAttributes).find((entry) => {
    const { Key } = asRecord(entry);
    return Key === 'ipv6.deny_all_igw_traffic' || typeof asText(Key) !== 'string';
  });
  if (denied !== undefined) {
    const { Key, Value } = asRecord(denied);
    return typeof asText(Key) === 'string' ? asFlag(Value, 'doubt') : 'doubt';
  }
  return facing === 'doubt' ? 'doubt' : !facing;
}

/** The protocols and the port of a listener. TLS is TCP. */
export function listener(
  protocol: Json | undefined,
  port: Json | undefined,
  doubt: string | undefined,
): readonly Listener[] {
  const [name, number] = [asText(protocol), asNumber(port)];
  const common = {
    port: typeof number === 'number' ? number : undefined,
    doubt: doubt ?? (number instanceof Undecided ? number.reason : undefined),
  };
  if (name instanceof Undecided)
    return [{ ...common, protocol: undefined, doubt: common.doubt ?? name.reason }];
  const udp = name !== undefined && ['UDP', 'TCP_UDP', 'QUIC', 'TCP_QUIC'].includes(name);
  const tcp = name !== 'UDP' && name !== 'QUIC';
  return [...(tcp ? [{ ...common, protocol: 6 }] : []), ...(udp ? [{ ...common, protocol: 17 }] : [])];
}

function internetFacing(scheme: Json | undefined): Trilean {
  return isOneOf(scheme, ['internet-facing'], true);
}

export const classicLoadBalancer = (p: Properties): InterfaceSpec => ({
  subnets: p.Subnets,
  groups: p.SecurityGroups,
  publicIpv4: internetFacing(p.Scheme),
  ipv6: false,
  listens: asList(p.Listeners).flatMap((item) => listener('TCP', asRecord(item).LoadBalancerPort, undefined)),
});
