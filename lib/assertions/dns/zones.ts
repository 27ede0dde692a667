import { Templates, type Json, type Resource } from '../templates';
import type { Alias, Coordinates, Policy, RecordSet, Zone } from './model';
import { canonicalName, isWithin } from './names';

type Properties = Readonly<Record<string, Json>>;

const isRecord = (value: Json | undefined): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: Json | undefined): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
/** The text of a required property. A property without text is unknown. */
const required = (value: Json | undefined): string => text(value) ?? '⟨?no text⟩';
const list = (value: Json | undefined): readonly Json[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];
// CloudFormation accepts "60" for 60 and "true" for true.
const number = (value: Json | undefined): number | undefined => {
  const parsed = typeof value === 'string' ? Number(value) : value;
  return typeof parsed === 'number' && Number.isFinite(parsed) ? parsed : undefined;
};
export const isTrue = (value: Json | undefined): boolean => value === true || value === 'true';

/** The hosted zones of the templates, and other zones to which the templates add records, with their records. */
export function readZones(templates: Templates): readonly Zone[] {
  const defined = templates
    .ofType('AWS::Route53::HostedZone')
    .map((resource) => hostedZone(templates, resource));
  // Cloud Map creates a zone for a DNS namespace. Instances that register add records.
  const namespaces = ['Private', 'Public'].flatMap((kind) =>
    templates.ofType(`AWS::ServiceDiscovery::${kind}DnsNamespace`).map((resource) => ({
      id: resource.path,
      name: resolvedName(templates, resource.properties.Name),
      vpcs: kind === 'Private' ? [required(resource.properties.Vpc)] : undefined,
      external: true,
      resource,
      opaque: `AWS Cloud Map fills ${resource.path} as instances register`,
    })),
  );
  const zones = new Map<string, Omit<Zone, 'records'> & { records: RecordSet[] }>();
  for (const zone of [...defined, ...namespaces]) zones.set(zone.id, { ...zone, records: [] });
  for (const { properties, resource, path } of recordSets(templates)) {
    const record = recordSet(templates, resource, path, properties);
    const { HostedZoneId: id, HostedZoneName: name } = properties;
    // A record with an unknown zone is undecided in each zone that fits its name.
    const open = Templates.unknown(id ?? name);
    if (open !== undefined) {
      for (const zone of defined) {
        const fits = !zone.name || record.name === undefined || isWithin(record.name, zone.name);
        if (fits) zones.get(zone.id)?.records.push({ ...record, undecided: `the zone of ${path}: ${open}` });
      }
    }
    const zone =
      defined.find((candidate) =>
        id === undefined
          ? candidate.name !== undefined && candidate.name === resolvedName(templates, name)
          : candidate.resource === templates.reference(id)?.resource,
      ) ?? externalZone(templates, id, name);
    const entry = zones.get(zone.id) ?? { ...zone, records: [] };
    entry.records.push(record);
    zones.set(zone.id, entry);
  }
  return [...zones.values()];
}

/** Merges public zones of the same name. */
export function together(zones: readonly Zone[]): readonly Zone[] {
  const isTwin = (zone: Zone, other: Zone) =>
    zone.name !== undefined && zone.name === other.name && !(zone.vpcs ?? other.vpcs);
  return zones.flatMap((zone, index) => {
    if (zones.slice(0, index).some((other) => isTwin(zone, other))) return [];
    const twins = zones.slice(index + 1).filter((other) => isTwin(zone, other));
    const all = [zone, ...twins];
    return {
      ...zone,
      id: all.map(({ id }) => id).join(' and '),
      external: all.some(({ external }) => external),
      opaque: all.find(({ opaque }) => opaque !== undefined)?.opaque,
      records: all.flatMap(({ records }) => records),
    };
  });
}

function hostedZone(templates: Templates, resource: Resource): Omit<Zone, 'records'> {
  const vpcs = list(resource.properties.VPCs).map((vpc) => required(isRecord(vpc) ? vpc.VPCId : vpc));
  const open =
    typeof resource.properties.VPCs === 'string' ? Templates.unknown(resource.properties.VPCs) : undefined;
  return {
    id: resource.path,
    name: resolvedName(templates, resource.properties.Name),
    vpcs: vpcs.length > 0 && open === undefined ? vpcs : undefined,
    external: false,
    resource,
    opaque:
      resource.undecidedCondition !== undefined
        ? `${resource.path} exists only if ${resource.undecidedCondition} is true`
        : open && `whether ${resource.path} is private: ${open}`,
  };
}

function externalZone(
  templates: Templates,
  id: Json | undefined,
  name: Json | undefined,
): Omit<Zone, 'records'> {
  const resolved = resolvedName(templates, name);
  return { id: text(id) ?? `zone ${resolved ?? 'without a name'}`, name: resolved, external: true };
}

/** All record sets, also those in record set groups, with the properties of the group. */
function recordSets(templates: Templates) {
  const single = templates
    .ofType('AWS::Route53::RecordSet')
    .map((resource) => ({ resource, path: resource.path, properties: resource.properties }));
  const grouped = templates.ofType('AWS::Route53::RecordSetGroup').flatMap((resource) => {
    const { HostedZoneId, HostedZoneName, RecordSets } = resource.properties;
    const zone: Record<string, Json> = {
      ...(HostedZoneId !== undefined && { HostedZoneId }),
      ...(HostedZoneName !== undefined && { HostedZoneName }),
    };
    return list(RecordSets).map((properties, index) => ({
      resource,
      path: `${resource.path}[${index}]`,
      properties: { ...zone, ...(isRecord(properties) ? properties : {}) },
    }));
  });
  return [...single, ...grouped, ...delegations(templates)];
}

