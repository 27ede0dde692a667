import fc from 'fast-check';
import { Requests } from '../../../lib/assertions/requests';
import { Templates, type Json } from '../../../lib/assertions/templates';
import { att, ec2, instance, internetGateway, subnet, tcp, toInternet, vpc } from '../network/templates';
import {
  balancer,
  elb,
  fixed,
  forward,
  header,
  host,
  listener,
  method,
  path,
  query,
  redirect,
  ref,
  rule,
  sourceIp,
  weighted,
} from './template';

/*
 * One thing of random load balancers depends on a parameter without a value. Where the answers for its two values
 * differ, the answer without a value must not be a definite one. Run more, with another seed:
 * `UNDECIDED_RUNS=2000 SEED=7 npx jest test/assertions/requests/undecided`.
 */
const { UNDECIDED_RUNS, SEED } = process.env;
const runs = Number(UNDECIDED_RUNS ?? 150);

type Resources = Record<string, { Type: string; Properties: Json; Condition?: string }>;
type Path = readonly (string | number)[];

const condition = fc.oneof(
  fc.constantFrom('/a*', '/b', '*').map((value) => path(value)),
  fc.constantFrom('a.example.org', '*.example.org').map((value) => host(value)),
  fc.constantFrom('EU', '*').map((value) => header('X-Region', value)),
  fc.constantFrom('GET', 'POST').map((value) => method(value)),
  fc.constantFrom('toys', '*').map((Value) => query({ Key: 'category', Value })),
  fc.constantFrom('203.0.113.0/24', '0.0.0.0/0').map((value) => sourceIp(value)),
);
const action = fc.oneof(
  fc.constantFrom('A', 'B').map(forward),
  fc.constantFrom<Record<string, number>>({ A: 1, B: 1 }, { A: 1, B: 0 }).map((weights) => weighted(weights)),
  fc.constant(redirect({ Protocol: 'HTTPS', Port: '443' })),
  fc.constant(fixed('404')),
);
const drawn = fc.record({
  type: fc.constantFrom('application', 'network'),
  conditions: fc.array(
    fc.uniqueArray(condition, { minLength: 1, maxLength: 2, selector: ({ Field }) => Field }),
    { maxLength: 3 },
  ),
  actions: fc.array(action, { minLength: 4, maxLength: 4 }),
  preserve: fc.constantFrom('true', 'false'),
  crossZone: fc.constantFrom('true', 'false'),
  targetType: fc.constantFrom('instance', 'ip'),
  healthPort: fc.constantFrom('traffic-port', '9000'),
  inbound: fc.constantFrom('group', 'nodes', 'clients'),
  scheme: fc.constantFrom('internet-facing', 'internal'),
});
type Drawn = typeof drawn extends fc.Arbitrary<infer T> ? T : never;

function build(drew: Drawn): Resources {
  const isNetwork = drew.type === 'network';
  const isIp = drew.targetType === 'ip';
  const targets = (id: string) =>
    elb('TargetGroup', {
      Port: 8080,
      Protocol: isNetwork ? 'TCP' : 'HTTP',
      TargetType: drew.targetType,
      HealthCheckPort: drew.healthPort,
      Targets: [{ Id: isIp ? att(id, 'PrivateIp') : ref(id) }],
      TargetGroupAttributes: isNetwork ? [{ Key: 'preserve_client_ip.enabled', Value: drew.preserve }] : [],
    });
  const peers = {
    group: { SourceSecurityGroupId: ref('LbGroup') },
    nodes: '10.0.0.0/23',
    clients: '203.0.113.0/24',
  };
  const rules = [tcp(8080, peers[drew.inbound as 'group']), tcp(9000, '10.0.0.0/23')];
  const resources = {
    ...vpc('Vpc', '10.0.0.0/16'),
    ...internetGateway('Vpc'),
    ...subnet('PublicA', 'Vpc', '10.0.0.0/24', [toInternet]),
    ...subnet('PublicB', 'Vpc', '10.0.1.0/24', [toInternet], { AvailabilityZone: 'az-b' }),
    ...subnet('PrivateA', 'Vpc', '10.0.2.0/24'),
    LbGroup: ec2('SecurityGroup', { SecurityGroupIngress: [tcp(80, '0.0.0.0/0')] }),
    Lb: balancer(drew.type, {
      Scheme: drew.scheme,
      Subnets: [ref('PublicA'), ref('PublicB')],
      SecurityGroups: [ref('LbGroup')],
      LoadBalancerAttributes: [{ Key: 'load_balancing.cross_zone.enabled', Value: drew.crossZone }],
    }),
    Http: listener(isNetwork ? 'TCP' : 'HTTP', 80, {
      DefaultActions: [isNetwork ? forward('A') : drew.actions[0]],
    }),
    ...(isNetwork
      ? {}
      : Object.fromEntries(
          drew.conditions.map((all, i) => [
            `Rule${i}`,
            rule(all, { Priority: 10 * i + 10, Actions: [drew.actions[i + 1]] }),
          ]),
        )),
    A: targets('ServerA'),
    B: targets('ServerB'),
    ...instance('ServerA', 'PrivateA', { inbound: rules }),
    ...instance('ServerB', 'PublicB', { inbound: rules }),
  };
  // As JSON, so that a value can be replaced anywhere in it.
  return JSON.parse(JSON.stringify(resources)) as Resources;
}

