import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack, aws_route53 as route53 } from 'aws-cdk-lib';
import { runScript } from '../../support/script';

describe('dns: the command', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'dns-'));
  const command = (...words: readonly string[]) => runScript('dns', [...words, '--app', outdir]);

  beforeAll(() => {
    const app = new App({ outdir });
    const stack = new Stack(app, 'Web');
    const zone = new route53.PublicHostedZone(stack, 'Zone', { zoneName: 'example.org' });
    const place = (id: string, geoLocation: route53.GeoLocation, address: string) =>
      new route53.ARecord(stack, id, {
        zone,
        setIdentifier: id,
        geoLocation,
        healthCheck: new route53.HealthCheck(stack, `${id}Check`, {
          type: route53.HealthCheckType.TCP,
          ipAddress: address,
          port: 443,
        }),
        target: route53.RecordTarget.fromIpAddresses(address),
      });
    place('Paris', route53.GeoLocation.country('FR'), '192.0.2.1');
    place('Default', route53.GeoLocation.default(), '192.0.2.2');
    app.synth();
  });
  afterAll(() => {
    rmSync(outdir, { recursive: true });
  });

  it('prints the answer and the reasoning', () => {
    const { status, stdout } = command('example.org', '--from', 'fr', '--down', 'ParisCheck');
    expect(status).toBe(0);
    expect(stdout).toContain('example.org A: NOERROR\n  example.org 1800 A 192.0.2.2 [Default]');
    expect(stdout).toContain(
      'Paris (Web/Paris) is unhealthy: health check Web/ParisCheck: what it monitors is down',
    );
  });

  it('says in one line what is wrong with its input', () => {
    const { status, stdout, stderr } = command('example.com');
    expect({ status, stdout, stderr }).toEqual({
      status: 3,
      stdout: '',
      stderr: expect.stringMatching(
        /^dns: example\.com: in no zone\. The zones are: example\.org .*\n$/,
      ) as string,
    });
    expect(command().stderr).toMatch(/^dns: expected one name, got 0\n$/);
  });

  it.each<[string, number, readonly string[]]>([
    ['a record', 0, ['example.org', '--from', 'FR']],
    ['no record', 1, ['no.example.org']],
    ['an answer that is unknown', 2, ['example.org']],
    ['a name in no zone', 3, ['example.com']],
    ['an option that it does not have', 3, ['example.org', '--form', 'FR']],
  ])('has an exit code for %s', (_, status, words) => {
    expect(command(...words).status).toBe(status);
  });

  it('lists zones and their records', () => {
    const { status, stdout } = command('--list');
    expect(status).toBe(0);
    expect(stdout).toContain(
      'example.org (public, Web/Zone)\n  example.org A geolocation [Paris]  Web/Paris\n',
    );
    const [zone] = JSON.parse(command('--list', '--json').stdout) as readonly {
      readonly records: unknown[];
    }[];
    expect(zone).toMatchObject({ zone: 'Web/Zone', name: 'example.org', visibility: 'public' });
    expect(zone?.records).toHaveLength(2);
  });

  it('prints answers as JSON', () => {
    expect(JSON.parse(command('example.org', '--from', 'FR', '--json').stdout)).toMatchObject([
      { status: 'NOERROR', probability: 1, records: [{ values: ['192.0.2.1'], setIdentifier: 'Paris' }] },
    ]);
  });
});
