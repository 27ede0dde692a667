import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { sandbox } from './support/sandbox';

const root = join(__dirname, '..');

describe('behaviour-diff: the example in the README', () => {
  it('prints what the README shows', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const shown = /npm run behaviour-diff [^\n]*\n```\n\n```\n([\s\S]*?)```/.exec(readme)?.[1];
    const synthesized = (parameters: Readonly<Record<string, string>>) =>
      sandbox(parameters, 'bastion-host').synth().directory;
    const before = synthesized({});
    const after = synthesized({ natGateways: 'single', trustedCidrs: '203.0.113.0/24' });
    const { stdout, status } = spawnSync(
      process.execPath,
      ['-r', 'sucrase/register/ts', 'scripts/behaviour-diff.ts', '--before', before, '--after', after],
      { cwd: root, encoding: 'utf8' },
    );
    expect(status).toBe(1);
    expect(stdout).toBe(shown);
  });
});

describe('behaviour-diff: the workflow', () => {
  interface Workflow {
    readonly permissions: object;
    readonly jobs: Readonly<
      Record<
        string,
        {
          readonly permissions: object;
          readonly steps: readonly { readonly run?: string; readonly uses?: string }[];
        }
      >
    >;
  }
  const workflow = parse(
    readFileSync(join(root, '.github/workflows/behaviour-diff.yml'), 'utf8'),
  ) as Workflow;
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);

  it('may read the sources and comment, and nothing else', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    expect(Object.values(workflow.jobs).map(({ permissions }) => permissions)).toEqual([
      { contents: 'read', 'pull-requests': 'write' },
    ]);
  });

  it('runs commands that package.json has', () => {
    const { scripts, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      readonly scripts: object;
      readonly devDependencies: object;
    };
    const commands = steps.map(({ run = '' }) => run).join('\n');
    const names = [...commands.matchAll(/npm run --silent (\S+)/g)].map(([, name = '']) => name);
    expect(names).toEqual(['behaviour-diff']);
    for (const name of names) expect(scripts).toHaveProperty([name]);
    expect(commands).toContain('npx cdk synth --quiet');
    expect(devDependencies).toHaveProperty(['aws-cdk']);
  });

  it('uses the same versions of actions as the other workflow', () => {
    const ci = readFileSync(join(root, '.github/workflows/ci.yml'), 'utf8');
    for (const action of steps.flatMap(({ uses }) => uses ?? [])) expect(ci).toContain(action);
  });

  it('finds the comment that it made before', () => {
    const text = readFileSync(join(root, '.github/workflows/behaviour-diff.yml'), 'utf8');
    expect(text).toContain('startswith("<!-- behaviour-diff -->")');
  });
});
