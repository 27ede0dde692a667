import {
  Templates,
  type Json,
  type LoadOptions,
  type TemplateSource,
} from '../../../lib/assertions/templates';

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html

/** What a value in the properties of a resource resolves to. */
function resolved(
  value: unknown,
  template: object = {},
  options?: LoadOptions,
  where?: Partial<TemplateSource>,
) {
  const Resources = {
    Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } },
    Bucket: { Type: 'AWS::S3::Bucket' },
    Under: { Type: 'Test::Under::Test', Properties: { Value: value } },
  };
  const source = { name: 'Stack', template: { Resources, ...template }, ...where };
  return new Templates([source], options).at(`${source.name}.Under`).properties.Value;
}

const unknown = (value: Json | undefined) => Templates.unknown(value);

describe('Ref and Fn::GetAtt', () => {
  it('stand for a resource by stack and logical id, with the attribute', () => {
    expect(resolved({ Ref: 'Bucket' })).toBe('⟨Stack.Bucket⟩');
    expect(resolved({ 'Fn::GetAtt': ['Bucket', 'Arn'] })).toBe('⟨Stack.Bucket.Arn⟩');
    expect(resolved({ 'Fn::GetAtt': 'Bucket.Arn' })).toBe('⟨Stack.Bucket.Arn⟩');
    expect(resolved({ 'Fn::GetAtt': ['Bucket', 'Endpoint.Address'] })).toBe(
      '⟨Stack.Bucket.Endpoint.Address⟩',
    );
  });

  it('know attributes that return a property', () => {
    expect(resolved({ 'Fn::GetAtt': ['Vpc', 'CidrBlock'] })).toBe('10.0.0.0/16');
    expect(resolved({ 'Fn::Sub': 'from ${Vpc.CidrBlock}' })).toBe('from 10.0.0.0/16');
    // IPAM chooses the block: there is no property to repeat.
    const Resources = {
      Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: { Ref: 'AWS::NoValue' } } },
      Under: { Type: 'Test::Under::Test', Properties: { Value: { 'Fn::GetAtt': ['Vpc', 'CidrBlock'] } } },
    };
    expect(resolved(undefined, { Resources })).toBe('⟨Stack.Vpc.CidrBlock⟩');
  });

  it('resolve an attribute that a parameter names', () => {
    const Parameters = { Attribute: { Type: 'String', Default: 'Arn' } };
    expect(resolved({ 'Fn::GetAtt': ['Bucket', { Ref: 'Attribute' }] }, { Parameters })).toBe(
      '⟨Stack.Bucket.Arn⟩',
    );
  });

  it('are unknown for what the template does not define', () => {
    expect(unknown(resolved({ Ref: 'Missing' }))).toBe('Ref to Missing, which Stack does not define');
    expect(unknown(resolved({ Ref: 'toString' }))).toContain('toString');
    expect(unknown(resolved({ 'Fn::GetAtt': ['Missing', 'Arn'] }))).toContain('Missing.Arn');
  });

  it('do not resolve an object that has other keys beside Ref', () => {
    expect(resolved({ Ref: 'Bucket', Other: 1 })).toEqual({ Ref: 'Bucket', Other: 1 });
  });
});

