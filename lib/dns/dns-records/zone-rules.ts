import { refusal, type NamedRecord } from './zone-record';

/**
 * What the records of a zone must be to each other. Route 53 refuses most of it, but only once the deployment has come
 * that far; the rest would be accepted and never work.
 * Throws `InvalidValue` for the first record that is at odds with the others.
 */
export function checkZone(records: readonly NamedRecord[], zoneName: string | undefined): void {
  const at = (key: string) => records.filter((other) => other.key === key);
  const delegated = records.filter(({ record }) => record.type === 'NS').map(({ key }) => key);

  for (const { key, record } of records) {
    const { type } = record;
    if (at(key).filter((other) => other.record.type === type).length > 1) {
      throw refusal(record, `${type} twice`, 'one record for a name and type, with all of its values');
    }
    if (type === 'CNAME' && key === '@') {
      throw refusal(record, 'CNAME', 'an alias: the zone itself has NS and SOA records, which bear no CNAME');
    }
    const beside = at(key).find((other) => other.record.type !== type);
    if (type === 'CNAME' && beside) {
      throw refusal(record, 'CNAME', `no other record of the name, which has ${beside.record.type} too`);
    }
    if (type === 'NS' && (key === '@' || key.startsWith('*'))) {
      throw refusal(
        record,
        'NS',
        'a subdomain that is delegated; the NS record of the zone is made by Route 53',
      );
    }
    const cut = delegated.find((above) => key.endsWith(`.${above}`) || (key === above && type !== 'NS'));
    if (cut !== undefined) {
      throw refusal(record, type, `nothing at or below ${cut}, whose own name servers answer for it`);
    }
    checkTargets(records, { key, record }, zoneName);
  }
}

/** RFC 2181, section 10.3: what these name must have addresses of its own. */
function checkTargets(
  records: readonly NamedRecord[],
  { record }: NamedRecord,
  zoneName: string | undefined,
): void {
  if (zoneName === undefined || !('values' in record) || !['MX', 'NS', 'SRV'].includes(record.type)) return;
  const cnames = records
    .filter((other) => other.record.type === 'CNAME')
    .map(({ key }) => `${key}.${zoneName}.`);
  const host = record.values.find((value) => cnames.includes(value.split(' ').at(-1)?.toLowerCase() ?? ''));
  if (host !== undefined) {
    throw refusal(
      record,
      host,
      `a host with addresses of its own: that one is a CNAME, which ${record.type} must not name`,
    );
  }
}
