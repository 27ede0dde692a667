import type {
  Component,
  Endpoint,
  RouteTable,
  Subnet,
  Vpc,
} from '../../lib/assertions/network/model/components';
import { formatAddresses, onlyVersion } from '../../lib/assertions/network/model/addresses';
import type { Model } from '../../lib/assertions/network/model/model';
import type { Resource } from '../../lib/assertions/templates';
import type { Arrow, Element } from './elements';
import { pathInStack, readable, shortName } from './names';
import { SITE_ICON, typeInfo } from './types';

export interface VpcBox {
  readonly path: string;
  readonly label: string;
  readonly cidr: string;
  /** Availability Zones, a column each. */
  readonly zones: readonly string[];
  readonly tiers: readonly Tier[];
  /** Gateways and endpoints that are in no subnet. */
  readonly edge: readonly Element[];
}

/** Subnets of one kind, a row of the drawing. */
export interface Tier {
  readonly kind: 'public' | 'private' | 'isolated';
  readonly subnets: readonly SubnetBox[];
}

export interface SubnetBox {
  readonly path: string;
  readonly zone: string;
  readonly label: string;
  readonly cidr: string;
  /** What its default route leads to, in words. */
  readonly route: string;
  readonly elements: readonly Element[];
}

/** Stands for the Availability Zone of subnets that leave it open. */
export const UNKNOWN_ZONE = 'AZ not known';
/** A subnet with more elements of one type shows them as one. */
const MAX_OF_A_TYPE = 4;

export function drawVpcs(model: Model): VpcBox[] {
  const inSubnet = elementsBySubnet(model);
  const subnetsOf = new Map<Vpc, Subnet[]>();
  for (const subnet of model.subnets.values()) {
    const known = subnetsOf.get(subnet.vpc);
    if (known) known.push(subnet);
    else subnetsOf.set(subnet.vpc, [subnet]);
  }
  const vpcs = [...new Set([...model.vpcs.values(), ...subnetsOf.keys()])];
  return vpcs.map((vpc): VpcBox => {
    const subnets = subnetsOf.get(vpc) ?? [];
    return {
      path: vpc.path,
      label: vpc.resource ? shortName(vpc.path) : 'not in the templates',
      cidr: addressText(vpc),
      zones: [...new Set(subnets.map(zoneOf))].sort(),
      tiers: tiersOf(subnets, inSubnet),
      edge: edgeOf(model, vpc),
    };
  });
}

const zoneOf = ({ zone }: Subnet): string => zone ?? UNKNOWN_ZONE;

function addressText({ cidrs }: Vpc): string {
  const ipv4 = onlyVersion(cidrs, 4);
  return ipv4.length > 0 ? formatAddresses(ipv4) : 'addresses not known';
}

/** A row for each kind of subnet; where a zone has several of one kind, one row for each name or each in turn. */
function tiersOf(subnets: readonly Subnet[], inSubnet: ReadonlyMap<Resource, readonly Element[]>): Tier[] {
  const rows = new Map<string, { kind: Tier['kind']; subnets: SubnetBox[] }>();
  const seen = new Map<string, number>();
  for (const subnet of subnets) {
    const kind = kindOf(subnet);
    const name = tag(subnet.resource, 'aws-cdk:subnet-name') ?? '';
    const column = `${kind} ${name} ${zoneOf(subnet)}`;
    const turn = seen.get(column) ?? 0;
    seen.set(column, turn + 1);
    const key = `${kind} ${name} ${turn}`;
    const row = rows.get(key) ?? { kind, subnets: [] };
    rows.set(key, row);
    row.subnets.push({
      path: subnet.path,
      zone: zoneOf(subnet),
      label: name === '' ? shortName(subnet.path) : name,
      cidr: subnet.addresses.length > 0 ? formatAddresses(onlyVersion(subnet.addresses, 4)) : '',
      route: routeText(subnet.routeTable),
      elements: inSubnet.get(subnet.resource) ?? [],
    });
  }
  const order = ['public', 'private', 'isolated'];
  return [...rows.values()].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}

