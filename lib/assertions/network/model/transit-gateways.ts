import { Templates, type Json, type Resource } from '../../templates';
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
import {
  asFlag,
  asList,
  asRecord,
  conditionDoubt,
  describe,
  each,
  groupBy,
  isOneOf,
  reference,
  strayDoubt,
  target,
  Undecided,
  type Trilean,
} from '../../templates/properties';
import { vpcOf } from './vpcs';

const VPC_ATTACHMENTS = ['AWS::EC2::TransitGatewayVpcAttachment', 'AWS::EC2::TransitGatewayAttachment'];
const OTHER_ATTACHMENTS = ['AWS::EC2::TransitGatewayPeeringAttachment', 'AWS::EC2::TransitGatewayConnect'];
const TRANSIT_GATEWAY = 'AWS::EC2::TransitGateway';
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
    groupReferencing: isEnabled(resource.properties.SecurityGroupReferencingSupport, false),
  }));

  const associations = groupBy(
    templates.ofType('AWS::EC2::TransitGatewayRouteTableAssociation'),
    ({ properties }) => templates.reference(properties.TransitGatewayAttachmentId)?.resource,
  );
  const strayAssociation = templates
    .ofType('AWS::EC2::TransitGatewayRouteTableAssociation')
    .find(({ properties }) => Templates.unknown(properties.TransitGatewayAttachmentId) !== undefined);
  const attach = (
    resource: Resource,
    rest: Pick<Attachment, 'kind' | 'vpc' | 'subnets' | 'vpn' | 'unreadSubnets'>,
  ) => {
    const owner = reference(templates, resource.properties.TransitGatewayId, TRANSIT_GATEWAY);
    // It may belong to any transit gateway of the templates.
    const owners = owner instanceof Undecided ? [...gateways.keys()] : owner ? [owner] : [];
    for (const one of owners) {
      const gateway = gateways.get(one);
      if (gateway)
        attachTo(gateway, one, resource, owner instanceof Undecided ? owner.reason : undefined, rest);
    }
  };
  const attachTo = (
    gateway: TransitGateway,
    owner: Resource,
    resource: Resource,
    doubt: string | undefined,
    rest: Pick<Attachment, 'kind' | 'vpc' | 'subnets' | 'vpn' | 'unreadSubnets'>,
  ) => {
    const { Options } = resource.properties;
    const attachment: Attachment = {
      path: resource.path,
      resource,
      doubt: conditionDoubt(resource) ?? doubt,
      routeTable: () => associatedTable(resource, owner),
      // Without an option of its own, an attachment has the one of the transit gateway.
      groupReferencing: both(
        gateway.groupReferencing,
        isEnabled(asRecord(Options).SecurityGroupReferencingSupport, true),
      ),
      ...rest,
    };
    attachments.set(resource, attachment);
    (gateway.attachments as Attachment[]).push(attachment);
    const byDefault = isEnabled(owner.properties.DefaultRouteTablePropagation, true);
    if (byDefault !== false) {
      const reason = `DefaultRouteTablePropagation of ${owner.path} is not known before deployment`;
      propagate(defaults.get(owner), attachment, byDefault === 'doubt' ? reason : undefined);
    }
  };
  const associatedTable = (attachment: Resource, owner: Resource): Table | undefined => {
    const [explicit, other] = associations.get(attachment) ?? [];
    const stray = strayAssociation && strayDoubt(strayAssociation);
    if (stray !== undefined) return { ...newTable('a route table'), doubt: stray };
    const byDefault = isEnabled(owner.properties.DefaultRouteTableAssociation, true);
    if (explicit) {
      const table = target(templates, explicit.properties.TransitGatewayRouteTableId, TABLE);
      const doubt =
        conditionDoubt(explicit) ?? (other && `${explicit.path} and ${other.path} exclude each other`);
      const found = table && tables.get(table);
      if (!found)
        return {
          ...newTable('a route table'),
          doubt: `the route table of ${explicit.path} is not in the templates`,
        };
      return doubt === undefined ? found : { ...found, doubt };
    }
    const doubt =
      byDefault === 'doubt'
        ? `DefaultRouteTableAssociation of ${owner.path} is not known before deployment`
        : undefined;
    const found = defaults.get(owner);
    if (doubt !== undefined) return { ...(found ?? newTable('a route table')), doubt };
    return byDefault === true ? found : undefined;
  };
  const propagate = (table: Table | undefined, attachment: Attachment, doubt: string | undefined) => {
    const prefixes = attachment.vpc?.cidrs ?? attachment.vpn?.prefixes ?? [];
    const unread = attachment.vpc
      ? attachment.vpc.mainRouteTable.routes.find(({ destination }) => !destination)
      : attachment.kind === 'VPC'
        ? attachment
        : undefined;
    if (unread) {
      const reason = `not all prefixes that ${attachment.path} propagates are known`;
      table?.routes.push({ ...propagated(attachment), destination: [], doubt: reason });
    }
    for (const range of prefixes) {
      table?.routes.push({ ...propagated(attachment), destination: [range], doubt });
    }
    if (attachment.kind === 'other' || attachment.vpn?.dynamic === true) table?.dynamic.push(attachment);
  };

  for (const type of VPC_ATTACHMENTS) {
    for (const resource of templates.ofType(type)) {
      const vpc = vpcOf(templates, vpcs, resource.properties.VpcId);
      const ids = asList(resource.properties.SubnetIds);
      const inSubnets = ids.flatMap((id) => target(templates, id, 'AWS::EC2::Subnet') ?? []);
      const known = inSubnets.flatMap((subnet) => subnets.get(subnet) ?? []);
      attach(resource, {
        kind: 'VPC',
        vpc,
        subnets: known,
        ...(known.length < ids.length && {
          unreadSubnets: `not all subnets of ${resource.path} are in the templates`,
        }),
      });
    }
  }
  for (const [resource, vpn] of vpns) attach(resource, { kind: 'VPN', vpn, subnets: [] });
  for (const type of OTHER_ATTACHMENTS) {
    for (const resource of templates.ofType(type)) attach(resource, { kind: 'other', subnets: [] });
  }

  const everyTable = [...tables.values(), ...defaults.values()];
  /** The tables that a value may refer to, and why that is not certain. */
  const tablesOf = (value: Json | undefined): [readonly Table[], string | undefined] => {
    const found = reference(templates, value, TABLE);
    if (found instanceof Undecided) return [everyTable, found.reason];
    const table = found && tables.get(found);
    return [table ? [table] : [], undefined];
  };
  for (const resource of templates.ofType('AWS::EC2::TransitGatewayRouteTablePropagation')) {
    const { properties } = resource;
    const [into, doubt] = tablesOf(properties.TransitGatewayRouteTableId);
    const attachment = templates.reference(properties.TransitGatewayAttachmentId)?.resource;
    const known = attachment && attachments.get(attachment);
    const open = Templates.unknown(properties.TransitGatewayAttachmentId);
    for (const table of into) {
      if (known) propagate(table, known, conditionDoubt(resource) ?? doubt);
      else if (open !== undefined) {
        table.routes.push({
          path: resource.path,
          resource,
          destination: [],
          text: 'propagated route',
          doubt: open,
        });
      }
    }
  }
  const statics = new Map<Table, TransitRoute[]>();
  for (const resource of templates.ofType('AWS::EC2::TransitGatewayRoute')) {
    const { properties } = resource;
    const [into, stray] = tablesOf(properties.TransitGatewayRouteTableId);
    const attachment = templates.reference(properties.TransitGatewayAttachmentId)?.resource;
    const destination = reader.read(properties.DestinationCidrBlock);
    const blackhole = asFlag(properties.Blackhole, false);
    const route: TransitRoute = {
      path: resource.path,
      resource,
      destination: destination ?? [],
      text: describe(properties.DestinationCidrBlock),
      attachment:
        blackhole === true
          ? undefined
          : ((attachment && attachments.get(attachment)) ?? {
              path: describe(properties.TransitGatewayAttachmentId),
              kind: 'other',
              subnets: [],
              groupReferencing: 'doubt',
              routeTable: () => undefined,
            }),
      doubt:
        conditionDoubt(resource) ??
        stray ??
        (blackhole === 'doubt'
          ? `Blackhole of ${resource.path} is not known before deployment`
          : undefined) ??
        (destination ? undefined : `the destination of ${resource.path} is not known`),
    };
    for (const table of into) statics.set(table, [...(statics.get(table) ?? []), route]);
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

const propagated = (attachment: Attachment) => ({
  path: attachment.path,
  resource: attachment.resource,
  text: 'propagated route',
  attachment,
});

const isEnabled = (value: Json | undefined, byDefault: boolean): Trilean =>
  isOneOf(value, ['enable'], byDefault);

const both = (one: Trilean, other: Trilean): Trilean =>
  one === false || other === false ? false : one === true && other === true ? true : 'doubt';
