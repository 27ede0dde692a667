import type { Json, Resource, Templates } from '../../templates';
import { AddressReader } from './address-reader';
import { isEmpty, prefixLength, subtract } from './addresses';
import type {
  Endpoint,
  Gateway,
  NatGateway,
  Peering,
  Route,
  RouteTable,
  Target,
  TransitGateway,
  Vpc,
} from './components';
import { asList, conditionDoubt, describe, target } from './properties';

/** What routes can lead to. */
export interface Targets {
  readonly internetGateways: ReadonlyMap<Resource, Gateway>;
  readonly vpnGateways: ReadonlyMap<Resource, Gateway>;
  readonly egressOnlyGateways: ReadonlyMap<Resource, Gateway>;
  readonly nats: ReadonlyMap<Resource, NatGateway>;
  readonly transitGateways: ReadonlyMap<Resource, TransitGateway>;
  readonly peerings: ReadonlyMap<Resource, Peering>;
  readonly endpoints: readonly Endpoint[];
}

/**
 * Gives each route table its routes, the one with the longest prefix first.
 * https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html
 */
export function fillRouteTables(
  templates: Templates,
  reader: AddressReader,
  tables: ReadonlyMap<Resource, RouteTable>,
  vpcs: ReadonlyMap<Resource, Vpc>,
  targets: Targets,
): void {
  const routes = new Map<RouteTable, Route[]>([...tables.values()].map((table) => [table, []]));
  const tableOf = (value: Json | undefined) => {
    const resource = target(templates, value, 'AWS::EC2::RouteTable');
    return resource && tables.get(resource);
  };
  const vpcOfTable = (table: RouteTable) => {
    const resource = target(templates, table.resource?.properties.VpcId, 'AWS::EC2::VPC');
    return resource && vpcs.get(resource);
  };

  for (const resource of templates.ofType('AWS::EC2::Route')) {
    const table = tableOf(resource.properties.RouteTableId);
    if (table) routes.get(table)?.push(...readRoute(templates, reader, resource, targets));
  }
  // Statics stand before these: of equal prefixes the static route wins. A propagated route never wins over the
  // local route, however specific it is.
  for (const { properties, undecidedCondition } of templates.ofType('AWS::EC2::VPNGatewayRoutePropagation')) {
    const gateway = target(templates, properties.VpnGatewayId, 'AWS::EC2::VPNGateway');
    const to = gateway && targets.vpnGateways.get(gateway);
    for (const table of asList(properties.RouteTableIds).map(tableOf)) {
      if (!table || !to) continue;
      routes.get(table)?.push(...propagated(to, vpcOfTable(table), undecidedCondition));
      (table.propagating as Gateway[]).push(to);
    }
  }
  for (const [table, found] of routes) {
    const local: Route[] = vpcOfTable(table)?.mainRouteTable.routes.slice() ?? [];
    const length = ({ destination }: Route) => (destination ? prefixLength(destination) : 129);
    (table.routes as Route[]).push(...[...found, ...local].sort((a, b) => length(b) - length(a)));
  }
  for (const endpoint of targets.endpoints) {
    if (endpoint.kind !== 'gateway') continue;
    for (const table of asList(endpoint.resource?.properties.RouteTableIds).map(tableOf)) {
      (table?.gatewayEndpoints as Endpoint[] | undefined)?.push(endpoint);
    }
  }
}

/** One route for each prefix that it matches: several for a prefix list. */
function readRoute(
  templates: Templates,
  reader: AddressReader,
  resource: Resource,
  targets: Targets,
): readonly Route[] {
  const { properties } = resource;
  const { DestinationCidrBlock, DestinationIpv6CidrBlock, DestinationPrefixListId } = properties;
  const route = {
    path: resource.path,
    resource,
    text: describe(DestinationCidrBlock ?? DestinationIpv6CidrBlock ?? DestinationPrefixListId),
    target: readTarget(templates, resource, targets),
    doubt: conditionDoubt(resource),
  };
  const destination =
    DestinationPrefixListId === undefined
      ? reader.read(DestinationCidrBlock ?? DestinationIpv6CidrBlock)
      : reader.prefixList(DestinationPrefixListId);
  return destination ? destination.map((range) => ({ ...route, destination: [range] })) : [route];
}

function readTarget(templates: Templates, { properties, path }: Resource, targets: Targets): Target {
  const to = (property: string) => templates.reference(properties[property])?.resource;
  const at = <T>(known: ReadonlyMap<Resource, T>, property: string): T | undefined => {
    const resource = to(property);
    return resource && known.get(resource);
  };
  const internet = at(targets.internetGateways, 'GatewayId');
  if (internet) return { kind: 'internet gateway', to: internet };
  const vpn = at(targets.vpnGateways, 'GatewayId');
  if (vpn) return { kind: 'virtual private gateway', to: vpn };
  const nat = at(targets.nats, 'NatGatewayId');
  if (nat) return { kind: 'NAT gateway', to: nat };
  const egressOnly = at(targets.egressOnlyGateways, 'EgressOnlyInternetGatewayId');
  if (egressOnly) return { kind: 'egress-only internet gateway', to: egressOnly };
  const peering = at(targets.peerings, 'VpcPeeringConnectionId');
  if (peering) return { kind: 'peering connection', to: peering };
  const endpoint = targets.endpoints.find(({ resource }) => resource && resource === to('VpcEndpointId'));
  if (endpoint?.kind === 'gateway load balancer') {
    return { kind: 'gateway load balancer endpoint', to: endpoint };
  }
  const transit = at(targets.transitGateways, 'TransitGatewayId');
  if (transit) return { kind: 'transit gateway', to: transit };
  if (properties.GatewayId === 'local') return { kind: 'local' };

  const named = TARGET_PROPERTIES.find((property) => properties[property] !== undefined);
  const resource = named === undefined ? undefined : to(named);
  const name = resource?.path ?? describe(named === undefined ? null : properties[named]);
  const doubt = resource
    ? `${resource.type} ${name} forwards what it is sent, in ways that are not modelled`
    : `${named ?? 'the target'} ${name} of ${path} is not in the templates`;
  return { kind: 'other', to: { path: name, resource, doubt } };
}

const TARGET_PROPERTIES = [
  'GatewayId',
  'NatGatewayId',
  'EgressOnlyInternetGatewayId',
  'VpcPeeringConnectionId',
  'TransitGatewayId',
  'InstanceId',
  'NetworkInterfaceId',
  'VpcEndpointId',
  'CarrierGatewayId',
  'LocalGatewayId',
  'CoreNetworkArn',
  'OdbNetworkArn',
];

function propagated(to: Gateway, vpc: Vpc | undefined, condition: string | undefined): readonly Route[] {
  const route = {
    path: to.path,
    resource: to.resource,
    target: { kind: 'virtual private gateway', to },
    doubt: condition === undefined ? undefined : `it is propagated only under condition ${condition}`,
  } as const;
  const known = to.vpns.flatMap(({ prefixes }) =>
    prefixes.map((range) => ({
      ...route,
      text: 'propagated route',
      destination: vpc ? subtract([range], vpc.cidrs) : [range],
    })),
  );
  return known.filter(({ destination }) => !isEmpty(destination));
}
