import type { Resource } from '../../templates';
import type { NatGateway, Vpc } from './components';
import { makeInterfaces, type InterfaceContext } from './network-interfaces';
import { conditionDoubt, isOneOf, each } from '../../templates/properties';
import { vpcOf } from './vpcs';

/** https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html */
export function readNatGateways(
  context: InterfaceContext,
  vpcs: ReadonlyMap<Resource, Vpc>,
): ReadonlyMap<Resource, NatGateway> {
  const { templates } = context;
  return each(templates, ['AWS::EC2::NatGateway'], (resource): NatGateway => {
    const { properties } = resource;
    const isPrivate = isOneOf(properties.ConnectivityType, ['private'], false);
    const connectivity = isPrivate === 'doubt' ? 'doubt' : isPrivate ? 'private' : 'public';
    const regional = isOneOf(properties.AvailabilityMode, ['regional'], false);
    const common = {
      path: resource.path,
      resource,
      doubt:
        conditionDoubt(resource) ??
        (regional === 'doubt'
          ? `AvailabilityMode of ${resource.path} is not known before deployment`
          : undefined),
      connectivity,
    } as const;
    if (regional === true) {
      return { ...common, vpc: vpcOf(templates, vpcs, properties.VpcId) };
    }
    const [nic] = makeInterfaces(context, resource, {
      subnets: properties.SubnetId ?? 'none',
      groups: 'none',
      publicIpv4: connectivity === 'doubt' ? 'doubt' : connectivity === 'public',
      address: properties.PrivateIpAddress,
      ipv6: false,
      closed: 'a NAT gateway opens no inbound connections',
      requesterManaged: true,
    });
    return { ...common, nic, vpc: nic?.subnet?.vpc ?? vpcOf(templates, vpcs, properties.VpcId) };
  });
}
