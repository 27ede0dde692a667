import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BehaviourDiff } from '../../../lib/assertions/changes';
import { runScript } from '../../support/script';

const GROUP = (cidr: string) => `
Parameters: {Office: {Type: String, Default: 192.0.2.0/24}}
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Net:
    Type: AWS::EC2::Subnet
    Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24, AvailabilityZone: !Sub '\${AWS::Region}a'}
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      VpcId: !Ref Vpc
      GroupDescription: web
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: ${cidr}}]
  Web:
    Type: AWS::EC2::Instance
    Properties: {SubnetId: !Ref Net, SecurityGroupIds: [!Ref Group]}
`;

describe('behaviour-diff: the command', () => {
  const folder = mkdtempSync(join(tmpdir(), 'behaviour-diff-'));
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return name;
  };
  const command = (...words: readonly string[]) => runScript('behaviour-diff', words, { INIT_CWD: folder });
  const diff = (before: string, after: string, ...more: readonly string[]) =>
    command('--before', before, '--after', after, ...more);

  beforeAll(() => {
    write('narrow.yaml', GROUP('10.0.0.0/25'));
    write('wide.yaml', GROUP('10.0.0.0/16'));
    write('office.yaml', GROUP('!Ref Office'));
    write('imported.yaml', GROUP('!ImportValue Office'));
    write('broken.yaml', 'hello');
    mkdirSync(join(folder, 'empty'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('prints each change with the reasons of both states', () => {
    const { status, stdout } = diff('narrow.yaml', 'wide.yaml');
    expect(status).toBe(1);
    expect(stdout).toBe(
      [
        '1 × flow opens',
        '',
        'anything in wide/Net -> wide/Web: tcp 22: opens',
        '  before: unknown',
        '            because security group wide/Group: lets through 10.0.0.4-10.0.0.127 only, of 10.0.0.4-10.0.0.254 (wide/Net)',
        '  after:  reachable',
        '            because security group wide/Group: inbound tcp 22 from 10.0.0.0/16',
        '',
      ].join('\n'),
    );
  });

  it.each<[string, number, readonly [string, string, ...string[]]]>([
    ['nothing changes', 0, ['narrow.yaml', 'narrow.yaml']],
    ['something closes', 0, ['wide.yaml', 'office.yaml']],
    ['something opens', 1, ['office.yaml', 'wide.yaml']],
    ['a parameter opens something', 1, ['office.yaml', 'wide.yaml', '--parameter', 'Office=192.0.2.0/24']],
    ['a parameter keeps it open', 0, ['wide.yaml', 'office.yaml', '--parameter', 'Office=10.0.0.0/16']],
    ['something may open', 2, ['office.yaml', 'imported.yaml']],
    ['a template is none', 3, ['narrow.yaml', 'broken.yaml']],
  ])('tells by its exit code: %s', (_, status, [before, after, ...more]) => {
    expect(diff(before, after, ...more).status).toBe(status);
  });

  it.each<[string, readonly string[], string]>([
    ['nothing', [], 'expected --before <folder or template>'],
    ['a file that is not there', ['--before', 'none.yaml'], '--before none.yaml: no such file or folder'],
    ['a folder that is no assembly', ['--before', 'empty', '--after', 'empty'], 'found no manifest.json'],
    [
      'a folder among files',
      ['--before', 'empty', '--before', 'wide.yaml'],
      'expected one folder, or templates',
    ],
    [
      'a parameter that no template has',
      ['--before', 'wide.yaml', '--after', 'wide.yaml', '--parameter', 'Offices=1'],
      '--parameter Offices: no template has it, expected one of Office',
    ],
    [
      'two formats',
      ['--before', 'wide.yaml', '--after', 'wide.yaml', '--json', '--markdown'],
      'expected --json or --markdown, got both',
    ],
  ])('says in one line what is wrong: %s', (_, words, message) => {
    const { status, stdout, stderr } = command(...words);
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).toMatch(/^behaviour-diff: [^\n]*\n$/);
    expect(stderr).toContain(message);
  });

  it('prints JSON of one form', () => {
    const { verdict, changes } = JSON.parse(
      diff('narrow.yaml', 'wide.yaml', '--json').stdout,
    ) as BehaviourDiff;
    expect(verdict).toBe('opens');
    for (const change of changes) {
      expect(Object.keys(change)).toEqual(
        ['area', 'effect', 'subjects', 'what', 'objects', 'when', 'before', 'after', 'mayOpen'].filter(
          (key) => key in change,
        ),
      );
      for (const side of [change.before, change.after]) {
        expect(side).toEqual({
          answer: expect.any(String) as string,
          because: expect.any(Array) as string[],
        });
      }
    }
    expect(JSON.parse(diff('wide.yaml', 'wide.yaml', '--json').stdout)).toEqual({
      verdict: 'nothing opens',
      changes: [],
    });
  });

  it('prints a table in Markdown', () => {
    const lines = diff('narrow.yaml', 'wide.yaml', '--markdown').stdout.trimEnd().split('\n');
    expect(lines.slice(0, 6)).toEqual([
      '<!-- behaviour-diff -->',
      '### What this change does',
      '',
      '1 × flow opens',
      '',
      '| effect | what | before | after |',
    ]);
    for (const line of lines.slice(5)) expect(line.match(/(?<!\\)\|/g)).toHaveLength(5);
  });

  it('takes a stack for the same where its one template has another name', () => {
    write('template-2.yaml', GROUP('10.0.0.0/25'));
    expect(diff('narrow.yaml', 'template-2.yaml')).toMatchObject({
      status: 0,
      stdout: 'No flow, request, permission or name changes.\n',
    });
  });
});
