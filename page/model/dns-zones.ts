import type { Dns } from '../../lib/assertions/dns';
import type { RecordSet, Zone } from '../../lib/assertions/dns/model';
import { aliasResource } from '../../lib/assertions/dns/health';
import { groupBy } from '../../lib/assertions/templates/properties';
import type { Resource, Templates } from '../../lib/assertions/templates';
import type { Element } from './elements';
import { readable, shortName } from './names';
import { typeInfo } from './types';

export interface ZoneBox {
  readonly path: string;
  readonly label: string;
  readonly visibility: 'public' | 'private';
  readonly names: readonly NameBox[];
  /** Health checks that its records use, and those that these consist of. */
  readonly checks: readonly Element[];
}

/** The records of one name and type: Route 53 chooses among them. */
export interface NameBox {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly records: readonly RecordElement[];
}

export interface RecordElement extends Element {
  /** Path of its health check. */
  readonly check?: string;
  /** Path of the resource that it is an alias of. */
  readonly target?: string;
}

/** A zone with more names shows its simple records together, by type. */
const MAX_NAMES = 24;

export function drawZones(templates: Templates, dns: Dns): ZoneBox[] {
  return dns.zones.map((zone) => {
    const groups = groupBy(zone.records, ({ name, type }) => `${name ?? ''} ${type}`);
    const many = groups.size > MAX_NAMES;
    const single = [...groups.values()].filter((records) => many && records.every(isSimple));
    const names = [...groups.values()]
      .filter((records) => !single.includes(records))
      .map((records) => nameBox(templates, zone, records));
    const together = [...groupBy(single.flat(), ({ type }) => type)].map(([type, records]) =>
      togetherBox(zone, type, records),
    );
    return {
      path: zone.id,
      label: zone.name === undefined ? 'name not known' : readable(zone.name),
      visibility: zone.vpcs === undefined ? 'public' : 'private',
      names: [...names, ...together],
      checks: checksOf(templates, zone),
    };
  });
}

const isSimple = ({ policy, healthCheck }: RecordSet): boolean =>
  policy.kind === 'simple' && healthCheck === undefined;

function nameBox(templates: Templates, zone: Zone, records: readonly RecordSet[]): NameBox {
  const [first] = records;
  const name = first?.name === undefined ? 'name not known' : readable(first.name);
  return {
    id: `${zone.id} ${name} ${first?.type ?? ''}`,
    name,
    type: first?.type ?? '',
    records: records.map((record) => recordElement(templates, record)),
  };
}

function recordElement(templates: Templates, record: RecordSet): RecordElement {
  const target = aliasResource(templates, record);
  const check = templates.reference(record.healthCheck)?.resource;
  const to = target
    ? shortName(target.path)
    : record.alias
      ? readable(record.alias.dnsName, templates)
      : readable(record.values.join(', '), templates);
  return {
    id: `record ${record.path}`,
    path: record.path,
    type: 'AWS::Route53::RecordSet',
    label: record.setIdentifier === undefined ? to : readable(record.setIdentifier),
    detail: record.setIdentifier === undefined ? '' : `${policyText(record)}, ${to}`,
    icon: target ? typeInfo(target.type).icon : 'resource/AmazonRoute53RouteTable',
    members: [record.path],
    ...(check && { check: check.path }),
    ...(target && { target: target.path }),
  };
}

/** `weight 90`, `PRIMARY`, `eu-west-1`. */
export function policyText({ policy }: RecordSet): string {
  switch (policy.kind) {
    case 'weighted':
      return `weight ${policy.weight ?? '?'}`;
    case 'failover':
      return policy.role.toLowerCase();
    case 'latency':
      return policy.region;
    case 'geolocation':
      return [policy.continent, policy.country, policy.subdivision]
        .filter((part) => part !== undefined)
        .join(' ');
    case 'geoproximity':
      return `near ${policy.place ?? 'coordinates'}${policy.bias === 0 ? '' : `, bias ${policy.bias}`}`;
    case 'ip-based':
      return `location ${policy.location}`;
    default:
      return policy.kind;
  }
}

function togetherBox(zone: Zone, type: string, records: readonly RecordSet[]): NameBox {
  const [first] = records;
  return {
    id: `${zone.id} all ${type}`,
    name: `${records.length} names`,
    type,
    records: [
      {
        id: `records ${zone.id} ${type}`,
        path: first?.path ?? zone.id,
        type: 'AWS::Route53::RecordSet',
        label: `${records.length} × ${type}`,
        detail: '',
        icon: 'resource/AmazonRoute53RouteTable',
        members: records.map(({ path }) => path),
      },
    ],
  };
}

function checksOf(templates: Templates, zone: Zone): Element[] {
  const found = new Map<string, Resource>();
  const visit = (resource: Resource | undefined) => {
    if (!resource || found.has(resource.path)) return;
    found.set(resource.path, resource);
    for (const used of usedBy(templates, resource)) visit(used);
  };
  for (const { healthCheck } of zone.records) visit(templates.reference(healthCheck)?.resource);
  return [...found.values()].map((resource) => {
    const { name, icon } = typeInfo(resource.type);
    const config = resource.properties.HealthCheckConfig as { readonly Type?: unknown } | undefined;
    return {
      id: `check ${resource.path}`,
      path: resource.path,
      type: resource.type,
      label: shortName(resource.path),
      detail: typeof config?.Type === 'string' ? `${name}, ${config.Type}` : name,
      icon,
      members: [resource.path],
    };
  });
}

/** The health checks that a calculated one consists of, and the alarm that another one follows. */
export function usedBy(templates: Templates, { properties }: Resource): Resource[] {
  const config = properties.HealthCheckConfig;
  if (typeof config !== 'object' || config === null || Array.isArray(config)) return [];
  const children = Array.isArray(config.ChildHealthChecks) ? config.ChildHealthChecks : [];
  const alarm = (config.AlarmIdentifier as { readonly Name?: string } | undefined)?.Name;
  return [...children, alarm].flatMap((value) => templates.reference(value)?.resource ?? []);
}
