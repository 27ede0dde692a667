import type { Resource, Templates } from '../../templates';
import { AddressReader } from './address-reader';
import { NO_ADDRESSES, union } from './addresses';
import type { NetworkAcl, RouteTable, Subnet, Vpc } from './components';
import {
  asFlag,
  asText,
  conditionDoubt,
  describe,
  each,
  ownedBy,
  strayDoubt,
  type Owned,
} from '../../templates/properties';
import { vpcOf } from './vpcs';

export function readSubnets(
  templates: Templates,
  reader: AddressReader,
  vpcs: ReadonlyMap<Resource, Vpc>,
  tables: ReadonlyMap<Resource, RouteTable>,
  acls: ReadonlyMap<Resource, NetworkAcl>,
): ReadonlyMap<Resource, Subnet> {
  const associations = (type: string) =>
    ownedBy(templates, [type], ({ SubnetId }) => SubnetId, 'AWS::EC2::Subnet');
  const tableOf = associations('AWS::EC2::SubnetRouteTableAssociation');
  const aclOf = associations('AWS::EC2::SubnetNetworkAclAssociation');
  const blocks = associations('AWS::EC2::SubnetCidrBlock');
  return each(templates, ['AWS::EC2::Subnet'], (resource): Subnet => {
    const { properties } = resource;
    const vpc = vpcOf(templates, vpcs, properties.VpcId);
    const cidrs = [resource, ...blocks.of(resource)].flatMap((block) =>
      [block.properties.CidrBlock, block.properties.Ipv6CidrBlock]
        .filter((value) => value !== undefined)
        .map((value) => reader.read(value)),
    );
    const unread =
      cidrs.length === 0 ||
      cidrs.includes(undefined) ||
      blocks.stray.length > 0 ||
      blocks.of(resource).some((block) => isAllocated(block) || block.undecidedCondition !== undefined) ||
      isAllocated(resource);
    const zone = asText(properties.AvailabilityZone ?? properties.AvailabilityZoneId);
    return {
      path: resource.path,
      resource,
      vpc,
      zone: typeof zone === 'string' ? zone : undefined,
      addresses: union(...cidrs.map((cidr) => cidr ?? NO_ADDRESSES)),
      doubt: conditionDoubt(resource) ?? vpc.doubt,
      ...(unread && { unreadCidr: `the CIDR of ${resource.path} is not known before deployment` }),
      routeTable: associated(templates, tableOf, resource, 'RouteTableId', tables, vpc.mainRouteTable),
      acl: associated(templates, aclOf, resource, 'NetworkAclId', acls, vpc.defaultAcl),
      mapPublicIpOnLaunch: asFlag(properties.MapPublicIpOnLaunch, false),
      assignIpv6: asFlag(properties.AssignIpv6AddressOnCreation ?? properties.Ipv6Native, false),
    };
  });
}

/** IPAM chooses the block. */
const isAllocated = ({ properties }: Resource): boolean =>
  (properties.Ipv4IpamPoolId !== undefined && properties.CidrBlock === undefined) ||
  (properties.Ipv6IpamPoolId !== undefined && properties.Ipv6CidrBlock === undefined);

/** What a subnet is associated with. It has a doubt when that is not in the templates or not certain. */
function associated<T extends RouteTable | NetworkAcl>(
  templates: Templates,
  associations: Owned,
  subnet: Resource,
  property: string,
  known: ReadonlyMap<Resource, T>,
  byDefault: T,
): T {
  const [association, ...others] = associations.of(subnet);
  const [stray] = associations.stray;
  if (stray) return { ...byDefault, doubt: strayDoubt(stray) };
  if (!association) return byDefault;
  const value = association.properties[property];
  const resource = templates.reference(value)?.resource;
  const found = resource && known.get(resource);
  const [other] = others;
  const doubt =
    conditionDoubt(association) ??
    (other && `${association.path} and ${other.path} are both for ${subnet.path}`);
  if (found) return doubt === undefined ? found : { ...found, doubt };
  const path = describe(value);
  return {
    ...byDefault,
    path,
    doubt: `${path} (${property} of ${association.path}) is not in the templates`,
  };
}