function tag({ properties }: Resource, key: string): string | undefined {
  const tags = Array.isArray(properties.Tags) ? properties.Tags : [];
  for (const one of tags) {
    if (typeof one !== 'object' || one === null || Array.isArray(one)) continue;
    if (one.Key === key && typeof one.Value === 'string') return one.Value;
  }
  return undefined;
}

const isDefault = ({ text }: { readonly text: string }) => text === '0.0.0.0/0' || text === '::/0';

/** Public: a default route leads to an internet gateway. Isolated: there is no default route. */
function kindOf({ routeTable }: Subnet): Tier['kind'] {
  const defaults = routeTable.routes.filter(isDefault);
  if (defaults.some(({ target }) => target.kind === 'internet gateway')) return 'public';
  return defaults.length > 0 ? 'private' : 'isolated';
}

function routeText({ routes }: RouteTable): string {
  const defaults = routes.filter(isDefault).map(({ text, target }) => {
    const name = target.kind === 'local' ? '' : ` ${shortName(target.to.path)}`;
    return `${text} to ${target.kind === 'other' ? 'a target that is not modelled' : target.kind}${name}`;
  });
  return defaults.length > 0 ? defaults.join(', ') : 'no default route';
}

export function elementFor(resource: Resource, subnet?: Subnet): Element {
  const { name, icon } = infoOf(resource);
  const label = shortName(resource.path);
  return {
    id: subnet ? `${resource.path} in ${subnet.path}` : resource.path,
    path: resource.path,
    type: resource.type,
    label: SAID_BY_ICON.has(resource.type) ? name : label,
    detail: SAID_BY_ICON.has(resource.type) ? '' : name,
    icon,
    members: [resource.path],
    ...(subnet && { subnet: subnet.path }),
  };
}

/** Types of which a VPC or subnet has one, so that the type is name enough. */
const SAID_BY_ICON = new Set([
  'AWS::EC2::NatGateway',
  'AWS::EC2::InternetGateway',
  'AWS::EC2::EgressOnlyInternetGateway',
  'AWS::EC2::VPNGateway',
  'AWS::EC2::InstanceConnectEndpoint',
]);

function infoOf({ type, properties }: Resource): { readonly name: string; readonly icon: string } {
  if (type === 'AWS::ElasticLoadBalancingV2::LoadBalancer') {
    if (properties.Type === 'network')
      return { name: 'Network Load Balancer', icon: 'resource/ElasticLoadBalancingNetworkLoadBalancer' };
    if (properties.Type === 'gateway')
      return { name: 'Gateway Load Balancer', icon: 'resource/ElasticLoadBalancingGatewayLoadBalancer' };
  }
  return typeInfo(type);
}

const endpointElement = ({ resource, service, path }: Endpoint, subnet?: Subnet): Element | undefined =>
  resource && {
    ...elementFor(resource, subnet),
    label: service.includes('/') ? shortName(service) : readable(service),
    detail: 'VPC endpoint',
    path,
  };

function elementsBySubnet(model: Model): Map<Resource, Element[]> {
  const found = new Map<Resource, Map<string, Element>>();
  const add = (subnet: Subnet | undefined, element: Element | undefined) => {
    if (!subnet || !element) return;
    const all = found.get(subnet.resource) ?? new Map<string, Element>();
    all.set(element.id, element);
    found.set(subnet.resource, all);
  };
  const endpoints = new Map(model.endpoints.map((endpoint) => [endpoint.resource, endpoint]));
  for (const { resource, subnet } of model.interfaces) {
    const endpoint = endpoints.get(resource);
    add(subnet, endpoint ? endpointElement(endpoint, subnet) : elementFor(resource, subnet));
  }
  for (const { attachments } of model.transitGateways) {
    for (const { resource, subnets } of attachments) {
      for (const subnet of subnets) {
        if (resource)
          add(subnet, { ...elementFor(resource, subnet), label: 'Attachment', detail: 'Transit gateway' });
      }
    }
  }
  return new Map([...found].map(([subnet, elements]) => [subnet, merged([...elements.values()])]));
}

