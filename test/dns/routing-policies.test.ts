import { Duration, Lazy, Stack, Token } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { Dns, latencyByDistance, type DnsQuery } from '../../lib/assertions/dns';
import '../../lib/assertions/dns/matchers';
import { Templates } from '../../lib/assertions/templates';
import * as policies from '../../lib/dns/routing-policies/routing-policies';
import { newApp, sandbox, stackOf } from '../support/sandbox';

const app = sandbox({}, 'routing-policies');
const dns = Dns.of(Templates.fromApp(app), { latency: latencyByDistance() });

/** Health checks of the servers, for `down`. */
const out = (...servers: string[]) => servers.map((server) => `RoutingPolicies/${server}/Alarm`);
const EVERYONE = ['Virginia', 'California', 'Paris', 'Frankfurt'];
const ADDRESS = {
  Virginia: '192.0.2.1',
  California: '192.0.2.2',
  Paris: '192.0.2.3',
  Frankfurt: '192.0.2.4',
};

/** Expects the name of a policy to answer a query with one server. */
const expectAnswer = (policy: string, query: Omit<DnsQuery, 'name'>, server: keyof typeof ADDRESS) => {
  expect(dns).toAnswer(
    { name: `${policy}.routing.sandbox.test`, ...query },
    { values: [ADDRESS[server]], ttl: 60 },
  );
};

/** Expects each share within five standard deviations of its probability. */
const expectShares = (query: DnsQuery, expected: Readonly<Record<string, number>>) => {
  const queries = 100_000;
  const shares = dns.shares(query, { queries, seed: 53 });
  expect(Object.keys(shares).sort()).toEqual(Object.keys(expected).sort());
  for (const [id, probability] of Object.entries(expected)) {
    const deviation = Math.sqrt(queries * probability * (1 - probability));
    expect(Math.abs((shares[id] ?? 0) - queries * probability)).toBeLessThanOrEqual(5 * deviation);
  }
};

/** The DNS of a stack with one zone and the given records. */
function build(add: (stack: Stack, zone: route53.IHostedZone) => void) {
  const own = newApp();
  const stack = new Stack(own, 'Test');
  add(stack, new route53.PublicHostedZone(stack, 'Zone', { zoneName: 'example.org' }));
  return Dns.of(Templates.fromApp(own));
}
/** Different IPv4 networks of /24. */
const blocks = (count: number) =>
  Array.from({ length: count }, (_, index) => `100.${Math.floor(index / 256)}.${index % 256}.0/24`);
const address = (value = '192.0.2.1') => route53.RecordTarget.fromIpAddresses(value);
const tcpCheck = (stack: Stack) =>
  new route53.HealthCheck(stack, 'Check', {
    type: route53.HealthCheckType.TCP,
    fqdn: 'web.example.org',
    port: 443,
  });

