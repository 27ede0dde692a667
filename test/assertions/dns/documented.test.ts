import type { DnsQuery } from '../../../lib/assertions/dns';
import { alias, dnsOf, healthCheck, loadBalancer, member, record } from './template';

type Resources = Readonly<Record<string, unknown>>;

/** A sentence of AWS's, a zone and a state of health in which it applies, and what is answered how often. */
interface Row {
  readonly says: string;
  /** Tells apart the rows of one sentence. */
  readonly when?: string;
  readonly zone: Resources;
  readonly down?: readonly string[];
  readonly query?: Partial<DnsQuery>;
  /** By set identifier, behind an alias as in `alias/record`. */
  readonly answers: Readonly<Record<string, number>>;
}

/** A check for each of these records, named after it: `ACheck`. */
const checks = (ids: readonly string[]) =>
  Object.fromEntries<unknown>(ids.map((id) => [`${id}Check`, healthCheck()]));

/** Records of one name that differ in a policy, each with a health check unless it is `unchecked`. */
const group = (
  policies: Readonly<Record<string, Resources>>,
  unchecked: readonly string[] = [],
): Resources => {
  const ids = Object.keys(policies).filter((id) => !unchecked.includes(id));
  const records = Object.entries(policies).map(
    ([id, policy]) => [id, member(id, policy, ids.includes(id) ? `${id}Check` : undefined)] as const,
  );
  return { ...Object.fromEntries(records), ...checks(ids) };
};

const weighted = (
  weights: Readonly<Record<string, number>>,
  unchecked: readonly string[] = [],
  more: Resources = {},
) =>
  group(
    Object.fromEntries(Object.entries(weights).map(([id, Weight]) => [id, { Weight, ...more }])),
    unchecked,
  );
const PRIMARY = { Failover: 'PRIMARY' };
const SECONDARY = { Failover: 'SECONDARY' };
const failover = (primary: Resources = {}, secondary: Resources = {}, unchecked: readonly string[] = []) =>
  group({ P: { ...PRIMARY, ...primary }, S: { ...SECONDARY, ...secondary } }, unchecked);
const toAlb = { ...alias({ lb: 'Alb' }, true) };
const Alb = loadBalancer;

/** Two Regions by latency, and in each two servers by weight: the tree in AWS's diagrams. */
const tree = (evaluate = true, unchecked: readonly string[] = [], aliasCheck?: string): Resources => ({
  East: member('east', { Region: 'us-east-1', ...alias({ name: 'east.example.org' }, evaluate) }, aliasCheck),
  South: member('south', { Region: 'ap-southeast-2', ...alias({ name: 'south.example.org' }, true) }),
  ...weighted({ E1: 1, E2: 3 }, unchecked, { Name: 'east.example.org' }),
  ...weighted({ S1: 1, S2: 3 }, unchecked, { Name: 'south.example.org' }),
  ...(aliasCheck !== undefined && { [aliasCheck]: healthCheck() }),
});
const fromVirginia = { from: { region: 'us-east-1' } };
const east = { 'east/E1': 0.25, 'east/E2': 0.75 };
const south = { 'south/S1': 0.25, 'south/S2': 0.75 };

/** Failover between two groups of servers. */
const groups: Resources = {
  Primary: member('primary', { ...PRIMARY, ...alias({ name: 'p.example.org' }, true) }),
  Secondary: member('secondary', { ...SECONDARY, ...alias({ name: 's.example.org' }, true) }),
  ...weighted({ P1: 1, P2: 1 }, [], { Name: 'p.example.org' }),
  ...weighted({ S1: 1, S2: 1 }, [], { Name: 's.example.org' }),
};