describe('pseudo parameters', () => {
  it('stay symbolic until the region and the account are known', () => {
    expect(resolved({ Ref: 'AWS::Region' })).toBe('⟨AWS::Region⟩');
    expect(resolved({ Ref: 'AWS::AccountId' })).toBe('⟨AWS::AccountId⟩');
    const where = { region: 'eu-west-1', account: '111122223333' };
    expect(resolved({ 'Fn::Sub': '${AWS::Region}/${AWS::AccountId}' }, {}, {}, where)).toBe(
      'eu-west-1/111122223333',
    );
    expect(resolved({ Ref: 'AWS::NotificationARNs' })).toBe('⟨AWS::NotificationARNs⟩');
  });

  it('take the partition from the region', () => {
    const partitionIn = (region?: string) =>
      resolved({ 'Fn::Sub': '${AWS::Partition} ${AWS::URLSuffix}' }, {}, {}, { region });
    expect(partitionIn()).toBe('aws amazonaws.com');
    expect(partitionIn('cn-north-1')).toBe('aws-cn amazonaws.com.cn');
    expect(partitionIn('us-gov-west-1')).toBe('aws-us-gov amazonaws.com');
  });

  it('name the stack as it is deployed', () => {
    expect(resolved({ Ref: 'AWS::StackName' })).toBe('Stack');
    expect(resolved({ Ref: 'AWS::StackName' }, {}, {}, { stackName: 'Prod-Stack' })).toBe('Prod-Stack');
  });

  it('AWS::StackId is the ARN of this stack, with a UUID that Fn::Split takes apart', () => {
    const uuid = { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] };
    const last = { 'Fn::Select': [4, { 'Fn::Split': ['-', uuid] }] };
    expect(resolved({ Ref: 'AWS::StackId' })).toBe(
      `arn:aws:cloudformation:⟨AWS::Region⟩:⟨AWS::AccountId⟩:stack/Stack/${resolved(uuid) as string}`,
    );
    expect(resolved(last)).toBe('⟨UUID5 of Stack⟩');
    const where = { region: 'cn-north-1', account: '111111111111', stackName: 'Prod' };
    expect(resolved({ Ref: 'AWS::StackId' }, {}, {}, where)).toContain(
      'arn:aws-cn:cloudformation:cn-north-1:111111111111:stack/Prod/',
    );
    // The name of a Region has hyphens.
    const region = { 'Fn::Split': ['-', { Ref: 'AWS::Region' }] };
    expect(unknown(resolved({ 'Fn::Select': [0, region] }))).toContain('Fn::Split');
  });

  it('AWS::NoValue removes the property or the list item', () => {
    expect(resolved({ a: { Ref: 'AWS::NoValue' }, b: [1, { Ref: 'AWS::NoValue' }, 2] })).toEqual({
      b: [1, 2],
    });
    expect(resolved({ Ref: 'AWS::NoValue' })).toBeUndefined();
  });
});

