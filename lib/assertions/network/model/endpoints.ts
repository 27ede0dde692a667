import { Templates, type Json, type Resource } from '../../templates';
import type { Endpoint, Vpc } from './components';
import { endpointServiceOf } from './endpoint-services';
import { makeInterfaces, type InterfaceContext } from './network-interfaces';
import {
  asFlag,
  asList,
  asText,
  conditionDoubt,
  describe,
  each,
  isOneOf,
  Undecided,
} from '../../templates/properties';
import { vpcOf } from './vpcs';

const ENDPOINT_KINDS: Readonly<Record<string, Endpoint['kind']>> = {
  Gateway: 'gateway',
  Interface: 'interface',
  GatewayLoadBalancer: 'gateway load balancer',
};

/** https://docs.aws.amazon.com/vpc/latest/privatelink/concepts.html */
export function readEndpoints(
  context: InterfaceContext,
  vpcs: ReadonlyMap<Resource, Vpc>,
): readonly Endpoint[] {
  const { templates } = context;
  return [
    ...each(templates, ['AWS::EC2::VPCEndpoint'], (resource): Endpoint | undefined => {
      const { properties } = resource;
      const type = asText(properties.VpcEndpointType) ?? 'Gateway';
      const kind = type instanceof Undecided ? 'doubt' : ENDPOINT_KINDS[type];
      if (!kind) return undefined;
      const name = describe(properties.ServiceName);
      const own = endpointServiceOf(templates, properties.ServiceName);
      const unread = Templates.unknown(properties.ServiceName);
      return {
        path: resource.path,
        resource,
        doubt: conditionDoubt(resource),
        kind,
        vpc: vpcOf(templates, vpcs, properties.VpcId),
        service: own?.path ?? shortServiceName(name),
        ...(unread !== undefined && !own && { unreadService: unread }),
        privateDns: asFlag(properties.PrivateDnsEnabled, false),
        nics:
          kind === 'gateway' || kind === 'doubt'
            ? []
            : makeInterfaces(context, resource, {
                subnets: asList(properties.SubnetIds) as Json[],
                groups: kind === 'interface' ? properties.SecurityGroupIds : 'none',
                publicIpv4: false,
                closed: kind === 'interface' ? undefined : 'takes only what route tables lead to it',
                ipv6: isOneOf(properties.IpAddressType, ['dualstack', 'ipv6'], false),
                requesterManaged: true,
              }),
      };
    }).values(),
  ];
}

/** `s3` of `com.amazonaws.eu-west-1.s3`. */
export const shortServiceName = (name: string): string =>
  /^(?:com\.amazonaws|cn\.com\.amazonaws|aws\.api)\.[^.]+\.(.+)$/.exec(name)?.[1] ?? name;
