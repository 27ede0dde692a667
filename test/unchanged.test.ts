import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LastSynthesis } from '../bin/unchanged';

const root = join(__dirname, '..');
const { context: flags } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as {
  context: Record<string, unknown>;
};

// Some cases run the app twice or three times, in processes of their own.
jest.setTimeout(60_000);

describe('a second synthesis', () => {
  let copy: string;
  let outdir: string;
  beforeAll(() => {
    // A copy of this repository, so that its files can be changed.
    copy = mkdtempSync(join(tmpdir(), 'unchanged-'));
    for (const part of ['bin', 'lib', 'cdk.json', 'package.json', 'package-lock.json', 'tsconfig.json']) {
      cpSync(join(root, part), join(copy, part), { recursive: true });
    }
    mkdirSync(join(copy, 'node_modules'));
    for (const name of readdirSync(join(root, 'node_modules'))) {
      symlinkSync(join(root, 'node_modules', name), join(copy, 'node_modules', name));
    }
    outdir = join(copy, 'cdk.out');
  });
  afterAll(() => {
    rmSync(copy, { recursive: true });
  });

  const contextOf = (context: Readonly<Record<string, unknown>>) =>
    JSON.stringify({ ...flags, only: 'dns-records', ...context });
  const environmentOf = (context: Readonly<Record<string, unknown>> = {}) => ({
    ...process.env,
    CDK_VALIDATION: 'false',
    CDK_OUTDIR: outdir,
    CDK_CONTEXT_JSON: contextOf(context),
  });
  const run = (
    environment: Readonly<Record<string, string>> = {},
    context: Readonly<Record<string, unknown>> = {},
  ) =>
    spawnSync(process.execPath, ['-r', 'sucrase/register/ts', 'bin/app.ts'], {
      cwd: copy,
      encoding: 'utf8',
      env: { ...environmentOf(context), ...environment },
    });
  const manifest = () => join(outdir, 'manifest.json');
  /** Whether a run synthesizes: it writes another record then. */
  const synthesizes = (...args: Parameters<typeof run>): boolean => {
    const record = () => readFileSync(join(outdir, 'synthesis.json'), 'utf8');
    const before = existsSync(join(outdir, 'synthesis.json')) ? record() : '';
    const { status, stderr } = run(...args);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return record() !== before;
  };

  it('is skipped when nothing has changed', () => {
    run();
    expect(synthesizes()).toBe(false);
    expect(existsSync(manifest())).toBe(true);
  });

  it('is not skipped with another parameter, nor with the first one after that', () => {
    run();
    expect(synthesizes({}, { domainName: 'example.org' })).toBe(true);
    expect(synthesizes({}, { domainName: 'example.org' })).toBe(false);
    expect(synthesizes()).toBe(true);
  });

  describe('asks before it loads CDK, and', () => {
    /** As bin/app.ts asks, in this process, in the environment of the synthesis. */
    const isUnchanged = (environment: Readonly<Record<string, string>> = {}) => {
      const { env } = process;
      process.env = { ...environmentOf(), ...environment };
      try {
        return new LastSynthesis(copy, outdir).unchanged() !== undefined;
      } finally {
        process.env = env;
      }
    };
    const files = [
      'lib/dns/dns-records/zone-rules.ts',
      'lib/serverless/scheduled-function/handler/index.ts',
      'bin/synthesize.ts',
      'package-lock.json',
      'cdk.json',
    ];
    const output = ['DnsRecords.template.json', 'manifest.json', 'synthesis.json'];
    const inCopy = files.map((file) => [file, () => join(copy, file)] as const);
    const inOutput = output.map((file) => [`cdk.out/${file}`, () => join(outdir, file)] as const);

    beforeEach(() => {
      if (!isUnchanged()) run();
      expect(isUnchanged()).toBe(true);
    });

    it.each([...inCopy, ...inOutput])('is not skipped after an edit of %s', (_, path) => {
      const before = readFileSync(path());
      appendFileSync(path(), ' x');
      expect(isUnchanged()).toBe(false);
      writeFileSync(path(), before);
    });

    it.each([...inCopy, ...inOutput])('is not skipped after %s is deleted', (_, path) => {
      const before = readFileSync(path());
      rmSync(path());
      expect(isUnchanged()).toBe(false);
      writeFileSync(path(), before);
    });

    it('is not skipped after a source file is added, nor after that is deleted again', () => {
      const added = join(copy, 'lib/new-file.ts');
      writeFileSync(added, '');
      expect(isUnchanged()).toBe(false);
      rmSync(added);
      expect(isUnchanged()).toBe(true);
    });

    it.each<[string, Record<string, string>]>([
      ['other architectures', { CDK_CONTEXT_JSON: contextOf({ only: 'scheduled-function' }) }],
      ['another feature flag', { CDK_CONTEXT_JSON: contextOf({ '@aws-cdk/core:explicitStackTags': false }) }],
      ['another account', { CDK_DEFAULT_ACCOUNT: '111111111111' }],
      ['the template validator', { CDK_VALIDATION: 'true' }],
      ['another time zone', { TZ: 'Asia/Kathmandu' }],
    ])('is not skipped with %s', (_, environment) => {
      expect(isUnchanged(environment)).toBe(false);
    });
  });

  it('is not skipped after a synthesis that failed', () => {
    expect(run({}, { azCount: '9', only: 'multi-az-vpc' }).status).toBe(1);
    expect(existsSync(join(outdir, 'synthesis.json'))).toBe(false);
    expect(synthesizes()).toBe(true);
  });

  it('is not skipped after a synthesis that was killed', () => {
    const stack = join(copy, 'lib/dns/dns-records/dns-records-stack.ts');
    const source = readFileSync(stack, 'utf8');
    appendFileSync(stack, "\nprocess.kill(process.pid, 'SIGKILL');\n");
    expect(run().signal).toBe('SIGKILL');
    writeFileSync(stack, source);
    expect(synthesizes()).toBe(true);
  });

  it('is not skipped after an edit during the first one', () => {
    const stack = join(copy, 'lib/dns/dns-records/dns-records-stack.ts');
    const source = readFileSync(stack, 'utf8');
    writeFileSync(join(copy, 'lib/edit-during.ts'), '');
    appendFileSync(
      stack,
      "\nrequire('node:fs').writeFileSync(require('node:path').join(__dirname, '../../edit-during.ts'), '// new');\n",
    );
    run();
    expect(synthesizes()).toBe(true);
    writeFileSync(stack, source);
  });

  it('is not skipped after a finding of cdk-nag', () => {
    const stack = join(copy, 'lib/dns/dns-records/dns-records-stack.ts');
    const source = readFileSync(stack, 'utf8');
    const cli = { '@aws-cdk/core:failSynthOnValidationErrors': false };
    writeFileSync(
      stack,
      source.replace(
        "new CfnOutput(this, 'DomainName'",
        "new (require('aws-cdk-lib/aws-sqs').Queue)(this, 'Open');\n    new CfnOutput(this, 'DomainName'",
      ),
    );
    run({}, cli);
    const { pluginReports } = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8')) as {
      pluginReports: object[];
    };
    expect(pluginReports).not.toEqual([]);
    expect(existsSync(join(outdir, 'synthesis.json'))).toBe(false);
    writeFileSync(stack, source);
  });

  it('is skipped with a warning of a construct too: the assembly holds it', () => {
    const context = { only: 'site-to-site-vpn' };
    run({ CDK_VALIDATION: 'true' }, context);
    const report = readFileSync(join(outdir, 'validation-report.json'), 'utf8');
    expect(report).toContain('site-to-site-vpn:vpnRouterAddresses');
    const before = readFileSync(join(outdir, 'synthesis.json'), 'utf8');
    run({ CDK_VALIDATION: 'true' }, context);
    expect(readFileSync(join(outdir, 'synthesis.json'), 'utf8')).toBe(before);
  });

  it('prints the warnings of the first one again', () => {
    const stack = join(copy, 'lib/dns/dns-records/dns-records-stack.ts');
    const source = readFileSync(stack, 'utf8');
    appendFileSync(stack, "\nconsole.warn('mind the gap');\n");
    expect(run().stderr).toBe('mind the gap\n');
    expect(run().stderr).toBe('mind the gap\n');
    expect(readFileSync(join(outdir, 'synthesis.json'), 'utf8')).toContain('mind the gap');
    writeFileSync(stack, source);
  });
});
