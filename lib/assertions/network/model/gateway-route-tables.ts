import type { Resource, Templates } from '../../templates';
import { covers, type AddressSet } from './addresses';
import type { Component, GatewayRouteTable, Gateway, Route, RouteTable, Subnet } from './components';
import { conditionDoubt, target } from '../../templates/properties';

/**
 * The route tables of gateways. Those of which it is not known which gateway they are for are `unknown`.
 * https://docs.aws.amazon.com/vpc/latest/userguide/gateway-route-tables.html
 */
export function readGatewayRouteTables(
  templates: Templates,
  tables: ReadonlyMap<Resource, RouteTable>,
  subnets: Iterable<Subnet>,
  gateways: readonly Gateway[],
): { readonly known: ReadonlyMap<Resource, GatewayRouteTable>; readonly unknown: readonly Resource[] } {
  const known = new Map<Resource, GatewayRouteTable>();
  const unknown: Resource[] = [];
  const all = [...subnets];
  for (const association of templates.ofType('AWS::EC2::GatewayRouteTableAssociation')) {
    const gateway = templates.reference(association.properties.GatewayId)?.resource;
    const of = gateways.find(({ resource }) => resource !== undefined && resource === gateway);
    const resource = target(templates, association.properties.RouteTableId, 'AWS::EC2::RouteTable');
    const table = resource && tables.get(resource);
    if (!gateway || !of || !table) {
      unknown.push(association);
      continue;
    }
    const whole = all
      .filter(({ vpc }) => of.attachments.some((attachment) => attachment.vpc === vpc))
      .flatMap(({ addresses, vpc }) => [addresses, vpc.cidrs]);
    const refused = table.routes.find((route) => !isGatewayRoute(route, whole));
    const by: Component = {
      path: association.path,
      resource: association,
      doubt:
        conditionDoubt(association) ??
        (refused &&
          `route ${refused.text} of ${table.path} is not one that a gateway's route table can have`),
    };
    known.set(gateway, { table, by });
  }
  return { known, unknown };
}

/** Only the whole of a subnet or of the VPC's block, and only to an endpoint, an interface or the local route. */
function isGatewayRoute({ destination, target: to }: Route, whole: readonly AddressSet[]): boolean {
  if (to.kind === 'local') return true;
  const allowed = to.kind === 'gateway load balancer endpoint' || to.kind === 'other';
  const exact = (blocks: AddressSet) =>
    blocks.some((block) => destination && covers(destination, [block]) && covers([block], destination));
  return allowed && (destination === undefined || whole.some(exact));
}
