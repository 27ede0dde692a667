import type { Json, Resource, Templates } from '../templates';
import { AddressBook } from './address-book';
import { NO_ADDRESSES, union } from './addresses';
import type {
  EdgeTable,
  Endpoint,
  EndpointService,
  Gateway,
  GatewayLoadBalancer,
  NatGateway,
  NetworkAcl,
  NetworkInterface,
  Peering,
  RouteTable,
  Subnet,
  TransitGateway,
  Trilean,
  Vpc,
  VpnConnection,
} from './components';
import { endpointServiceOf, readEndpointServices } from './endpoint-services';
import { readEdgeTables, readGatewayLoadBalancers } from './gateway-load-balancers';
import { makeInterfaces, readInterfaces, type InterfaceContext } from './interfaces';
import { readAcls } from './network-acls';
import { fillRouteTables } from './routes';
import { defaultGroupId, SecurityGroups } from './security-groups';
import { readTransitGateways, readVpns } from './transit';
import { asBoolean, asList, asText, conditionDoubt, describe, each, groupBy, target } from './values';

/** Every component of the network that the templates describe, read once. */
export interface Model {
  readonly templates: Templates;
  readonly vpcs: ReadonlyMap<Resource, Vpc>;
  readonly subnets: ReadonlyMap<Resource, Subnet>;
  readonly internetGateways: ReadonlyMap<Resource, Gateway>;
  readonly vpnGateways: ReadonlyMap<Resource, Gateway>;
  readonly peerings: readonly Peering[];
  readonly transitGateways: readonly TransitGateway[];
  readonly endpoints: readonly Endpoint[];
  readonly endpointServices: readonly EndpointService[];
  /** By the endpoint that leads to it. */
  readonly gatewayLoadBalancers: ReadonlyMap<Resource, GatewayLoadBalancer>;
  /** By internet gateway or virtual private gateway. */
  readonly edgeTables: ReadonlyMap<Resource, EdgeTable>;
  readonly interfaces: readonly NetworkInterface[];
  readonly interfacesOf: ReadonlyMap<Resource, readonly NetworkInterface[]>;
  /** Resources that change what internet gateways let through, and are not modelled. */
  readonly edgeDoubts: readonly Resource[];
  /** Resources by the path that they were asked for by: finding them takes longer than most answers. */
  readonly found: Map<string, readonly Resource[]>;
}

export interface ModelOptions {
  /**
   * On-premises prefixes that customer gateways advertise by BGP, by the path of the VPN connection.
   * @default - none are known, so that what depends on them is unknown
   */
  readonly advertised?: Readonly<Record<string, readonly string[]>>;
}

export function readModel(templates: Templates, { advertised = {} }: ModelOptions): Model {
  const book = new AddressBook(templates);
  const groups = new SecurityGroups(templates, book);
  const acls = readAcls(templates, book);
  const vpcs = readVpcs(templates, book, acls);
  const vpns = readVpns(templates, book, advertised);
  const vpnsByGateway = groupBy(vpns.values(), ({ resource }) =>
    target(templates, resource?.properties.VpnGatewayId, 'AWS::EC2::VPNGateway'),
  );
  const internetGateways = readGateways(templates, vpcs, 'InternetGateway');
  const vpnGateways = readGateways(templates, vpcs, 'VPNGateway', vpnsByGateway);
  const egressOnlyGateways = each(templates, ['AWS::EC2::EgressOnlyInternetGateway'], (resource): Gateway => {
    const vpc = vpcOf(templates, vpcs, resource.properties.VpcId);
    const by = { path: resource.path, resource, doubt: conditionDoubt(resource) };
    return { ...by, attachments: [{ vpc, by }], vpns: [] };
  });
  const peerings = each(templates, ['AWS::EC2::VPCPeeringConnection'], (resource): Peering => {
    const side = (value: Json | undefined) => {
      const found = target(templates, value, 'AWS::EC2::VPC');
      return found && vpcs.get(found);
    };
    return {
      path: resource.path,
      resource,
      doubt: conditionDoubt(resource),
      sides: [side(resource.properties.VpcId), side(resource.properties.PeerVpcId)],
    };
  });

  const tables = each(templates, ['AWS::EC2::RouteTable'], (resource): RouteTable => ({
    path: resource.path,
    resource,
    doubt: conditionDoubt(resource),
    routes: [],
    gatewayEndpoints: [],
    propagating: [],
  }));
  const subnets = readSubnets(templates, book, vpcs, tables, acls);
  const context: InterfaceContext = {
    templates,
    book,
    groups,
    subnets,
    hasInternetGateway: (vpc) => attachmentTo(internetGateways.values(), vpc),
  };
  const nats = readNatGateways(context, vpcs);
  const transitGateways = readTransitGateways(templates, book, vpcs, subnets, vpns);
  const endpoints = readEndpoints(context, vpcs);
  fillRouteTables(templates, book, tables, vpcs, {
    internetGateways,
    vpnGateways,
    egressOnlyGateways,
    nats,
    transitGateways,
    peerings,
    endpoints,
  });

  const interfaces = [
    ...readInterfaces(context),
    ...[...nats.values()].flatMap(({ nic }) => nic ?? []),
    ...endpoints.flatMap(({ nics }) => nics),
  ];
  const interfacesOf = groupBy(interfaces, ({ resource }) => resource);
  const edgeTables = readEdgeTables(templates, tables, subnets.values(), [
    ...internetGateways.values(),
    ...vpnGateways.values(),
  ]);
  return {
    templates,
    vpcs,
    subnets,
    internetGateways,
    vpnGateways,
    peerings: [...peerings.values()],
    transitGateways: [...transitGateways.values()],
    endpoints,
    endpointServices: readEndpointServices(templates, interfacesOf),
    gatewayLoadBalancers: readGatewayLoadBalancers(templates, interfacesOf),
    edgeTables: edgeTables.known,
    interfaces,
    interfacesOf,
    found: new Map(),
    edgeDoubts: [...edgeTables.unknown, ...templates.ofType('AWS::EC2::VPCBlockPublicAccessOptions')],
  };
}

