import type { Json, Resource, Templates } from '../templates';
import { usableAddresses, type AddressBook } from './address-book';
import { NO_ADDRESSES, onlyVersion } from './addresses';
import type { NetworkInterface, Subnet, Trilean, Vpc } from './components';
import type { SecurityGroups } from './security-groups';
import { asBoolean, asList, asNumber, asRecord, asText, conditionDoubt, describe, target } from './values';

type Properties = Readonly<Record<string, Json>>;

/** What a resource says of the interfaces that it has: one in each of the subnets. */
export interface InterfaceSpec {
  readonly subnets: Json | undefined;
  /** SecurityGroupIds; undefined for the VPC's default group, `none` where only network ACLs filter. */
  readonly groups: Json | undefined;
  readonly publicIpv4: Trilean | 'as the subnet says' | 'if the VPC has an internet gateway';
  /** @default - as the subnet says */
  readonly ipv6?: boolean;
  /** @default - one of the subnet's */
  readonly address?: Json;
  readonly closed?: string;
  readonly listens?: NetworkInterface['listens'];
  readonly spread?: number;
  readonly plumbing?: boolean;
  readonly doubt?: string;
}

/** What the interfaces are built from. */
export interface InterfaceContext {
  readonly templates: Templates;
  readonly book: AddressBook;
  readonly groups: SecurityGroups;
  readonly subnets: ReadonlyMap<Resource, Subnet>;
  /** Why an internet gateway's attachment to the VPC is certain (true), in doubt or missing. */
  readonly hasInternetGateway: (vpc: Vpc) => Trilean;
}

export function makeInterfaces(
  context: InterfaceContext,
  resource: Resource,
  spec: InterfaceSpec,
): NetworkInterface[] {
  return asList(spec.subnets).map((value) => {
    const found = target(context.templates, value, 'AWS::EC2::Subnet');
    const subnet = found && context.subnets.get(found);
    const ipv4 = spec.address === undefined ? undefined : context.book.read(spec.address);
    return {
      path: resource.path,
      resource,
      subnet,
      doubt:
        conditionDoubt(resource) ??
        spec.doubt ??
        (subnet ? undefined : `subnet ${describe(value)} of ${resource.path} is not in the templates`),
      ipv4: ipv4 ?? (subnet ? usableAddresses(onlyVersion(subnet.addresses, 4)) : NO_ADDRESSES),
      ipv6: subnet && (spec.ipv6 ?? subnet.assignIpv6) ? onlyVersion(subnet.addresses, 6) : NO_ADDRESSES,
      publicIpv4: publicIpv4(context, spec, subnet),
      groups: groupsOf(context, spec.groups, subnet),
      closed: spec.closed,
      listens: spec.listens,
      spread: spec.spread,
      plumbing: spec.plumbing,
    };
  });
}

function publicIpv4(context: InterfaceContext, spec: InterfaceSpec, subnet: Subnet | undefined): Trilean {
  if (spec.publicIpv4 === 'as the subnet says') return subnet?.mapPublicIpOnLaunch ?? 'doubt';
  if (spec.publicIpv4 !== 'if the VPC has an internet gateway') return spec.publicIpv4;
  return subnet ? context.hasInternetGateway(subnet.vpc) : 'doubt';
}

function groupsOf({ groups }: InterfaceContext, ids: Json | undefined, subnet: Subnet | undefined) {
  if (ids === 'none') return undefined;
  if (asList(ids).length > 0) return asList(ids).map((id) => groups.get(id));
  // https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
  return [subnet ? groups.byId(subnet.vpc.defaultGroup) : groups.get(null)];
}