describe('parameters', () => {
  const Parameters = {
    Plain: { Type: 'String', Default: 'default' },
    Count: { Type: 'Number', Default: 3 },
    Required: { Type: 'String' },
    Names: { Type: 'CommaDelimitedList', Default: 'a, b,c' },
    Subnets: { Type: 'List<AWS::EC2::Subnet::Id>' },
    Ami: { Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', Default: '/aws/service/ami' },
  };
  const parameter = (name: string, parameters?: Record<string, string>) =>
    resolved({ Ref: name }, { Parameters }, { parameters });

  it('have the given value, or their default', () => {
    expect(parameter('Plain')).toBe('default');
    expect(parameter('Count')).toBe(3);
    expect(parameter('Plain', { Plain: 'given' })).toBe('given');
  });

  it('are lists if their type is a list', () => {
    expect(parameter('Names')).toEqual(['a', 'b', 'c']);
    expect(parameter('Subnets', { Subnets: 'subnet-1,subnet-2' })).toEqual(['subnet-1', 'subnet-2']);
  });

  it('are unknown without a value, by name', () => {
    expect(unknown(parameter('Required'))).toBe('parameter Required of Stack');
  });

  it('of an SSM type are unknown: their value is the name of an SSM parameter', () => {
    expect(unknown(parameter('Ami'))).toBe('parameter Ami of Stack');
    expect(unknown(parameter('Ami', { Ami: '/other' }))).toBe('parameter Ami of Stack');
  });

  it('that no template has are refused', () => {
    expect(() => parameter('Plain', { Plan: 'x' })).toThrow(
      'parameter Plan: no template has it, expected one of Plain, Count, Required',
    );
  });
});

describe('Fn::Join and Fn::Sub', () => {
  it('put references into strings', () => {
    expect(resolved({ 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Bucket', 'Arn'] }, '/*']] })).toBe(
      '⟨Stack.Bucket.Arn⟩/*',
    );
    expect(resolved({ 'Fn::Sub': 'arn:aws:s3:::${Bucket}/${Bucket.Arn}' })).toBe(
      'arn:aws:s3:::⟨Stack.Bucket⟩/⟨Stack.Bucket.Arn⟩',
    );
    expect(resolved({ 'Fn::Join': ['-', ['a', 1, true]] })).toBe('a-1-true');
  });

  it('take variables before resources, and leave ${!Literal} as ${Literal}', () => {
    expect(
      resolved({ 'Fn::Sub': ['${Bucket} ${!Bucket} ${Arn}', { Bucket: 'mine', Arn: { Ref: 'Bucket' } }] }),
    ).toBe('mine ${Bucket} ⟨Stack.Bucket⟩');
  });

  it('keep the known parts of a string beside unknown ones', () => {
    const join = resolved({ 'Fn::Join': ['', ['arn:aws:ssm:::', { Ref: 'Missing' }, '/x']] });
    expect(join).toBe('arn:aws:ssm:::⟨?Ref to Missing, which Stack does not define⟩/x');
    expect(unknown(join)).toContain('Missing');
    expect(unknown(resolved({ 'Fn::Sub': 'a ${Missing} b' }))).toContain('Missing');
  });

  it('join a list from another function; anything else is unknown', () => {
    expect(resolved({ 'Fn::Join': ['+', { 'Fn::Split': [',', 'a,b'] }] })).toBe('a+b');
    expect(unknown(resolved({ 'Fn::Join': [',', { 'Fn::GetAtt': ['Bucket', 'Names'] }] }))).toContain(
      'no list',
    );
  });
});

describe('Fn::Select and Fn::Split', () => {
  it('take an element by its index, number or text', () => {
    expect(resolved({ 'Fn::Select': [1, ['a', 'b']] })).toBe('b');
    expect(resolved({ 'Fn::Select': ['1', { 'Fn::Split': ['/', 'a/b/c'] }] })).toBe('b');
    expect(resolved({ 'Fn::Split': ['|', 'a|b'] })).toEqual(['a', 'b']);
    expect(resolved({ 'Fn::Split': ['::', 'a::b:c'] })).toEqual(['a', 'b:c']);
  });

  it('keep the index into a list that is known only once deployed', () => {
    const value = resolved({ 'Fn::Select': [0, { 'Fn::GetAtt': ['Vpc', 'Ipv6CidrBlocks'] }] });
    expect(value).toBe('⟨Stack.Vpc.Ipv6CidrBlocks[0]⟩');
  });

  it('are unknown beyond the end of a list, and of anything else', () => {
    expect(unknown(resolved({ 'Fn::Select': [2, ['a', 'b']] }))).toBe('Fn::Select 2 of 2');
    expect(unknown(resolved({ 'Fn::Select': [0, 'a,b'] }))).toContain('no list');
    expect(unknown(resolved({ 'Fn::Select': [0, { Ref: 'Missing' }] }))).toMatch(/^Ref to Missing/);
  });

  it('split a joined list of references, as CDK passes lists between stacks', () => {
    const joined = { 'Fn::Join': [',', [{ Ref: 'Bucket' }, { Ref: 'Vpc' }]] };
    expect(resolved({ 'Fn::Split': [',', joined] })).toEqual(['⟨Stack.Bucket⟩', '⟨Stack.Vpc⟩']);
  });

  it('keep references whole; what follows one that may hold the separator is unknown', () => {
    const arn = { 'Fn::Join': ['', ['a:b:', { 'Fn::GetAtt': ['Bucket', 'Arn'] }, ':c']] };
    expect(resolved({ 'Fn::Select': [1, { 'Fn::Split': [':', arn] }] })).toBe('b');
    expect(unknown(resolved({ 'Fn::Select': [2, { 'Fn::Split': [':', arn] }] }))).toContain('Fn::Split');
    expect(unknown(resolved({ 'Fn::Select': [3, { 'Fn::Split': [':', arn] }] }))).toContain('Fn::Split');
    const twice = { 'Fn::Join': ['', ['a::', { 'Fn::GetAtt': ['Bucket', 'Arn'] }, '::c']] };
    expect(unknown(resolved({ 'Fn::Select': [1, { 'Fn::Split': ['::', twice] }] }))).toContain('Fn::Split');
    const [known, ...others] = resolved({ 'Fn::Split': [',', { 'Fn::Sub': 'a,${Missing},c' }] }) as Json[];
    expect(known).toBe('a');
    expect(others.map(unknown).every((why) => why?.startsWith('Fn::Split of a,'))).toBe(true);
    const odd = resolved({ 'Fn::Split': [',', { 'Fn::Sub': 'a,${Vpc}' }] }, {}, {}, { name: 'S,T' });
    expect(odd).toEqual(['a', '⟨S,T.Vpc⟩']);
  });
});

describe('Fn::GetAZs and Fn::Cidr', () => {
  it('name the zones of the region in order', () => {
    const second = { 'Fn::Select': [1, { 'Fn::GetAZs': '' }] };
    expect(resolved(second, {}, {}, { region: 'eu-west-1' })).toBe('eu-west-1b');
    expect(resolved(second)).toBe('az-b');
    expect(resolved({ 'Fn::Select': [0, { 'Fn::GetAZs': 'us-east-1' }] })).toBe('us-east-1a');
  });

  it('divide a CIDR block', () => {
    const block = { 'Fn::GetAtt': ['Vpc', 'CidrBlock'] };
    expect(resolved({ 'Fn::Cidr': [block, 3, 8] })).toEqual(['10.0.0.0/24', '10.0.1.0/24', '10.0.2.0/24']);
    expect(resolved({ 'Fn::Cidr': ['10.1.255.0/24', '2', '4'] })).toEqual([
      '10.1.255.0/28',
      '10.1.255.16/28',
    ]);
  });

  it('keep the index into a CIDR block that AWS assigns', () => {
    const assigned = { 'Fn::Select': [0, { 'Fn::GetAtt': ['Vpc', 'Ipv6CidrBlocks'] }] };
    expect(resolved({ 'Fn::Select': [1, { 'Fn::Cidr': [assigned, 2, 64] }] })).toBe(
      '⟨Stack.Vpc.Ipv6CidrBlocks[0]#1/64⟩',
    );
  });

  it('are unknown if the count is unknown or the blocks do not fit', () => {
    expect(unknown(resolved({ 'Fn::Cidr': ['10.0.0.0/16', { Ref: 'Missing' }, 8] }))).toContain('Fn::Cidr');
    expect(unknown(resolved({ 'Fn::Cidr': ['10.0.0.0/24', 2, 8] }))).toContain('do not fit');
    expect(unknown(resolved({ 'Fn::Cidr': [{ Ref: 'Missing' }, 2, 8] }))).toContain('Missing');
  });
});

describe('Fn::FindInMap', () => {
  const Mappings = { Sizes: { 'eu-west-1': { Type: 't3.small' }, 'eu-west-2': { Type: 't3.large' } } };
  const size = (region: Json, ...options: Json[]) => ({
    'Fn::FindInMap': ['Sizes', region, 'Type', ...options],
  });

  it('resolves references in its keys', () => {
    expect(resolved(size({ Ref: 'AWS::Region' }), { Mappings }, {}, { region: 'eu-west-1' })).toBe(
      't3.small',
    );
  });

  it('is unknown for a key that is missing or unknown', () => {
    expect(unknown(resolved(size('us-east-1'), { Mappings }))).toBe('Fn::FindInMap Sizes.us-east-1.Type');
    expect(unknown(resolved(size({ Ref: 'AWS::Region' }), { Mappings }))).toContain('AWS::Region');
  });

  it('needs no region when all rows have the same value', () => {
    const same = { Sizes: { 'eu-west-1': { Type: 't3.small' }, 'eu-west-2': { Type: 't3.small' } } };
    expect(resolved(size({ Ref: 'AWS::Region' }), { Mappings: same })).toBe('t3.small');
    const other = size({ Ref: 'AWS::Region' }, { DefaultValue: 't3.micro' });
    expect(unknown(resolved(other, { Mappings: same }))).toContain('AWS::Region');
  });

  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-findinmap-enhancements.html
  it('has a default for a missing key, not for an unknown one', () => {
    const fallback = { DefaultValue: 't3.micro' };
    expect(resolved(size('us-east-1', fallback), { Mappings })).toBe('t3.micro');
    expect(unknown(resolved(size({ Ref: 'AWS::Region' }, fallback), { Mappings }))).toContain(
      'Fn::FindInMap',
    );
  });
});

describe('conditions', () => {
  const Parameters = { Stage: { Type: 'String', Default: 'prod' }, Open: { Type: 'String' } };
  const Conditions = {
    IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] },
    IsOpen: { 'Fn::Equals': [{ Ref: 'Open' }, 'yes'] },
    Same: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, { Ref: 'AWS::Region' }] },
    Here: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-west-1'] },
    NotProd: { 'Fn::Not': [{ Condition: 'IsProd' }] },
    NotOpen: { 'Fn::Not': [{ Condition: 'IsOpen' }] },
    ProdAndOpen: { 'Fn::And': [{ Condition: 'IsProd' }, { Condition: 'IsOpen' }] },
    DevAndOpen: { 'Fn::And': [{ Condition: 'NotProd' }, { Condition: 'IsOpen' }] },
    ProdOrOpen: { 'Fn::Or': [{ Condition: 'IsProd' }, { Condition: 'IsOpen' }] },
    DevOrOpen: { 'Fn::Or': [{ Condition: 'NotProd' }, { Condition: 'IsOpen' }] },
    ProdAndSame: { 'Fn::And': [{ Condition: 'IsProd' }, { Condition: 'Same' }] },
  };
  const when = (condition: string) =>
    resolved({ 'Fn::If': [condition, 'yes', 'no'] }, { Parameters, Conditions });

  it.each([
    ['IsProd', 'yes'],
    ['NotProd', 'no'],
    ['Same', 'yes'],
    ['DevAndOpen', 'no'],
    ['ProdOrOpen', 'yes'],
    ['ProdAndSame', 'yes'],
  ])('decide %s: %s', (condition, expected) => {
    expect(when(condition)).toBe(expected);
  });

  it.each(['IsOpen', 'Here', 'NotOpen', 'ProdAndOpen', 'DevOrOpen'])('leave %s unknown', (condition) => {
    expect(unknown(when(condition))).toBe(`condition ${condition} of Stack`);
  });

  it('do not matter if both branches of Fn::If are equal', () => {
    expect(resolved({ 'Fn::If': ['IsOpen', 'same', 'same'] }, { Parameters, Conditions })).toBe('same');
  });

  it('leave a resource out, or keep it with its undecided condition', () => {
    const Resources = {
      Prod: { Type: 'T::T::T', Condition: 'IsProd' },
      Dev: { Type: 'T::T::T', Condition: 'NotProd' },
      Perhaps: { Type: 'T::T::T', Condition: 'IsOpen' },
    };
    const { resources } = Templates.fromTemplates({ Stack: { Resources, Parameters, Conditions } });
    expect(resources.map(({ logicalId, undecidedCondition }) => [logicalId, undecidedCondition])).toEqual([
      ['Prod', undefined],
      ['Perhaps', 'IsOpen'],
    ]);
  });

  it('that are not defined are refused', () => {
    expect(() => when('Typo')).toThrow('Stack: condition Typo is not defined');
  });
});

describe('what CloudFormation expands before it resolves', () => {
  it('Fn::Base64 returns the plain text', () => {
    expect(resolved({ 'Fn::Base64': { 'Fn::Sub': '#!/bin/sh ${AWS::StackName}' } })).toBe('#!/bin/sh Stack');
  });

  it('another function is unknown, with its name', () => {
    expect(unknown(resolved({ 'Fn::Length': [1, 2] }))).toBe('Fn::Length');
    expect(unknown(resolved({ 'Fn::ToJsonString': { a: 1 } }))).toBe('Fn::ToJsonString');
  });

  it('a macro makes the property that contains it unknown', () => {
    const include = { 'Fn::Transform': { Name: 'AWS::Include', Parameters: { Location: 's3://x/y' } } };
    expect(unknown(resolved(include))).toBe('Fn::Transform');
    expect(unknown(resolved({ ...include, Beside: 1 }))).toBe('Fn::Transform');
    expect(unknown(resolved({ 'Fn::ForEach::Loop': ['x', ['a'], {}], Beside: 1 }))).toBe('Fn::ForEach::Loop');
  });

  const under = { Type: 'T::T::T' };
  it.each([
    [
      'AWS::Serverless with a resource of SAM',
      {
        Transform: 'AWS::Serverless-2016-10-31',
        Resources: { under: { Type: 'AWS::Serverless::Function' } },
      },
      ['S: Transform AWS::Serverless-2016-10-31'],
    ],
    ['AWS::Serverless without one', { Transform: 'AWS::Serverless-2016-10-31', Resources: { under } }, []],
    [
      'AWS::Include',
      { Transform: [{ Name: 'AWS::Include' }], Resources: { under } },
      ['S: Transform AWS::Include'],
    ],
    ['AWS::LanguageExtensions', { Transform: 'AWS::LanguageExtensions', Resources: { under } }, []],
    [
      'Fn::ForEach in Resources',
      { Resources: { under, 'Fn::ForEach::Loop': ['x', ['a', 'b'], {}] } },
      ['S: Fn::ForEach::Loop in Resources'],
    ],
    [
      'Fn::Transform in Resources',
      { Resources: { under, 'Fn::Transform': { Name: 'AWS::Include' } } },
      ['S: Fn::Transform in Resources'],
    ],
    [
      'Fn::Transform as Properties',
      { Resources: { under: { ...under, Properties: { 'Fn::Transform': {} } } } },
      ['S/under: a function in place of its properties'],
    ],
    ['no transform', { Resources: { under } }, []],
  ])('reports what CloudFormation may add: %s', (_, template, expected) => {
    const templates = Templates.fromTemplates({ S: template });
    expect(templates.unexpanded).toEqual(expected);
    expect(templates.resources.map(({ logicalId }) => logicalId)).toEqual(['under']);
  });
});
