import { refusal, type NamedRecord } from './zone-record';

/**
 * Checks that the records of a zone do not contradict each other. Route 53 refuses most contradictions during deployment, and
 * accepts some that never work. Throws `InvalidValue` for the first record that contradicts another one.
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
      throw refusal(
        record,
        'CNAME',
        'an alias: the zone apex has NS and SOA records, and a CNAME allows no other record',
      );
    }
    const beside = at(key).find((other) => other.record.type !== type);
    if (type === 'CNAME' && beside) {
      throw refusal(record, 'CNAME', `no other record of the name, which also has ${beside.record.type}`);
    }
    if (type === 'NS' && (key === '@' || key.startsWith('*'))) {
      throw refusal(record, 'NS', 'the name of a subdomain: Route 53 creates the NS record of the zone');
    }
    const cut = delegated.find((above) => key.endsWith(`.${above}`) || (key === above && type !== 'NS'));
    if (cut !== undefined) {
      throw refusal(record, type, `no record at or below ${cut}, which is delegated to other name servers`);
    }
    checkTargets(records, { key, record }, zoneName);
  }
}

/** RFC 2181, section 10.3: the host in an MX, NS or SRV record must not be a CNAME. */
function checkTargets(
  records: readonly NamedRecord[],
  { record }: NamedRecord,
  zoneName: string | undefined,
): void {
  if (zoneName === undefined || !('values' in record) || !['MX', 'NS', 'SRV'].includes(record.type)) return;
  const cnames = records
    .filter((other) => other.record.type === 'CNAME')
    .map(({ key }) => `${key}.${zoneName}.`);
  const host = record.values.find((value) => cnames.includes(lastWord(value)));
  if (host !== undefined) {
    throw refusal(
      record,
      host,
      `a host with A or AAAA records: this one is a CNAME, which ${record.type} must not name`,
    );
  }
}

const lastWord = (value: string) => value.toLowerCase().replace(/^.*\s/, '');
