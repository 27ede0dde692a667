import type { RecordSet, Zone } from './model';
import { isWithin, parentName } from './names';

/** The records of a zone for a name. */
export type Found =
  /** Records of any type, of the name or of a wildcard that covers it. */
  | { readonly kind: 'records'; readonly records: readonly RecordSet[]; readonly wildcard?: string }
  /** A parent of the name is delegated to other name servers. */
  | { readonly kind: 'delegated'; readonly cut: string; readonly records: readonly RecordSet[] }
  /** An empty non-terminal: only names below it have records. Also the apex, which always has NS and SOA. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'missing' };

/**
 * Looks up a canonical name in a zone: first delegations, then the name itself, then the wildcard of the closest name
 * that exists. A wildcard does not cover a name that exists with any type (RFC 4592, section 2.2.1).
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
  // NS records have no wildcards.
  // https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html
  const covering = recordsAt(zone, wildcard).filter((record) => record.type !== 'NS');
  return covering.length > 0 ? { kind: 'records', records: covering, wildcard } : { kind: 'missing' };
}

function delegation(zone: Zone, name: string, type: string): Found | undefined {
  // A private zone cannot delegate. Of several delegations, the topmost one counts.
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
