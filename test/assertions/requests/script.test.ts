import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runScript } from '../../support/script';
import { ec2, instance, internetGateway, subnet, tcp, toInternet, vpc } from '../network/templates';
import { balancer, elb, fixed, header, listener, ref, rule } from './template';

describe('requests: the command', () => {
  const folder = mkdtempSync(join(tmpdir(), 'request-'));
  const template = join(folder, 'Web.json');
  const command = (...words: readonly string[]) => runScript('request', ['--template', template, ...words]);

  beforeAll(() => {
    const Resources = {
      ...vpc('Vpc', '10.0.0.0/16'),
      ...internetGateway('Vpc'),
      ...subnet('PublicA', 'Vpc', '10.0.0.0/24', [toInternet]),
      ...subnet('PublicB', 'Vpc', '10.0.1.0/24', [toInternet], { AvailabilityZone: 'az-b' }),
      LbGroup: ec2('SecurityGroup', { SecurityGroupIngress: [tcp(80, '0.0.0.0/0')] }),
      Lb: balancer('application', {
        SecurityGroups: [ref('LbGroup')],
        Subnets: [ref('PublicA'), ref('PublicB')],
        Scheme: 'internet-facing',
      }),
      Http: listener('HTTP', 80),
      Rule: rule([header('X-Region', 'eu')]),
      Office: rule([{ Field: 'source-ip', SourceIpConfig: { Values: ['203.0.113.0/24'] } }], {
        Priority: 20,
        Actions: [fixed('418')],
      }),
      A: elb('TargetGroup', { Port: 8080, Protocol: 'HTTP', Targets: [{ Id: ref('Server') }] }),
      ...instance('Server', 'PublicA', { inbound: [tcp(8080, { SourceSecurityGroupId: ref('LbGroup') })] }),
    };
    writeFileSync(template, JSON.stringify({ Resources }));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('prints route and path, and exits with 0', () => {
    const { status, stdout } = command(
      'http://a.example/x',
      '--from',
      '198.51.100.1',
      '--header',
      'X-Region: EU',
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /: forward\n {2}100 % to Web\/A\n {4}Web\/Server port 8080\n[^]*is answered\n[^]*Web\/Igw[^]*Web\/Rule: forward to Web\/A[^]*ServerGroup/,
    );
  });

  it('prints the explanation and exits with 1', () => {
    const { status, stdout } = command('https://a.example/', '--from', 'internet');
    expect(status).toBe(1);
    expect(stdout).toMatch(/is not answered\n.*LbGroup: no inbound rule allows tcp 443/);
    expect(command('https://a.example/').status).toBe(1);
    const lost = command(
      'http://a.example/',
      '--header',
      'X-Region: eu',
      '--from',
      '198.51.100.1',
      '--without-az',
      'az-a',
    );
    expect(lost.status).toBe(1);
    expect(lost.stdout).toContain('Web/Server: all of its interfaces are removed');
  });

  it('exits with 2 when it is not known', () => {
    const { status, stdout } = command('http://a.example/');
    expect(status).toBe(2);
    expect(stdout).toContain('it depends on the address of the client');
    expect(command('http://a.example/', '--source', '203.0.113.9').stdout).toContain('fixed-response 418');
  });

  it('writes the answer as JSON, and lists the load balancers', () => {
    const { status, stdout } = command('http://a.example/', '--source', '198.51.100.1', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'fixed-response', statusCode: 404, rule: 'default' });
    expect(command('--list').stdout).toBe('Web/Lb\nAvailability Zones: az-a, az-b\n');
  });

  it.each([
    [['a.example'], 'expected http:// or https://'],
    [[], 'expected one URL, got 0'],
    [['http://a.example/', '--to', 'Web/Lc'], 'Web/Lb'],
    [['http://a.example/', '--header', 'x'], '--header x: expected <name>:<value>'],
    [['http://a.example/', '--every'], '--without-az and --every go with --from'],
    [['http://a.example/', '--list'], '--list takes no URL'],
  ])('refuses %j with one line', (words, message) => {
    const { status, stderr } = command(...words);
    expect(status).toBe(3);
    expect(stderr.trimEnd().split('\n')).toEqual([expect.stringContaining(message)]);
  });
});
