import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Dns } from '../../../lib/assertions/dns';
import '../../../lib/assertions/dns/matchers';
import { Templates, type TemplateSource } from '../../../lib/assertions/templates';
import { alias, dnsOf, loadBalancer, member, record } from './template';

const read = (file: string) => JSON.parse(readFileSync(join(__dirname, 'faults', file), 'utf8')) as unknown;
const app = { name: 'app.example.org' };
const weighted = (id: string, Weight: unknown) => member(id, { Weight });
const near = (id: string, Bias: number) =>
  member(id, { GeoProximityLocation: { AWSRegion: 'eu-west-1', Bias } });
const office = { CollectionId: 'collection', LocationName: 'office' };
const ipv6 = (properties: object) =>
  record({ Type: 'AAAA', ResourceRecords: ['2001:db8::1'], ...properties });

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html
describe('dns: records that Route 53 refuses', () => {
  it.each<[string, Readonly<Record<string, unknown>>, string, string?]>([
    [
      'a CNAME beside another type',
      { A: record({}), B: record({ Type: 'CNAME', ResourceRecords: ['x.org'] }) },
      'a CNAME record stands beside no other',
    ],
    [
      'a CNAME with two values',
      { A: record({ Type: 'CNAME', ResourceRecords: ['x.org', 'y.org'] }) },
      'a CNAME record has one value',
    ],
    ['two simple records', { A: record({}), B: record({}) }, 'is a simple record of the same name and type'],
    [
      'a simple and a weighted record',
      { A: record({}), B: weighted('b', 1) },
      'its routing policy is simple, and that of App/B is weighted',
    ],
    [
      'two policies in one record',
      { A: member('a', { Weight: 1, Region: 'eu-west-1' }) },
      'Weight and Region are different routing policies',
    ],
    ['a policy without a set identifier', { A: record({ Weight: 1 }) }, 'Weight needs a SetIdentifier'],
    [
      'a set identifier without a policy',
      { A: record({ SetIdentifier: 'a' }) },
      'a SetIdentifier needs a routing policy',
    ],
    [
      'a set identifier twice',
      { A: weighted('a', 1), B: weighted('a', 2) },
      'App/B has the same SetIdentifier',
    ],
    [
      'a weight above 255',
      { A: weighted('a', 256) },
      'its Weight is 256, expected a whole number from 0 to 255',
    ],
    ['a negative weight', { A: weighted('a', -1) }, 'its Weight is -1'],
    [
      'two primary records',
      { A: member('a', { Failover: 'PRIMARY' }), B: member('b', { Failover: 'PRIMARY' }) },
      'App/B has the same Failover PRIMARY',
    ],
    [
      'one Region twice',
      { A: member('a', { Region: 'eu-west-1' }), B: member('b', { Region: 'eu-west-1' }) },
      'App/B has the same Region eu-west-1',
    ],
    [
      'one country twice',
      {
        A: member('a', { GeoLocation: { CountryCode: 'FR' } }),
        B: member('b', { GeoLocation: { CountryCode: 'FR' } }),
      },
      'App/B has the same GeoLocation FR',
    ],
    [
      'a bias above 99',
      { A: member('a', { GeoProximityLocation: { AWSRegion: 'eu-west-1', Bias: 100 } }) },
      'its Bias is 100',
    ],
    [
      'an alias with a TTL',
      { A: record({ ...alias({ lb: 'Lb' }), TTL: 60 }), Lb: loadBalancer },
      'an alias has no TTL',
    ],
    [
      'an alias with values',
      { A: record({ ...alias({ lb: 'Lb' }), ResourceRecords: ['192.0.2.1'] }), Lb: loadBalancer },
      'an alias has no ResourceRecords',
    ],
    [
      'an alias that answers with several values',
      { A: record({ ...alias({ lb: 'Lb' }), SetIdentifier: 'a', MultiValueAnswer: true }), Lb: loadBalancer },
      'an alias has no MultiValueAnswer',
    ],
    [
      'an alias of type NS',
      { A: record({ ...alias({ lb: 'Lb' }), Type: 'NS' }), Lb: loadBalancer },
      'an alias is never NS',
      'NS',
    ],
    [
      'an alias of type SOA',
      { A: record({ ...alias({ lb: 'Lb' }), Type: 'SOA' }), Lb: loadBalancer },
      'an alias is never SOA',
      'SOA',
    ],
    [
      'an NS record with a routing policy',
      { A: member('a', { Weight: 1, Type: 'NS', ResourceRecords: ['ns.example.net'] }) },
      'NS records have no routing policy',
      'NS',
    ],
    [
      'an SOA record with a routing policy',
      { A: member('a', { Weight: 1, Type: 'SOA', ResourceRecords: ['ns.example.net'] }) },
      'SOA records have no routing policy',
      'SOA',
    ],
    [
      'a set identifier of 129 characters',
      { A: weighted('a'.repeat(129), 1) },
      'its SetIdentifier is longer than 128 characters',
    ],
    [
      'a continent and a country',
      { A: member('a', { GeoLocation: { ContinentCode: 'EU', CountryCode: 'FR' } }) },
      'its GeoLocation has a continent and a country',
    ],
    [
      'a subdivision without a country',
      { A: member('a', { GeoLocation: { SubdivisionCode: 'CA' } }) },
      'its GeoLocation has a subdivision without a country',
    ],
    [
      'one subdivision twice',
      {
        A: member('a', { GeoLocation: { CountryCode: 'US', SubdivisionCode: 'CA' } }),
        B: member('b', { GeoLocation: { CountryCode: 'US', SubdivisionCode: 'CA' } }),
      },
      'App/B has the same GeoLocation US CA',
    ],
    [
      'one location of a CIDR collection twice',
      { A: member('a', { CidrRoutingConfig: office }), B: member('b', { CidrRoutingConfig: office }) },
      'App/B has the same location office of collection',
    ],
    [
      'a multivalue answer with a weight',
      { A: member('a', { Weight: 1, MultiValueAnswer: true }) },
      'Weight and MultiValueAnswer are different routing policies',
    ],
    ['a bias below -99', { A: near('a', -100) }, 'its Bias is -100'],
    ['a fraction as weight', { A: weighted('a', 0.5) }, 'its Weight is 0.5'],
    ['a TTL above 2147483647', { A: record({ TTL: 2_147_483_648 }) }, 'its TTL is 2147483648'],
    ['a TTL that is no whole number', { A: record({ TTL: 0.5 }) }, 'its TTL is 0.5'],
    ['no TTL', { A: record({ TTL: undefined }) }, 'it has ResourceRecords and no TTL'],
    ['no values', { A: record({ ResourceRecords: [] }) }, 'it has no ResourceRecords and no AliasTarget'],
    ['a negative TTL', { A: record({ TTL: -1 }) }, 'its TTL is -1'],
    [
      'IPv6 in an A record',
      { A: record({ ResourceRecords: ['2001:db8::1'] }) },
      '2001:db8::1 is no IPv4 address, which an A record takes',
    ],
    [
      'IPv4 in an AAAA record',
      { A: record({ Type: 'AAAA' }) },
      '192.0.2.1 is no IPv6 address, which an AAAA record takes',
    ],
  ])('%s: the query throws', (_, resources, message, type = 'A') => {
    expect(() => dnsOf(resources).query({ ...app, type })).toThrow(message);
    expect(() => dnsOf(resources).query({ ...app, type })).toThrow(/^Route 53 refuses App\//);
  });

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['a weight of 0 and of 255', { A: weighted('a', 0), B: weighted('b', 255) }],
    ['a bias of -99', { A: near('a', -99) }],
    ['a bias of 99', { A: near('a', 99) }],
    ['a TTL of 0', { A: record({ TTL: 0 }) }],
    ['a TTL of 2147483647', { A: record({ TTL: 2_147_483_647 }) }],
    ['a set identifier of 128 characters', { A: weighted('a'.repeat(128), 1) }],
    ['a set identifier with MultiValueAnswer false', { A: member('a', { MultiValueAnswer: false }) }],
    ['simple records of two types', { A: record({}), B: ipv6({}) }],
    [
      'one set identifier and one policy for each type',
      { A: weighted('a', 1), B: ipv6({ SetIdentifier: 'a', Failover: 'PRIMARY' }) },
    ],
    [
      'two subdivisions of one country',
      {
        A: member('a', { GeoLocation: { CountryCode: 'US', SubdivisionCode: 'CA' } }),
        B: member('b', { GeoLocation: { CountryCode: 'US', SubdivisionCode: 'NY' } }),
      },
    ],
    [
      'two locations of a CIDR collection',
      {
        A: member('a', { CidrRoutingConfig: office }),
        B: member('b', { CidrRoutingConfig: { ...office, LocationName: 'factory' } }),
      },
    ],
  ])('accepts %s', (_, resources) => {
    expect(() => dnsOf(resources).query(app)).not.toThrow();
  });

  it('a CNAME at the top of a zone, a host name in an A record: as reported', () => {
    const dns = Dns.of(
      Templates.fromTemplates({ App: read('38-records-that-route53-refuses.template.json') }),
    );
    expect(() => dns.query({ name: 'blog.example.com' })).toThrow('www.blog.example.com is no IPv4 address');
    expect(() => dns.query({ name: 'news.example.com' })).toThrow('no CNAME record at its top');
  });

  // The template decides only once deployed.
  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['a SetIdentifier', { A: record({ SetIdentifier: { Ref: 'Open' } }) }],
    ['a Weight', { A: member('a', { Weight: { Ref: 'Open' }, Region: 'eu-west-1' }) }],
    ['the values', { A: record({ ResourceRecords: [{ Ref: 'Open' }] }) }],
    [
      'two Regions',
      {
        A: member('a', { Region: { Ref: 'Open' } }),
        B: member('b', { Region: { Ref: 'Open' } }),
      },
    ],
  ])('throws for nothing while %s is a parameter', (_, resources) => {
    const rest = { Parameters: { Open: { Type: 'String' } } };
    expect(() => dnsOf(resources, {}, rest).query(app)).not.toThrow();
  });

  it('do not make queries for other names throw', () => {
    const dns = dnsOf({ A: record({}), B: record({}), C: record({ Name: 'c.example.org' }) });
    expect(dns.query({ name: 'c.example.org' }).status).toBe('NOERROR');
  });
});

describe('dns: delegation by CrossAccountZoneDelegationRecord', () => {
  const sources = read('37-delegation-by-custom-resource.template.json') as readonly TemplateSource[];

  it('leads to the zone of the other account', () => {
    const dns = Dns.of(new Templates(sources));
    expect(dns).toAnswer({ name: 'www.team.firm.example.com' }, { values: ['192.0.2.7'] });
    expect(dns).toAnswer({ name: 'no.team.firm.example.com' }, { status: 'NXDOMAIN' });
    expect(dns).toAnswer({ name: 'no.firm.example.com' }, { status: 'NXDOMAIN' });
  });
});
