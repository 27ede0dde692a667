import type { Json, Resource, Templates } from '../../templates';
import { AddressReader } from './address-reader';
import type {
  GatewayRouteTable,
  Endpoint,
  EndpointService,
  Gateway,
  GatewayLoadBalancer,
  NetworkInterface,
  Peering,
  RouteTable,
  Subnet,
  TransitGateway,
  Vpc,
} from './components';
import { readEndpointServices } from './endpoint-services';
import { readEndpoints } from './endpoints';
import { readGatewayLoadBalancers } from './gateway-load-balancers';
import { readGatewayRouteTables } from './gateway-route-tables';
import { readGateways, attachmentTo } from './gateways';
import { readInterfaces } from './interface-owners';
import { readNatGateways } from './nat-gateways';
import { readAcls } from './network-acls';
import type { InterfaceContext } from './network-interfaces';
import {
  asText,
  conditionDoubt,
  each,
  groupBy,
  reference,
  target,
  Undecided,
  type Trilean,
} from '../../templates/properties';
import { fillRouteTables } from './route-tables';
import { SecurityGroups } from './security-groups';
import { readSubnets } from './subnets';
import { readTransitGateways } from './transit-gateways';
import { readVpcs, vpcOf } from './vpcs';
import { readVpns } from './vpn-connections';

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
  readonly gatewayRouteTables: ReadonlyMap<Resource, GatewayRouteTable>;
  readonly interfaces: readonly NetworkInterface[];
  readonly interfacesOf: ReadonlyMap<Resource, readonly NetworkInterface[]>;
  /** Resources that change what internet gateways let through, and are not modelled. */
  readonly internetAccessDoubts: readonly Resource[];
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
  const reader = new AddressReader(templates);
  const groups = new SecurityGroups(templates, reader);
  const acls = readAcls(templates, reader);
  const vpcs = readVpcs(templates, reader, acls);
  const vpns = readVpns(templates, reader, advertised);
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
      groupReferencing: isInOneRegion(templates, resource),
    };
  });

  const tables = each(templates, ['AWS::EC2::RouteTable'], (resource): RouteTable => ({
    path: resource.path,
    resource,
    doubt: conditionDoubt(resource) ?? openVpc(templates, resource),
    routes: [],
    gatewayEndpoints: [],
    propagating: [],
  }));
  const subnets = readSubnets(templates, reader, vpcs, tables, acls);
  const context: InterfaceContext = {
    templates,
    reader,
    groups,
    subnets,
    hasInternetGateway: (vpc) => attachmentTo(internetGateways.values(), vpc),
  };
  const nats = readNatGateways(context, vpcs);
  const transitGateways = readTransitGateways(templates, reader, vpcs, subnets, vpns);
  const endpoints = readEndpoints(context, vpcs);
  fillRouteTables(templates, reader, tables, vpcs, {
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
  const gatewayRouteTables = readGatewayRouteTables(templates, tables, subnets.values(), [
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
    gatewayRouteTables: gatewayRouteTables.known,
    interfaces,
    interfacesOf,
    found: new Map(),
    internetAccessDoubts: [
      ...gatewayRouteTables.unknown,
      ...templates.ofType('AWS::EC2::VPCBlockPublicAccessOptions'),
    ],
  };
}

/** Why it is not known whose local routes a route table has. */
function openVpc(templates: Templates, { properties }: Resource): string | undefined {
  const vpc = reference(templates, properties.VpcId, 'AWS::EC2::VPC');
  return vpc instanceof Undecided ? vpc.reason : undefined;
}

/**
 * Rules cannot reference security groups of a peer VPC in another Region.
 * https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-security-groups.html
 */
function isInOneRegion(templates: Templates, { properties, region }: Resource): Trilean {
  const peer = asText(properties.PeerRegion);
  const [own, other] = [properties.VpcId, properties.PeerVpcId].map(
    (id) => target(templates, id, 'AWS::EC2::VPC')?.region ?? region,
  );
  if (peer === undefined) return own === other;
  if (peer instanceof Undecided) return 'doubt';
  return own === undefined ? (other === own ? 'doubt' : false) : peer === own;
}