/** The interfaces of every resource that is known to have some. */
export function readInterfaces(context: InterfaceContext): NetworkInterface[] {
  const { templates } = context;
  const elastic = elasticAddresses(templates);
  const specs: Readonly<Record<string, (properties: Properties, resource: Resource) => InterfaceSpec[]>> = {
    'AWS::EC2::Instance': (p, r) => instance(templates, p, r, elastic),
    'AWS::EC2::NetworkInterface': (p, r) => [networkInterface(p, elastic.has(r))],
    'AWS::AutoScaling::AutoScalingGroup': (p) => autoScalingGroup(templates, p),
    'AWS::ElasticLoadBalancingV2::LoadBalancer': (p, r) => loadBalancer(templates, p, r),
    'AWS::ElasticLoadBalancing::LoadBalancer': (p) => [classicLoadBalancer(p)],
    'AWS::ECS::Service': (p) => ecsService(p),
    'AWS::Lambda::Function': (p) => lambdaFunction(p),
    'AWS::EC2::InstanceConnectEndpoint': (p) => [
      {
        subnets: p.SubnetId,
        groups: p.SecurityGroupIds,
        publicIpv4: false,
        closed: 'an Instance Connect endpoint is reached through the EC2 API only',
      },
    ],
    'AWS::EFS::MountTarget': (p) => [
      { subnets: p.SubnetId, groups: p.SecurityGroups, publicIpv4: false, address: p.IpAddress, ipv6: false },
    ],
    'AWS::Route53Resolver::ResolverEndpoint': (p) => [resolverEndpoint(p)],
    ...dataStores(templates),
  };
  return Object.entries(specs).flatMap(([type, read]) =>
    templates
      .ofType(type)
      .flatMap((resource) =>
        read(resource.properties, resource).flatMap((spec) => makeInterfaces(context, resource, spec)),
      ),
  );
}

/** Instances and interfaces that have an Elastic IP address. */
function elasticAddresses(templates: Templates): ReadonlySet<Resource> {
  const holders = ['AWS::EC2::EIP', 'AWS::EC2::EIPAssociation'].flatMap((type) =>
    templates
      .ofType(type)
      .flatMap(({ properties }) => [properties.InstanceId, properties.NetworkInterfaceId])
      .map((value) => templates.reference(value)?.resource),
  );
  return new Set(holders.filter((holder) => holder !== undefined));
}

function networkInterface(p: Properties, hasElasticAddress: boolean): InterfaceSpec {
  return {
    subnets: p.SubnetId,
    groups: p.GroupSet,
    publicIpv4: hasElasticAddress,
    address: p.PrivateIpAddress,
    ipv6: hasIpv6(p),
  };
}

function instance(
  templates: Templates,
  p: Properties,
  resource: Resource,
  elastic: ReadonlySet<Resource>,
): InterfaceSpec[] {
  const attached = templates
    .ofType('AWS::EC2::NetworkInterfaceAttachment')
    .filter(({ properties }) => target(templates, properties.InstanceId, resource.type) === resource)
    .map(({ properties }) => properties);
  const launch = launchTemplate(templates, p.LaunchTemplate);
  const own = asList(p.NetworkInterfaces ?? launch.NetworkInterfaces).map(asRecord);
  const specs = [...own, ...attached].map((nic, index): InterfaceSpec => {
    const eni = target(templates, nic.NetworkInterfaceId, 'AWS::EC2::NetworkInterface');
    if (eni)
      return networkInterface(eni.properties, elastic.has(eni) || (index === 0 && elastic.has(resource)));
    return {
      subnets: nic.SubnetId ?? p.SubnetId,
      groups: nic.GroupSet ?? nic.Groups ?? p.SecurityGroupIds,
      publicIpv4:
        (index === 0 && elastic.has(resource)) ||
        (asBoolean(nic.AssociatePublicIpAddress) ?? 'as the subnet says'),
      address: nic.PrivateIpAddress,
      ipv6: hasIpv6(nic),
    };
  });
  if (own.length > 0) return specs;
  const first: InterfaceSpec = {
    subnets: p.SubnetId ?? null,
    groups:
      p.SecurityGroupIds ??
      p.SecurityGroups ??
      launch.SecurityGroupIds ??
      (p.LaunchTemplate !== undefined && Object.keys(launch).length === 0
        ? UNKNOWN_LAUNCH_TEMPLATE
        : undefined),
    publicIpv4: elastic.has(resource) || 'as the subnet says',
    address: p.PrivateIpAddress,
    ipv6: hasIpv6(p),
    doubt: p.SubnetId === undefined ? `${resource.path} names no subnet` : undefined,
  };
  return [{ ...first, subnets: p.SubnetId ?? 'none' }, ...specs];
}

