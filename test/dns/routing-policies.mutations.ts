import { mutationsBelow, type Mutation } from '../support/mutation';

const { removed, changed, edited } = mutationsBelow('RoutingPolicies');

interface Geoproximity {
  readonly SetIdentifier: string;
  readonly GeoProximityLocation: Record<string, unknown>;
  HealthCheckId?: unknown;
}
const geoproximity = (name: string, id: string, change: (record: Geoproximity) => void): Mutation =>
  edited(name, 'Geoproximity/Records', ({ RecordSets }) => {
    for (const record of RecordSets as Geoproximity[]) if (record.SetIdentifier === id) change(record);
  });
const unchecked = { HealthCheckId: undefined };

export const mutations: readonly Mutation[] = [
  changed('A has weight 60', 'Weighted/A', { Weight: 60 }),
  changed('A has weight 69', 'Weighted/A', { Weight: 69 }),
  changed('C has no weight', 'Weighted/C', { Weight: 0 }),
  changed('the standby takes part', 'Weighted/Standby', { Weight: 1 }),
  removed('there is no standby', 'Weighted/Standby'),
  ...['Weighted/A', 'Weighted/B', 'Weighted/C', 'Latency/Frankfurt', 'Geolocation/France'].map((path) =>
    changed(`${path} has no health check`, path, unchecked),
  ),
  ...['Geolocation/California', 'IpBased/ProviderA', 'Multivalue/Web2'].map((path) =>
    changed(`${path} has no health check`, path, unchecked),
  ),
  {
    name: "B has A's health check",
    apply: (template) => {
      const { HealthCheckId } = template.properties('RoutingPolicies/Weighted/A');
      template.properties('RoutingPolicies/Weighted/B').HealthCheckId = HealthCheckId;
    },
  },
  changed('Frankfurt is said to be in Tokyo', 'Latency/Frankfurt', { Region: 'ap-northeast-1' }),
  changed('Virginia and California are on the same side', 'Latency/California', { Region: 'us-east-2' }),
  changed("France's record is Belgium's", 'Geolocation/France', { GeoLocation: { CountryCode: 'BE' } }),
  changed("Europe's record is Asia's", 'Geolocation/Europe', { GeoLocation: { ContinentCode: 'AS' } }),
  changed("California's record is the whole country's", 'Geolocation/California', {
    GeoLocation: { CountryCode: 'US' },
  }),
  removed('nobody is answered elsewhere', 'Geolocation/Default'),
  geoproximity('Virginia has no bias', 'Virginia', ({ GeoProximityLocation }) => {
    GeoProximityLocation.Bias = 0;
  }),
  geoproximity('Virginia has the opposite bias', 'Virginia', ({ GeoProximityLocation }) => {
    GeoProximityLocation.Bias = -50;
  }),
  geoproximity('California has the opposite bias', 'California', ({ GeoProximityLocation }) => {
    GeoProximityLocation.Bias = 50;
  }),
  geoproximity('Paris is on the other side of the equator', 'Paris', ({ GeoProximityLocation }) => {
    GeoProximityLocation.Coordinates = { Latitude: '-48.86', Longitude: '2.35' };
  }),
  geoproximity('Virginia has no health check', 'Virginia', (record) => {
    record.HealthCheckId = undefined;
  }),
  {
    name: 'the networks of the two providers are swapped',
    apply: (template) => {
      const [a, b] = template.properties('RoutingPolicies/IpBased/CidrCollection').Locations as {
        LocationName: string;
      }[];
      if (a && b) [a.LocationName, b.LocationName] = [b.LocationName, a.LocationName];
    },
  },
  {
    name: 'one network is half as large',
    apply: (template) => {
      template.properties('RoutingPolicies/IpBased/CidrCollection').Locations = [
        { LocationName: 'ProviderA', CidrList: ['203.0.113.128/25'] },
        { LocationName: 'ProviderB', CidrList: ['198.51.100.0/24', '2001:db8::/32'] },
      ];
    },
  },
  removed('clients of no network have no answer', 'IpBased/Default'),
  {
    name: 'multivalue records are weighted alike',
    apply: (template) => {
      for (const id of ['Web1', 'Web2', 'Web3']) {
        const record = template.properties(`RoutingPolicies/Multivalue/${id}`);
        Object.assign(record, { MultiValueAnswer: undefined, Weight: 1 });
      }
    },
  },
  removed('there are only two web servers', 'Multivalue/Web3'),
  changed('answers live for a day', 'Multivalue/Web1', { TTL: '86400' }),
  {
    name: 'a health check works the wrong way round',
    apply: (template) => {
      const { HealthCheckConfig } = template.properties('RoutingPolicies/Paris/HealthCheck');
      (HealthCheckConfig as Record<string, unknown>).Inverted = true;
    },
  },
  {
    name: 'a server is out of service while nobody publishes anything',
    apply: (template) => {
      const { HealthCheckConfig } = template.properties('RoutingPolicies/Paris/HealthCheck');
      (HealthCheckConfig as Record<string, unknown>).InsufficientDataHealthStatus = 'Unhealthy';
    },
  },
  changed('a server is out of service after five minutes only', 'Paris/Alarm', { EvaluationPeriods: 5 }),
];
