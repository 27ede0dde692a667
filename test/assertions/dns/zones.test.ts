import '../../../lib/assertions/dns/matchers';
import { Dns } from '../../../lib/assertions/dns';
import { Templates } from '../../../lib/assertions/templates';
import { alias, dnsOf, loadBalancer, member, record, zone } from './template';

const vpc = { Type: 'AWS::EC2::VPC', Properties: { EnableDnsHostnames: true } };
const inVpc = (id: unknown) => ({ VPCs: [{ VPCId: id, VPCRegion: 'eu-west-3' }] });

describe('dns: names', () => {
  // https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html
  it('are the same in any case, with and without a trailing dot', () => {
    const dns = dnsOf({ Record: record({ Name: 'App.Example.org.' }) });
    expect(dns).toAnswer({ name: 'app.EXAMPLE.org' }, { values: ['192.0.2.1'], ttl: 60 });
    expect(dns).toAnswer({ name: 'app.example.org.' }, { values: ['192.0.2.1'] });
    expect(dns).toAnswer({ name: 'other.example.org' }, { status: 'NXDOMAIN' });
  });

  it('may write characters as octal escapes', () => {
    const dns = dnsOf({
      Record: record({ Name: '\\141pp.example.org' }),
      Any: record({ Name: '\\052.w.example.org' }),
    });
    expect(dns).toAnswer({ name: 'app.example.org' }, { resource: 'Record' });
    expect(dns).toAnswer({ name: 'any.w.example.org' }, { resource: 'Any' });
  });

  it('keep an escaped dot as a character of a label', () => {
    const dns = dnsOf({ Record: record({ Name: 'a\\056b.example.org' }) });
    expect(dns).toAnswer({ name: 'a\\056b.example.org' }, { resource: 'Record' });
    expect(dns).toAnswer({ name: 'a.b.example.org' }, { status: 'NXDOMAIN' });
  });

  it('that are in no zone are refused, with the zones that exist', () => {
    const dns = dnsOf({ Inside: zone('internal', inVpc('vpc-1')) });
    expect(() => dns.query({ name: 'app.example.com' })).toThrow(
      'app.example.com: in no zone. The zones are: example.org (public, App/Zone), internal (private, App/Inside). Private zones are seen only from their VPCs.',
    );
    expect(() => dns.query({ name: 'notexample.org' })).toThrow('in no zone');
    const seen = dnsOf({ Vpc: vpc });
    expect(() => seen.query({ name: 'app.example.com', vpc: 'App/Vpc' })).toThrow(
      /^app.example.com: in no zone. The zones are: example.org \(public, App\/Zone\).$/,
    );
    expect(() => Dns.of(Templates.fromTemplates({ App: { Resources: {} } })).query({ name: 'a.b' })).toThrow(
      'The templates have no hosted zones.',
    );
  });

  it('that Route 53 would refuse to answer are known without a query', () => {
    const dns = dnsOf({ Vpc: vpc, Inside: zone('internal', inVpc({ Ref: 'Vpc' })) });
    expect(['Any.Example.org.', 'example.com', 'db.internal'].map((name) => dns.has(name))).toEqual([
      true,
      false,
      false,
    ]);
    expect(dns.has('db.internal', 'App/Vpc')).toBe(true);
  });

  it.each([
    ['an empty label', { name: 'a..example.org' }, 'name "a..example.org": a label is empty'],
    ['an empty name', { name: '' }, 'name "": a label is empty'],
    ['a label of 64 bytes', { name: `${'a'.repeat(64)}.example.org` }, 'a label is longer than 63 bytes'],
    [
      'a name of more than 255 bytes',
      { name: `${'a.'.repeat(127)}example.org` },
      'it is longer than 255 bytes',
    ],
    ['white space', { name: 'app example.org' }, 'it contains white space'],
    ['an unknown type', { name: 'app.example.org', type: 'ALIAS' }, 'type ALIAS: expected one of A, AAAA,'],
    [
      'an unknown country',
      { name: 'app.example.org', from: { country: 'France' } },
      'from.country France: expected an ISO 3166-1 code',
    ],
    [
      'an unknown continent',
      { name: 'app.example.org', from: { continent: 'EUR' } },
      'from.continent EUR: expected one of AF, AN,',
    ],
    [
      'an incomplete address',
      { name: 'app.example.org', from: { address: '203.0.113' } },
      'from.address 203.0.113: expected an IP address',
    ],
    [
      'a prefix of 33 bits',
      { name: 'app.example.org', from: { address: '203.0.113.0/33' } },
      'expected an IP address or a CIDR block',
    ],
    [
      'an unknown Region',
      { name: 'app.example.org', from: { region: 'paris' } },
      'from.region paris: expected one of af-south-1,',
    ],
    ['a missing resource', { name: 'app.example.org', down: ['Nothing'] }, 'Nothing: no such resource'],
    [
      'a record as the VPC',
      { name: 'app.example.org', vpc: 'App/Record' },
      'vpc App/Record: expected an AWS::EC2::VPC, got AWS::Route53::',
    ],
  ])('that are invalid in a query are refused in one line: %s', (_, query, message) => {
    const dns = dnsOf({ Record: record({}) });
    expect(() => dns.query(query)).toThrow(message);
  });

  it('that are known only once deployed make the answer unknown if they could match', () => {
    const Parameters = { Name: { Type: 'String' } };
    const dns = dnsOf({ Named: record({}), Unnamed: record({ Name: { Ref: 'Name' } }) }, {}, { Parameters });
    expect(dns.query({ name: 'other.example.org' })).toMatchObject({ status: 'unknown' });
    expect(dns.query({ name: 'app.example.org', type: 'TXT' })).toMatchObject({ status: 'unknown' });
    expect(String(dns.query({ name: 'other.example.org' }))).toContain(
      'the name of App/Unnamed is known only once',
    );
    expect(dns).toAnswer({ name: 'app.example.org' }, { values: ['192.0.2.1'] });
  });

  it('that are known only once deployed may join a record group or hide a wildcard', () => {
    const Parameters = { Name: { Type: 'String' } };
    const Unnamed = record({ Name: { Ref: 'Name' }, SetIdentifier: 'b', Weight: 1 });
    const Weighted = record({ SetIdentifier: 'a', Weight: 1 });
    expect(dnsOf({ Unnamed, Weighted }, {}, { Parameters }).query({ name: 'app.example.org' }).status).toBe(
      'unknown',
    );
    const Any = record({ Name: '*.example.org' });
    expect(dnsOf({ Unnamed, Any }, {}, { Parameters }).query({ name: 'app.example.org' }).status).toBe(
      'unknown',
    );
    expect(dnsOf({ Self: record({ Name: { Ref: 'Self' } }) }).query({ name: 'app.example.org' }).status).toBe(
      'unknown',
    );
  });
});

