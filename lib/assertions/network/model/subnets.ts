import type { Resource, Templates } from '../../templates';
import { AddressReader } from './address-reader';
import { NO_ADDRESSES, union } from './addresses';
import type { NetworkAcl, RouteTable, Subnet, Vpc } from './components';
import { asBoolean, asText, conditionDoubt, describe, each, target } from './properties';
import { vpcOf } from './vpcs';

export function readSubnets(
  templates: Templates,
  reader: AddressReader,
  vpcs: ReadonlyMap<Resource, Vpc>,
  tables: ReadonlyMap<Resource, RouteTable>,
  acls: ReadonlyMap<Resource, NetworkAcl>,
): ReadonlyMap<Resource, Subnet> {
  const associations = (type: string) =>
    new Map(
      templates
        .ofType(type)
        .map((association) => [
          target(templates, association.properties.SubnetId, 'AWS::EC2::Subnet'),
          association,
        ]),
    );
  const tableOf = associations('AWS::EC2::SubnetRouteTableAssociation');
  const aclOf = associations('AWS::EC2::SubnetNetworkAclAssociation');
  return each(templates, ['AWS::EC2::Subnet'], (resource): Subnet => {
    const { properties } = resource;
    const vpc = vpcOf(templates, vpcs, properties.VpcId);
    const [ipv4, ipv6] = [reader.read(properties.CidrBlock), reader.read(properties.Ipv6CidrBlock)];
    const unread = [properties.CidrBlock, properties.Ipv6CidrBlock].find(
      (value) => value !== undefined && reader.read(value) === undefined,
    );
    return {
      path: resource.path,
      resource,
      vpc,
      zone: asText(properties.AvailabilityZone ?? properties.AvailabilityZoneId),
      addresses: union(ipv4 ?? NO_ADDRESSES, ipv6 ?? NO_ADDRESSES),
      doubt:
        conditionDoubt(resource) ??
        vpc.doubt ??
        (unread === undefined && (ipv4 ?? ipv6)
          ? undefined
          : `the CIDR of ${resource.path} is not known before deployment`),
      routeTable: associated(templates, tableOf.get(resource), 'RouteTableId', tables) ?? vpc.mainRouteTable,
      acl: associated(templates, aclOf.get(resource), 'NetworkAclId', acls) ?? vpc.defaultAcl,
      mapPublicIpOnLaunch: asBoolean(properties.MapPublicIpOnLaunch) ?? false,
      assignIpv6:
        asBoolean(properties.AssignIpv6AddressOnCreation) ?? asBoolean(properties.Ipv6Native) ?? false,
    };
  });
}

/** What a subnet's association names; with a doubt when that is not in the templates, or only under a condition. */
function associated<T extends RouteTable | NetworkAcl>(
  templates: Templates,
  association: Resource | undefined,
  property: string,
  known: ReadonlyMap<Resource, T>,
): T | undefined {
  if (!association) return undefined;
  const value = association.properties[property];
  const resource = templates.reference(value)?.resource;
  const found = resource && known.get(resource);
  const doubt = conditionDoubt(association);
  if (found) return doubt === undefined ? found : { ...found, doubt };
  const empty = {
    routes: [],
    gatewayEndpoints: [],
    propagating: [],
    inbound: [],
    outbound: [],
  } as unknown as T;
  const path = describe(value);
  return { ...empty, path, doubt: `${path} (${property} of ${association.path}) is not in the templates` };
}
