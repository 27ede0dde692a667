import { behaviourDiff } from '../lib/assertions/changes';
import { Pair } from '../lib/assertions/changes/pair';
import { requestChanges } from '../lib/assertions/changes/requests';
import { mutationsOf, mutatedTemplates } from './support/mutated-templates';

/** Names of mutations that let something in or allow something. */
const OPENS =
  /SSH from|(is|are) open|takes every port|may connect to anything|accepts? (every|everything)|may read every|may open any connection|from (0\.0\.0\.0|anywhere)/;

const ARCHITECTURES = [
  'bastion-host',
  'private-link',
  'private-endpoints',
  'auto-scaling-web',
  'path-routed-services',
  'content-routing',
  'network-load-balancer',
];

const ZONE = { domainName: 'example.org', hostedZoneId: 'Z0123456789ABCDEFGHIJ' };

const ROUTING = /^AWS::ElasticLoadBalancingV2::(Listener|TargetGroup)/;

/** Names of mutations of what registers with target groups. */
const REGISTERS = /no target group|another port than/;

describe('behaviour-diff: the mutations of the architectures', () => {
  it.each(ARCHITECTURES)('of %s are among those that open something', (id) => {
    expect(mutationsOf(id).some(({ name }) => OPENS.test(name))).toBe(true);
  });

  it.each(ARCHITECTURES)('of %s that open something are found', (id) => {
    const missed: string[] = [];
    for (const { mutation, before, after } of mutatedTemplates(id, (name) => OPENS.test(name))) {
      const { verdict } = behaviourDiff(before, after);
      if (verdict !== 'opens') missed.push(`${mutation}: ${verdict}`);
    }
    expect(missed).toEqual([]);
  });
});

describe('behaviour-diff: the mutations of listeners, rules and target groups', () => {
  it.each([
    ['auto-scaling-web', 1, 3],
    ['path-routed-services', 6, 1],
    ['content-routing', 11, 2],
    ['network-load-balancer', 5, 2],
  ])('of %s are noticed: %i by requests, %i by settings', (id, byRequests, bySettings) => {
    const noticed = [...mutatedTemplates(id, () => true)].flatMap(({ mutation, before, after }) => {
      const pair = new Pair(before, after);
      const types = [...pair.changed].flatMap((path) =>
        pair.sides.flatMap((side) => side.byPath.get(path)?.type ?? []),
      );
      if (!REGISTERS.test(mutation) && !types.some((type) => ROUTING.test(type))) return [];
      const changes = requestChanges(pair);
      const bySetting = changes.every(({ what }) => what.includes('settings'));
      return [{ mutation, by: changes.length === 0 ? 'nothing' : bySetting ? 'settings' : 'requests' }];
    });
    const named = (by: string) => noticed.filter((one) => one.by === by);
    expect(named('nothing')).toEqual([]);
    expect([named('requests').length, named('settings').length]).toEqual([byRequests, bySettings]);
  });

  it('show requests that are not redirected to HTTPS any more', () => {
    const [mutated] = mutatedTemplates('auto-scaling-web', (name) => name === 'HTTP is not redirected', ZONE);
    const changes = mutated && requestChanges(new Pair(mutated.before, mutated.after));
    expect(changes).toMatchObject([
      {
        effect: 'answers differently',
        subjects: ['any request'],
        what: ['http 80'],
        before: { answer: 'redirect 301 to https://#{host}/#{path}?#{query}' },
        after: { answer: expect.stringMatching(/^forward to /) as string },
      },
    ]);
  });
});
