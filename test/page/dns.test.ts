import { answerInShort, namesWithPolicies } from '../../page/behaviour/answers';
import { downFor, NO_FAULTS, readWorld, type Faults } from '../../page/behaviour/world';
import { Templates } from '../../lib/assertions/templates';
import { sourcesOf } from '../../lib/assertions/templates/assembly';
import { sandbox } from '../support/sandbox';

const sources = sourcesOf(sandbox({}, 'dns-failover').synth());
const world = readWorld(sources);
const failing = (...paths: string[]): Faults => ({ zones: new Set(), paths: new Set(paths) });
const [query] = namesWithPolicies(world);

describe('DNS failover on a page', () => {
  const now = (faults: Faults) => answerInShort(world, faults, query ?? { name: '' });
  const path = (type: string) => new Templates(sources).ofType(type)[0]?.path ?? '';

  it('asks about the names whose answer depends on health', () => {
    expect(query).toEqual({ name: 'app.failover.sandbox.test', type: 'A' });
  });

  it('answers with the primary, and with the secondary while the primary fails', () => {
    expect(now(NO_FAULTS)).toBe('Primary');
    expect(now(failing(path('AWS::ElasticLoadBalancingV2::LoadBalancer')))).toBe('Secondary');
    expect(now(failing(path('AWS::Route53::HealthCheck')))).toBe('Secondary');
  });

  it('finds a target group down whose targets are gone', () => {
    const group = path('AWS::ElasticLoadBalancingV2::TargetGroup');
    const servers = path('AWS::AutoScaling::AutoScalingGroup');
    expect(downFor(world, failing(servers))).toContain(group);
    expect(now(failing(servers))).toBe('Secondary');
  });

  it('survives the loss of one Availability Zone, and not of all', () => {
    const zones = [...new Set(world.zoneOf.values())];
    expect(now({ zones: new Set(zones.slice(0, 1)), paths: new Set() })).toBe('Primary');
    expect(now({ zones: new Set(zones), paths: new Set() })).toBe('Secondary');
  });

  it('shows records with their policy, their target and their health check', () => {
    const records = world.drawing.zones.flatMap(({ names }) => names.flatMap((name) => name.records));
    expect(records.map(({ label, detail }) => `${label}: ${detail}`)).toEqual([
      'Primary: primary, LoadBalancer',
      'Secondary: secondary, StatusPage',
    ]);
    expect(records[0]?.check).toBe(path('AWS::Route53::HealthCheck'));
  });
});
