import '../../../lib/assertions/dns/matchers';
import { latencyByDistance, seeded, type Client } from '../../../lib/assertions/dns';
import { alias, dnsOf, healthCheck, loadBalancer, member, record, without } from './template';

const app = { name: 'app.example.org' };
const from = (client: Client) => ({ ...app, from: client });

// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-weighted.html
describe('dns: weighted routing', () => {
  const weighted = (weights: Readonly<Record<string, number>>) =>
    dnsOf(Object.fromEntries(Object.entries(weights).map(([id, Weight]) => [id, member(id, { Weight })])));

  it('answers each record in proportion to its weight among all', () => {
    expect(weighted({ A: 70, B: 20, C: 10 }).probabilities(app)).toEqual({ A: 0.7, B: 0.2, C: 0.1 });
    expect(weighted({ A: 3, B: 1 }).probabilities(app)).toEqual({ A: 0.75, B: 0.25 });
  });

  it('answers 100,000 seeded queries in these proportions', () => {
    const shares = weighted({ A: 70, B: 20, C: 10 }).shares(app, { queries: 100_000, seed: 7 });
    // Five standard deviations of a binomial distribution: sqrt(n p (1 - p)).
    expect(Math.abs((shares.A ?? 0) - 70_000)).toBeLessThan(5 * 145);
    expect(Math.abs((shares.B ?? 0) - 20_000)).toBeLessThan(5 * 127);
    expect((shares.A ?? 0) + (shares.B ?? 0) + (shares.C ?? 0)).toBe(100_000);
  });

  it('multiplies probabilities along CNAMEs and aliases', () => {
    const dns = dnsOf({
      Blue: member('blue', { Weight: 1, ...alias({ name: 'blue.example.org' }) }),
      Green: member('green', { Weight: 1, ...alias({ lb: 'Lb' }) }),
      B1: member('b1', { Weight: 3, Name: 'blue.example.org' }),
      B2: member('b2', { Weight: 1, Name: 'blue.example.org' }),
      Www: member('www', {
        Weight: 1,
        Name: 'www.example.org',
        Type: 'CNAME',
        ResourceRecords: ['app.example.org'],
      }),
      Lb: loadBalancer,
    });
    expect(dns.probabilities(app)).toEqual({ 'blue/b1': 0.375, 'blue/b2': 0.125, green: 0.5 });
    expect(dns.probabilities({ name: 'www.example.org' })).toMatchObject({ 'www/green': 0.5 });
  });

  it('is unknown when a weight is known only once deployed', () => {
    const Parameters = { Weight: { Type: 'Number' } };
    const dns = dnsOf(
      { A: member('A', { Weight: { Ref: 'Weight' } }), B: member('B', { Weight: 1 }) },
      {},
      { Parameters },
    );
    expect(dns.probabilities(app)).toEqual({ unknown: 1 });
  });

  it('draws the same answer from the same seed', () => {
    const dns = weighted({ A: 1, B: 1 });
    const draws = (seed: number) => {
      const random = seeded(seed);
      return Array.from({ length: 20 }, () => dns.query({ ...app, random }).records[0]?.setIdentifier);
    };
    expect(draws(3)).toEqual(draws(3));
    expect(new Set(draws(3))).toEqual(new Set(['A', 'B']));
  });

  it('draws the next record where the share of the one before ends', () => {
    const drawn = (random: number) =>
      weighted({ A: 3, B: 1 }).query({ ...app, random: () => random }).records[0]?.setIdentifier;
    expect([0, 0.74, 0.75, 0.99].map(drawn)).toEqual(['A', 'A', 'B', 'B']);
  });

  it('refuses to ask no queries', () => {
    expect(() => weighted({ A: 1 }).shares(app, { queries: 0 })).toThrow(
      'queries 0: expected a positive integer',
    );
  });
});

// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-latency.html
describe('dns: latency routing', () => {
  const resources = {
    Paris: member('paris', { Region: 'eu-west-3' }, 'ParisCheck'),
    Oregon: member('oregon', { Region: 'us-west-2' }),
    Tokyo: member('tokyo', { Region: 'ap-northeast-1' }),
    ParisCheck: healthCheck(),
  };
  const table = { 'us-east-1': { 'eu-west-3': 80, 'us-west-2': 60, 'ap-northeast-1': 150 } };

  it('answers the Region of the lowest latency in the table that is given', () => {
    expect(dnsOf(resources, { latency: table })).toAnswer(from({ region: 'us-east-1' }), {
      setIdentifier: 'oregon',
    });
    const other = { 'us-east-1': { ...table['us-east-1'], 'us-west-2': 90 } };
    const dns = dnsOf(resources, { latency: other });
    expect(dns).toAnswer(from({ region: 'us-east-1' }), { setIdentifier: 'paris' });
    expect(dns).toAnswer(
      { ...from({ region: 'us-east-1' }), down: ['ParisCheck'] },
      { setIdentifier: 'oregon' },
    );
  });

  it('can derive latencies from distances', () => {
    const dns = dnsOf(resources, { latency: latencyByDistance() });
    expect(dns).toAnswer(from({ region: 'eu-central-1' }), { setIdentifier: 'paris' });
    expect(dns).toAnswer(from({ region: 'ap-northeast-2' }), { setIdentifier: 'tokyo' });
  });

  it('without a table, only the own Region is known to be nearest', () => {
    const dns = dnsOf(resources);
    expect(dns).toAnswer(from({ region: 'eu-west-3' }), { setIdentifier: 'paris' });
    expect(dns.query(from({ region: 'eu-west-2' })).status).toBe('unknown');
    expect(dns.query({ ...from({ region: 'eu-west-3' }), down: ['ParisCheck'] }).status).toBe('unknown');
    expect(String(dns.query(app))).toContain('the query has no from.region');
  });

  it('needs no table if only one record is left', () => {
    const dns = dnsOf(without(resources, 'Tokyo'));
    const query = from({ region: 'eu-west-3' });
    expect(dns).toAnswer({ ...query, down: ['ParisCheck'] }, { setIdentifier: 'oregon' });
  });

  it('is unknown for equal latencies, and for a Region known only once deployed', () => {
    const equal = { 'us-east-1': { 'eu-west-3': 60, 'us-west-2': 60, 'ap-northeast-1': 150 } };
    expect(dnsOf(resources, { latency: equal }).query(from({ region: 'us-east-1' })).status).toBe('unknown');
    const token = dnsOf({ A: member('a', { Region: { Ref: 'AWS::Region' } }) });
    expect(String(token.query(from({ region: 'eu-west-3' })))).toContain('known only once deployed');
  });
});

// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-geo.html
describe('dns: geolocation routing', () => {
  const place = (id: string, GeoLocation: Readonly<Record<string, string>>, check?: string) =>
    member(id, { GeoLocation }, check);
  const resources = {
    Default: place('default', { CountryCode: '*' }),
    Europe: place('europe', { ContinentCode: 'EU' }),
    Paris: place('paris', { CountryCode: 'FR' }, 'ParisCheck'),
    America: place('america', { ContinentCode: 'NA' }, 'AmericaCheck'),
    States: place('states', { CountryCode: 'US' }, 'StatesCheck'),
    California: place('california', { CountryCode: 'US', SubdivisionCode: 'CA' }, 'CaliforniaCheck'),
    ...Object.fromEntries<unknown>(
      ['Paris', 'America', 'States', 'California'].map((id) => [`${id}Check`, healthCheck()]),
    ),
  };
  const dns = dnsOf(resources);

  it.each([
    ['France to Paris', { country: 'FR' }, 'paris'],
    ['the rest of Europe to its continent', { country: 'DE' }, 'europe'],
    ['California before the United States', { subdivision: 'US-CA' }, 'california'],
    ['another state to the United States', { subdivision: 'US-NY' }, 'states'],
    [
      'an American address without a state to the United States',
      { country: 'US', subdivision: 'none' },
      'states',
    ],
    ['another country of North America to its continent', { country: 'CA' }, 'america'],
    ['a country without a record to the default', { country: 'JP' }, 'default'],
    ['an address without a place to the default', { country: 'none' }, 'default'],
    ['a continent to the default, where no country of it has a record', { continent: 'AF' }, 'default'],
  ])('sends %s', (_, client, setIdentifier) => {
    expect(dns).toAnswer(from(client), { setIdentifier });
  });

  it('has no answer for a location without a record when there is no default', () => {
    const rest = without(resources, 'Default');
    expect(dnsOf(rest)).toAnswer(from({ country: 'JP' }), { status: 'NODATA' });
    expect(dnsOf(rest)).toAnswer(from({ country: 'none' }), { status: 'NODATA' });
  });

  // https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-geo.html
  it('goes from an unhealthy location to the larger ones around it', () => {
    const client = { subdivision: 'US-CA' };
    const answers = (...down: string[]) => dns.query({ ...from(client), down }).records[0]?.setIdentifier;
    expect(answers('CaliforniaCheck')).toBe('states');
    expect(answers('CaliforniaCheck', 'StatesCheck')).toBe('america');
    expect(answers('CaliforniaCheck', 'StatesCheck', 'AmericaCheck')).toBe('default');
  });

  it('answers the most specific location when none around it is healthy', () => {
    const rest = without(resources, 'Default', 'Europe');
    const all = ['CaliforniaCheck', 'StatesCheck', 'AmericaCheck'];
    expect(dnsOf(rest)).toAnswer(
      { ...from({ subdivision: 'US-CA' }), down: all },
      { setIdentifier: 'california' },
    );
  });

  it('is unknown when the query does not say which record matches', () => {
    expect(String(dns.query(app))).toContain('the query has no from.country');
    expect(String(dns.query(from({ continent: 'EU' })))).toContain('the query has no from.country');
    expect(String(dns.query(from({ country: 'US' })))).toContain('the query has no from.subdivision');
    expect(dnsOf({ Default: resources.Default })).toAnswer(app, { setIdentifier: 'default' });
  });
});

// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-geoproximity.html
describe('dns: geoproximity routing', () => {
  // Degrees of latitude from the client on the equator; one is 111.19 km.
  const near = (id: string, Latitude: string, Bias?: number, check?: string) =>
    member(id, { GeoProximityLocation: { Coordinates: { Latitude, Longitude: '0' }, Bias } }, check);
  const client = from({ coordinates: { latitude: 0, longitude: 0 } });

  it('answers the nearest record that is healthy', () => {
    const dns = dnsOf({ A: near('a', '3'), B: near('b', '2', undefined, 'Check'), Check: healthCheck() });
    expect(dns).toAnswer(client, { setIdentifier: 'b' });
    expect(String(dns.query(client))).toContain('222 km away');
    expect(dns).toAnswer({ ...client, down: ['Check'] }, { setIdentifier: 'a' });
  });

  it('shrinks distances by a positive bias: 150 km with +50 are 75 km', () => {
    expect(dnsOf({ A: near('a', '1.5', 50), B: near('b', '1') })).toAnswer(client, { setIdentifier: 'a' });
    expect(dnsOf({ A: near('a', '1.5', 30), B: near('b', '1') })).toAnswer(client, { setIdentifier: 'b' });
  });

  it('stretches distances by a negative bias: 100 km with -50 are 200 km', () => {
    expect(dnsOf({ A: near('a', '1.5'), B: near('b', '1', -50) })).toAnswer(client, { setIdentifier: 'a' });
    // 1 / (1 - 0.3) = 1.43: not 1.3, and less than 1.5
    expect(dnsOf({ A: near('a', '1.5'), B: near('b', '1', -30) })).toAnswer(client, { setIdentifier: 'b' });
    expect(dnsOf({ A: near('a', '1.4'), B: near('b', '1', -30) })).toAnswer(client, { setIdentifier: 'a' });
  });

  it('places records and clients by Region, and is unknown if two are about as near', () => {
    const inRegion = (id: string, AWSRegion: string) => member(id, { GeoProximityLocation: { AWSRegion } });
    const dns = dnsOf({ A: inRegion('paris', 'eu-west-3'), B: inRegion('virginia', 'us-east-1') });
    expect(dns).toAnswer(from({ region: 'eu-west-1' }), { setIdentifier: 'paris' });
    expect(dns).toAnswer(from({ region: 'us-east-1' }), { setIdentifier: 'virginia' });
    const close = dnsOf({ A: inRegion('paris', 'eu-west-3'), B: inRegion('london', 'eu-west-2') });
    expect(String(close.query(from({ coordinates: { latitude: 50.2, longitude: 1.15 } })))).toContain(
      'too close to tell',
    );
  });

  it('is unknown for a location without coordinates, for records and for clients', () => {
    const local = { A: member('a', { GeoProximityLocation: { LocalZoneGroup: 'us-west-2-lax-1' } }) };
    expect(String(dnsOf(local).query(client))).toContain('where us-west-2-lax-1 is, is not known');
    const told = dnsOf(local, { locations: { 'us-west-2-lax-1': { latitude: 34, longitude: -118 } } });
    expect(told).toAnswer(client, { setIdentifier: 'a' });
    expect(String(told.query(from({ country: 'FR' })))).toContain('neither from.coordinates nor from.region');
  });
});

// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-ipbased.html
describe('dns: IP-based routing', () => {
  const at = (id: string, LocationName: string, check?: string) =>
    member(
      id,
      { CidrRoutingConfig: { CollectionId: { 'Fn::GetAtt': ['Blocks', 'Id'] }, LocationName } },
      check,
    );
  const Blocks = {
    Type: 'AWS::Route53::CidrCollection',
    Properties: {
      Name: 'clients',
      Locations: [
        { LocationName: 'isp', CidrList: ['203.0.112.0/20', '2001:db8::/32'] },
        { LocationName: 'office', CidrList: ['203.0.113.0/24', '2001:db8:1::/48'] },
        { LocationName: 'unused', CidrList: ['198.51.100.0/24'] },
      ],
    },
  };
  const resources = {
    Blocks,
    Isp: at('isp', 'isp'),
    Office: at('office', 'office', 'Check'),
    Default: at('default', '*'),
    Check: healthCheck(),
  };
  const dns = dnsOf(resources);

  it.each([
    ['203.0.113.7', 'office', 'the longest prefix wins'],
    ['203.0.114.7', 'isp', 'a shorter prefix holds the rest'],
    ['2001:db8::1', 'isp', 'a location has IPv6 blocks too'],
    ['2001:db8:1::1', 'office', 'the longest IPv6 prefix wins'],
    ['192.0.2.1', 'default', 'the location * has everybody else'],
    ['203.0.113.0/25', 'office', 'a longer prefix of the client lies within a block'],
    ['203.0.112.0/22', 'isp', 'a shorter prefix of the client does not lie within the office'],
    ['2001:db8::/24', 'default', 'nor does one that is shorter than all blocks'],
  ])('sends %s to %s: %s', (address, setIdentifier) => {
    expect(dns).toAnswer(from({ address }), { setIdentifier });
  });

  it('has no answer for other addresses when there is no default', () => {
    const rest = without(resources, 'Default');
    expect(dnsOf(rest)).toAnswer(from({ address: '192.0.2.1' }), { status: 'NODATA' });
  });

  it('goes on to the next shorter prefix when a record is unhealthy', () => {
    expect(dns).toAnswer({ ...from({ address: '203.0.113.7' }), down: ['Check'] }, { setIdentifier: 'isp' });
  });

  it('is unknown without an address, a record for the location, or a CIDR collection', () => {
    expect(String(dns.query(app))).toContain('the query has no from.address');
    expect(String(dns.query(from({ address: '198.51.100.1' })))).toContain(
      'location unused, which has no record here',
    );
    const imported = member('x', { CidrRoutingConfig: { CollectionId: 'c-1', LocationName: 'x' } });
    expect(String(dnsOf({ imported }).query(from({ address: '192.0.2.1' })))).toContain(
      'c-1 is not in the templates',
    );
  });
});

// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-multivalue.html
describe('dns: multivalue answer routing', () => {
  const multivalue = (count: number) =>
    Object.fromEntries<unknown>(
      Array.from({ length: count }, (_, index) => `W${index + 1}`).flatMap((id, index) => [
        [id, member(id, { MultiValueAnswer: true, ResourceRecords: [`192.0.2.${index + 1}`] }, `${id}Check`)],
        [`${id}Check`, healthCheck()],
      ]),
    );

  it('answers all healthy records, and leaves out the unhealthy one', () => {
    const dns = dnsOf(multivalue(3));
    expect(dns).toAnswer(app, { values: ['192.0.2.1', '192.0.2.2', '192.0.2.3'] });
    expect(dns).toAnswer({ ...app, down: ['W2Check'] }, { values: ['192.0.2.1', '192.0.2.3'] });
  });

  it('answers at most eight, chosen at random', () => {
    const dns = dnsOf(multivalue(10));
    const random = seeded(1);
    const answers = Array.from({ length: 50 }, () => dns.query({ ...app, random }).records);
    expect(new Set(answers.map(({ length }) => length))).toEqual(new Set([8]));
    expect(new Set(answers.flat().map(({ resource }) => resource)).size).toBe(10);
    expect(dns.probabilities(app)).toMatchObject({ W1: 0.8, W10: 0.8 });
    const shares = dns.shares(app, { queries: 1000 });
    expect(Object.values(shares).reduce((sum, share) => sum + share, 0)).toBe(8000);
  });

  it('answers eight records at the end of a CNAME', () => {
    const dns = dnsOf({
      ...Object.fromEntries(
        Array.from({ length: 9 }, (_, n) => [`R${n}`, member(`r${n}`, { MultiValueAnswer: true })]),
      ),
      Www: record({ Name: 'www.example.org', Type: 'CNAME', ResourceRecords: ['app.example.org'] }),
    });
    const { records } = dns.query({ name: 'www.example.org' });
    expect(records.map(({ type }) => type)).toEqual(['CNAME', ...Array.from({ length: 8 }, () => 'A')]);
    expect(new Set(records.map(({ resource }) => resource)).size).toBe(9);
  });

  it('answers up to eight unhealthy records when none is healthy', () => {
    const dns = dnsOf(multivalue(9));
    const down = Array.from({ length: 9 }, (_, index) => `W${index + 1}Check`);
    expect(dns.query({ ...app, down }).records).toHaveLength(8);
    expect(dns.query({ ...app, down: down.slice(0, 8) }).records).toHaveLength(1);
  });

  it('does not apply to a record with MultiValueAnswer false', () => {
    expect(() => dnsOf({ A: record({ MultiValueAnswer: false }), B: record({}) }).query(app)).toThrow(
      'App/B is a simple record of the same name and type',
    );
  });
});
