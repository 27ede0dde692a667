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

  const routed = (SetIdentifier: string, policy: object, value: string, more: object = {}) =>
    record(value, { ...policy, SetIdentifier, ...more });
  const places = (before: object, after: object) =>
    compare({ ...zone, ...before }, { ...zone, ...after }).changes.flatMap(({ objects }) => objects);
  const nearby = (Bias?: number) => ({
    GeoProximityLocation: { AWSRegion: 'eu-west-3', ...(Bias !== undefined && { Bias }) },
  });
  const blocks = {
    Blocks: resource('AWS::Route53::CidrCollection', {
      Name: 'clients',
      Locations: [{ LocationName: 'office', CidrList: ['203.0.113.0/24', '2001:db8::/32'] }],
    }),
  };
  const office = (LocationName: string) => ({
    CidrRoutingConfig: { CollectionId: { 'Fn::GetAtt': ['Blocks', 'Id'] }, LocationName },
  });

  // https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy.html
  it.each<[string, (value: string) => object, string]>([
    [
      'latency',
      (value) => ({
        A: routed('a', { Region: 'eu-west-3' }, value),
        B: routed('b', { Region: 'us-east-1' }, '192.0.2.9'),
      }),
      'the internet, from eu-west-3',
    ],
    [
      'geoproximity by Region',
      (value) => ({
        A: routed('a', nearby(), value),
        B: routed('b', { GeoProximityLocation: { AWSRegion: 'us-east-1' } }, '192.0.2.9'),
      }),
      'the internet, from eu-west-3',
    ],
    [
      'geoproximity by coordinates',
      (value) => ({
        A: routed(
          'a',
          { GeoProximityLocation: { Coordinates: { Latitude: '48.9', Longitude: '2.4' } } },
          value,
        ),
        B: routed('b', { GeoProximityLocation: { AWSRegion: 'us-east-1' } }, '192.0.2.9'),
      }),
      'the internet, from 48.9, 2.4',
    ],
    [
      'geolocation by country',
      (value) => ({
        A: routed('a', { GeoLocation: { CountryCode: 'FR' } }, value),
        B: routed('b', { GeoLocation: { CountryCode: '*' } }, '192.0.2.9'),
      }),
      'the internet, from FR',
    ],
    [
      'geolocation by continent',
      (value) => ({
        A: routed('a', { GeoLocation: { ContinentCode: 'EU' } }, value),
        B: routed('b', { GeoLocation: { CountryCode: '*' } }, '192.0.2.9'),
      }),
      'the internet, from EU',
    ],
    [
      'geolocation by state',
      (value) => ({
        A: routed('a', { GeoLocation: { CountryCode: 'US', SubdivisionCode: 'CA' } }, value),
        B: routed('b', { GeoLocation: { CountryCode: 'US' } }, '192.0.2.9'),
      }),
      'the internet, from US-CA',
    ],
    [
      'IP-based routing',
      (value) => ({
        ...blocks,
        A: routed('a', office('office'), value),
        B: routed('b', office('*'), '192.0.2.9'),
      }),
      'the internet, from 203.0.113.0/24',
    ],
  ])('asks from each place that %s tells apart', (_, records, place) => {
    const found = places(records('192.0.2.1'), records('192.0.2.2'));
    expect(found).toContain(place);
    expect(found).not.toContain('the internet');
    expect(places(records('192.0.2.1'), records('192.0.2.1'))).toEqual([]);
  });

  it('asks in each VPC that sees the name', () => {
    const site = (inside: string) => ({
      ...zone,
      Vpc: resource('AWS::EC2::VPC', { CidrBlock: '10.0.0.0/16', EnableDnsHostnames: true }),
      Inside: resource('AWS::Route53::HostedZone', {
        Name: 'example.com',
        VPCs: [{ VPCId: ref('Vpc'), VPCRegion: 'eu-west-1' }],
      }),
      Public: record('192.0.2.1'),
      Private: record(inside, { HostedZoneId: ref('Inside') }),
    });
    expect(brief(compare(site('10.0.0.1'), site('10.0.0.2')))).toEqual([
      'answers differently | www.example.com | A | Shop/Vpc',
    ]);
  });

  it('asks a name that a wildcard covers', () => {
    const any = (value: string) => ({ ...zone, Any: record(value, { Name: '*.example.com' }) });
    expect(brief(compare(any('192.0.2.1'), any('192.0.2.2')))).toEqual([
      'answers differently | any-name.example.com | A | the internet',
    ]);
  });

  it('shows aliases, set identifiers, shares and how many values are answered', () => {
    const answers = (before: object, after: object) => {
      const [change] = compare({ ...zone, ...before }, { ...zone, ...after }).changes;
      return [change?.before.answer, change?.after.answer];
    };
    const alias = {
      Lb: resource('AWS::ElasticLoadBalancingV2::LoadBalancer', {}),
      Www: resource('AWS::Route53::RecordSet', {
        HostedZoneId: ref('Zone'),
        Name: 'www.example.com',
        Type: 'A',
        AliasTarget: {
          DNSName: { 'Fn::GetAtt': ['Lb', 'DNSName'] },
          HostedZoneId: { 'Fn::GetAtt': ['Lb', 'CanonicalHostedZoneID'] },
        },
      }),
    };
    const { Lb } = alias;
    expect(answers({ Lb, Www: record('192.0.2.1') }, alias)).toEqual([
      'A 192.0.2.1 (TTL 60)',
      'A alias of Shop/Lb',
    ]);
    const weighted = (weight: number) => ({
      A: routed('a', { Weight: weight }, '192.0.2.1'),
      B: routed('b', { Weight: 1 }, '192.0.2.2'),
    });
    expect(answers(weighted(1), weighted(2))).toEqual([
      'A 192.0.2.1 [a] (TTL 60) in 50 % of queries; or A 192.0.2.2 [b] (TTL 60) in 50 % of queries',
      'A 192.0.2.1 [a] (TTL 60) in 66.7 % of queries; or A 192.0.2.2 [b] (TTL 60) in 33.3 % of queries',
    ]);
    const several = (value: string) => ({
      A: routed('a', { MultiValueAnswer: true }, '192.0.2.1'),
      B: routed('b', { MultiValueAnswer: true }, value),
    });
    expect(answers(several('192.0.2.2'), several('192.0.2.3'))).toEqual([
      '8 of: A 192.0.2.1 [a] (TTL 60), A 192.0.2.2 [b] (TTL 60)',
      '8 of: A 192.0.2.1 [a] (TTL 60), A 192.0.2.3 [b] (TTL 60)',
    ]);
  });

  it('says where Route 53 refuses the records, or where no zone has the name', () => {
    const [refused] = compare({ ...zone, Www: record('192.0.2.1') }, { ...zone, Www: record('x') }).changes;
    expect(refused).toMatchObject({
      effect: 'answers differently',
      after: { answer: 'refused', because: [expect.stringMatching(/^Route 53 refuses Shop\/Www/) as string] },
    });
    const [gone] = compare({ ...zone, Www: record('192.0.2.1') }, {}).changes;
    expect(gone?.after).toEqual({
      answer: 'not in a zone',
      because: ['no zone that the client sees has the name'],
    });
  });

  it('asks with each check of a calculated one down, and with all', () => {
    const calculated = (threshold: number) => ({
      ...zone,
      One: check('/one'),
      Two: check('/two'),
      Check: resource('AWS::Route53::HealthCheck', {
        HealthCheckConfig: {
          Type: 'CALCULATED',
          ChildHealthChecks: [ref('One'), ref('Two')],
          HealthThreshold: threshold,
        },
      }),
      Primary: failover('PRIMARY', '192.0.2.1'),
      Secondary: failover('SECONDARY', '192.0.2.2', false),
    });
    expect(brief(compare(calculated(1), calculated(2)))).toEqual([
      'answers differently | www.example.com | A | the internet | with Shop/One down, or with Shop/Two down',
    ]);
    expect(brief(compare(calculated(0), calculated(1)))).toEqual([
      'answers differently | www.example.com | A | the internet | with Shop/One and Shop/Two down',
    ]);
  });

  it('asks with all health checks failing', () => {
    const at = (role: string, value: string, id?: string) =>
      routed(role, { Failover: role }, value, id === undefined ? {} : { HealthCheckId: ref(id) });
    const site = (id?: string) => ({
      ...zone,
      One: check('/one'),
      Two: check('/two'),
      Primary: at('PRIMARY', '192.0.2.1', 'One'),
      Secondary: at('SECONDARY', '192.0.2.2', id),
      Other: routed('other', { Weight: 1 }, '192.0.2.3', {
        Name: 'b.example.com',
        HealthCheckId: ref('Two'),
      }),
    });
    expect(brief(compare(site('Two'), site()))).toEqual([
      'answers differently | www.example.com | A | the internet | with all health checks failing',
    ]);
  });

  it('asks with the record or the load balancer of an alias down', () => {
    const site = (EvaluateTargetHealth: boolean) => ({
      ...zone,
      Lb: resource('AWS::ElasticLoadBalancingV2::LoadBalancer', {}),
      Primary: resource('AWS::Route53::RecordSet', {
        HostedZoneId: ref('Zone'),
        Name: 'www.example.com',
        Type: 'A',
        Failover: 'PRIMARY',
        SetIdentifier: 'PRIMARY',
        AliasTarget: {
          DNSName: { 'Fn::GetAtt': ['Lb', 'DNSName'] },
          HostedZoneId: { 'Fn::GetAtt': ['Lb', 'CanonicalHostedZoneID'] },
          EvaluateTargetHealth,
        },
      }),
      Secondary: failover('SECONDARY', '192.0.2.2', false),
    });
    expect(brief(compare(site(false), site(true)))).toEqual([
      expect.stringMatching(
        /^answers differently \| www\.example\.com \| A \| the internet \| with Shop\/Lb down/,
      ),
    ]);
  });
});