function readVpcs(
  templates: Templates,
  book: AddressBook,
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
        : book.read(properties.CidrBlock ?? properties.Ipv6CidrBlock),
    );
    const assigned = extra
      .filter(({ properties }) => asBoolean(properties.AmazonProvidedIpv6CidrBlock) === true)
      .map((_, index) => book.read(`⟨${resource.stack}.${resource.logicalId}.Ipv6CidrBlocks[${index}]⟩`));
    // Subnets lie within their VPC, also where it is not known which block they are cut from.
    const inSubnets = (subnets.get(resource) ?? []).map(({ properties }) =>
      book.read(properties.Ipv6CidrBlock),
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
function vpcOf(templates: Templates, vpcs: ReadonlyMap<Resource, Vpc>, value: Json | undefined): Vpc {
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

function readGateways(
  templates: Templates,
  vpcs: ReadonlyMap<Resource, Vpc>,
  kind: 'InternetGateway' | 'VPNGateway',
  vpns: ReadonlyMap<Resource, readonly VpnConnection[]> = new Map(),
): ReadonlyMap<Resource, Gateway> {
  const type = `AWS::EC2::${kind}`;
  const attachments = groupBy(templates.ofType('AWS::EC2::VPCGatewayAttachment'), ({ properties }) =>
    target(templates, kind === 'VPNGateway' ? properties.VpnGatewayId : properties.InternetGatewayId, type),
  );
  return each(templates, [type], (resource) => ({
    path: resource.path,
    resource,
    doubt: conditionDoubt(resource),
    attachments: (attachments.get(resource) ?? []).map((attachment) => ({
      vpc: vpcOf(templates, vpcs, attachment.properties.VpcId),
      by: { path: attachment.path, resource: attachment, doubt: conditionDoubt(attachment) },
    })),
    vpns: vpns.get(resource) ?? [],
  }));
}

function attachmentTo(gateways: Iterable<Gateway>, vpc: Vpc): Trilean {
  const attachments = [...gateways].flatMap((gateway) => gateway.attachments).filter((a) => a.vpc === vpc);
  if (attachments.length === 0) return vpc.resource ? false : 'doubt';
  return attachments.some(({ by }) => by.doubt === undefined) ? true : 'doubt';
}

function readSubnets(
  templates: Templates,
  book: AddressBook,
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
    const [ipv4, ipv6] = [book.read(properties.CidrBlock), book.read(properties.Ipv6CidrBlock)];
    const unread = [properties.CidrBlock, properties.Ipv6CidrBlock].find(
      (value) => value !== undefined && book.read(value) === undefined,
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

/** https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html */
function readNatGateways(
  context: InterfaceContext,
  vpcs: ReadonlyMap<Resource, Vpc>,
): ReadonlyMap<Resource, NatGateway> {
  const { templates } = context;
  return each(templates, ['AWS::EC2::NatGateway'], (resource): NatGateway => {
    const { properties } = resource;
    const connectivity = properties.ConnectivityType === 'private' ? 'private' : 'public';
    const common = { path: resource.path, resource, doubt: conditionDoubt(resource), connectivity } as const;
    if (properties.AvailabilityMode === 'regional') {
      return { ...common, vpc: vpcOf(templates, vpcs, properties.VpcId) };
    }
    const [nic] = makeInterfaces(context, resource, {
      subnets: properties.SubnetId ?? 'none',
      groups: 'none',
      publicIpv4: connectivity === 'public',
      address: properties.PrivateIpAddress,
      ipv6: false,
      closed: 'a NAT gateway opens no inbound connections',
      plumbing: true,
    });
    return { ...common, nic, vpc: nic?.subnet?.vpc ?? vpcOf(templates, vpcs, properties.VpcId) };
  });
}

const ENDPOINT_KINDS: Readonly<Record<string, Endpoint['kind']>> = {
  Gateway: 'gateway',
  Interface: 'interface',
  GatewayLoadBalancer: 'gateway load balancer',
};

/** https://docs.aws.amazon.com/vpc/latest/privatelink/concepts.html */
function readEndpoints(context: InterfaceContext, vpcs: ReadonlyMap<Resource, Vpc>): readonly Endpoint[] {
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
                plumbing: true,
              }),
      };
    }).values(),
  ];
}
