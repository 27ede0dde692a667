import { ipVersion } from '../network/model/addresses';
import { Templates } from '../templates';
import type { RecordSet, Zone } from './model';
import { isWithin } from './names';

/** Properties of a record set that choose a routing policy. A record has at most one of them. */
const POLICIES = ['Weight', 'Failover', 'Region', 'GeoLocation', 'GeoProximityLocation', 'CidrRoutingConfig'];

/**
 * Why Route 53 refuses to create a record, alone or beside the other records of its name. Undefined, if it accepts the
 * record, or if the template leaves that open.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html
 * https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html
 */
export function refusal(zone: Zone, record: RecordSet, others: readonly RecordSet[]): string | undefined {
  const certain = others.filter(({ undecided }) => undecided === undefined);
  const why =
    ofItself(record) ??
    (record.alias ? ofAlias(record) : ofValues(record)) ??
    inZone(zone, record) ??
    (record.undecided === undefined ? beside(record, certain) : undefined);
  return why === undefined ? undefined : `Route 53 refuses ${record.path}: ${why}`;
}

function ofItself({ properties, policy, setIdentifier, type }: RecordSet): string | undefined {
  if (Templates.unknown(properties.SetIdentifier) ?? Templates.unknown(properties.Weight)) return undefined;
  const used = POLICIES.filter((name) => properties[name] !== undefined);
  const all =
    properties.MultiValueAnswer === undefined || policy.kind === 'simple'
      ? used
      : [...used, 'MultiValueAnswer'];
  const [first, second] = all;
  if (second !== undefined) return `${all.join(' and ')} are different routing policies`;
  if (first !== undefined && setIdentifier === undefined) return `${first} needs a SetIdentifier`;
  const isSimple = all.length === 0 && properties.MultiValueAnswer === undefined;
  if (isSimple && setIdentifier !== undefined) return 'a SetIdentifier needs a routing policy';
  // Not the length of symbols, whose values are known only once deployed.
  if (setIdentifier !== undefined && setIdentifier.replaceAll(/⟨[^⟩]*⟩/g, '').length > 128)
    return 'its SetIdentifier is longer than 128 characters';
  if ((type === 'NS' || type === 'SOA') && all.length > 0) return `${type} records have no routing policy`;
  if (policy.kind === 'weighted' && policy.weight !== undefined && !isInteger(policy.weight, 0, 255))
    return `its Weight is ${policy.weight}, expected a whole number from 0 to 255`;
  if (policy.kind === 'geoproximity' && !Number.isNaN(policy.bias) && !isInteger(policy.bias, -99, 99))
    return `its Bias is ${policy.bias}, expected a whole number from -99 to 99`;
  if (policy.kind === 'geolocation' && policy.continent !== undefined && policy.country !== undefined)
    return 'its GeoLocation has a continent and a country';
  if (policy.kind === 'geolocation' && policy.subdivision !== undefined && policy.country === undefined)
    return 'its GeoLocation has a subdivision without a country';
  return undefined;
}

/** https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html */
function ofAlias({ properties, type, policy }: RecordSet): string | undefined {
  if (properties.TTL !== undefined) return 'an alias has no TTL';
  if (properties.ResourceRecords !== undefined) return 'an alias has no ResourceRecords';
  if (policy.kind === 'multivalue') return 'an alias has no MultiValueAnswer';
  return type === 'NS' || type === 'SOA' ? `an alias is never ${type}` : undefined;
}

function ofValues({ properties, type, ttl, values }: RecordSet): string | undefined {
  if (properties.AliasTarget !== undefined) return undefined;
  if (values.length === 0) return 'it has no ResourceRecords and no AliasTarget';
  if (properties.TTL === undefined) return 'it has ResourceRecords and no TTL';
  if (ttl !== undefined && !isInteger(ttl, 0, 2_147_483_647))
    return `its TTL is ${ttl}, expected a whole number from 0 to 2147483647`;
  if (type === 'CNAME' && values.length > 1) return 'a CNAME record has one value';
  const version = { A: 4, AAAA: 6 }[type];
  const odd = version && values.find((value) => !value.includes('⟨') && ipVersion(value.trim()) !== version);
  if (odd === undefined) return undefined;
  return `${odd} is no ${type === 'A' ? 'IPv4' : 'IPv6'} address, which ${type === 'A' ? 'an A' : 'an AAAA'} record takes`;
}

function inZone(zone: Zone, { name, type }: RecordSet): string | undefined {
  if (zone.name === undefined || name === undefined) return undefined;
  if (!isWithin(name, zone.name)) return `${name} is not in zone ${zone.name}`;
  return type === 'CNAME' && name === zone.name ? 'a zone has no CNAME record at its top' : undefined;
}

/** Why the record cannot exist beside the others of its name. */
function beside(record: RecordSet, others: readonly RecordSet[]): string | undefined {
  const { type, policy, setIdentifier } = record;
  const foreign = others.find((other) => other.type !== type && [other.type, type].includes('CNAME'));
  if (foreign) return `a CNAME record stands beside no other, and ${foreign.path} has the same name`;
  const same = others.filter((other) => other !== record && other.type === type);
  const simple = same.find((other) => other.policy.kind === 'simple' && policy.kind === 'simple');
  if (simple) return `${simple.path} is a simple record of the same name and type`;
  const mixed = same.find((other) => other.policy.kind !== policy.kind);
  if (mixed) return `its routing policy is ${policy.kind}, and that of ${mixed.path} is ${mixed.policy.kind}`;
  const twin = same.find((other) => setIdentifier !== undefined && other.setIdentifier === setIdentifier);
  if (twin) return `${twin.path} has the same SetIdentifier`;
  const place = placeOf(record);
  if (place === undefined) return undefined;
  const rival = same.find((other) => placeOf(other) === place);
  return rival && `${rival.path} has the same ${place}`;
}

/** A value that must be unique among the records of a name and type. */
function placeOf({ policy }: RecordSet): string | undefined {
  const text =
    policy.kind === 'failover'
      ? `Failover ${policy.role}`
      : policy.kind === 'latency'
        ? `Region ${policy.region}`
        : policy.kind === 'geolocation'
          ? `GeoLocation ${[policy.continent, policy.country, policy.subdivision].join(' ').trim()}`
          : policy.kind === 'ip-based'
            ? `location ${policy.location} of ${policy.collection}`
            : undefined;
  return text?.includes('⟨?') ? undefined : text;
}

const isInteger = (value: number, least: number, most: number) =>
  Number.isInteger(value) && value >= least && value <= most;
