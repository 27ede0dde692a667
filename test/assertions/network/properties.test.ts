import fc from 'fast-check';
import type { Answer } from '../../../lib/assertions/network';
import {
  acl,
  at,
  ec2,
  entry,
  instance,
  internetGateway,
  network,
  ref,
  subnet,
  tcp,
  to,
  vpc,
} from './templates';

/** A small network: two subnets in two zones, rules, routes and ACL entries as drawn. */
const cidr = fc.constantFrom(
  '0.0.0.0/0',
  '10.0.0.0/16',
  '10.0.1.0/24',
  '10.0.2.0/24',
  '203.0.113.0/24',
  '203.0.113.7/32',
);
const port = fc.constantFrom(22, 443);
const rule = fc.tuple(port, cidr).map(([number, from]) => tcp(number, from));
const aclEntry = fc.tuple(
  fc.constantFrom('allow' as const, 'deny' as const),
  fc.constantFrom('in' as const, 'out' as const),
  cidr,
  fc.constantFrom<readonly [number, number] | undefined>(undefined, [22, 22], [1024, 65535], [0, 65535]),
);
const gateway = fc.constantFrom({ GatewayId: ref('Igw') }, { NatGatewayId: ref('Nat') });
const drawn = fc.record({
  inbound: fc.array(rule, { maxLength: 4 }),
  outbound: fc.option(fc.array(rule, { minLength: 1, maxLength: 3 }), { nil: undefined }),
  entries: fc.array(aclEntry, { maxLength: 6 }),
  withAcl: fc.boolean(),
  clientRoute: gateway,
  publicServer: fc.boolean(),
});
type Drawn = typeof drawn extends fc.Arbitrary<infer T> ? T : never;

const build = ({ inbound, outbound, entries, withAcl, clientRoute, publicServer }: Drawn) => ({
  ...vpc('Vpc', '10.0.0.0/16'),
  ...internetGateway('Vpc'),
  ...subnet('A', 'Vpc', '10.0.1.0/24', [to('0.0.0.0/0', clientRoute)]),
  ...subnet('B', 'Vpc', '10.0.2.0/24', [to('0.0.0.0/0', { GatewayId: ref('Igw') })], {
    AvailabilityZone: 'az-b',
    MapPublicIpOnLaunch: publicServer,
  }),
  Nat: ec2('NatGateway', { SubnetId: ref('B') }),
  ...instance('Client', 'A', { outbound }),
  ...instance('Server', 'B', { inbound }),
  ...(withAcl
    ? acl(
        'Acl',
        'Vpc',
        'B',
        entries.map(([action, way, from, ports], i) => entry(10 * i + 10, action, way, from, ports)),
      )
    : {}),
});

const questions = [22, 443].flatMap((number) => [
  { source: at('Client'), destination: at('Server'), port: number },
  { source: 'internet', destination: at('Server'), port: number },
  { source: '203.0.113.7', destination: at('Server'), port: number },
  { source: at('Client'), destination: 'internet', port: number },
  { source: at('Server'), destination: '203.0.113.7', port: number },
]);
type Net = ReturnType<typeof network>;
const answers = (net: Net): readonly Answer[] => questions.map((question) => net.canReach(question).answer);
const RANK = { 'not reachable': 0, unknown: 1, reachable: 2 } as const;
const noMore = (less: readonly Answer[], more: readonly Answer[]) =>
  less.every((answer, i) => RANK[answer] <= RANK[more[i] ?? 'not reachable']);
const runs = { numRuns: 60 };

describe('any network', () => {
  it('never reaches less with another security group rule', () => {
    fc.assert(
      fc.property(drawn, rule, (net, extra) => {
        const more = { ...net, inbound: [...net.inbound, extra] };
        return noMore(answers(network(build(net))), answers(network(build(more))));
      }),
      runs,
    );
  });

  it('answers the same for any order of security group rules', () => {
    fc.assert(
      fc.property(drawn, (net) => {
        const turned = { ...net, inbound: net.inbound.toReversed(), outbound: net.outbound?.toReversed() };
        expect(answers(network(build(turned)))).toEqual(answers(network(build(net))));
      }),
      runs,
    );
  });

  it('answers the same for any template order of ACL entries, by number', () => {
    fc.assert(
      fc.property(drawn, (net) => {
        const resources = build({ ...net, withAcl: true });
        const turned = Object.fromEntries(Object.entries(resources).toReversed());
        expect(answers(network(turned))).toEqual(answers(network(resources)));
      }),
      runs,
    );
    const either = (first: 'allow' | 'deny') =>
      network(
        build({
          inbound: [tcp(22, '0.0.0.0/0')],
          outbound: undefined,
          withAcl: true,
          clientRoute: { GatewayId: ref('Igw') },
          publicServer: false,
          entries: [
            [first, 'in', '0.0.0.0/0', undefined],
            [first === 'allow' ? 'deny' : 'allow', 'in', '0.0.0.0/0', undefined],
            ['allow', 'out', '0.0.0.0/0', undefined],
          ],
        }),
      ).canReach({ source: at('Client'), destination: at('Server'), port: 22 }).answer;
    expect([either('allow'), either('deny')]).toEqual(['reachable', 'not reachable']);
  });

  // Without a more specific route, the default route may lead further. Nothing replaces a default route.
  it('never reaches more without a default route', () => {
    fc.assert(
      fc.property(drawn, fc.constantFrom('ARoute0', 'BRoute0'), (net, route) => {
        const whole = network(build(net));
        return noMore(answers(whole.without(at(route))), answers(whole));
      }),
      runs,
    );
  });

  it('never reaches more without an Availability Zone', () => {
    fc.assert(
      fc.property(drawn, fc.constantFrom('az-a', 'az-b'), (net, zone) => {
        const whole = network(build(net));
        return noMore(answers(whole.withoutAz(zone)), answers(whole));
      }),
      runs,
    );
  });

  it('is reachable from one address only if from the internet', () => {
    fc.assert(
      fc.property(drawn, (net) => {
        const [, any = 'unknown', one = 'unknown'] = answers(network(build(net)));
        return noMore([one], [any]);
      }),
      runs,
    );
  });
});
