import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { catalog } from '../lib/catalog';
import { vcpusOf } from '../scripts/needs/compute';
import { costsOf, monthly } from '../scripts/needs/prices';
import { QUOTAS } from '../scripts/needs/quotas';
import { stacksToDeploy } from '../scripts/needs/stacks';
import { sandbox } from './support/sandbox';

const root = join(__dirname, '..');
const { directory } = sandbox().synth();
const readme = readFileSync(join(root, 'README.md'), 'utf8');

/** What a month costs by use, which no template says: see the README of each. */
const BY_USE: Readonly<Record<string, number>> = {
  // Six metrics of the CloudWatch agent at $0.30, and the two alarms of target tracking.
  'auto-scaling-web': 1.8,
  // The two alarms of target tracking.
  'instance-fleet': 0.2,
  // The eight alarms of target tracking.
  'path-routed-services': 0.8,
  // 6.5 million requests of health checkers.
  'health-checks': 1.3,
  // 1.6 million requests with which Lambda polls four queues, beyond the free million of the account.
  'fan-out': 0.7,
};

describe('the monthly price of an architecture', () => {
  it.each(catalog)('of $id is what its template costs', ({ id, stackName }) => {
    const row = new RegExp(`^\\| \\[${id}\\].*\\| +(?:about )?\\$(\\d+(?:\\.\\d+)?)[^|]*\\|$`, 'm').exec(
      readme,
    );
    const stacks = stacksToDeploy(directory, [stackName]).filter(({ name }) => name === stackName);
    const computed = monthly(costsOf(stacks)) + (BY_USE[id] ?? 0);
    // Prices from $10 on are printed in whole dollars.
    expect(Math.abs(Number(row?.[1]) - computed)).toBeLessThan(computed < 5 ? 0.01 : 0.6);
  });
});

describe('the quotas that stacks count against', () => {
  const used = (...names: string[]) => {
    const stacks = stacksToDeploy(directory, names);
    return Object.fromEntries(QUOTAS.map((quota) => [quota.name, quota.used(stacks)]));
  };

  it('include those of the stacks below', () => {
    expect(stacksToDeploy(directory, ['DnsFailover']).map(({ name }) => name)).toEqual([
      'MultiAzVpc',
      'AutoScalingWeb',
      'DnsFailover',
    ]);
    expect(used('BastionHost')).toMatchObject({
      VPCs: 1,
      'Elastic IP addresses': 3,
      'NAT gateways in an AZ': 1,
      'vCPUs of standard On-Demand Instances': 4,
    });
  });

  it('are those that the README names for all stacks', () => {
    const all = used();
    expect(readme.replaceAll(/\s+/g, ' ')).toContain(
      `need ${all.VPCs} VPCs, ${all['Elastic IP addresses']} Elastic IP addresses and ${all['vCPUs of standard On-Demand Instances']} vCPUs`,
    );
  });

  it('count scaling at its maximum', () => {
    expect(used('AutoScalingWeb')).toMatchObject({ 'vCPUs of standard On-Demand Instances': 12 });
    expect(used('PathRoutedServices')).toMatchObject({ 'vCPUs of Fargate On-Demand tasks': 7.5 });
  });

  it('count a stack that two others need only once', () => {
    expect(used('BastionHost', 'SplitViewDns')).toMatchObject({ VPCs: 1, 'Hosted zones': 4 });
  });

  it.each([
    ['t4g.nano', 2],
    ['m7g.large', 2],
    ['c7g.medium', 1],
    ['r7g.2xlarge', 8],
  ])('know the vCPUs of %s', (instanceType, vcpus) => {
    expect(vcpusOf(instanceType)).toBe(vcpus);
  });

  it.each(['p5.48xlarge', 't4g.huge', 'nano'])(
    'refuse %s, which has another quota or none',
    (instanceType) => {
      expect(() => vcpusOf(instanceType)).toThrow(`no vCPU count for the instance type ${instanceType}`);
    },
  );
});

describe('npm run needs', () => {
  async function needs(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    const child = spawn(
      process.execPath,
      ['-r', 'sucrase/register/ts', 'scripts/needs.ts', ...args, '--app', directory],
      { cwd: root, env: { ...process.env, ...environment } },
    );
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number];
    return { code, output };
  }

  it('prints quotas, advice for a new account and costs, offline', async () => {
    const { code, output } = await needs(['PathRoutedServices']);
    expect(output).toContain('Stacks MultiAzVpc, PathRoutedServices\n');
    expect(output).toMatch(/^ +7\.5 +6 {2}vCPUs of Fargate On-Demand tasks .* TOO FEW$/m);
    expect(output).toContain('Unable to assume the service linked role');
    expect(output).toMatch(/^\$\d+\.\d\d a month while it runs/m);
    expect(code).toBe(1);
  });

  it('ends with 0 when the stacks fit, and with 3 for an unknown stack', async () => {
    expect((await needs(['ThumbnailPipeline'])).code).toBe(0);
    const { code, output } = await needs(['NoSuchStack']);
    expect(output).toMatch(/^needs: stack: got NoSuchStack, expected one of .*MultiAzVpc/);
    expect(code).toBe(3);
  });

  it('compares with the quotas of the account', async () => {
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const { QuotaCode } = JSON.parse(body) as { QuotaCode: string };
        response.setHeader('Content-Type', 'application/x-amz-json-1.1');
        response.end(JSON.stringify({ Quota: { QuotaCode, Value: QuotaCode === 'L-0263D0A3' ? 2 : 64 } }));
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { code, output } = await needs(['MultiAzVpc', '--account'], {
      AWS_ENDPOINT_URL_SERVICE_QUOTAS: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      ...{ AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
    });
    server.close();
    expect(output).toMatch(/^ +3 +2 {2}Elastic IP addresses .* TOO FEW$/m);
    expect(output).toMatch(/^ +1 +64 {2}VPCs [^\n]*\)$/m);
    expect(code).toBe(1);
  });
});
