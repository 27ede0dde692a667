import type { Json, Resource, Templates } from '../../templates';
import { AddressReader } from './address-reader';
import { NO_ADDRESSES, union } from './addresses';
import type { NetworkAcl, Vpc } from './components';
import { asBoolean, conditionDoubt, describe, each, groupBy, target } from './properties';
import { defaultGroupId } from './security-groups';

export function readVpcs(
  templates: Templates,
  reader: AddressReader,
  acls: ReadonlyMap<Resource, NetworkAcl>,
): ReadonlyMap<Resource, Vpc> {
  const blocks = groupBy(templates.ofType('AWS::EC2::VPCCidrBlock'), ({ properties }) =>
    target(templates, properties.VpcId, 'AWS::EC2::VPC'),
  );
  const subnets = groupBy(templates.ofType('AWS::EC2::Subnet'), ({ properties }) =>
    target(templates, properties.VpcId, 'AWS::EC2::VPC'),
  );
  return each(templates, ['AWS::EC2::VPC'], (resource) => {
    const extra = blocks.get(resource) ?? [];
    const cidrs = [resource, ...extra].map(({ properties }) =>
      properties.CidrBlock === undefined && properties.Ipv6CidrBlock === undefined
        ? undefined
        : reader.read(properties.CidrBlock ?? properties.Ipv6CidrBlock),
    );
    const assigned = extra
      .filter(({ properties }) => asBoolean(properties.AmazonProvidedIpv6CidrBlock) === true)
      .map((_, index) => reader.read(`⟨${resource.stack}.${resource.logicalId}.Ipv6CidrBlocks[${index}]⟩`));
    // Subnets lie within their VPC, also where it is not known which block they are cut from.
    const inSubnets = (subnets.get(resource) ?? []).map(({ properties }) =>
      reader.read(properties.Ipv6CidrBlock),
    );
    return newVpc({
      path: resource.path,
      resource,
      cidrs: union(...[...cidrs, ...assigned, ...inSubnets].map((set) => set ?? NO_ADDRESSES)),
      doubt:
        conditionDoubt(resource) ??
        (cidrs[0] ? undefined : `the CIDR of ${resource.path} is not known before deployment`),
      defaultAcl: acls.get(resource) ?? DENY_ALL,
      defaultGroup: defaultGroupId(resource),
    });
  });
}

const DENY_ALL: NetworkAcl = { path: 'network ACL', inbound: [], outbound: [] };

const newVpc = (vpc: Omit<Vpc, 'mainRouteTable'>): Vpc => ({
  ...vpc,
  mainRouteTable: {
    path: `main route table of ${vpc.path}`,
    doubt: vpc.resource ? undefined : `the main route table of ${vpc.path} is not in the templates`,
    routes: vpc.cidrs.map((range) => ({
      path: vpc.path,
      text: 'local route',
      destination: [range],
      target: { kind: 'local' },
    })),
    gatewayEndpoints: [],
    propagating: [],
  },
});

/** The VPC of a VpcId; for one that is in none of the templates, a stand-in of which nothing is known. */
export function vpcOf(templates: Templates, vpcs: ReadonlyMap<Resource, Vpc>, value: Json | undefined): Vpc {
  const resource = target(templates, value, 'AWS::EC2::VPC');
  const known = resource && vpcs.get(resource);
  if (known) return known;
  const path = describe(value);
  const doubt = `VPC ${path} is not in the templates`;
  return newVpc({
    path,
    doubt,
    cidrs: NO_ADDRESSES,
    defaultAcl: { ...DENY_ALL, path: `default network ACL of ${path}`, doubt },
    defaultGroup: `default security group of ${path}`,
  });
}