describe('dns: records of a zone', () => {
  it('are answered by type; a missing type is NODATA, a missing name NXDOMAIN', () => {
    const dns = dnsOf({ Record: record({}) });
    expect(dns).toAnswer({ name: 'app.example.org', type: 'A' }, { values: ['192.0.2.1'] });
    expect(dns).toAnswer({ name: 'app.example.org', type: 'AAAA' }, { status: 'NODATA' });
    expect(dns).toAnswer({ name: 'api.example.org', type: 'A' }, { status: 'NXDOMAIN' });
    expect(dns).toAnswer({ name: 'app.example.org', type: 'TYPE4711' }, { status: 'NODATA' });
  });

  it('have all values in one answer', () => {
    const dns = dnsOf({ Record: record({ ResourceRecords: ['192.0.2.1', '192.0.2.2'] }) });
    expect(dns).toAnswer({ name: 'app.example.org' }, { values: ['192.0.2.2', '192.0.2.1'] });
    expect(dns).not.toAnswer({ name: 'app.example.org' }, { values: ['192.0.2.1'] });
  });

  // https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/SOA-NSrecords.html
  it('include the NS and SOA records that Route 53 creates at the apex', () => {
    const dns = dnsOf({});
    expect(dns).toAnswer({ name: 'example.org', type: 'NS' }, { resource: 'App/Zone', ttl: 172_800 });
    expect(dns).toAnswer({ name: 'example.org', type: 'SOA' }, { resource: 'App/Zone', ttl: 900 });
    expect(dns).toAnswer({ name: 'example.org', type: 'A' }, { status: 'NODATA' });
  });

  it('may come from record set groups and name their zone by its name', () => {
    const RecordSets = [{ Name: 'app.example.org', Type: 'A', TTL: '5', ResourceRecords: ['192.0.2.9'] }];
    const dns = dnsOf({
      Group: {
        Type: 'AWS::Route53::RecordSetGroup',
        Properties: { HostedZoneName: 'example.org.', RecordSets },
      },
      Single: record({ HostedZoneId: undefined, HostedZoneName: 'example.org.', Name: 'api.example.org' }),
    });
    expect(dns).toAnswer({ name: 'app.example.org' }, { values: ['192.0.2.9'], resource: 'App/Group[0]' });
    expect(dns).toAnswer({ name: 'api.example.org' }, { values: ['192.0.2.1'] });
  });

  it('that exist only under an undecided condition make the answer unknown', () => {
    const Parameters = { Stage: { Type: 'String' } };
    const Conditions = { IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] } };
    const dns = dnsOf({ Record: { ...record({}), Condition: 'IsProd' } }, {}, { Parameters, Conditions });
    expect(String(dns.query({ name: 'app.example.org' }))).toContain(
      'App/Record exists only if IsProd is true',
    );
  });

  describe('with one record under an undecided condition', () => {
    const Parameters = { Stage: { Type: 'String' } };
    const Conditions = { IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] } };
    const dnsWith = (resources: Readonly<Record<string, unknown>>, undecided: object) =>
      dnsOf(
        { ...resources, Undecided: { ...undecided, Condition: 'IsProd' } },
        {},
        { Parameters, Conditions },
      );
    const weighted = (id: string) => member(id, { Weight: 1 });

    it.each<[string, Readonly<Record<string, unknown>>, object]>([
      ['of the same group', { A: weighted('a') }, weighted('b')],
      ['that is a CNAME', {}, record({ Type: 'CNAME', ResourceRecords: ['example.com'] })],
      [
        'that an alias leads to',
        { A: record(alias({ name: 'b.example.org' })) },
        record({ Name: 'b.example.org' }),
      ],
      [
        'that would block a wildcard',
        { Any: record({ Name: '*.example.org' }) },
        record({ Name: 'x.app.example.org' }),
      ],
      ['that would delegate', { A: record({}) }, record({ Type: 'NS', ResourceRecords: ['ns.example.com'] })],
    ])('%s, the answer is unknown', (_, resources, undecided) => {
      expect(dnsWith(resources, undecided).query({ name: 'app.example.org' }).status).toBe('unknown');
    });

    it.each<[string, object]>([
      ['name', record({ Name: 'b.example.org' })],
      ['type', record({ Type: 'TXT', ResourceRecords: ['"text"'] })],
    ])('of another %s, the answer is known', (_, undecided) => {
      expect(dnsWith({ A: record({}) }, undecided)).toAnswer(
        { name: 'app.example.org' },
        { resource: 'App/A' },
      );
    });
  });
});

// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html#domain-name-format-asterisk
describe('dns: wildcards', () => {
  const dns = dnsOf({
    Any: record({ Name: '*.example.org', ResourceRecords: ['192.0.2.42'] }),
    Www: record({ Name: 'www.example.org' }),
    Mail: record({ Name: 'mail.example.org', Type: 'MX', ResourceRecords: ['10 mx.example.org'] }),
    Deep: record({ Name: 'a.b.example.org' }),
  });

  it('cover missing names at their level and below; the answer has the queried name', () => {
    expect(dns).toAnswer({ name: 'zenith.example.org' }, { resource: 'App/Any' });
    expect(dns).toAnswer({ name: 'acme.zenith.example.org' }, { resource: 'App/Any' });
    expect(dns.query({ name: 'zenith.example.org' }).records[0]?.name).toBe('zenith.example.org');
  });

  it('do not cover a name that exists, nor the name above them', () => {
    expect(dns).toAnswer({ name: 'www.example.org' }, { resource: 'App/Www' });
    expect(dns).toAnswer({ name: 'example.org' }, { status: 'NODATA' });
  });

  it('do not cover a name that has another type (RFC 4592, section 2.2.1)', () => {
    expect(dns).toAnswer({ name: 'mail.example.org' }, { status: 'NODATA' });
  });

  it('do not cover an empty non-terminal, nor the names below it', () => {
    expect(dns).toAnswer({ name: 'b.example.org' }, { status: 'NODATA' });
    expect(dns).toAnswer({ name: 'c.b.example.org' }, { status: 'NXDOMAIN' });
  });

  it('answer NODATA for a type that they do not have', () => {
    expect(dns).toAnswer({ name: 'zenith.example.org', type: 'TXT' }, { status: 'NODATA' });
  });

  it('have "*" as their whole first label, and are not NS records', () => {
    const odd = dnsOf({
      Ns: record({ Name: '*.example.org', Type: 'NS', ResourceRecords: ['ns.example.net'] }),
      Part: record({ Name: '*prod.sub.example.org' }),
      Inner: record({ Name: 'prod.*.inner.example.org' }),
    });
    expect(odd).toAnswer({ name: 'x.example.org', type: 'NS' }, { status: 'NXDOMAIN' });
    expect(odd).toAnswer({ name: 'xprod.sub.example.org' }, { status: 'NXDOMAIN' });
    expect(odd).toAnswer({ name: 'prod.x.inner.example.org' }, { status: 'NXDOMAIN' });
  });
});

// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html
describe('dns: CNAME records and aliases', () => {
  const cname = (Name: string, target: unknown) => record({ Name, Type: 'CNAME', ResourceRecords: [target] });

  it('CNAMEs are followed for any type, within the zones', () => {
    const dns = dnsOf({ Cname: cname('www.example.org', 'App.example.org.'), Record: record({}) });
    expect(dns).toAnswer({ name: 'www.example.org' }, { values: ['192.0.2.1'], resource: 'App/Record' });
    expect(dns.query({ name: 'www.example.org' }).records.map(({ type }) => type)).toEqual(['CNAME', 'A']);
    expect(dns).toAnswer({ name: 'www.example.org', type: 'AAAA' }, { status: 'NODATA' });
    expect(dns).toAnswer({ name: 'www.example.org', type: 'CNAME' }, { resource: 'App/Cname' });
  });

  it('CNAMEs of a name that does not exist end in NXDOMAIN', () => {
    expect(dnsOf({ Cname: cname('www.example.org', 'no.example.org') })).toAnswer(
      { name: 'www.example.org' },
      { status: 'NXDOMAIN' },
    );
  });

  it('CNAMEs that lead out of the zones are answered as they are', () => {
    const out = { name: 'www.example.org' };
    expect(dnsOf({ Cname: cname('www.example.org', 'example.com') })).toAnswer(out, {
      values: ['example.com'],
    });
    const lb = dnsOf({
      Cname: cname('www.example.org', { 'Fn::GetAtt': ['Lb', 'DNSName'] }),
      Lb: loadBalancer,
    });
    expect(lb).toAnswer(out, { values: ['⟨App.Lb.DNSName⟩'] });
  });

  it('CNAME loops end in SERVFAIL', () => {
    const dns = dnsOf({
      A: cname('a.example.org', 'b.example.org'),
      B: cname('b.example.org', 'a.example.org'),
    });
    expect(dns).toAnswer({ name: 'a.example.org' }, { status: 'SERVFAIL' });
  });

  it('aliases answer with their own name and the values and TTL of their target', () => {
    const dns = dnsOf({
      Apex: record({ Name: 'example.org', ...alias({ name: 'app.example.org' }) }),
      Record: record({ TTL: 15 }),
    });
    expect(dns.query({ name: 'example.org' }).records).toEqual([
      { name: 'example.org', type: 'A', ttl: 15, values: ['192.0.2.1'], resource: 'App/Record' },
    ]);
  });

  it('aliases are followed only for their own type', () => {
    const dns = dnsOf({
      Apex: record({ Name: 'example.org', ...alias({ name: 'app.example.org' }) }),
      Record: record({}),
      V6: record({ Type: 'AAAA', ResourceRecords: ['2001:db8::1'] }),
    });
    expect(dns).toAnswer({ name: 'example.org', type: 'AAAA' }, { status: 'NODATA' });
    expect(dns).toAnswer({ name: 'example.org', type: 'A' }, { values: ['192.0.2.1'] });
  });

  it('aliases of a load balancer answer with it, without values and TTL', () => {
    const dns = dnsOf({ Record: record(alias({ lb: 'Lb' })), Lb: loadBalancer });
    expect(dns).toAnswer({ name: 'app.example.org' }, { aliasTarget: 'App/Lb' });
    expect(dns).not.toAnswer({ name: 'app.example.org' }, { aliasTarget: 'Other' });
    expect(dns.query({ name: 'app.example.org' }).records[0]).toMatchObject({ values: [], ttl: undefined });
  });

  it('aliases of an S3 website lead to the bucket that is named like the record', () => {
    const AliasTarget = { DNSName: 's3-website.eu-west-3.amazonaws.com', HostedZoneId: 'Z3R1K369G5AVDG' };
    const bucket = (BucketName: string) => ({ Type: 'AWS::S3::Bucket', Properties: { BucketName } });
    const dns = (name: string) => dnsOf({ Record: record({ AliasTarget }), Bucket: bucket(name) });
    expect(dns('app.example.org')).toAnswer({ name: 'app.example.org' }, { aliasTarget: 'App/Bucket' });
    expect(dns('other')).toAnswer({ name: 'app.example.org' }, { aliasTarget: AliasTarget.DNSName });
  });

  it('an alias of a missing record is refused; an alias of itself is unknown', () => {
    const dns = dnsOf({
      Nothing: record({ Name: 'n.example.org', ...alias({ name: 'no.example.org' }) }),
      Loop: record({ Name: 'l.example.org', ...alias({ name: 'l.example.org' }, true) }),
    });
    expect(() => dns.query({ name: 'n.example.org' })).toThrow('no.example.org has no A record in the zone');
    expect(String(dns.query({ name: 'l.example.org' }))).toContain('back to itself');
  });

  it('an alias may name its target by the Ref of a record', () => {
    const AliasTarget = { DNSName: { Ref: 'Record' }, HostedZoneId: { Ref: 'Zone' } };
    const dns = dnsOf({ Apex: record({ Name: 'example.org', AliasTarget }), Record: record({}) });
    expect(dns).toAnswer({ name: 'example.org' }, { values: ['192.0.2.1'] });
  });
});

