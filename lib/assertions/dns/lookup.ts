import type { RecordSet, Zone } from './model';
import { isWithin, parentName } from './names';

/** What a zone has at a name. */
export type Found =
  /** Records of any type at the name, or at the wildcard that stands for it. */
  | { readonly kind: 'records'; readonly records: readonly RecordSet[]; readonly wildcard?: string }
  /** A parent of the name is delegated to other name servers. */
  | { readonly kind: 'delegated'; readonly cut: string; readonly records: readonly RecordSet[] }
  /** Nothing at the name, but something below it; or the apex, which always has NS and SOA. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'missing' };

/**
 * Looks a canonical name up in a zone: delegations first, then the name itself, then the wildcard at the closest
 * name that exists. A name that exists with any type at all is not covered by a wildcard (RFC 4592, section 2.2.1).
 */
export function lookUp(zone: Zone, name: string, type: string): Found {
  const cut = delegation(zone, name, type);
  if (cut) return cut;
  const records = recordsAt(zone, name);
  if (records.length > 0) return { kind: 'records', records };
  if (exists(zone, name)) return { kind: 'empty' };
  let closest = parentName(name);
  while (closest !== '' && !exists(zone, closest)) closest = parentName(closest);
  const wildcard = `*.${closest}`;
  // AWS: an asterisk is no wildcard for NS records.
  // https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html
  const covering = recordsAt(zone, wildcard).filter((record) => record.type !== 'NS');
  return covering.length > 0 ? { kind: 'records', records: covering, wildcard } : { kind: 'missing' };
}

function delegation(zone: Zone, name: string, type: string): Found | undefined {
  // A private zone cannot delegate, and what is delegated below the zone is cut off at the topmost NS record.
  // https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html
  if (zone.vpcs !== undefined) return undefined;
  for (let cut = name, topmost: Found | undefined; ; cut = parentName(cut)) {
    if (cut === zone.name || cut === '') return topmost;
    const records = recordsAt(zone, cut).filter((record) => record.type === 'NS');
    // The DS record of a delegation stays with the parent.
    if (records.length > 0 && !(cut === name && type === 'DS')) topmost = { kind: 'delegated', cut, records };
  }
}

function recordsAt(zone: Zone, name: string): readonly RecordSet[] {
  return zone.records.filter((record) => record.name === name);
}

function exists(zone: Zone, name: string): boolean {
  return (
    name === zone.name ||
    zone.records.some((record) => record.name !== undefined && isWithin(record.name, name))
  );
}
