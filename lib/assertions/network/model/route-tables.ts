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
import {
  asList,
  asText,
  conditionDoubt,
  describe,
  reference,
  target,
  Undecided,
} from '../../templates/properties';

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
  const vpcOfTable = (table: RouteTable) => {
    const resource = target(templates, table.resource?.properties.VpcId, 'AWS::EC2::VPC');
    return resource && vpcs.get(resource);
  };

  const everyTable = [...tables.values()];
  /** The tables that a value may refer to, and why that is not certain. */
  const tablesOf = (value: Json | undefined): [readonly RouteTable[], string | undefined] => {
    const found = reference(templates, value, 'AWS::EC2::RouteTable');
    if (found instanceof Undecided) return [everyTable, found.reason];
    const table = found && tables.get(found);
    return [table ? [table] : [], undefined];
  };
  for (const resource of templates.ofType('AWS::EC2::Route')) {
    const [into, doubt] = tablesOf(resource.properties.RouteTableId);
    for (const table of into)
      routes.get(table)?.push(...readRoute(templates, reader, resource, targets, doubt));
  }
  // Static routes stand before propagated ones: of equal prefixes the static route wins. A propagated route never wins
  // over the local route, however specific it is.
  for (const resource of templates.ofType('AWS::EC2::VPNGatewayRoutePropagation')) {
    const { properties, path } = resource;
    const gateway = reference(templates, properties.VpnGatewayId, 'AWS::EC2::VPNGateway');
    const to = gateway && !(gateway instanceof Undecided) ? targets.vpnGateways.get(gateway) : undefined;
    for (const [into, stray] of asList(properties.RouteTableIds).map(tablesOf)) {
      for (const table of into) {
        const doubt = conditionDoubt(resource) ?? stray;
        if (to) {
          routes.get(table)?.push(...propagated(to, vpcOfTable(table), doubt));
          (table.propagating as Gateway[]).push(to);
        }
        if (gateway instanceof Undecided)
          routes.get(table)?.push(unreadRoute(resource, `that ${path} propagates`));
      }
    }
  }
  // A route server propagates what its BGP peers advertise.
  // https://docs.aws.amazon.com/vpc/latest/userguide/dynamic-routing-route-server.html
  for (const resource of templates.ofType('AWS::EC2::RouteServerPropagation')) {
    for (const table of tablesOf(resource.properties.RouteTableId)[0]) {
      routes.get(table)?.push(unreadRoute(resource, `that ${resource.path} propagates`));
    }
  }
  for (const [table, found] of routes) {
    const local: Route[] = vpcOfTable(table)?.mainRouteTable.routes.slice() ?? [];
    const length = ({ destination }: Route) => (destination ? prefixLength(destination) : 129);
    (table.routes as Route[]).push(...[...found, ...local].sort((a, b) => length(b) - length(a)));
  }
  for (const endpoint of targets.endpoints) {
    if (endpoint.kind !== 'gateway') continue;
    for (const [into, stray] of asList(endpoint.resource?.properties.RouteTableIds).map(tablesOf)) {
      for (const table of into) {
        const one = stray === undefined ? endpoint : { ...endpoint, doubt: stray };
        (table.gatewayEndpoints as Endpoint[]).push(one);
      }
    }
  }
}

/** A route of which it is not known what it matches. */
const unreadRoute = (resource: Resource, text: string): Route => ({
  path: resource.path,
  resource,
  text,
  target: {
    kind: 'other',
    to: { path: resource.path, doubt: `what ${resource.path} propagates is not known` },
  },
});

/** One route for each prefix that it matches: several for a prefix list. */
function readRoute(
  templates: Templates,
  reader: AddressReader,
  resource: Resource,
  targets: Targets,
  doubt: string | undefined,
): readonly Route[] {
  const { properties } = resource;
  const { DestinationCidrBlock, DestinationIpv6CidrBlock, DestinationPrefixListId } = properties;
  const route = {
    path: resource.path,
    resource,
    text: describe(DestinationCidrBlock ?? DestinationIpv6CidrBlock ?? DestinationPrefixListId),
    target: readTarget(templates, resource, targets),
    doubt: conditionDoubt(resource) ?? doubt,
  };
  const destination =
    DestinationPrefixListId === undefined
      ? reader.read(DestinationCidrBlock ?? DestinationIpv6CidrBlock)
      : reader.prefixList(DestinationPrefixListId);
  return destination ? destination.map((range) => ({ ...route, destination: [range] })) : [route];
}

function readTarget(templates: Templates, { properties, path }: Resource, targets: Targets): Target {
  const open = TARGET_PROPERTIES.find(
    (property) =>
      asText(properties[property]) instanceof Undecided && !templates.reference(properties[property]),
  );
  if (open !== undefined) {
    const name = describe(properties[open]);
    return {
      kind: 'other',
      to: { path: name, doubt: `${open} ${name} of ${path} is not known before deployment` },
    };
  }
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

function propagated(to: Gateway, vpc: Vpc | undefined, doubt: string | undefined): readonly Route[] {
  const route = {
    path: to.path,
    resource: to.resource,
    target: { kind: 'virtual private gateway', to },
    doubt,
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
