import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Json } from '../lib/assertions/templates';
import { loadTemplates, type LoadValues } from '../scripts/load/load-templates';
import { parseTemplate } from '../scripts/load/parse-template';

describe('a template in YAML', () => {
  it.each([
    ['!Ref A', { Ref: 'A' }],
    ['!Condition Prod', { Condition: 'Prod' }],
    ['!GetAtt A.Arn', { 'Fn::GetAtt': ['A', 'Arn'] }],
    ['!GetAtt A.Outputs.Vpc', { 'Fn::GetAtt': ['A', 'Outputs.Vpc'] }],
    ['!GetAtt [A, Arn]', { 'Fn::GetAtt': ['A', 'Arn'] }],
    ['!Sub "${A}-x"', { 'Fn::Sub': '${A}-x' }],
    ['!Sub ["${A}", {A: !Ref B}]', { 'Fn::Sub': ['${A}', { A: { Ref: 'B' } }] }],
    ['!Select [0, !GetAZs ""]', { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] }],
    [
      '!If [Prod, !Ref A, !Ref "AWS::NoValue"]',
      { 'Fn::If': ['Prod', { Ref: 'A' }, { Ref: 'AWS::NoValue' }] },
    ],
    ['!Base64 {"Fn::Sub": hi}', { 'Fn::Base64': { 'Fn::Sub': 'hi' } }],
    ['!Cidr [!GetAtt V.CidrBlock, 4, 8]', { 'Fn::Cidr': [{ 'Fn::GetAtt': ['V', 'CidrBlock'] }, 4, 8] }],
    ['{Ref: A}', { Ref: 'A' }],
    ['2012-10-17', '2012-10-17'],
    ['22:30', '22:30'],
    ['yes', true],
    ['n', 'n'],
    ['"22"', '22'],
    ['0x1F', 31],
  ])('reads %s', (text, expected) => {
    expect(parseTemplate(`Value: ${text}\n`)).toEqual({ Value: expected });
  });

  it('keeps logical ids that YAML 1.1 takes for booleans', () => {
    expect(parseTemplate('Y: 1\nN: 2\n')).toEqual({ Y: 1, N: 2 });
  });

  it('reads JSON with tabs', () => {
    expect(parseTemplate('{\n\t"Resources": {}\n}')).toEqual({ Resources: {} });
  });

  it.each([
    ['A: !Bogus x', 'Unresolved tag: !Bogus at line 1, column 4'],
    ['A: 1\nA: 2', 'Map keys must be unique at line 2, column 1'],
    ['A: b: c', 'Nested mappings are not allowed'],
    ['- A', 'it is not a mapping'],
    ['', 'it is not a mapping'],
    ['hello', 'it is a single text'],
    ['{"A": }', 'JSON'],
  ])('is refused with the place of the fault: %j', (text, reason) => {
    expect(() => parseTemplate(text)).toThrow(reason);
  });
});

describe('the templates that a command is given', () => {
  const folder = mkdtempSync(join(tmpdir(), 'load-templates-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
    return path;
  };
  const queue = (name: string) =>
    `Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n    Properties: {QueueName: ${name}}\n`;
  const load = (values: LoadValues) => {
    const before = process.env.INIT_CWD;
    process.env.INIT_CWD = folder;
    try {
      return loadTemplates(values);
    } finally {
      if (before === undefined) delete process.env.INIT_CWD;
      else process.env.INIT_CWD = before;
    }
  };
  const names = (values: LoadValues) =>
    Object.fromEntries(
      load(values).resources.map(({ path, properties }) => [path, properties.QueueName]),
    ) as Record<string, Json>;

  it('are named after their files, or by the caller', () => {
    write('shop.yaml', queue('a'));
    write('store.template.json', JSON.stringify({ Resources: { Queue: { Type: 'AWS::SQS::Queue' } } }));
    expect(Object.keys(names({ template: ['shop.yaml', 'store.template.json'] }))).toEqual([
      'shop/Queue',
      'store/Queue',
    ]);
    expect(names({ template: ['Prod=shop.yaml'] })).toEqual({ 'Prod/Queue': 'a' });
  });

  it('do not hide each other when their files have one name', () => {
    write('a/template.yaml', queue('a'));
    write('b/template.yaml', queue('b'));
    expect(names({ template: ['a/template.yaml', 'b/template.yaml'] })).toEqual({
      'a-template/Queue': 'a',
      'b-template/Queue': 'b',
    });
    expect(() => load({ template: ['a/template.yaml', './a/template.yaml'] })).toThrow('given twice');
  });

  it('take values for parameters, which AllowedValues and AllowedPattern limit', () => {
    const parameters =
      'Parameters:\n  Name: {Type: String, AllowedValues: [blue, green]}\n  Id: {Type: String, Default: q1, AllowedPattern: "q\\\\d"}\n';
    write('named.yaml', parameters + queue('!Sub "${Name}-${Id}"'));
    expect(names({ template: ['named.yaml'], parameter: ['Name=blue', 'Id=q7'] })).toEqual({
      'named/Queue': 'blue-q7',
    });
    const refused =
      (...parameter: string[]) =>
      () =>
        load({ template: ['named.yaml'], parameter });
    expect(refused('Name=red')).toThrow('--parameter Name: got red, expected one of blue, green');
    expect(refused('Name=blue', 'Id=q77')).toThrow(
      '--parameter Id: got q77, expected text that matches q\\d',
    );
    expect(refused('Nam=blue')).toThrow('parameter Nam: no template has it, expected one of Name, Id');
    expect(refused('blue')).toThrow('--parameter blue: expected <key>=<value>');
  });

  it('know the region and the account that they are given', () => {
    write('place.yaml', queue('!Sub "${AWS::Region}-${AWS::AccountId}"'));
    const values = { template: ['place.yaml'], region: 'eu-west-1', account: '111111111111' };
    expect(names(values)).toEqual({ 'place/Queue': 'eu-west-1-111111111111' });
    expect(() => load({ region: 'eu-west-1' })).toThrow('--region and --account go with --template');
  });

  it('include nested stacks whose templates are files, with their parameters', () => {
    write('nested/child.yaml', `Parameters:\n  Name: {Type: String}\n${queue('!Ref Name')}`);
    write(
      'nested/parent.yaml',
      'Resources:\n  Child:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: ./child.yaml\n      Parameters: {Name: from-parent}\n',
    );
    expect(names({ template: ['nested/parent.yaml'] })).toMatchObject({
      'parent/Child/Queue': 'from-parent',
    });
  });

  it.each([
    [['none.yaml'], '--template none.yaml: expected a CloudFormation template in YAML or JSON: ENOENT'],
    [['.'], 'it is a folder; --app reads a cloud assembly'],
  ])('are refused in one line: %j', (template, message) => {
    expect(() => load({ template })).toThrow(message);
  });

  it('are a cloud assembly or files, not both', () => {
    expect(() => load({ app: 'cdk.out', template: ['shop.yaml'] })).toThrow('got both');
  });
});