describe('dns: delegation', () => {
  const child = {
    Child: zone('dev.example.org'),
    Record: record({ HostedZoneId: { Ref: 'Child' }, Name: 'app.dev.example.org' }),
  };
  const ns = (ResourceRecords: unknown, Name = 'dev.example.org') =>
    record({ Name, Type: 'NS', ResourceRecords });
  const app = { name: 'app.dev.example.org' };

  // https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/CreatingNewSubdomain.html
  it('leads to a zone of the templates whose name servers the NS record has', () => {
    expect(dnsOf({ ...child, Ns: ns({ 'Fn::GetAtt': ['Child', 'NameServers'] }) })).toAnswer(app, {
      resource: 'Record',
    });
    const selected = [0, 1].map((n) => ({ 'Fn::Select': [n, { 'Fn::GetAtt': ['Child', 'NameServers'] }] }));
    expect(dnsOf({ ...child, Ns: ns(selected) })).toAnswer(app, { resource: 'Record' });
  });

  it('that is missing hides the child zone', () => {
    const dns = dnsOf(child);
    expect(dns).toAnswer(app, { status: 'NXDOMAIN' });
    expect(String(dns.query(app))).toContain('App/Child answers only if example.org delegates to it');
  });

  it('makes the child zone answer, also with NXDOMAIN', () => {
    const dns = dnsOf({ ...child, Ns: ns({ 'Fn::GetAtt': ['Child', 'NameServers'] }) });
    expect(dns.query({ name: 'no.dev.example.org' }).zone).toBe('dev.example.org');
    expect(dns.query({ name: 'no.example.org' }).zone).toBe('example.org');
  });

  it('hides records of the parent zone for names below it', () => {
    const dns = dnsOf({
      ...child,
      Ns: ns({ 'Fn::GetAtt': ['Child', 'NameServers'] }),
      Hidden: record({ Name: 'db.dev.example.org' }),
    });
    expect(dns).toAnswer({ name: 'db.dev.example.org' }, { status: 'NXDOMAIN' });
  });

  it('to the name servers of another zone fails', () => {
    expect(dnsOf({ ...child, Ns: ns({ 'Fn::GetAtt': ['Zone', 'NameServers'] }) })).toAnswer(app, {
      status: 'SERVFAIL',
    });
  });

  it('to the name servers of two zones is unknown', () => {
    const mixed = ['Child', 'Zone'].map((id) => ({
      'Fn::Select': [0, { 'Fn::GetAtt': [id, 'NameServers'] }],
    }));
    expect(dnsOf({ ...child, Ns: ns(mixed) }).query(app).status).toBe('unknown');
  });

  it('leaves the DS record with the parent (RFC 4035, section 2.4)', () => {
    const dns = dnsOf({
      ...child,
      Ns: ns({ 'Fn::GetAtt': ['Child', 'NameServers'] }),
      Ds: record({ Name: 'dev.example.org', Type: 'DS', ResourceRecords: ['12345 13 2 0a0b'] }),
    });
    expect(dns).toAnswer({ name: 'dev.example.org', type: 'DS' }, { resource: 'App/Ds' });
  });

  it('to unknown name servers is unknown; the NS record itself is known', () => {
    const dns = dnsOf({ ...child, Ns: ns(['ns1.example.net']) });
    expect(dns.query(app).status).toBe('unknown');
    expect(dns).toAnswer({ name: 'dev.example.org', type: 'NS' }, { values: ['ns1.example.net'] });
  });
});

// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html
describe('dns: private zones', () => {
  const split = {
    Vpc: vpc,
    Other: vpc,
    Inside: zone('example.org', inVpc({ Ref: 'Vpc' })),
    Private: record({ HostedZoneId: { Ref: 'Inside' }, ResourceRecords: ['10.0.0.1'] }),
    Public: record({}),
    Www: record({ Name: 'www.example.org' }),
  };
  const dns = dnsOf(split);

  it('answer only the VPCs that they are associated with', () => {
    expect(dns).toAnswer({ name: 'app.example.org', vpc: 'App/Vpc' }, { values: ['10.0.0.1'] });
    expect(dns).toAnswer({ name: 'app.example.org', vpc: 'App/Other' }, { values: ['192.0.2.1'] });
    expect(dns).toAnswer({ name: 'app.example.org' }, { values: ['192.0.2.1'] });
    expect(dns).toAnswer({ name: 'app.example.org', vpc: 'vpc-123' }, { values: ['192.0.2.1'] });
  });

  it('answer several VPCs, also one that is not in the templates', () => {
    const VPCs = ['Vpc', 'Other'].map((id) => ({ VPCId: { Ref: id }, VPCRegion: 'eu-west-3' }));
    const shared = dnsOf({
      ...split,
      Inside: zone('example.org', { VPCs: [...VPCs, { VPCId: 'vpc-1', VPCRegion: 'eu-west-3' }] }),
    });
    for (const vpcName of ['App/Vpc', 'App/Other', 'vpc-1'])
      expect(shared).toAnswer({ name: 'app.example.org', vpc: vpcName }, { values: ['10.0.0.1'] });
    expect(shared).toAnswer({ name: 'app.example.org', vpc: 'vpc-2' }, { values: ['192.0.2.1'] });
  });

  it('of a Cloud Map namespace answer in its VPC only', () => {
    const named = dnsOf({
      ...split,
      Namespace: {
        Type: 'AWS::ServiceDiscovery::PrivateDnsNamespace',
        Properties: { Name: 'svc.example.org', Vpc: { Ref: 'Vpc' } },
      },
    });
    const inside = named.query({ name: 'a.svc.example.org', vpc: 'App/Vpc' });
    expect(inside.status).toBe('unknown');
    expect(String(inside)).toContain('AWS Cloud Map fills App/Namespace as instances register');
    expect(named).toAnswer({ name: 'a.svc.example.org', vpc: 'App/Other' }, { status: 'NXDOMAIN' });
    expect(named).toAnswer({ name: 'a.svc.example.org' }, { status: 'NXDOMAIN' });
    expect(named).toAnswer({ name: 'app.example.org', vpc: 'App/Vpc' }, { values: ['10.0.0.1'] });
  });

  it('do not fall back to the public zone for a missing name', () => {
    expect(dns).toAnswer({ name: 'www.example.org', vpc: 'App/Vpc' }, { status: 'NXDOMAIN' });
    expect(dns).toAnswer({ name: 'www.example.org' }, { resource: 'Www' });
  });

  it('that overlap in one VPC: only the most specific one answers', () => {
    const both = dnsOf({
      ...split,
      Deeper: zone('app.example.org', inVpc({ Ref: 'Vpc' })),
      Deep: record({ HostedZoneId: { Ref: 'Deeper' }, ResourceRecords: ['10.0.0.2'] }),
      Above: record({ HostedZoneId: { Ref: 'Inside' }, Name: 'x.app.example.org' }),
    });
    expect(both).toAnswer({ name: 'app.example.org', vpc: 'App/Vpc' }, { values: ['10.0.0.2'] });
    expect(both).toAnswer({ name: 'x.app.example.org', vpc: 'App/Vpc' }, { status: 'NXDOMAIN' });
  });

  it('cannot delegate', () => {
    const dns = dnsOf({
      ...split,
      Ns: record({
        HostedZoneId: { Ref: 'Inside' },
        Name: 'dev.example.org',
        Type: 'NS',
        ResourceRecords: ['ns.net'],
      }),
    });
    expect(dns).toAnswer({ name: 'app.dev.example.org', vpc: 'App/Vpc' }, { status: 'NXDOMAIN' });
  });

  it.each([
    ['EnableDnsHostnames', {}],
    ['EnableDnsSupport', { EnableDnsHostnames: true, EnableDnsSupport: false }],
  ])('need %s in their VPC', (missing, Properties) => {
    const without = dnsOf({ ...split, Vpc: { Type: 'AWS::EC2::VPC', Properties } });
    const answer = without.query({ name: 'app.example.org', vpc: 'App/Vpc' });
    expect(answer.status).toBe('unknown');
    expect(String(answer)).toContain(`App/Vpc has no ${missing}, which a private zone needs`);
  });

  it('yield to a Resolver rule of the same domain, but not to a wider one', () => {
    const rule = (DomainName: string, RuleType = 'FORWARD') => ({
      Rule: { Type: 'AWS::Route53Resolver::ResolverRule', Properties: { DomainName, RuleType } },
      Association: {
        Type: 'AWS::Route53Resolver::ResolverRuleAssociation',
        Properties: { VPCId: { Ref: 'Vpc' }, ResolverRuleId: { 'Fn::GetAtt': ['Rule', 'ResolverRuleId'] } },
      },
    });
    const status = (...resources: Parameters<typeof rule>) =>
      dnsOf({ ...split, ...rule(...resources) }).query({ name: 'app.example.org', vpc: 'App/Vpc' }).status;
    expect(status('example.org')).toBe('unknown');
    expect(status('app.example.org.')).toBe('unknown');
    expect(status('org')).toBe('NOERROR');
    expect(status('.')).toBe('NOERROR');
    expect(status('other.example.org')).toBe('NOERROR');
    expect(status('example.org', 'SYSTEM')).toBe('NOERROR');
    // The most specific of two rules decides, in either order.
    const [wide, narrow] = [
      Object.entries(rule('example.org')),
      Object.entries(rule('app.example.org', 'SYSTEM')),
    ];
    const second = narrow.map(([id, value]): [string, unknown] => [
      `${id}2`,
      JSON.parse(JSON.stringify(value).replace('"Rule"', '"Rule2"')),
    ]);
    for (const rules of [
      [...wide, ...second],
      [...second, ...wide],
    ]) {
      const dns = dnsOf({ ...split, ...Object.fromEntries(rules) });
      expect(dns.query({ name: 'app.example.org', vpc: 'App/Vpc' }).status).toBe('NOERROR');
    }
    const other = { name: 'app.example.org', vpc: 'App/Other' };
    expect(dnsOf({ ...split, ...rule('example.org') })).toAnswer(other, { values: ['192.0.2.1'] });
  });

  it('of a VPC that is known only once deployed may or may not answer', () => {
    const Parameters = { VpcId: { Type: 'String' } };
    const dns = dnsOf({ ...split, Inside: zone('example.org', inVpc({ Ref: 'VpcId' })) }, {}, { Parameters });
    expect(dns.query({ name: 'app.example.org', vpc: 'App/Other' }).status).toBe('unknown');
    expect(dns).toAnswer({ name: 'app.example.org' }, { values: ['192.0.2.1'] });
  });
});

