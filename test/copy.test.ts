import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack, type Environment } from 'aws-cdk-lib';
import { catalog } from '../lib/catalog';
import { readParameters } from '../lib/parameters';
import { closureOf } from '../scripts/copy/closure';
import { appWithCopies, INIT_TEMPLATE } from './support/copies';
import { newApp } from './support/sandbox';
import { runScript } from './support/script';

const root = join(__dirname, '..');
const lib = join(root, 'lib');
const apps = mkdtempSync(join(tmpdir(), 'copy-'));
afterAll(() => {
  rmSync(apps, { recursive: true });
});

jest.setTimeout(30_000);

describe('a copied architecture', () => {
  // Each copy in a folder of its own, so that none can use a file of another one.
  const separate = appWithCopies(join(apps, 'separate'), INIT_TEMPLATE, (id) => id);
  // CDK looks for the lock file of the app from the working directory on.
  beforeAll(() => jest.spyOn(process, 'cwd').mockReturnValue(separate));
  afterAll(() => {
    jest.restoreAllMocks();
  });
  const inUsEast1 = ['static-site', 'edge-functions', 'dns-failover', 'health-checks', 'routing-policies'];
  it.each(catalog)(
    '$id synthesizes twice in one app, agnostic and bound',
    ({ id, domain, stackName, props }) => {
      const region = inUsEast1.includes(id) ? 'us-east-1' : 'eu-west-1';
      for (const env of [undefined, { account: '111111111111', region }]) {
        const app = newApp();
        const load = (path: string) =>
          jest.requireActual<Record<string, StackClass>>(join(separate, id, path));
        const StackOf = load(`${domain}/${id}/${id}-stack`)[`${stackName}Stack`];
        const stack = (used: string) => dependency(used, app, env, load) as never;
        for (const name of ['One', 'Two']) {
          const given = props?.({ parameters: readParameters({}), stack });
          if (StackOf) new StackOf(app, name, { ...given, env });
        }
        const { stacks, manifest } = app.synth();
        expect(stacks.map((one) => one.stackName)).toEqual(expect.arrayContaining(['One', 'Two']));
        expect(manifest.missing ?? []).toEqual([]);
      }
    },
  );

  it.each(catalog)('$id names in its README the npm packages that a copy needs', ({ domain, id }) => {
    const readme = readFileSync(join(lib, domain, id, 'README.md'), 'utf8');
    const { packages } = closureOf(lib, `${domain}/${id}`);
    expect(packages.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
  });
});

type StackClass = new (scope: App, id: string, props: object) => Stack;

/** Stands for the stack that an architecture uses: with what it takes of it, from the copy or from CDK. */
function dependency(
  id: string,
  app: App,
  env: Environment | undefined,
  load: (path: string) => Record<string, unknown>,
): object {
  const existing = app.node.tryFindChild(id);
  if (existing) return existing;
  const ec2 = jest.requireActual<typeof import('aws-cdk-lib/aws-ec2')>('aws-cdk-lib/aws-ec2');
  const stack = new Stack(app, id, { env });
  Object.defineProperty(stack, 'availabilityZones', { value: ['eu-west-1a', 'eu-west-1b'] });
  const vpc = new ec2.Vpc(stack, 'Vpc', {
    availabilityZones: ['eu-west-1a', 'eu-west-1b'],
    subnetConfiguration: [
      { name: 'Public', subnetType: ec2.SubnetType.PUBLIC },
      { name: 'Private', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      { name: 'Isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
    ],
  });
  if (id === 'multi-az-vpc') return Object.assign(stack, { network: { vpc } });
  const { AutoScalingWeb } = load('compute/auto-scaling-web/auto-scaling-web') as {
    AutoScalingWeb: new (scope: Stack, id: string, props: object) => object;
  };
  return Object.assign(stack, { web: new AutoScalingWeb(stack, 'Web', { vpc }) });
}

describe('npm run copy', () => {
  const copy = (...args: string[]) => runScript('copy', args, { INIT_CWD: apps });

  it('copies into the caller’s folder, and says what to install and import', () => {
    const { status, stdout } = copy('thumbnail-pipeline', 'my-app/lib');
    expect(status).toBe(0);
    expect(stdout).toContain('to my-app/lib:');
    expect(stdout).toMatch(/npm install .*esbuild@\^\d.* sharp@\^\d/);
    expect(stdout).toContain(
      "import { ThumbnailPipelineStack } from '../lib/serverless/thumbnail-pipeline/thumbnail-pipeline-stack';",
    );
    expect(existsSync(join(apps, 'my-app/lib/serverless/thumbnail-pipeline/handler/index.ts'))).toBe(true);
  });

  it('copies a second architecture beside the first, which shares its files', () => {
    expect(copy('bastion-host', 'two/lib').status).toBe(0);
    expect(copy('multi-az-vpc', 'two/lib').status).toBe(0);
    expect(readdirSync(join(apps, 'two/lib/networking')).sort()).toEqual(['bastion-host', 'multi-az-vpc']);
  });

  it('overwrites nothing: it names the files that differ, and copies none', () => {
    copy('dns-records', 'edited/lib');
    appendFileSync(join(apps, 'edited/lib/shared/invalid-value.ts'), '// mine\n');
    const { status, stderr } = copy('bastion-host', 'edited/lib');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^copy: .* nothing was copied: shared\/invalid-value\.ts\n$/);
    expect(existsSync(join(apps, 'edited/lib/networking'))).toBe(false);
  });

  it.each([
    [['no-such', 'lib'], 'architecture: got no-such, expected one of multi-az-vpc, bastion-host'],
    [['bastion-host'], 'expected an architecture and a folder'],
  ])('refuses %j in one line', (args, message) => {
    const { status, stderr } = copy(...args);
    expect(status).toBe(1);
    expect(stderr.trimEnd().split('\n')).toEqual([expect.stringContaining(message)]);
  });
});
