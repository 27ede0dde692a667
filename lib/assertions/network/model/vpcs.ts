import type { Json, Resource, Templates } from '../../templates';
import { AddressReader } from './address-reader';
import { NO_ADDRESSES, union } from './addresses';
import type { NetworkAcl, Vpc } from './components';
import {
  asFlag,
  conditionDoubt,
  describe,
  each,
  ownedBy,
  reference,
  Undecided,
} from '../../templates/properties';
import { defaultGroupId } from './security-groups';

export function readVpcs(
  templates: Templates,
  reader: AddressReader,
  acls: ReadonlyMap<Resource, NetworkAcl>,
): ReadonlyMap<Resource, Vpc> {
  const blocks = ownedBy(templates, ['AWS::EC2::VPCCidrBlock'], ({ VpcId }) => VpcId, 'AWS::EC2::VPC');
  const subnets = ownedBy(templates, ['AWS::EC2::Subnet'], ({ VpcId }) => VpcId, 'AWS::EC2::VPC');
  return each(templates, ['AWS::EC2::VPC'], (resource) => {
    const extra = blocks.of(resource);
    const written = [resource, ...extra].flatMap(({ path, properties }) =>
      [properties.CidrBlock, properties.Ipv6CidrBlock]
        .filter((value) => value !== undefined)
        .map((value) => ({ path, cidr: reader.read(value) })),
    );
    const assigned = extra
      .filter(({ properties }) => asFlag(properties.AmazonProvidedIpv6CidrBlock, false) !== false)
      .map((_, index) => reader.read(`⟨${resource.stack}.${resource.logicalId}.Ipv6CidrBlocks[${index}]⟩`));
    // Subnets lie within their VPC, also where it is not known which block they are cut from.
    const inSubnets = subnets.of(resource).map(({ properties }) => reader.read(properties.Ipv6CidrBlock));
    const unread = [
      ...written.filter(({ cidr }) => cidr === undefined).map(({ path }) => path),
      // IPAM chooses it at deployment.
      ...(written[0]?.path === resource.path ? [] : [resource.path]),
      ...extra
        .filter((block) => isAllocated(block) || block.undecidedCondition !== undefined)
        .map(({ path }) => path),
      ...blocks.stray.map(({ path }) => path),
    ];
    return newVpc({
      path: resource.path,
      resource,
      cidrs: union(
        ...[...written.map(({ cidr }) => cidr), ...assigned, ...inSubnets].map((set) => set ?? NO_ADDRESSES),
      ),
      doubt: conditionDoubt(resource),
      unread,
      defaultAcl: acls.get(resource) ?? DENY_ALL,
      defaultGroup: defaultGroupId(resource),
    });
  });
}

/** IPAM chooses the block. */
const isAllocated = ({ properties }: Resource): boolean =>
  (properties.Ipv4IpamPoolId !== undefined && properties.CidrBlock === undefined) ||
  (properties.Ipv6IpamPoolId !== undefined && properties.Ipv6CidrBlock === undefined);

const DENY_ALL: NetworkAcl = { path: 'network ACL', inbound: [], outbound: [] };

/** `unread`: the resources that add a CIDR block that is not known. */
const newVpc = ({
  unread,
  ...vpc
}: Omit<Vpc, 'mainRouteTable'> & { readonly unread: readonly string[] }): Vpc => ({
  ...vpc,
  mainRouteTable: {
    path: `main route table of ${vpc.path}`,
    doubt: vpc.resource ? undefined : `the main route table of ${vpc.path} is not in the templates`,
    routes: [
      ...unread.map((path) => ({ path, text: `of the CIDR of ${path}`, target: { kind: 'local' } as const })),
      ...vpc.cidrs.map((range) => ({
        path: vpc.path,
        text: 'local route',
        destination: [range],
        target: { kind: 'local' } as const,
      })),
    ],
    gatewayEndpoints: [],
    propagating: [],
  },
});

const strangers = new WeakMap<Templates, Map<string, Vpc>>();

/** The VPC of a VpcId. For one that is not in the templates: a VPC of which nothing is known. */
export function vpcOf(templates: Templates, vpcs: ReadonlyMap<Resource, Vpc>, value: Json | undefined): Vpc {
  const resource = reference(templates, value, 'AWS::EC2::VPC');
  const known = resource && !(resource instanceof Undecided) ? vpcs.get(resource) : undefined;
  if (known) return known;
  const others = strangers.get(templates) ?? new Map<string, Vpc>();
  strangers.set(templates, others);
  const path = describe(value);
  const doubt = `VPC ${path} is not in the templates`;
  const vpc =
    others.get(path) ??
    newVpc({
      path,
      doubt,
      undecided: resource instanceof Undecided,
      cidrs: NO_ADDRESSES,
      unread: [path],
      defaultAcl: { ...DENY_ALL, path: `default network ACL of ${path}`, doubt },
      defaultGroup: `default security group of ${path}`,
    });
  others.set(path, vpc);
  return vpc;
}