const hasIpv6 = (p: Properties): boolean | undefined =>
  (asNumber(p.Ipv6AddressCount) ?? 0) > 0 || asList(p.Ipv6Addresses).length > 0 || undefined;

function autoScalingGroup(templates: Templates, p: Properties): InterfaceSpec[] {
  const mixed = asRecord(asRecord(p.MixedInstancesPolicy).LaunchTemplate).LaunchTemplateSpecification;
  const configuration = target(
    templates,
    p.LaunchConfigurationName,
    'AWS::AutoScaling::LaunchConfiguration',
  )?.properties;
  const launch = launchTemplate(templates, p.LaunchTemplate ?? mixed);
  const nic = asRecord(asList(launch.NetworkInterfaces)[0]);
  const known = configuration !== undefined || Object.keys(launch).length > 0;
  return [
    {
      subnets: p.VPCZoneIdentifier,
      groups: known
        ? (nic.Groups ?? launch.SecurityGroupIds ?? configuration?.SecurityGroups)
        : UNKNOWN_LAUNCH_TEMPLATE,
      publicIpv4: known
        ? (asBoolean(nic.AssociatePublicIpAddress ?? configuration?.AssociatePublicIpAddress) ??
          'as the subnet says')
        : 'doubt',
      ipv6: hasIpv6(nic),
    },
  ];
}

const UNKNOWN_LAUNCH_TEMPLATE: Json = ['⟨?of a launch template that is not in the templates⟩'];

/** LaunchTemplateData of a launch template specification; empty when it is not in the templates. */
function launchTemplate(templates: Templates, specification: Json | undefined): Properties {
  const { LaunchTemplateId, LaunchTemplateName } = asRecord(specification);
  const byId = target(templates, LaunchTemplateId ?? LaunchTemplateName, 'AWS::EC2::LaunchTemplate');
  const found =
    byId ??
    templates
      .ofType('AWS::EC2::LaunchTemplate')
      .find(
        ({ properties }) =>
          LaunchTemplateName !== undefined && properties.LaunchTemplateName === LaunchTemplateName,
      );
  return asRecord(found?.properties.LaunchTemplateData);
}

