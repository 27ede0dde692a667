import { brief, compare, ref, resource } from './templates';

const zone = { Zone: resource('AWS::Route53::HostedZone', { Name: 'example.com' }) };
const record = (value: string, more: object = {}) =>
  resource('AWS::Route53::RecordSet', {
    HostedZoneId: ref('Zone'),
    Name: 'www.example.com',
    Type: 'A',
    TTL: 60,
    ResourceRecords: [value],
    ...more,
  });
const failover = (role: string, value: string, check = true) =>
  record(value, { Failover: role, SetIdentifier: role, ...(check && { HealthCheckId: ref('Check') }) });
const check = (path = '/health') =>
  resource('AWS::Route53::HealthCheck', {
    HealthCheckConfig: { Type: 'HTTPS', FullyQualifiedDomainName: 'site.example.net', ResourcePath: path },
  });

describe('changes: names', () => {
  it('shows both answers of a name that answers differently', () => {
    const diff = compare({ ...zone, Www: record('192.0.2.1') }, { ...zone, Www: record('192.0.2.2') });
    expect(diff.verdict).toBe('nothing opens');
    expect(diff.changes).toEqual([
      expect.objectContaining({
        area: 'name',
        effect: 'answers differently',
        subjects: ['www.example.com'],
        what: ['A'],
        objects: ['the internet'],
        before: expect.objectContaining({ answer: 'A 192.0.2.1 (TTL 60)' }) as object,
        after: expect.objectContaining({ answer: 'A 192.0.2.2 (TTL 60)' }) as object,
      }),
    ]);
  });

  it('shows a name that has no answer any more', () => {
    const [change] = compare({ ...zone, Www: record('192.0.2.1') }, zone).changes;
    expect(change?.after.answer).toBe('NXDOMAIN');
  });

  it('finds a failover that only shows while the primary is down', () => {
    const site = (standby: string) => ({
      ...zone,
      Check: check(),
      Primary: failover('PRIMARY', '192.0.2.1'),
      Secondary: failover('SECONDARY', standby, false),
    });
    const diff = compare(site('192.0.2.2'), site('192.0.2.3'));
    expect(brief(diff)).toEqual([
      expect.stringMatching(
        /^answers differently \| www\.example\.com \| A \| the internet \| with Shop\/\w+ down/,
      ),
    ]);
  });

  it('compares the answers for each country', () => {
    const at = (value: string) => ({
      ...zone,
      France: record('192.0.2.1', { GeoLocation: { CountryCode: 'FR' }, SetIdentifier: 'fr' }),
      Elsewhere: record(value, { GeoLocation: { CountryCode: '*' }, SetIdentifier: 'else' }),
    });
    const [change] = compare(at('192.0.2.2'), at('192.0.2.3')).changes;
    expect(change?.objects).toEqual(['the internet, from a place that is not known']);
  });

  it('names the setting of a health check that no query shows', () => {
    const site = (path: string) => ({ ...zone, Check: check(path), Www: failover('PRIMARY', '192.0.2.1') });
    expect(compare(site('/health'), site('/')).changes).toEqual([
      expect.objectContaining({
        effect: 'undecided',
        subjects: ['www.example.com'],
        before: { answer: 'HealthCheckConfig.ResourcePath /health', because: ['Shop/Check'] },
        after: { answer: 'HealthCheckConfig.ResourcePath /', because: ['Shop/Check'] },
      }),
    ]);
  });

  it('says that an answer is not known any more', () => {
    const Parameters = { Address: { Type: 'String' } };
    const diff = compare(
      { ...zone, Www: record('192.0.2.1') },
      { ...zone, Www: record('192.0.2.1', { Name: ref('Address') }) },
      { Parameters },
    );
    expect(diff.verdict).toBe('nothing opens');
    expect(diff.changes[0]).toMatchObject({ effect: 'undecided', after: { answer: 'unknown' } });
  });
});