const ALTERNATIVES: readonly (readonly Json[])[] = [
  ['/a*', '/b', '*'],
  ['a.example.org', '*.example.org', 'b.example.net'],
  ['EU', 'US', 'toys'],
  ['GET', 'POST'],
  ['203.0.113.0/24', '0.0.0.0/0', '10.0.0.0/23'],
  ['true', 'false'],
  ['internet-facing', 'internal'],
  ['HTTP', 'HTTPS'],
  ['TCP', 'UDP', 'TLS'],
  ['network', 'application'],
  ['instance', 'ip'],
  ['traffic-port', '9000', '7'],
  [80, 81],
  [8080, 8081, 9000],
  [5, 10, 15, 20, 25, 30],
  [0, 1],
  ['404', '503'],
  ['443', '444'],
  ['az-a', 'az-b'],
  ['X-Region', 'X-Other'],
  ['category', 'other'],
];

/** The values that can be replaced, and the resources, which can be conditional. */
function places(value: Json, at: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) {
    return ALTERNATIVES.some((values) => values.includes(value)) ? [at] : [];
  }
  return Object.entries(value).flatMap(([key, item]) =>
    places(item, [...at, Array.isArray(value) ? Number(key) : key]),
  );
}

function replaced(value: Json, [key, ...rest]: Path, by: (old: Json) => Json): Json {
  if (key === undefined) return by(value);
  if (Array.isArray(value)) return value.map((item, i) => (i === key ? replaced(item, rest, by) : item));
  const fields = value as Record<string, Json>;
  return { ...fields, [key]: replaced(fields[key] ?? null, rest, by) };
}

const question = fc.record({
  from: fc.constantFrom('internet', '203.0.113.7', 'App/ServerB'),
  url: fc.constantFrom(
    'http://a.example.org/a?category=toys',
    'http://example.org/b',
    'http://b.example.net/c?category=x',
  ),
  method: fc.constantFrom('GET', 'POST'),
  headers: fc.constantFrom<Record<string, string>>({}, { 'X-Region': 'eu' }),
});

const text = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

describe('requests: load balancers with one undecided thing', () => {
  it('are never answered definitely where its outcomes differ', () => {
    const count = { compared: 0, different: 0, definite: 0 };
    fc.assert(
      fc.property(
        drawn,
        fc.nat(),
        fc.nat(),
        fc.constantFrom('condition', 'if', 'parameter'),
        question,
        (drew, pick, other, kind, asked) => {
          const resources = build(drew);
          const template: Record<string, Json> = {
            Parameters: { Open: { Type: 'String' } },
            Conditions: { IsOpen: { 'Fn::Equals': [{ Ref: 'Open' }, 'yes'] } },
          };
          const values = new Map<string, string>([
            ['yes', 'yes'],
            ['no', 'no'],
          ]);
          if (kind === 'condition') {
            const ids = Object.keys(resources).filter((id) => /^(Rule|Http|Igw|.*Route|Lb$)/.test(id));
            const id = ids[pick % ids.length] ?? '';
            template.Resources = replaced(resources, [id], (old) => ({
              ...(old as object),
              Condition: 'IsOpen',
            }));
          } else {
            // AWS refuses routes to an internet gateway for addresses of the VPC.
            const all = places(resources as Json).filter(([id]) => !/^(Vpc|Igw)|Route/.test(String(id)));
            const at = all[pick % all.length] ?? [];
            template.Resources = replaced(resources, at, (old): Json => {
              const options = (ALTERNATIVES.find((list) => list.includes(old)) ?? []).filter(
                (value) => value !== old,
              );
              const alternative = options[other % options.length] ?? null;
              if (kind === 'if') return { 'Fn::If': ['IsOpen', old, alternative] };
              values.set('yes', text(old)).set('no', text(alternative));
              return { Ref: 'Open' };
            });
          }
          const ask = (value?: string) => {
            const parameters = value === undefined ? {} : { parameters: { Open: values.get(value) ?? '' } };
            try {
              const answer = Requests.of(Templates.fromTemplates({ App: template }, parameters)).send({
                to: 'App/Lb',
                ...asked,
              });
              return { answer: answer.answer, route: answer.route.outcome, effect: answer.route.effect };
            } catch (error) {
              // What cannot be deployed, or does not exist with this value.
              if (/refuses|no such resource|expected http/.test((error as Error).message)) return undefined;
              throw error;
            }
          };
          const [open, yes, no] = [ask(), ask('yes'), ask('no')];
          if (!open || !yes || !no) return;
          count.compared += 1;
          if (yes.answer !== no.answer || yes.effect !== no.effect) count.different += 1;
          if (open.answer !== 'unknown') {
            count.definite += 1;
            const known = [yes, no].map(({ answer }) => answer).filter((answer) => answer !== 'unknown');
            expect(known).toEqual(known.map(() => open.answer));
          }
          if (open.route !== 'unknown') {
            const shown = (effect: string) =>
              open.effect.includes('"port":"unknown"')
                ? effect.replace(/"port":("unknown"|\d+)/g, '')
                : effect;
            expect([yes, no].map(({ effect }) => shown(effect))).toEqual([
              shown(open.effect),
              shown(open.effect),
            ]);
          }
        },
      ),
      { numRuns: runs, ...(SEED !== undefined && { seed: Number(SEED) }) },
    );
    if (UNDECIDED_RUNS !== undefined) console.log(JSON.stringify(count));
    expect(count.different).toBeGreaterThan(0);
    expect(count.definite).toBeGreaterThan(0);
  });
});