/** Many elements of one type become one that stands for them all. */
function merged(elements: readonly Element[]): Element[] {
  const byType = new Map<string, Element[]>();
  for (const element of elements) {
    const known = byType.get(element.type);
    if (known) known.push(element);
    else byType.set(element.type, [element]);
  }
  return [...byType.values()].flatMap((all) => {
    const [first] = all;
    if (!first || all.length <= MAX_OF_A_TYPE) return all;
    return [
      {
        ...first,
        id: `${first.type} in ${first.subnet ?? ''}`,
        label: `${all.length} × ${typeInfo(first.type).name}`,
        detail: '',
        members: all.map(({ path }) => path),
      },
    ];
  });
}

function edgeOf(model: Model, vpc: Vpc): Element[] {
  const attached = (
    gateways: Iterable<{ readonly attachments: readonly { readonly vpc: Vpc }[] } & Component>,
  ) => [...gateways].filter(({ attachments }) => attachments.some((one) => one.vpc === vpc));
  const egressOnly = [...model.subnets.values()].flatMap(({ routeTable }) =>
    routeTable.routes.flatMap(({ target }) =>
      target.kind === 'egress-only internet gateway' && target.to.attachments.some((one) => one.vpc === vpc)
        ? [target.to]
        : [],
    ),
  );
  const regionalNats = [...model.subnets.values()].flatMap(({ routeTable }) =>
    routeTable.routes.flatMap(({ target }) =>
      target.kind === 'NAT gateway' && !target.to.nic && target.to.vpc === vpc ? [target.to] : [],
    ),
  );
  const gateways = [
    ...attached(model.internetGateways.values()),
    ...egressOnly,
    ...regionalNats,
    ...attached(model.vpnGateways.values()),
  ].flatMap(({ resource }) => (resource ? [elementFor(resource)] : []));
  const endpoints = model.endpoints
    .filter((endpoint) => endpoint.vpc === vpc && endpoint.nics.length === 0)
    .flatMap((endpoint) => endpointElement(endpoint) ?? []);
  return [...new Map([...gateways, ...endpoints].map((element) => [element.id, element])).values()];
}

/** Transit gateways, peering connections, VPN connections with their sites, and endpoint services. */
export function drawHub(model: Model): { elements: Element[]; attachments: Arrow[] } {
  const { templates } = model;
  const elements: Element[] = [];
  const attachments: Arrow[] = [];
  const link = (from: string, to: string | undefined, label: string) => {
    if (to !== undefined) attachments.push({ from, to, label, kind: 'use' });
  };
  for (const transit of model.transitGateways) {
    if (transit.resource) elements.push(elementFor(transit.resource));
    for (const { vpc, vpn } of transit.attachments) {
      link(transit.path, vpc?.path, 'attachment');
      if (vpn) link(vpn.path, transit.path, 'attachment');
    }
  }
  for (const peering of model.peerings) {
    if (peering.resource) elements.push(elementFor(peering.resource));
    for (const side of peering.sides) link(peering.path, side?.path, 'peering');
  }
  for (const resource of templates.ofType('AWS::EC2::VPNConnection')) {
    elements.push(elementFor(resource));
    const { CustomerGatewayId, VpnGatewayId } = resource.properties;
    const customer = templates.reference(CustomerGatewayId)?.resource;
    if (customer) {
      elements.push({ ...elementFor(customer), icon: SITE_ICON });
      link(customer.path, resource.path, 'VPN');
    }
    link(resource.path, templates.reference(VpnGatewayId)?.resource.path, 'VPN');
  }
  for (const service of model.endpointServices) {
    if (service.resource) elements.push({ ...elementFor(service.resource), label: shortName(service.path) });
    for (const balancer of service.loadBalancers) link(service.path, balancer.path, 'endpoint service');
    for (const endpoint of model.endpoints)
      if (endpoint.service === service.path) link(endpoint.path, service.path, pathInStack(service.path));
  }
  return { elements: [...new Map(elements.map((one) => [one.id, one])).values()], attachments };
}