/**
 * The NS records that CDK's CrossAccountZoneDelegationRecord writes into the parent zone by a custom resource.
 * https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_route53.CrossAccountZoneDelegationRecord.html
 */
function delegations(templates: Templates) {
  return templates.ofType('Custom::CrossAccountZoneDelegation').map((resource) => {
    const { ParentZoneId, ParentZoneName, DelegatedZoneName, DelegatedZoneNameServers, TTL } =
      resource.properties;
    const written: Record<string, Json | undefined> = {
      HostedZoneId: ParentZoneId,
      HostedZoneName: ParentZoneId === undefined ? ParentZoneName : undefined,
      Name: DelegatedZoneName,
      Type: 'NS',
      TTL: TTL ?? 172_800,
      ResourceRecords: DelegatedZoneNameServers,
    };
    const properties = Object.fromEntries(
      Object.entries(written).filter((entry): entry is [string, Json] => entry[1] !== undefined),
    );
    return { resource, path: resource.path, properties };
  });
}

/** Why a record is undecided. Its name and its health are checked elsewhere. */
function undecided(resource: Resource, path: string, properties: Properties): string | undefined {
  if (resource.undecidedCondition !== undefined)
    return `${path} exists only if ${resource.undecidedCondition} is true`;
  const elsewhere = ['Name', 'HealthCheckId', 'HostedZoneId', 'HostedZoneName'];
  const own = Object.entries(properties).filter(([name]) => !elsewhere.includes(name));
  const why = Templates.unknown(Object.fromEntries(own));
  return why === undefined ? undefined : `what ${path} has is not known: ${why}`;
}

function recordSet(
  templates: Templates,
  resource: Resource,
  path: string,
  properties: Properties,
): RecordSet {
  const { AliasTarget } = properties;
  const alias: Alias | undefined = isRecord(AliasTarget)
    ? {
        dnsName: resolvedName(templates, AliasTarget.DNSName) ?? required(AliasTarget.DNSName),
        hostedZoneId: required(AliasTarget.HostedZoneId),
        evaluateTargetHealth: isTrue(AliasTarget.EvaluateTargetHealth),
      }
    : undefined;
  return {
    path,
    resource,
    properties,
    undecided: undecided(resource, path, properties),
    name: resolvedName(templates, properties.Name),
    type: required(properties.Type).toUpperCase(),
    ttl: number(properties.TTL),
    values: list(properties.ResourceRecords).map(required),
    alias,
    healthCheck: text(properties.HealthCheckId),
    setIdentifier: text(properties.SetIdentifier),
    policy: policyOf(properties),
  };
}

function policyOf(properties: Properties): Policy {
  const { Weight, Failover, Region, GeoLocation, GeoProximityLocation, CidrRoutingConfig } = properties;
  if (Weight !== undefined) return { kind: 'weighted', weight: number(Weight) };
  if (Failover !== undefined) return { kind: 'failover', role: required(Failover) };
  if (Region !== undefined) return { kind: 'latency', region: required(Region) };
  if (isRecord(GeoLocation)) {
    return {
      kind: 'geolocation',
      continent: text(GeoLocation.ContinentCode),
      country: text(GeoLocation.CountryCode),
      subdivision: text(GeoLocation.SubdivisionCode),
    };
  }
  if (isRecord(GeoProximityLocation)) {
    return {
      kind: 'geoproximity',
      place: text(GeoProximityLocation.AWSRegion) ?? text(GeoProximityLocation.LocalZoneGroup),
      coordinates: coordinatesOf(GeoProximityLocation.Coordinates),
      // An unresolved bias is not the same as no bias.
      bias: GeoProximityLocation.Bias === undefined ? 0 : (number(GeoProximityLocation.Bias) ?? NaN),
    };
  }
  if (isRecord(CidrRoutingConfig)) {
    return {
      kind: 'ip-based',
      collection: required(CidrRoutingConfig.CollectionId),
      location: required(CidrRoutingConfig.LocationName),
    };
  }
  return { kind: isTrue(properties.MultiValueAnswer) ? 'multivalue' : 'simple' };
}

function coordinatesOf(value: Json | undefined): Coordinates | undefined {
  if (!isRecord(value)) return undefined;
  const [latitude, longitude] = [number(value.Latitude), number(value.Longitude)];
  return latitude === undefined || longitude === undefined ? undefined : { latitude, longitude };
}

/** A canonical name. Undefined, if it is known only after deployment. Ref of a record set returns its name. */
function resolvedName(
  templates: Templates,
  value: Json | undefined,
  seen: readonly Resource[] = [],
): string | undefined {
  const target = templates.reference(value);
  if (target && target.attribute === undefined && !seen.includes(target.resource)) {
    if (target.resource.type === 'AWS::Route53::RecordSet') {
      return resolvedName(templates, target.resource.properties.Name, [...seen, target.resource]);
    }
  }
  return typeof value === 'string' && value !== '' && !value.includes('⟨') ? canonicalName(value) : undefined;
}