/** Each policy with two records, of which a client gets the first one while both or none are healthy. */
const FRANCE = { from: { country: 'FR', region: 'eu-west-3', address: '203.0.113.7' } };
const collection = { CollectionId: { 'Fn::GetAtt': ['Blocks', 'Id'] } };
const policies: Readonly<Record<string, Resources>> = {
  failover: failover(),
  latency: group({ P: { Region: 'eu-west-3' }, S: { Region: 'us-east-1' } }),
  geolocation: group({ P: { GeoLocation: { CountryCode: 'FR' } }, S: { GeoLocation: { CountryCode: '*' } } }),
  geoproximity: group({
    P: { GeoProximityLocation: { AWSRegion: 'eu-west-3' } },
    S: { GeoProximityLocation: { AWSRegion: 'us-east-1' } },
  }),
  'IP-based': {
    ...group({
      P: { CidrRoutingConfig: { ...collection, LocationName: 'office' } },
      S: { CidrRoutingConfig: { ...collection, LocationName: '*' } },
    }),
    Blocks: {
      Type: 'AWS::Route53::CidrCollection',
      Properties: { Locations: [{ LocationName: 'office', CidrList: ['203.0.113.0/24'] }] },
    },
  },
};

/** Failover from a primary whose health check has this configuration. */
const guarded = (config: Resources, others: Resources = {}): Resources => ({
  P: member('P', PRIMARY, 'Check'),
  S: member('S', SECONDARY),
  Check: healthCheck(config),
  ...others,
});
const twoOfThree = guarded(
  {
    Type: 'CALCULATED',
    HealthThreshold: 2,
    ChildHealthChecks: ['A', 'B', 'C'].map((id) => ({ Ref: `${id}Check` })),
  },
  checks(['A', 'B', 'C']),
);
const alarm = (InsufficientDataHealthStatus?: string) =>
  guarded(
    {
      ...{ Type: 'CLOUDWATCH_METRIC', IPAddress: undefined, InsufficientDataHealthStatus },
      AlarmIdentifier: { Name: { Ref: 'Alarm' }, Region: 'eu-west-3' },
    },
    { Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: {} } },
  );
const noData = { insufficientData: ['Alarm'] };

const balanced = (TargetGroups: readonly string[]): Resources => ({
  ...failover(toAlb, {}, ['P', 'S']),
  Alb,
  Listener: {
    Type: 'AWS::ElasticLoadBalancingV2::Listener',
    Properties: {
      LoadBalancerArn: { Ref: 'Alb' },
      DefaultActions: [{ Type: 'forward', TargetGroupArn: { Ref: TargetGroups[0] } }],
    },
  },
  Rule: {
    Type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
    Properties: {
      ListenerArn: { Ref: 'Listener' },
      Actions: [
        {
          Type: 'forward',
          ForwardConfig: {
            TargetGroups: TargetGroups.slice(1).map((id) => ({ TargetGroupArn: { Ref: id } })),
          },
        },
      ],
    },
  },
  ...Object.fromEntries(
    ['Web', 'Api', 'Other'].map((id) => [id, { Type: 'AWS::ElasticLoadBalancingV2::TargetGroup' }]),
  ),
});

/**
 * Left out is what no template and no single query shows: that health checks run at intervals and not with the query,
 * how many checkers must agree and how long they wait, what they look for in a response, partitions of the internet,
 * how many targets a target group has at run time (one without targets counts as unhealthy), that `SetAlarmState` does
 * not move a health check; and advice: where to put health checks, in which order to create records.
 */