describe('dns: zones that the templates do not have', () => {
  const outside = { HostedZoneId: 'Z123' };
  const dns = Dns.of(
    Templates.fromTemplates({
      App: { Resources: { Record: record(outside), Any: record({ ...outside, Name: '*.example.org' }) } },
    }),
  );

  it('answer with the records that the templates add to them', () => {
    expect(dns).toAnswer({ name: 'app.example.org' }, { values: ['192.0.2.1'] });
    expect(String(dns.query({ name: 'app.example.org' }))).toContain(
      'zone Z123 is not in the templates, taken to be public',
    );
  });

  it('may have other records, so other names are unknown', () => {
    expect(dns.query({ name: 'api.example.org' }).status).toBe('unknown');
    expect(dns.query({ name: 'app.example.org', type: 'TXT' }).status).toBe('unknown');
    expect(() => dns.query({ name: 'app.example.com' })).toThrow(
      'The zones are: name not known (public, Z123)',
    );
  });

  it('may delegate to a zone of the templates by the name servers of that zone', () => {
    const delegated = (owner: string) =>
      dnsOf({
        Other: zone('example.net'),
        Ns: record({
          ...outside,
          Name: 'example.org',
          Type: 'NS',
          ResourceRecords: { 'Fn::GetAtt': [owner, 'NameServers'] },
        }),
        Apex: record({ Name: 'example.org' }),
        Record: record({}),
      });
    for (const name of ['example.org', 'app.example.org']) {
      expect(delegated('Zone')).toAnswer({ name }, { values: ['192.0.2.1'] });
      expect(delegated('Other')).toAnswer({ name }, { status: 'SERVFAIL' });
    }
    expect(delegated('Zone')).toAnswer({ name: 'example.org', type: 'NS' }, { resource: 'App/Ns' });
    expect(String(delegated('Zone').query({ name: 'app.example.org' }))).toContain('zone Z123 is not in');
    // An address above the zone of the templates is no delegation.
    const address = dnsOf({
      Above: record({ ...outside, Name: 'example.org' }),
      Apex: record({ Name: 'example.org' }),
    });
    expect(String(address.query({ name: 'app.example.org' }))).toContain('zone App/Zone');
    // In a zone beside it, an NS record of another name says nothing.
    expect(delegated('Zone')).toAnswer({ name: 'example.net', type: 'NS' }, { resource: 'App/Other' });
  });

  it('may have a record that hides a wildcard of the templates', () => {
    const byName = { HostedZoneId: undefined, HostedZoneName: 'example.net' };
    const dns = dnsOf({
      Any: record({ ...byName, Name: '*.example.net' }),
      App: record({ ...byName, Name: 'app.example.net' }),
    });
    expect(dns).toAnswer({ name: 'app.example.net' }, { resource: 'App/App' });
    expect(dns.query({ name: 'api.example.net' }).status).toBe('unknown');
  });

  it('that AWS Cloud Map fills have unknown records', () => {
    const Namespace = {
      Type: 'AWS::ServiceDiscovery::PublicDnsNamespace',
      Properties: { Name: 'svc.example.net' },
    };
    expect(dnsOf({ Namespace }).query({ name: 'a.svc.example.net' }).status).toBe('unknown');
  });

  it('two public zones of one name are unknown', () => {
    const dns = dnsOf({ Twin: zone('example.org') });
    expect(String(dns.query({ name: 'app.example.org' }))).toContain('App/Zone and App/Twin both have');
  });

  it('two public zones of one name may be taken together, but not with a private one', () => {
    const resources = {
      ...{ Vpc: vpc, Twin: zone('example.org'), Inside: zone('example.org', inVpc({ Ref: 'Vpc' })) },
      ...{ Record: record({}), Api: record({ Name: 'api.example.org', HostedZoneId: { Ref: 'Twin' } }) },
      Private: record({ HostedZoneId: { Ref: 'Inside' }, ResourceRecords: ['10.0.0.1'] }),
    };
    const dns = dnsOf(resources, { sameName: 'together' });
    expect(dns).toAnswer({ name: 'app.example.org' }, { values: ['192.0.2.1'], resource: 'App/Record' });
    expect(dns).toAnswer({ name: 'api.example.org' }, { resource: 'App/Api' });
    expect(dns).toAnswer({ name: 'no.example.org' }, { status: 'NXDOMAIN' });
    expect(dns).toAnswer({ name: 'app.example.org', vpc: 'App/Vpc' }, { values: ['10.0.0.1'] });
    expect(String(dns.query({ name: 'api.example.org' }))).toContain(
      'zone App/Zone and App/Twin (example.org',
    );
    const clash = { ...resources, Again: record({ HostedZoneId: { Ref: 'Twin' } }) };
    const query = { name: 'app.example.org' };
    expect(dnsOf(clash, { sameName: 'together' }).query(query).status).toBe('unknown');
  });

  it('of a template that a macro will change are unknown', () => {
    const resources = { Record: record({}) };
    const query = { name: 'app.example.org' };
    expect(dnsOf(resources).query(query).status).toBe('NOERROR');
    const answer = dnsOf(resources, {}, { Transform: 'Company::AddRecords' }).query(query);
    expect(answer.status).toBe('unknown');
    expect(String(answer)).toContain('creates resources that are not in the templates');
  });
});