/** In which a gateway load balancer and its appliances wrap the packets that they hand each other. RFC 8926. */
export const GENEVE_PORT = 6081;

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html */
function loadBalancer(templates: Templates, p: Properties, resource: Resource): InterfaceSpec[] {
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

const classicLoadBalancer = (p: Properties): InterfaceSpec => ({
  subnets: p.Subnets,
  groups: p.SecurityGroups,
  publicIpv4: internetFacing(p.Scheme),
  ipv6: false,
  listens: asList(p.Listeners).map((item) => ({
    protocol: 6,
    port: asNumber(asRecord(item).LoadBalancerPort),
  })),
});

function ecsService(p: Properties): InterfaceSpec[] {
  const { Subnets, SecurityGroups, AssignPublicIp } = asRecord(
    asRecord(p.NetworkConfiguration).AwsvpcConfiguration,
  );
  return [
    {
      subnets: Subnets,
      groups: SecurityGroups,
      publicIpv4: AssignPublicIp === 'ENABLED',
    },
  ];
}

function lambdaFunction(p: Properties): InterfaceSpec[] {
  const { SubnetIds, SecurityGroupIds, Ipv6AllowedForDualStack } = asRecord(p.VpcConfig);
  return [
    {
      subnets: SubnetIds,
      groups: SecurityGroupIds,
      // https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-internet.html
      publicIpv4: false,
      ipv6: asBoolean(Ipv6AllowedForDualStack) ?? false,
      closed: 'a Lambda function accepts no connections on its interfaces',
    },
  ];
}

const resolverEndpoint = (p: Properties): InterfaceSpec => ({
  subnets: asList(p.IpAddresses).map((address) => asRecord(address).SubnetId ?? null),
  groups: p.SecurityGroupIds,
  publicIpv4: false,
  listens:
    p.Direction === 'INBOUND'
      ? [
          { protocol: 6, port: 53 },
          { protocol: 17, port: 53 },
        ]
      : undefined,
  closed: p.Direction === 'OUTBOUND' ? 'an outbound resolver endpoint accepts no connections' : undefined,
});

/** Databases, caches and proxies, whose subnets are mostly those of a subnet group. */
function dataStores(
  templates: Templates,
): Readonly<Record<string, (properties: Properties) => InterfaceSpec[]>> {
  const inGroup = (name: Json | undefined, type: string): Json => {
    const group = target(templates, name, type);
    return group ? [...asList(group.properties.SubnetIds)] : [name ?? 'default'];
  };
  const rdsSubnets = (name: Json | undefined) => inGroup(name, 'AWS::RDS::DBSubnetGroup');
  return {
    'AWS::RDS::DBInstance': (p) => {
      const cluster = target(templates, p.DBClusterIdentifier, 'AWS::RDS::DBCluster')?.properties;
      return [
        {
          subnets: rdsSubnets(p.DBSubnetGroupName ?? cluster?.DBSubnetGroupName),
          groups: p.VPCSecurityGroups ?? cluster?.VpcSecurityGroupIds,
          // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html (PubliclyAccessible)
          publicIpv4: asBoolean(p.PubliclyAccessible) ?? 'if the VPC has an internet gateway',
          ipv6: p.NetworkType === 'DUAL',
          spread: asBoolean(p.MultiAZ) === true ? 2 : 1,
        },
      ];
    },
    'AWS::RDS::DBCluster': (p) => [
      {
        subnets: rdsSubnets(p.DBSubnetGroupName),
        groups: p.VpcSecurityGroupIds,
        publicIpv4: asBoolean(p.PubliclyAccessible) ?? false,
        ipv6: p.NetworkType === 'DUAL',
        // A Multi-AZ DB cluster has a writer and two readers in three zones; Aurora's instances say their own.
        spread: p.DBClusterInstanceClass === undefined ? 1 : 3,
      },
    ],
    'AWS::RDS::DBProxy': (p) => [
      { subnets: p.VpcSubnetIds, groups: p.VpcSecurityGroupIds, publicIpv4: false, ipv6: false },
    ],
    'AWS::ElastiCache::ReplicationGroup': (p) => [
      {
        subnets: inGroup(p.CacheSubnetGroupName, 'AWS::ElastiCache::SubnetGroup'),
        groups: p.SecurityGroupIds,
        publicIpv4: false,
        ipv6: p.NetworkType === 'dual_stack',
        spread: asBoolean(p.MultiAZEnabled) === true ? 2 : 1,
      },
    ],
    'AWS::ElastiCache::CacheCluster': (p) => [
      {
        subnets: inGroup(p.CacheSubnetGroupName, 'AWS::ElastiCache::SubnetGroup'),
        groups: p.VpcSecurityGroupIds,
        publicIpv4: false,
        ipv6: p.NetworkType === 'dual_stack',
        spread: p.AZMode === 'cross-az' ? 2 : 1,
      },
    ],
    'AWS::ElastiCache::ServerlessCache': (p) => [
      { subnets: p.SubnetIds, groups: p.SecurityGroupIds, publicIpv4: false, ipv6: false },
    ],
    'AWS::MemoryDB::Cluster': (p) => [
      {
        subnets: inGroup(p.SubnetGroupName, 'AWS::MemoryDB::SubnetGroup'),
        groups: p.SecurityGroupIds,
        publicIpv4: false,
        ipv6: false,
        // One replica by default: https://docs.aws.amazon.com/memorydb/latest/devguide/autofailover.html
        spread: (asNumber(p.NumReplicasPerShard) ?? 1) + 1,
      },
    ],
  };
}
