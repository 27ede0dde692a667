import type { Resource, Templates } from '../../templates';
import { AddressReader } from './address-reader';
import { prefixLength } from './addresses';
import type {
  Attachment,
  Subnet,
  TransitGateway,
  TransitRoute,
  TransitRouteTable,
  Vpc,
  VpnConnection,
} from './components';
import { asBoolean, asList, conditionDoubt, describe, each, target } from './properties';

const VPC_ATTACHMENTS = ['AWS::EC2::TransitGatewayVpcAttachment', 'AWS::EC2::TransitGatewayAttachment'];
const OTHER_ATTACHMENTS = ['AWS::EC2::TransitGatewayPeeringAttachment', 'AWS::EC2::TransitGatewayConnect'];
const TABLE = 'AWS::EC2::TransitGatewayRouteTable';

/**
 * Transit gateways, with what is attached to them and how their route tables route it.
 * https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html
 */
export function readTransitGateways(
  templates: Templates,
  reader: AddressReader,
  vpcs: ReadonlyMap<Resource, Vpc>,
  subnets: ReadonlyMap<Resource, Subnet>,
  vpns: ReadonlyMap<Resource, VpnConnection>,
): ReadonlyMap<Resource, TransitGateway> {
  type Table = TransitRouteTable & { readonly routes: TransitRoute[]; readonly dynamic: Attachment[] };
  const newTable = (path: string, resource?: Resource): Table => ({
    path,
    resource,
    doubt: resource && conditionDoubt(resource),
    routes: [],
    dynamic: [],
  });
  const tables = each(templates, [TABLE], (resource) => newTable(resource.path, resource));
  const defaults = each(templates, ['AWS::EC2::TransitGateway'], (resource) =>
    newTable(`default route table of ${resource.path}`),
  );
  const attachments = new Map<Resource, Attachment>();
  const gateways = each(templates, ['AWS::EC2::TransitGateway'], (resource): TransitGateway => ({
    path: resource.path,
    resource,
    doubt: conditionDoubt(resource),
    attachments: [],
    groupReferencing: resource.properties.SecurityGroupReferencingSupport === 'enable',
  }));

  const associations = new Map<Resource, Resource | undefined>();
  for (const { properties } of templates.ofType('AWS::EC2::TransitGatewayRouteTableAssociation')) {
    const attachment = templates.reference(properties.TransitGatewayAttachmentId)?.resource;
    if (attachment) {
      associations.set(attachment, target(templates, properties.TransitGatewayRouteTableId, TABLE));
    }
  }
  const attach = (resource: Resource, rest: Pick<Attachment, 'kind' | 'vpc' | 'subnets' | 'vpn'>) => {
    const owner = target(templates, resource.properties.TransitGatewayId, 'AWS::EC2::TransitGateway');
    const gateway = owner && gateways.get(owner);
    if (!gateway) return;
    const routeTable = () => {
      const explicit = associations.get(resource);
      if (explicit) return tables.get(explicit);
      if (associations.has(resource)) return newTable('a route table that is not in the templates');
      return owner.properties.DefaultRouteTableAssociation === 'disable' ? undefined : defaults.get(owner);
    };
    const attachment: Attachment = {
      path: resource.path,
      resource,
      doubt: conditionDoubt(resource),
      routeTable,
      ...rest,
    };
    attachments.set(resource, attachment);
    (gateway.attachments as Attachment[]).push(attachment);
    if (owner.properties.DefaultRouteTablePropagation !== 'disable')
      propagate(defaults.get(owner), attachment);
  };
  const propagate = (table: Table | undefined, attachment: Attachment) => {
    const prefixes = attachment.vpc?.cidrs ?? attachment.vpn?.prefixes ?? [];
    for (const range of prefixes) {
      table?.routes.push({
        path: attachment.path,
        resource: attachment.resource,
        destination: [range],
        text: 'propagated route',
        attachment,
      });
    }
    if (attachment.kind === 'other' || attachment.vpn?.dynamic === true) table?.dynamic.push(attachment);
  };

  for (const type of VPC_ATTACHMENTS) {
    for (const resource of templates.ofType(type)) {
      const vpc = target(templates, resource.properties.VpcId, 'AWS::EC2::VPC');
      const inSubnets = asList(resource.properties.SubnetIds).map((id) =>
        target(templates, id, 'AWS::EC2::Subnet'),
      );
      attach(resource, {
        kind: 'VPC',
        vpc: vpc && vpcs.get(vpc),
        subnets: inSubnets.flatMap((subnet) => (subnet && subnets.get(subnet)) ?? []),
      });
    }
  }
  for (const [resource, vpn] of vpns) attach(resource, { kind: 'VPN', vpn, subnets: [] });
  for (const type of OTHER_ATTACHMENTS) {
    for (const resource of templates.ofType(type)) attach(resource, { kind: 'other', subnets: [] });
  }

  for (const { properties } of templates.ofType('AWS::EC2::TransitGatewayRouteTablePropagation')) {
    const [table, attachment] = [
      target(templates, properties.TransitGatewayRouteTableId, TABLE),
      templates.reference(properties.TransitGatewayAttachmentId)?.resource,
    ];
    const known = attachment && attachments.get(attachment);
    if (table && known) propagate(tables.get(table), known);
  }
  const statics = new Map<Table, TransitRoute[]>();
  for (const resource of templates.ofType('AWS::EC2::TransitGatewayRoute')) {
    const { properties } = resource;
    const owner = target(templates, properties.TransitGatewayRouteTableId, TABLE);
    const table = owner && tables.get(owner);
    if (!table) continue;
    const attachment = templates.reference(properties.TransitGatewayAttachmentId)?.resource;
    const destination = reader.read(properties.DestinationCidrBlock);
    const blackhole = asBoolean(properties.Blackhole) === true;
    const route: TransitRoute = {
      path: resource.path,
      resource,
      destination: destination ?? [],
      text: describe(properties.DestinationCidrBlock),
      attachment: blackhole
        ? undefined
        : ((attachment && attachments.get(attachment)) ?? {
            path: describe(properties.TransitGatewayAttachmentId),
            kind: 'other',
            subnets: [],
            routeTable: () => undefined,
          }),
      doubt:
        conditionDoubt(resource) ??
        (destination ? undefined : `the destination of ${resource.path} is not known`),
    };
    statics.set(table, [...(statics.get(table) ?? []), route]);
  }
  // The most specific route first; of equal ones the static route wins.
  for (const table of [...tables.values(), ...defaults.values()]) {
    const all = [...(statics.get(table) ?? []), ...table.routes].map((route) => ({
      route,
      length: route.destination.length === 0 ? 129 : prefixLength(route.destination),
    }));
    all.sort((a, b) => b.length - a.length);
    table.routes.splice(0, table.routes.length, ...all.map(({ route }) => route));
  }
  return gateways;
}
