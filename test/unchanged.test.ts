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

const root = join(__dirname, '..');
const { context: flags } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as {
  context: Record<string, unknown>;
};

// Each case runs the app twice or three times, in processes of their own.
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

  const run = (
    environment: Readonly<Record<string, string>> = {},
    context: Readonly<Record<string, unknown>> = {},
  ) =>
    spawnSync(process.execPath, ['-r', 'sucrase/register/ts', 'bin/app.ts'], {
      cwd: copy,
      encoding: 'utf8',
      env: {
        ...process.env,
        CDK_VALIDATION: 'false',
        CDK_OUTDIR: outdir,
        CDK_CONTEXT_JSON: JSON.stringify({ ...flags, only: 'dns-records', ...context }),
        ...environment,
      },
    });
  const manifest = () => join(outdir, 'manifest.json');
  /** Whether a run synthesizes: CDK always writes the manifest then. */
  const synthesizes = (...args: Parameters<typeof run>): boolean => {
    const before = existsSync(join(outdir, 'synthesis.json'))
      ? readFileSync(join(outdir, 'synthesis.json'), 'utf8')
      : '';
    const { status, stderr } = run(...args);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return readFileSync(join(outdir, 'synthesis.json'), 'utf8') !== before;
  };
  beforeEach(() => {
    run();
  });

  it('is skipped when nothing has changed', () => {
    expect(synthesizes()).toBe(false);
    expect(existsSync(manifest())).toBe(true);
  });

  it.each<[string, () => void]>([
    [
      'a source file',
      () => {
        appendFileSync(join(copy, 'lib/dns/dns-records/zone-rules.ts'), '\n// edited\n');
      },
    ],
    [
      'the handler of a function',
      () => {
        appendFileSync(join(copy, 'lib/serverless/scheduled-function/handler/index.ts'), '\n');
      },
    ],
    [
      'a new source file',
      () => {
        writeFileSync(join(copy, 'lib/new-file.ts'), '');
      },
    ],
    [
      'a deleted source file',
      () => {
        rmSync(join(copy, 'lib/new-file.ts'));
      },
    ],
    [
      'the lock file',
      () => {
        appendFileSync(join(copy, 'package-lock.json'), '\n');
      },
    ],
    [
      'a deleted template',
      () => {
        rmSync(join(outdir, 'DnsRecords.template.json'));
      },
    ],
    [
      'an edited template',
      () => {
        appendFileSync(join(outdir, 'DnsRecords.template.json'), ' ');
      },
    ],
    [
      'an edited manifest',
      () => {
        appendFileSync(manifest(), ' ');
      },
    ],
    [
      'a record that was cut off',
      () => {
        writeFileSync(join(outdir, 'synthesis.json'), '{"inputs": "');
      },
    ],
  ])('is not skipped after a change of %s', (_, change) => {
    change();
    expect(synthesizes()).toBe(true);
    expect(synthesizes()).toBe(false);
  });

  it.each<[string, Record<string, string>, Record<string, unknown>]>([
    ['another parameter', {}, { domainName: 'example.org' }],
    ['other architectures', {}, { only: 'scheduled-function', 'aws:cdk:bundling-stacks': [] }],
    ['another feature flag', {}, { '@aws-cdk/core:explicitStackTags': false }],
    ['another account', { CDK_DEFAULT_ACCOUNT: '111111111111' }, {}],
    ['the template validator', { CDK_VALIDATION: 'true' }, {}],
  ])('is not skipped with %s', (_, environment, context) => {
    expect(synthesizes(environment, context)).toBe(true);
    expect(synthesizes(environment, context)).toBe(false);
    expect(synthesizes()).toBe(true);
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
