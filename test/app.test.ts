import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '..');
const { context: flags } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as {
  context: Record<string, unknown>;
};

/** Without credentials, and with the template validator that the other tests leave out. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => name !== 'CDK_VALIDATION' && !name.startsWith('AWS_')),
);

describe('bin/app.ts', () => {
  let outdir: string;
  beforeEach(() => {
    outdir = mkdtempSync(join(tmpdir(), 'cdk-out-'));
  });
  afterEach(() => {
    rmSync(outdir, { recursive: true });
  });

  const synthesize = (parameters: Record<string, string>) =>
    spawnSync(process.execPath, ['-r', 'sucrase/register/ts', 'bin/app.ts'], {
      cwd: root,
      encoding: 'utf8',
      env: {
        ...environment,
        CDK_OUTDIR: outdir,
        CDK_CONTEXT_JSON: JSON.stringify({ ...flags, 'aws:cdk:bundling-stacks': [], ...parameters }),
      },
    });

  it('synthesizes every architecture without a finding or a warning', () => {
    const { status, stderr, stdout } = synthesize({});
    expect({ status, stderr, stdout }).toEqual({ status: 0, stderr: '', stdout: '' });
    expect(existsSync(join(outdir, 'manifest.json'))).toBe(true);
    const report = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8')) as object;
    expect(report).toMatchObject({ pluginReports: [] });
  });

  it.each([
    [{ azCount: '7' }, 'azCount: got 7, expected a whole number from 2 to 6'],
    [{ natGateway: 'none' }, 'context key: got "natGateway", expected one of only, azCount, vpcCidr'],
    [{ trustedCidrs: '0.0.0.0/0' }, 'trustedCidrs: got "0.0.0.0/0", expected a network of your own'],
  ])('answers %j with one line, and synthesizes nothing', (parameters, message) => {
    const { status, stderr } = synthesize(parameters);
    expect(status).toBe(1);
    expect(stderr.trimEnd().split('\n')).toEqual([expect.stringContaining(message)]);
    expect(existsSync(join(outdir, 'manifest.json'))).toBe(false);
  });
});

describe('cdk synth', () => {
  it('fails for a finding, and names the rule, the construct and the source line', () => {
    const outdir = mkdtempSync(join(tmpdir(), 'cdk-out-'));
    const { status, stderr, stdout } = spawnSync(
      process.execPath,
      [
        require.resolve('aws-cdk/bin/cdk'),
        'synth',
        '--quiet',
        '--output',
        outdir,
        '--app',
        'node -r sucrase/register/ts test/support/unsafe-app.ts',
      ],
      { cwd: root, encoding: 'utf8', env: environment },
    );
    rmSync(outdir, { recursive: true });
    const report = stdout + stderr;
    expect(status).not.toBe(0);
    expect(report).toContain('AwsSolutions-EC23');
    expect(report).toContain('Unsafe/OpenToTheWorld/Resource');
    expect(report).toMatch(/test\/support\/unsafe-app\.ts:\d+/);
    // The validator's part: a template that CloudFormation would refuse.
    expect(report).toContain('Unsafe/ImpossibleSubnet');
  });
});