describe('routing-policies', () => {
  describe('simple', () => {
    it('gives every client the same answer, whatever is unhealthy', () => {
      expectAnswer('simple', {}, 'Virginia');
      expectAnswer('simple', { down: out(...EVERYONE) }, 'Virginia');
    });

    it('answers with all of its values', () => {
      const several = build((stack, zone) => {
        const target = route53.RecordTarget.fromIpAddresses('192.0.2.1', '192.0.2.2');
        new policies.SimpleRecord(stack, 'Simple', { zone, recordName: 'www', target });
      });
      expect(several).toAnswer({ name: 'www.example.org' }, { values: ['192.0.2.1', '192.0.2.2'] });
    });
  });

  describe('weighted', () => {
    const weighted = { name: 'weighted.routing.sandbox.test' };

    it('answers 70, 20 and 10 % of 100,000 queries with A, B and C, none with weight 0', () => {
      expectShares(weighted, { A: 0.7, B: 0.2, C: 0.1 });
    });

    it('gives the share of an unhealthy A to the others by their weights', () => {
      expectShares({ ...weighted, down: out('Virginia') }, { B: 2 / 3, C: 1 / 3 });
    });

    it.each([
      ['B', ['California'], { A: 70 / 80, C: 10 / 80 }],
      ['C', ['Paris'], { A: 70 / 90, B: 20 / 90 }],
      ['A and B', ['Virginia', 'California'], { C: 1 }],
      ['all but the standby, of weight 0,', ['Virginia', 'California', 'Paris'], { Standby: 1 }],
      ['all', EVERYONE, { A: 0.7, B: 0.2, C: 0.1 }],
    ])('has exact shares when %s are unhealthy', (_, servers, shares) => {
      expect(dns.probabilities({ ...weighted, down: out(...servers) })).toEqual(shares);
    });

    it('gives all records the same share when all weights are 0', () => {
      const zeros = build((stack, zone) => {
        const records = ['A', 'B'].map((id) => ({ id, weight: 0, target: address() }));
        new policies.WeightedRecords(stack, 'Weighted', { zone, recordName: 'www', records });
      });
      expect(zeros.probabilities({ name: 'www.example.org' })).toEqual({ A: 0.5, B: 0.5 });
    });

    it('a new weight changes the record in place', () => {
      const template = (weight: number) => {
        const stack = new Stack(newApp(), 'Test');
        const zone = new route53.PublicHostedZone(stack, 'Zone', { zoneName: 'example.org' });
        const records = [{ id: 'A', weight, target: address() }];
        new policies.WeightedRecords(stack, 'Weighted', { zone, recordName: 'www', records });
        const [[logicalId, resource] = []] = Object.entries(
          Template.fromStack(stack).findResources('AWS::Route53::RecordSet'),
        );
        return { logicalId, properties: { ...(resource?.Properties as object), Weight: undefined } };
      };
      expect(template(1)).toEqual(template(2));
    });
  });

  describe('latency', () => {
    it.each<[string, keyof typeof ADDRESS]>([
      ['us-east-1', 'Virginia'],
      ['us-west-1', 'California'],
      ['eu-central-1', 'Frankfurt'],
      ['us-east-2', 'Virginia'],
      ['us-west-2', 'California'],
      ['eu-west-2', 'Frankfurt'],
      ['sa-east-1', 'Virginia'],
    ])('sends a client near %s to %s', (region, server) => {
      expectAnswer('latency', { from: { region } }, server);
    });

    it('answers with the next lowest latency when the lowest is unhealthy', () => {
      const from = { region: 'eu-west-2' };
      expectAnswer('latency', { from, down: out('Frankfurt') }, 'Virginia');
      expectAnswer('latency', { from, down: out('Frankfurt', 'Virginia') }, 'California');
      expectAnswer('latency', { from, down: out(...EVERYONE) }, 'Frankfurt');
    });
  });

  describe('geolocation', () => {
    it.each<[string, DnsQuery['from'], keyof typeof ADDRESS]>([
      ['France', { country: 'FR' }, 'Paris'],
      ['the rest of Europe', { country: 'DE' }, 'Frankfurt'],
      ['an island of Europe', { country: 'GB' }, 'Frankfurt'],
      ['California', { subdivision: 'US-CA' }, 'California'],
      ['another state', { subdivision: 'US-NY' }, 'Virginia'],
      ['an unknown state of the USA', { country: 'US', subdivision: 'none' }, 'Virginia'],
      ['another continent', { country: 'JP' }, 'Virginia'],
      ['a client whose location is unknown', { country: 'none' }, 'Virginia'],
    ])('has an answer for %s', (_, from, server) => {
      expectAnswer('geolocation', { from }, server);
    });

    it.each<[string, DnsQuery['from'], readonly string[], keyof typeof ADDRESS]>([
      ['France to Europe', { country: 'FR' }, ['Paris'], 'Frankfurt'],
      ['France to the default', { country: 'FR' }, ['Paris', 'Frankfurt'], 'Virginia'],
      ['Europe to the default, not to France', { country: 'DE' }, ['Frankfurt'], 'Virginia'],
      ['California to the default', { subdivision: 'US-CA' }, ['California'], 'Virginia'],
      ['France to itself, when nothing is healthy', { country: 'FR' }, EVERYONE, 'Paris'],
      ['the default to itself', { country: 'JP' }, ['Virginia'], 'Virginia'],
    ])('falls back from %s', (_, from, servers, server) => {
      expectAnswer('geolocation', { from, down: out(...servers) }, server);
    });

    it('gives no answer to other countries when defaultRecord is none', () => {
      const licensed = build((stack, zone) => {
        const records = [{ id: 'France', location: { country: 'FR' }, target: address() }];
        const props = { zone, recordName: 'www', records, defaultRecord: 'none' } as const;
        new policies.GeolocationRecords(stack, 'Geolocation', props);
      });
      const name = 'www.example.org';
      expect(licensed).toAnswer({ name, from: { country: 'FR' } }, { setIdentifier: 'France' });
      expect(licensed).toAnswer({ name, from: { country: 'DE' } }, { status: 'NODATA' });
    });
  });

  describe('geoproximity', () => {
    const denver = { coordinates: { latitude: 39.7, longitude: -105 } };
    const saltLakeCity = { coordinates: { latitude: 40.8, longitude: -111.9 } };
    const losAngeles = { coordinates: { latitude: 34.1, longitude: -118.2 } };

    it('answers with the nearest server', () => {
      expectAnswer('geoproximity', { from: { coordinates: { latitude: 40.7, longitude: -74 } } }, 'Virginia');
      expectAnswer('geoproximity', { from: { coordinates: { latitude: 45.8, longitude: 4.8 } } }, 'Paris');
      expectAnswer('geoproximity', { from: losAngeles }, 'California');
    });

    it('biases send Salt Lake City to Virginia, though California is nearer', () => {
      const without = build((stack, zone) => {
        const records = [
          { id: 'Virginia', location: { region: 'us-east-1' }, target: address() },
          { id: 'California', location: { region: 'us-west-1' }, target: address() },
        ];
        new policies.GeoproximityRecords(stack, 'Geoproximity', { zone, recordName: 'www', records });
      });
      const query = { name: 'www.example.org', from: saltLakeCity };
      expect(without).toAnswer(query, { setIdentifier: 'California' });
      expectAnswer('geoproximity', { from: saltLakeCity }, 'Virginia');
    });

    it('answers with the next nearest by bias when the nearest is unhealthy', () => {
      expectAnswer('geoproximity', { from: losAngeles, down: out('California') }, 'Virginia');
      expectAnswer('geoproximity', { from: denver, down: out('Virginia') }, 'California');
    });

    it('a positive bias makes an area larger, a negative one smaller', () => {
      const biased = (virginia: number, california: number) =>
        build((stack, zone) => {
          const records = [
            { id: 'Virginia', location: { region: 'us-east-1' }, bias: virginia, target: address() },
            { id: 'California', location: { region: 'us-west-1' }, bias: california, target: address() },
          ];
          new policies.GeoproximityRecords(stack, 'Geoproximity', { zone, recordName: 'www', records });
        });
      const query = { name: 'www.example.org', from: denver };
      expect(biased(50, 0)).toAnswer(query, { setIdentifier: 'Virginia' });
      expect(biased(0, -50)).toAnswer(query, { setIdentifier: 'Virginia' });
      expect(biased(-50, 50)).toAnswer(query, { setIdentifier: 'California' });
    });

    it('locates servers by Region or by coordinates', () => {
      const group = Template.fromStack(stackOf(app, 'RoutingPolicies'));
      group.hasResourceProperties('AWS::Route53::RecordSetGroup', {
        RecordSets: [
          { GeoProximityLocation: { AWSRegion: 'us-east-1', Bias: 50 } },
          { GeoProximityLocation: { AWSRegion: 'us-west-1', Bias: -50 } },
          { GeoProximityLocation: { Coordinates: { Latitude: '48.86', Longitude: '2.35' } } },
        ],
      });
    });

    it('accepts Local Zone groups and aliases', () => {
      const stack = new Stack(newApp(), 'Test');
      const zone = new route53.PublicHostedZone(stack, 'Zone', { zoneName: 'example.org' });
      const bind = () => ({ dnsName: 'lb.example.com', hostedZoneId: 'Z1', evaluateTargetHealth: true });
      const target = route53.RecordTarget.fromAlias({ bind });
      const records = [{ id: 'LosAngeles', location: { localZoneGroup: 'us-west-2-lax-1' }, target }];
      new policies.GeoproximityRecords(stack, 'Geoproximity', { zone, recordName: 'www', records });
      Template.fromStack(stack).hasResourceProperties('AWS::Route53::RecordSetGroup', {
        RecordSets: [
          {
            GeoProximityLocation: { LocalZoneGroup: 'us-west-2-lax-1' },
            AliasTarget: { DNSName: 'lb.example.com', EvaluateTargetHealth: true },
          },
        ],
      });
    });
  });

  describe('IP-based', () => {
    it.each<[string, keyof typeof ADDRESS]>([
      ['203.0.113.9', 'Virginia'],
      ['203.0.113.0/24', 'Virginia'],
      ['198.51.100.7', 'California'],
      ['2001:db8:1::/48', 'California'],
      ['203.0.112.255', 'Paris'],
      ['192.0.2.1', 'Paris'],
      ['2001:db9::1', 'Paris'],
    ])('sends %s to %s', (client, server) => {
      expectAnswer('ip-based', { from: { address: client } }, server);
    });

    it('answers with the default when the matching record is unhealthy', () => {
      expectAnswer('ip-based', { from: { address: '203.0.113.9' }, down: out('Virginia') }, 'Paris');
      expectAnswer('ip-based', { from: { address: '198.51.100.7' }, down: out('Virginia') }, 'California');
    });

    it.each(['128.0.0.0/1', '203.0.113.0/24', '8000::/1', '2001:db8:1::/48', '::/48'])(
      'accepts the CIDR block %s',
      (cidr) => {
        const records = [{ id: 'A', cidrs: [cidr], target: address() }];
        const ip = build((stack, zone) => {
          new policies.IpBasedRecords(stack, 'Ip', {
            zone,
            recordName: 'www',
            records,
            defaultRecord: 'none',
          });
        });
        expect(ip).toAnswer(
          { name: 'www.example.org', from: { address: cidr.replace(/\/.*/, '') } },
          { setIdentifier: 'A' },
        );
      },
    );

    it('accepts 1,000 CIDR blocks, and blocks that are tokens', () => {
      const records = [
        { id: 'a_23456789-12345', cidrs: blocks(999), target: address() },
        { id: 'Token', cidrs: [Lazy.string({ produce: () => '10.0.0.0/8' })], target: address() },
      ];
      expect(() =>
        build((stack, zone) => {
          new policies.IpBasedRecords(stack, 'Ip', {
            zone,
            recordName: 'www',
            records,
            defaultRecord: 'none',
          });
        }),
      ).not.toThrow();
    });

    it('the CIDR block with the longer prefix applies where two overlap', () => {
      const nested = build((stack, zone) => {
        const records = [
          { id: 'Wide', cidrs: ['198.51.0.0/16'], target: address() },
          { id: 'Narrow', cidrs: ['198.51.100.0/24'], target: address() },
        ];
        new policies.IpBasedRecords(stack, 'Ip', { zone, recordName: 'www', records, defaultRecord: 'none' });
      });
      const name = 'www.example.org';
      expect(nested).toAnswer({ name, from: { address: '198.51.100.7' } }, { setIdentifier: 'Narrow' });
      expect(nested).toAnswer({ name, from: { address: '198.51.7.7' } }, { setIdentifier: 'Wide' });
      expect(nested).toAnswer({ name, from: { address: '203.0.113.1' } }, { status: 'NODATA' });
    });
  });

  describe('multivalue', () => {
    const multivalue = { name: 'multivalue.routing.sandbox.test' };

    it('answers with all healthy records, and with all when none is healthy', () => {
      const values = ['192.0.2.1', '192.0.2.2', '192.0.2.3'];
      expect(dns).toAnswer(multivalue, { values, ttl: 60 });
      expect(dns).toAnswer({ ...multivalue, down: out(...EVERYONE) }, { values });
    });

    it.each([
      ['Virginia', ['192.0.2.2', '192.0.2.3']],
      ['California', ['192.0.2.1', '192.0.2.3']],
      ['Paris', ['192.0.2.1', '192.0.2.2']],
    ])('leaves %s out when it is unhealthy', (server, values) => {
      expect(dns).toAnswer({ ...multivalue, down: out(server) }, { values });
    });

    it('answers with eight of ten records, each equally often', () => {
      const many = build((stack, zone) => {
        const healthCheck = tcpCheck(stack);
        const records = Array.from({ length: 10 }, (_, index) => ({
          id: `Web${index}`,
          target: address(`192.0.2.${index}`),
          healthCheck,
        }));
        new policies.MultivalueRecords(stack, 'Multivalue', { zone, recordName: 'www', records });
      });
      expect(many.query({ name: 'www.example.org' }).records).toHaveLength(8);
      expect(many.probabilities({ name: 'www.example.org' })).toMatchObject({ Web0: 0.8, Web9: 0.8 });
    });
  });

  describe('the health check of a server', () => {
    it('is healthy while its metric has no data', () => {
      const insufficientData = out(...EVERYONE);
      expectAnswer('geolocation', { from: { country: 'FR' }, insufficientData }, 'Paris');
      Template.fromStack(stackOf(app, 'RoutingPolicies')).allResourcesProperties('AWS::CloudWatch::Alarm', {
        Statistic: 'Maximum',
        Threshold: 1,
        TreatMissingData: 'notBreaching',
        EvaluationPeriods: 1,
      });
    });
  });

  it('has outputs for the id and the name servers of its zone', () => {
    const template = Template.fromStack(stackOf(app, 'RoutingPolicies'));
    const zone = Match.stringLikeRegexp('^Zone');
    template.hasOutput('ZoneId', { Value: { Ref: zone } });
    template.hasOutput('NameServers', {
      Value: { 'Fn::Join': [' ', { 'Fn::GetAtt': [zone, 'NameServers'] }] },
    });
  });

  it('adds its records to an existing zone, and creates none', () => {
    const given = sandbox({ domainName: 'example.org', hostedZoneId: 'Z0123456789' }, 'routing-policies');
    const template = Template.fromStack(stackOf(given, 'RoutingPolicies'));
    template.resourceCountIs('AWS::Route53::HostedZone', 0);
    template.allResourcesProperties('AWS::Route53::RecordSet', { HostedZoneId: 'Z0123456789' });
    expect(Dns.of(Templates.fromApp(given))).toAnswer(
      { name: 'simple.example.org' },
      { values: ['192.0.2.1'] },
    );
  });

  it('accepts a TTL, a record type and the zone apex', () => {
    const other = build((stack, zone) => {
      const name = { zone, recordName: 'example.org', ttl: Duration.days(1) };
      const records = [{ id: 'A', weight: 1, target: address('2001:db8::1') }];
      const recordType = route53.RecordType.AAAA;
      new policies.WeightedRecords(stack, 'Six', { ...name, recordType, records });
      new policies.SimpleRecord(stack, 'Four', { ...name, target: address() });
    });
    const name = 'example.org';
    expect(other).toAnswer({ name, type: 'AAAA' }, { values: ['2001:db8::1'], ttl: 86_400 });
    expect(other).toAnswer({ name }, { values: ['192.0.2.1'], ttl: 86_400 });
  });

  it('an alias has the TTL of its target', () => {
    const aliases = build((stack, zone) => {
      new policies.SimpleRecord(stack, 'Origin', { zone, recordName: 'origin', target: address() });
      const bind = () => ({
        dnsName: 'origin.example.org',
        hostedZoneId: zone.hostedZoneId,
        evaluateTargetHealth: true,
      });
      const target = route53.RecordTarget.fromAlias({ bind });
      const records = [{ id: 'A', region: 'eu-west-3', target }];
      new policies.LatencyRecords(stack, 'Latency', { zone, recordName: 'www', records });
      Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
    });
    const query = { name: 'www.example.org', from: { region: 'eu-west-3' } };
    expect(aliases).toAnswer(query, { values: ['192.0.2.1'], ttl: 60 });
  });

  it('fits into one stack twice', () => {
    const twice = build((stack, zone) => {
      for (const recordName of ['one', 'two']) {
        const records = [{ id: 'Office', cidrs: ['203.0.113.0/24'], target: address() }];
        const defaultRecord = { id: 'Default', target: address() };
        new policies.IpBasedRecords(stack, recordName, { zone, recordName, records, defaultRecord });
      }
      const collections = Template.fromStack(stack).findResources('AWS::Route53::CidrCollection');
      const names = Object.values(collections).map(({ Properties }) =>
        JSON.stringify((Properties as { Name: unknown }).Name),
      );
      expect(new Set(names).size).toBe(2);
    });
    expect(twice).toAnswer(
      { name: 'two.example.org', from: { address: '203.0.113.1' } },
      { setIdentifier: 'Office' },
    );
  });

  describe('accepts at the limit', () => {
    const many = (length: number) =>
      Array.from({ length }, (_, index) => ({ id: `A${index}`, target: address() }));
    const tokenNumber = Token.asNumber({ Ref: 'Number' });
    const tokenText = Lazy.string({ produce: () => 'known at deployment' });
    type Add = (name: policies.RoutedName) => (stack: Stack) => void;
    const weighted =
      (records: readonly policies.WeightedRecord[], props: Partial<policies.RoutedName> = {}): Add =>
      (name) =>
      (stack) => {
        new policies.WeightedRecords(stack, 'W', { ...name, ...props, records });
      };
    const one = (record: Partial<policies.WeightedRecord>, props?: Partial<policies.RoutedName>) =>
      weighted([{ id: 'A', weight: 1, target: address(), ...record }], props);
    const latency =
      (region: string): Add =>
      (name) =>
      (stack) => {
        const records = [{ id: 'A', region, target: address() }];
        new policies.LatencyRecords(stack, 'L', { ...name, records });
      };
    const geoproximity =
      (location: policies.ServerLocation, bias?: number, count = 1): Add =>
      (name) =>
      (stack) => {
        const records = many(count).map((record) => ({ ...record, location, bias }));
        new policies.GeoproximityRecords(stack, 'G', { ...name, records });
      };

    it.each<[string, Add]>([
      ['weight 0', one({ weight: 0 })],
      ['weight 255', one({ weight: 255 })],
      ['a weight that is a token', one({ weight: tokenNumber })],
      ['100 records', weighted(many(100).map((record) => ({ ...record, weight: 1 })))],
      ['a set identifier of 1 character', one({ id: 'a' })],
      ['a set identifier of 128 characters', one({ id: 'a'.repeat(128) })],
      ['an address that is a token', one({ target: address(tokenText) })],
      ['a TTL of 0', one({}, { ttl: Duration.seconds(0) })],
      ['the longest TTL', one({}, { ttl: Duration.seconds(2 ** 31 - 1) })],
      ['a TTL that is a token', one({}, { ttl: Duration.seconds(tokenNumber) })],
      ['an IPv6 address', one({ target: address('::1') }, { recordType: route53.RecordType.AAAA })],
      ['a TXT record', one({ target: address('"text"') }, { recordType: route53.RecordType.TXT })],
      [
        'a CNAME below the zone',
        one({ target: address('a.example.com') }, { recordType: route53.RecordType.CNAME }),
      ],
      ['an A record at the zone apex', one({}, { recordName: 'example.org.' })],
      ['a Region with a long name', latency('us-gov-west-1')],
      ['a Region that is a token', latency(tokenText)],
      ['bias 99', geoproximity({ region: 'eu-west-3' }, 99)],
      ['bias -99', geoproximity({ region: 'eu-west-3' }, -99)],
      ['a bias that is a token', geoproximity({ region: 'eu-west-3' }, tokenNumber)],
      ['30 geoproximity records', geoproximity({ region: 'eu-west-3' }, 0, 30)],
      ['the north pole at 180 degrees east', geoproximity({ latitude: 90, longitude: 180 })],
      ['the south pole at 180 degrees west', geoproximity({ latitude: -90, longitude: -180 })],
    ])('%s', (_, add) => {
      expect(() =>
        build((stack, zone) => {
          add({ zone, recordName: 'www' })(stack);
        }),
      ).not.toThrow();
    });
  });

  it.each([
    ['www', 'www.example.org'],
    ['www.example.org', 'www.example.org'],
    ['www.example.org.', 'www.example.org'],
    ['example.org', 'example.org'],
    ['notexample.org', 'notexample.org.example.org'],
  ])('the record name %s is %s', (recordName, name) => {
    const both = build((stack, zone) => {
      const records = [{ id: 'A', location: { region: 'eu-west-3' }, target: address() }];
      const geoproximity = new policies.GeoproximityRecords(stack, 'G', { zone, recordName, records });
      expect(geoproximity.domainName).toBe(`${name}.`);
      expect(geoproximity.recordSetRef).toEqual({ recordSetName: `${name}.`, type: 'A' });
    });
    const from = { coordinates: { latitude: 0, longitude: 0 } };
    expect(both).toAnswer({ name, from }, { values: ['192.0.2.1'], ttl: 60 });
  });

  it('a name may have another routing policy for another record type', () => {
    const both = build((stack, zone) => {
      const name = { zone, recordName: 'www' };
      new policies.SimpleRecord(stack, 'A', { ...name, target: address() });
      const recordType = route53.RecordType.AAAA;
      const records = [{ id: 'A', weight: 1, target: address('2001:db8::1') }];
      new policies.WeightedRecords(stack, 'Aaaa', { ...name, recordType, records });
      expect(() => {
        const props = { zone, recordName: 'www.example.org.', target: address() };
        new policies.SimpleRecord(stack, 'Again', props);
      }).toThrow('recordName: got "www.example.org.", expected a name without A records');
    });
    expect(both).toAnswer({ name: 'www.example.org' }, { values: ['192.0.2.1'] });
    expect(both).toAnswer({ name: 'www.example.org', type: 'AAAA' }, { values: ['2001:db8::1'] });
  });

  describe('refuses with one line', () => {
    const A = { id: 'A', target: address() };
    const tooMany = (length: number) => Array.from({ length }, (_, index) => ({ ...A, id: `A${index}` }));
    type Name = policies.RoutedName;
    const weighted =
      (records: readonly object[], props: Partial<Name> = {}) =>
      (stack: Stack, zone: route53.IHostedZone) => {
        const typed = records as readonly policies.WeightedRecord[];
        new policies.WeightedRecords(stack, 'W', { zone, recordName: 'www', records: typed, ...props });
      };
    const latency = (region: string) => (stack: Stack, zone: route53.IHostedZone) => {
      const records = [{ ...A, region }, ...(region === 'eu-west-3' ? [{ ...A, id: 'B', region }] : [])];
      new policies.LatencyRecords(stack, 'L', { zone, recordName: 'www', records });
    };
    const geolocation =
      (...locations: policies.ClientLocation[]) =>
      (stack: Stack, zone: route53.IHostedZone) => {
        const records = locations.map((location, index) => ({ ...A, id: `A${index}`, location }));
        const props = { zone, recordName: 'www', records, defaultRecord: 'none' } as const;
        new policies.GeolocationRecords(stack, 'G', props);
      };
    const geoproximity =
      (location: policies.ServerLocation, bias?: number, count = 1) =>
      (stack: Stack, zone: route53.IHostedZone) => {
        const records = tooMany(count).map((record) => ({ ...record, location, bias }));
        new policies.GeoproximityRecords(stack, 'G', { zone, recordName: 'www', records });
      };
    const ipBased =
      (id: string, ...cidrs: string[]) =>
      (stack: Stack, zone: route53.IHostedZone) => {
        const records = [{ ...A, id, cidrs }];
        new policies.IpBasedRecords(stack, 'I', { zone, recordName: 'www', records, defaultRecord: 'none' });
      };
    const multivalue =
      (target: route53.RecordTarget, recordType?: route53.RecordType) =>
      (stack: Stack, zone: route53.IHostedZone) => {
        const healthCheck = tcpCheck(stack);
        const records = [{ id: 'A', target, healthCheck }];
        new policies.MultivalueRecords(stack, 'M', { zone, recordName: 'www', recordType, records });
      };
    const region = { region: 'eu-west-3' };
    const alias = route53.RecordTarget.fromAlias({ bind: () => ({ dnsName: 'x', hostedZoneId: 'Z1' }) });

    it.each<[string, (stack: Stack, zone: route53.IHostedZone) => void]>([
      ['weight of A: got 256, expected a whole number from 0 to 255', weighted([{ ...A, weight: 256 }])],
      ['weight of A: got 1.5, expected a whole number', weighted([{ ...A, weight: 1.5 }])],
      ['id: got "aaa', weighted([{ ...A, id: 'a'.repeat(129) }])],
      ['ttl: got "2147483648 s", expected whole seconds', weighted([A], { ttl: Duration.seconds(2 ** 31) })],
      ['recordType: got "SOA"', weighted([A], { recordType: route53.RecordType.SOA })],
      ['recordType: got "DS"', weighted([A], { recordType: route53.RecordType.DS })],
      ['target of A: got "1.2.3", expected an IPv4', weighted([{ id: 'A', target: address('1.2.3') }])],
      ['region of A: got "eu-west-3a", expected a Region', latency('eu-west-3a')],
      ['region of A: got "x-eu-west-3", expected a Region', latency('x-eu-west-3')],
      ['bias of A0: got 0.5, expected a whole number', geoproximity(region, 0.5)],
      ['location of A0: got [-91,0]', geoproximity({ latitude: -91, longitude: 0 })],
      ['location of A0: got [0,181]', geoproximity({ latitude: 0, longitude: 181 })],
      ['location of A0: got [0,-180.01]', geoproximity({ latitude: 0, longitude: -180.01 })],
      ['location of A0: got [0,0.001]', geoproximity({ latitude: 0, longitude: 0.001 })],
      ['location of A0: got "x", expected a Local Zone group', geoproximity({ localZoneGroup: 'x' })],
      ['location: got "CA", expected a value that', geolocation({ state: 'CA' }, { state: 'CA' })],
      ['weight of A: got -1, expected a whole number', weighted([{ ...A, weight: -1 }])],
      ['weight of A: got 0.5, expected a whole number', weighted([{ ...A, weight: 0.5 }])],
      ['records: got 0, expected 1 to 100 records', weighted([])],
      ['records: got 101, expected 1 to 100 records', weighted(tooMany(101))],
      ['id: got "A", expected a value that no other record of the name has', weighted([A, A])],
      ['id: got "", expected 1 to 128 characters', weighted([{ ...A, id: '' }])],
      [
        'target of A: got ["192.0.2.1","192.0.2.2"], expected one value: give each server its own record',
        weighted([{ id: 'A', target: route53.RecordTarget.fromIpAddresses('192.0.2.1', '192.0.2.2') }]),
      ],
      [
        'target of A: got "192.0.2.256", expected an IPv4 address',
        weighted([{ id: 'A', target: address('192.0.2.256') }]),
      ],
      [
        'target of A: got "192.0.2.1", expected an IPv6 address',
        weighted([A], { recordType: route53.RecordType.AAAA }),
      ],
      [
        'recordType: got "NS", expected a type that can have a routing policy: not NS, SOA or DS',
        weighted([A], { recordType: route53.RecordType.NS }),
      ],
      [
        'recordName: got "example.org", expected a name below the zone: the zone apex can',
        weighted([A], { recordName: 'example.org', recordType: route53.RecordType.CNAME }),
      ],
      ['ttl: got "0.5 s", expected whole seconds', weighted([A], { ttl: Duration.millis(500) })],
      ['region of A: got "Paris", expected a Region such as eu-west-3', latency('Paris')],
      [
        'region: got "eu-west-3", expected a value that no other record of the name has',
        latency('eu-west-3'),
      ],
      [
        'location of A0: got "UK", expected a country code that Route 53 accepts: FR, GB (not UK)',
        geolocation({ country: 'UK' }),
      ],
      ['location of A0: got "fr", expected a country', geolocation({ country: 'fr' })],
      ['location of A0: got "ON", expected a state of the USA such as CA', geolocation({ state: 'ON' })],
      [
        'location: got "FR", expected a value that no other record of the name has',
        geolocation({ country: 'FR' }, { country: 'FR' }),
      ],
      ['bias of A0: got 100, expected a whole number from -99 to 99', geoproximity(region, 100)],
      ['bias of A0: got -100, expected a whole number from -99 to 99', geoproximity(region, -100)],
      ['records: got 31, expected 1 to 30 records', geoproximity(region, 0, 31)],
      ['location of A0: got "paris", expected a Region', geoproximity({ region: 'paris' })],
      [
        'location of A0: got "us-west-2-lax-1a", expected a Local Zone group such as us-west-2-lax-1',
        geoproximity({ localZoneGroup: 'us-west-2-lax-1a' }),
      ],
      [
        'location of A0: got [91,0], expected a latitude of -90 to 90 and a longitude of -180 to 180',
        geoproximity({ latitude: 91, longitude: 0 }),
      ],
      [
        'location of A0: got [48.8566,2.35], expected a latitude of -90 to 90 and a longitude of -180 to 180',
        geoproximity({ latitude: 48.8566, longitude: 2.35 }),
      ],
      [
        'cidrs of A: got "203.0.113.0/25", expected an IPv4 network of /1 to /24',
        ipBased('A', '203.0.113.0/25'),
      ],
      ['cidrs of A: got "0.0.0.0/0", expected an IPv4 network of /1 to /24', ipBased('A', '0.0.0.0/0')],
      ['cidrs of A: got "203.0.113.7/24", expected the start of the network', ipBased('A', '203.0.113.7/24')],
      [
        'cidrs of A: got "2001:db8::/64", expected an IPv6 network of /1 to /48',
        ipBased('A', '2001:db8::/64'),
      ],
      ['cidrs of A: got "::/0", expected an IPv6 network of /1 to /48', ipBased('A', '::/0')],
      [
        'cidrs of A: got "2001:db8::/49", expected an IPv6 network of /1 to /48',
        ipBased('A', '2001:db8::/49'),
      ],
      [
        'cidrs of A: got "1::2::/32", expected an IPv6 network such as 2001:db8::/32',
        ipBased('A', '1::2::/32'),
      ],
      [
        'cidrs of A: got "2001:db8:1::/32", expected the start of the network',
        ipBased('A', '2001:db8:1::/32'),
      ],
      [
        'cidrs of A: got "203.0.113.0/24", expected a CIDR block that no other entry has: 203.0.113.0/24',
        ipBased('A', '203.0.113.0/24', '203.0.113.0/24'),
      ],
      [
        'cidrs of A: got "2001:0DB8:0::/32", expected a CIDR block that no other entry has: 2001:db8::/32',
        ipBased('A', '2001:db8::/32', '2001:0DB8:0::/32'),
      ],
      ['cidrs: got 1001, expected at most 1,000 CIDR blocks', ipBased('A', ...blocks(1001))],
      ['cidrs of A: got [], expected at least one CIDR block', ipBased('A')],
      ['id: got "a2345678901234567", expected 1 to 16', ipBased('a2345678901234567', '10.0.0.0/8')],
      [
        'id: got "head office", expected 1 to 16 letters, digits, - and _',
        ipBased('head office', '10.0.0.0/8'),
      ],
      ['target of A: got "an alias", expected an address or another value', multivalue(alias)],
      [
        'recordType: got "CNAME", expected a type that can have several answers',
        multivalue(route53.RecordTarget.fromValues('a.example.org'), route53.RecordType.CNAME),
      ],
      [
        'recordName: got "www", expected a name without A records of another construct',
        (stack, zone) => {
          latency('us-east-1')(stack, zone);
          weighted([A])(stack, zone);
        },
      ],
      [
        'zone: got "example.org", expected a public hosted zone: private ones have no IP-based routing',
        (stack) => {
          const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['a'] });
          const zone = new route53.PrivateHostedZone(stack, 'Private', { zoneName: 'example.org', vpc });
          ipBased('A', '10.0.0.0/8')(stack, zone);
        },
      ],
    ])('%s', (message, add) => {
      expect(() => build(add)).toThrow(message);
    });
  });
});
