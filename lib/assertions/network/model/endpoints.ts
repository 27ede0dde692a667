import type { Json, Resource } from '../../templates';
import type { Endpoint, Vpc } from './components';
import { endpointServiceOf } from './endpoint-services';
import { makeInterfaces, type InterfaceContext } from './network-interfaces';
import { asBoolean, asList, asText, conditionDoubt, describe, each } from './properties';
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
      const kind = ENDPOINT_KINDS[type];
      if (!kind) return undefined;
      const name = asText(properties.ServiceName) ?? describe(properties.ServiceName);
      return {
        path: resource.path,
        resource,
        doubt: conditionDoubt(resource),
        kind,
        vpc: vpcOf(templates, vpcs, properties.VpcId),
        service:
          endpointServiceOf(templates, properties.ServiceName)?.path ??
          /^com\.amazonaws\.[^.]+\.(.+)$/.exec(name)?.[1] ??
          name,
        privateDns: asBoolean(properties.PrivateDnsEnabled) ?? false,
        nics:
          kind === 'gateway'
            ? []
            : makeInterfaces(context, resource, {
                subnets: asList(properties.SubnetIds) as Json[],
                groups: kind === 'interface' ? properties.SecurityGroupIds : 'none',
                publicIpv4: false,
                closed: kind === 'interface' ? undefined : 'takes only what route tables lead to it',
                ipv6: ['dualstack', 'ipv6'].includes(asText(properties.IpAddressType) ?? 'ipv4'),
                requesterManaged: true,
              }),
      };
    }).values(),
  ];
}