const PAGES: Readonly<Record<string, readonly Row[]>> = {
  'health-checks-how-route-53-chooses-records': [
    {
      says: 'If the health check for one of the records is unhealthy, Route 53 responds to DNS queries with the IP addresses in one of the other two records.',
      zone: weighted({ A: 70, B: 20, C: 10 }),
      down: ['ACheck'],
      answers: { B: 20 / 30, C: 10 / 30 },
    },
    {
      says: 'Route 53 initially chooses a record based on the routing policy and on the values that you specify for each record.',
      zone: weighted({ A: 70, B: 20, C: 10 }),
      answers: { A: 0.7, B: 0.2, C: 0.1 },
    },
    {
      says: 'If you associated a health check with a non-alias record, Route 53 checks the current status of the health check.',
      zone: failover(),
      down: ['PCheck'],
      answers: { S: 1 },
    },
    {
      says: 'You can associate health checks with alias records',
      zone: { ...failover(alias({ lb: 'Alb' }, false)), Alb },
      down: ['PCheck'],
      answers: { S: 1 },
    },
    ...[[], ['Alb']].map((down) => ({
      says: 'Route 53 checks the health status of the resource that the alias record references, for example, an ELB load balancer',
      when: down.length > 0 ? 'unhealthy' : 'healthy',
      zone: { ...failover(toAlb, {}, ['P', 'S']), Alb },
      down,
      answers: { [down.length > 0 ? 'S' : 'P']: 1 },
    })),
    {
      says: 'or another record in the same hosted zone.',
      zone: {
        ...failover(alias({ name: 'other.example.org' }, true), {}, ['P', 'S']),
        Other: record({ Name: 'other.example.org', HealthCheckId: { Ref: 'OtherCheck' } }),
        ...checks(['Other']),
      },
      down: ['OtherCheck'],
      answers: { S: 1 },
    },
    {
      says: 'If the record is healthy, Route 53 responds to the query with the applicable value, such as an IP address.',
      zone: failover(),
      answers: { P: 1 },
    },
    {
      says: 'If the record is unhealthy, Route 53 chooses another record using the same criteria and repeats the process until it finds a healthy record.',
      zone: weighted({ A: 70, B: 20, C: 9, D: 1 }),
      down: ['ACheck', 'BCheck'],
      answers: { C: 0.9, D: 0.1 },
    },
    {
      says: "If a record in a group of records that have the same name and type doesn't have an associated health check, Route 53 always considers it healthy and always includes it among possible responses to a query.",
      zone: weighted({ A: 1, B: 1, C: 1 }, ['A']),
      down: ['A', 'BCheck'],
      answers: { A: 0.5, C: 0.5 },
    },
    {
      says: 'Route 53 always considers it healthy',
      when: 'also a primary record',
      zone: failover({}, {}, ['P']),
      down: ['P'],
      answers: { P: 1 },
    },
    {
      says: 'Route 53 considers all the records in the group to be healthy and selects one based on the routing policy and on the values that you specify for each record.',
      zone: weighted({ A: 3, B: 1 }),
      down: ['ACheck', 'BCheck'],
      answers: { A: 0.75, B: 0.25 },
    },
    {
      says: 'Route 53 initially considers only the nonzero weighted records',
      zone: weighted({ A: 1, B: 1, Z: 0 }),
      down: ['ACheck'],
      answers: { B: 1 },
    },
    {
      says: 'if any.',
      when: 'else all of them with equal probability',
      zone: weighted({ Y: 0, Z: 0 }),
      answers: { Y: 0.5, Z: 0.5 },
    },
    {
      says: 'If all the records that have a weight greater than 0 are unhealthy, then Route 53 considers the zero-weighted records.',
      zone: weighted({ A: 1, B: 1, Y: 0, Z: 0 }),
      down: ['ACheck', 'BCheck', 'YCheck'],
      answers: { Z: 1 },
    },
    {
      says: 'health checks work the same as when all records have nonzero weights',
      when: 'so that all are healthy when none is, and weights of 0 are left out again',
      zone: weighted({ A: 3, B: 1, Z: 0 }),
      down: ['ACheck', 'BCheck', 'ZCheck'],
      answers: { A: 0.75, B: 0.25 },
    },
    {
      says: 'As long as at least one of the weighted records is healthy, Route 53 considers the alias record to be healthy.',
      zone: groups,
      down: ['P1Check'],
      answers: { 'primary/P2': 1 },
    },
    {
      says: 'If none of the weighted records is healthy, Route 53 considers the alias record to be unhealthy.',
      zone: groups,
      down: ['P1Check', 'P2Check'],
      answers: { 'secondary/S1': 0.5, 'secondary/S2': 0.5 },
    },
    {
      says: 'Route 53 stops considering records in that branch of the tree until at least one weighted record becomes healthy again.',
      zone: groups,
      down: ['P2Check'],
      answers: { 'primary/P1': 1 },
    },
    ...[
      { when: 'neither', zone: failover(), down: 'PCheck' },
      { when: 'the primary', zone: { ...failover(toAlb, {}, ['P']), Alb }, down: 'Alb' },
      { when: 'the secondary', zone: { ...failover({}, toAlb, ['S']), Alb }, down: 'PCheck' },
      {
        when: 'both',
        zone: { ...failover(toAlb, alias({ lb: 'Second' }, true), ['P', 'S']), Alb, Second: loadBalancer },
        down: 'Alb',
      },
    ].map(({ when, zone, down }) => ({
      says: 'Both the primary and secondary records can be a non-alias record or an alias record.',
      when: `alias: ${when}`,
      zone,
      down: [down],
      answers: { S: 1 },
    })),
    ...[[], ['SCheck']].map((down) => ({
      says: 'If Route 53 considers the primary record healthy (if the health check endpoint is healthy), Route 53 returns only the primary record in response to a DNS query.',
      when: down.length > 0 ? 'whatever the secondary is' : 'and the secondary too',
      // In this order: the role decides, not the place in the template.
      zone: group({ S: SECONDARY, P: PRIMARY }),
      down,
      answers: { P: 1 },
    })),
    {
      says: 'If Route 53 considers the primary record unhealthy and the secondary record healthy, Route 53 returns the secondary record instead.',
      zone: failover(),
      down: ['PCheck'],
      answers: { S: 1 },
    },
    {
      says: 'If Route 53 considers both the primary and secondary records unhealthy, Route 53 returns the primary record.',
      zone: failover(),
      down: ['PCheck', 'SCheck'],
      answers: { P: 1 },
    },
    {
      says: 'If you omit the health check for the secondary record, and if the health check endpoint for the primary record is unhealthy, Route 53 always responds to DNS queries by using the secondary record. This is true even if the secondary record is unhealthy.',
      zone: { ...failover({}, alias({ lb: 'Alb' }, false), ['S']), Alb },
      down: ['PCheck', 'S', 'Alb'],
      answers: { S: 1 },
    },
  ],
  'dns-failover-simple-configs': [
    {
      says: 'You can mix alias and non-alias records, but they all must have the same value for Name, Type, and Routing Policy.',
      zone: { A: member('A', { Weight: 1, ...toAlb }), ...weighted({ B: 1, C: 1 }), Alb },
      down: ['Alb', 'BCheck'],
      answers: { C: 1 },
    },
    {
      says: 'When Route 53 initially selects from among all three records, it responds to requests using the first record about 20% of the time, 10/(10 + 20 + 20).',
      zone: weighted({ A: 10, B: 20, C: 20 }),
      answers: { A: 0.2, B: 0.4, C: 0.4 },
    },
    {
      says: 'When Route 53 determines that the third record is unhealthy, it responds to requests using the first record about 33% of the time, 10/(10 + 20).',
      zone: weighted({ A: 10, B: 20, C: 20 }),
      down: ['CCheck'],
      answers: { A: 10 / 30, B: 20 / 30 },
    },
    {
      says: "When you configure an alias record to evaluate the health of a resource, you don't need to create a health check for the resource.",
      zone: { ...failover(toAlb, {}, ['P', 'S']), Alb },
      down: ['Alb'],
      answers: { S: 1 },
    },
  ],
  'dns-failover-complex-configs': [
    {
      says: 'Based on the latency for the user making the request, Route 53 selects the latency alias record for the us-east-1 region.',
      zone: tree(),
      answers: east,
    },
    {
      says: 'The health check failed, so Route 53 chooses another weighted record based on weight and checks its health.',
      zone: tree(),
      down: ['E2Check'],
      answers: { 'east/E1': 1 },
    },
    {
      says: 'Route 53 backs out of that branch of the tree, looks for the latency alias record with the next-best latency, and chooses the record for ap-southeast-2.',
      zone: tree(),
      down: ['E1Check', 'E2Check'],
      answers: south,
    },
    {
      says: 'Route 53 again selects a record based on weight, and then checks the health of the selected resource.',
      zone: tree(),
      down: ['E1Check', 'E2Check', 'S1Check'],
      answers: { 'south/S2': 1 },
    },
    {
      says: 'The health check associated with the latency alias record must pass.',
      when: "it fails, and so Route 53 stops responding to queries using any of the weighted records that the latency alias record refers to even if they're all healthy.",
      zone: tree(true, [], 'EastCheck'),
      down: ['EastCheck'],
      answers: south,
    },
    {
      says: 'At least one weighted record must be considered healthy',
      when: 'none is',
      zone: tree(true, [], 'EastCheck'),
      down: ['E1Check', 'E2Check'],
      answers: south,
    },
    {
      says: "either because it's associated with a health check that passes",
      zone: tree(true, [], 'EastCheck'),
      down: ['E1Check'],
      answers: { 'east/E2': 1 },
    },
    {
      says: "or because it's not associated with a health check.",
      zone: tree(true, ['E2'], 'EastCheck'),
      down: ['E1Check', 'E2'],
      answers: { 'east/E2': 1 },
    },
    {
      says: 'The health check for one weighted record failed, so that record is omitted from consideration. Route 53 assumes that the resource is healthy and returns the applicable value in response to the query.',
      when: 'of a record without a health check',
      zone: tree(true, ['E2']),
      down: ['E1Check', 'E2'],
      answers: { 'east/E2': 1 },
    },
    {
      says: 'If you set Evaluate Target Health to No, Route 53 continues to route traffic to the records that an alias record refers to even if health checks for those records are failing.',
      when: 'it must choose one record in this branch instead of backing out of the branch',
      zone: tree(false),
      down: ['E1Check', 'E2Check'],
      answers: east,
    },
    {
      says: 'in this branch',
      when: 'a healthy one, if there is one',
      zone: tree(false),
      down: ['E1Check'],
      answers: { 'east/E2': 1 },
    },
    {
      says: '(For exceptions, see How Amazon Route 53 chooses records when health checking is configured.)',
      when: 'all branches are unhealthy, so all are healthy, from the top down',
      zone: tree(),
      down: ['E1Check', 'E2Check', 'S1Check', 'S2Check'],
      answers: east,
    },
  ],
  'dns-failover-types': [
    {
      says: 'In active-active failover, all the records that have the same name, the same type (such as A or AAAA), and the same routing policy (such as weighted or latency) are active unless Route 53 considers them unhealthy.',
      zone: weighted({ A: 1, B: 1, C: 1, D: 1, E: 1 }),
      down: ['CCheck'],
      answers: { A: 0.25, B: 0.25, D: 0.25, E: 0.25 },
    },
    {
      says: 'When responding to queries, Route 53 includes only the healthy primary resources.',
      zone: groups,
      answers: { 'primary/P1': 0.5, 'primary/P2': 0.5 },
    },
    {
      says: 'If all the primary resources are unhealthy, Route 53 begins to include only the healthy secondary resources in response to DNS queries.',
      zone: groups,
      down: ['P1Check', 'P2Check', 'S1Check'],
      answers: { 'secondary/S2': 1 },
    },
    {
      says: 'In this configuration, Route 53 considers the primary failover record to be healthy as long as at least one of the associated resources is healthy.',
      zone: groups,
      down: ['P2Check', 'S1Check'],
      answers: { 'primary/P1': 1 },
    },
    {
      says: 'All the records with nonzero weights must be unhealthy before Route 53 starts to respond to DNS queries using records that have weights of zero.',
      zone: weighted({ A: 5, B: 1, Z: 0 }),
      down: ['ACheck'],
      answers: { B: 1 },
    },
  ],
  'dns-failover-problems': [
    ...Object.entries(policies).flatMap(([policy, zone]) =>
      [[], ['PCheck'], ['PCheck', 'SCheck']].map((down) => ({
        says: 'each request routing algorithm (such as weighted and failover) has a mode of last resort. In this special mode, when all records are considered unhealthy, the Route 53 algorithm reverts to considering all records healthy.',
        when: `${policy}, ${down.length} of 2 unhealthy`,
        zone,
        down,
        query: FRANCE,
        answers: { [down.length === 1 ? 'S' : 'P']: 1 },
      })),
    ),
    {
      says: "if an application is overloaded, and one out of three endpoints fails its health checks, so that it's excluded from Route 53 DNS responses, Route 53 distributes responses between the two remaining endpoints.",
      zone: group({
        A: { MultiValueAnswer: true },
        B: { MultiValueAnswer: true },
        C: { MultiValueAnswer: true },
      }),
      down: ['ACheck'],
      answers: { B: 1, C: 1 },
    },
    {
      says: 'If the remaining endpoints are unable to handle the additional load and they fail, Route 53 reverts to distributing requests to all three endpoints.',
      zone: group({
        A: { MultiValueAnswer: true },
        B: { MultiValueAnswer: true },
        C: { MultiValueAnswer: true },
      }),
      down: ['ACheck', 'BCheck', 'CCheck'],
      answers: { A: 1, B: 1, C: 1 },
    },
  ],
  'dns-failover-determining-health-of-endpoints': [
    {
      says: 'Route 53 adds up the number of child health checks that are considered to be healthy.',
      zone: twoOfThree,
      down: ['ACheck'],
      answers: { P: 1 },
    },
    {
      says: 'Route 53 compares that number with the number of child health checks that must be healthy for the status of the parent health check to be considered healthy.',
      zone: twoOfThree,
      down: ['ACheck', 'CCheck'],
      answers: { S: 1 },
    },
    {
      says: 'If the data stream indicates that the state of the alarm is OK, the health check is considered healthy.',
      zone: alarm('Unhealthy'),
      answers: { P: 1 },
    },
    {
      says: 'If the data stream indicates that the state is Alarm, the health check is considered unhealthy.',
      zone: alarm('Healthy'),
      down: ['Alarm'],
      answers: { S: 1 },
    },
    ...(
      [
        ['Healthy', 'P'],
        ['Unhealthy', 'S'],
        ['LastKnownStatus', 'unknown'],
        [undefined, 'unknown'],
      ] as const
    ).map(([setting, answered]) => ({
      says: "If the data stream doesn't provide enough information to determine the state of the alarm, the health check status depends on the setting for Health check status: healthy, unhealthy, or last known status.",
      when: setting ?? 'not set',
      zone: alarm(setting),
      query: noData,
      answers: { [answered]: 1 },
    })),
  ],
  'API_AliasTarget (EvaluateTargetHealth)': [
    {
      says: 'For an Application or Network Load Balancer to be considered healthy, every target group that contains targets must contain at least one healthy target.',
      zone: balanced(['Web', 'Api']),
      down: ['Other'],
      answers: { P: 1 },
    },
    ...['Web', 'Api'].map((down) => ({
      says: 'If any target group contains only unhealthy targets, the load balancer is considered unhealthy, and Route 53 routes queries to other resources.',
      when: down === 'Web' ? 'that of a listener' : 'that of a rule',
      zone: balanced(['Web', 'Api']),
      down: [down],
      answers: { S: 1 },
    })),
    {
      says: "You can't set EvaluateTargetHealth to true when the alias target is a CloudFront distribution.",
      when: 'a template that does has no effect',
      zone: {
        ...failover(toAlb, {}, ['P', 'S']),
        Alb: { Type: 'AWS::CloudFront::Distribution', Properties: {} },
      },
      down: ['Alb'],
      answers: { P: 1 },
    },
  ],
};

describe.each(Object.entries(PAGES))('dns: AWS documents in %s', (_, rows) => {
  it.each(
    rows.map((row) => [`“${row.says}”${row.when === undefined ? '' : ` (${row.when})`}`, row] as const),
  )('%s', (_title, { zone, down, query, answers }) => {
    // The latency table has the client's own Region first.
    const latency = {
      'us-east-1': { 'us-east-1': 1, 'ap-southeast-2': 200 },
      'eu-west-3': { 'eu-west-3': 1, 'us-east-1': 80 },
    };
    const asked = { name: 'app.example.org', ...fromVirginia, ...query, down };
    expect(dnsOf(zone, { latency }).probabilities(asked)).toEqual(answers);
  });
});
