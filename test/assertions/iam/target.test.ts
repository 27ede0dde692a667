import { Arns } from '../../../lib/assertions/iam/arns';
import { ResourcePolicies } from '../../../lib/assertions/iam/resource-policies';
import { resolveTarget, type ResourceInput } from '../../../lib/assertions/iam/target';
import { Templates } from '../../../lib/assertions/templates';
import { allowTo, arnOf, document, ref, resource } from './builders';

const A = '111111111111';
const load = (Resources: object) => {
  const templates = new Templates([
    { name: 'S', account: A, region: 'eu-west-1', template: { Resources: Resources as never } },
  ]);
  return { templates, arns: new Arns(templates) };
};

describe('iam: what an action is on', () => {
  const key = `arn:aws:kms:eu-west-1:${A}:key`;
  const { templates, arns } = load({
    Bucket: resource('AWS::S3::Bucket', { BucketName: 'b' }),
    Longer: resource('AWS::S3::Bucket', { BucketName: 'b2' }),
    Table: resource('AWS::DynamoDB::Table', { TableName: 't' }),
    Logs: resource('AWS::Logs::LogGroup', { LogGroupName: 'g' }),
    Key: resource('AWS::KMS::Key'),
    Alias: resource('AWS::KMS::Alias', { AliasName: 'alias/a', TargetKeyId: ref('Key') }),
    ByArn: resource('AWS::KMS::Alias', { AliasName: 'alias/c', TargetKeyId: arnOf('Key') }),
    Lost: resource('AWS::KMS::Alias', { AliasName: 'alias/l', TargetKeyId: 'elsewhere' }),
  });
  const resolve = (action: string, input: ResourceInput) => {
    const { resource: found, through, ...rest } = resolveTarget(action, input, templates, arns);
    return { ...rest, ...(found && { path: found.path }), ...(through && { alias: through.path }) };
  };
  const elsewhere = (name: string) => ({
    unknownPolicy: `the policy of ${name}, if it has one, is not in these templates`,
  });

  it.each<[string, ResourceInput, object]>([
    ['ec2:DescribeInstances', '*', { arn: '*', name: '*' }],
    ['s3:ListBucket', 'S/Bucket', { arn: 'arn:aws:s3:::b', name: 'S/Bucket', path: 'S/Bucket' }],
    [
      's3:GetObject',
      'S/Bucket',
      { arn: 'arn:aws:s3:::b/⟨*any object of S/Bucket⟩', name: 'any object of S/Bucket', path: 'S/Bucket' },
    ],
    [
      's3:GetObject',
      { resource: 'S/Bucket', path: 'k' },
      { arn: 'arn:aws:s3:::b/k', name: 'S/Bucket k', path: 'S/Bucket' },
    ],
    [
      's3:GetObject',
      'arn:aws:s3:::b/k',
      { arn: 'arn:aws:s3:::b/k', name: 'arn:aws:s3:::b/k', path: 'S/Bucket' },
    ],
    [
      's3:ListBucket',
      'arn:aws:s3:::b2',
      { arn: 'arn:aws:s3:::b2', name: 'arn:aws:s3:::b2', path: 'S/Longer' },
    ],
    [
      's3:ListBucket',
      'arn:aws:s3:::bb',
      { arn: 'arn:aws:s3:::bb', name: 'arn:aws:s3:::bb', ...elsewhere('arn:aws:s3:::bb') },
    ],
    [
      's3:AbortMultipartUpload',
      'arn:aws:s3:::bb',
      {
        arn: 'arn:aws:s3:::bb/⟨*any object of arn:aws:s3:::bb⟩',
        name: 'any object of arn:aws:s3:::bb',
        ...elsewhere('arn:aws:s3:::bb'),
      },
    ],
    [
      's3:GetBucketObjectLockConfiguration',
      'S/Bucket',
      { arn: 'arn:aws:s3:::b', name: 'S/Bucket', path: 'S/Bucket' },
    ],
    [
      'dynamodb:Query',
      { resource: 'S/Table', path: 'index/i' },
      { arn: `arn:aws:dynamodb:eu-west-1:${A}:table/t/index/i`, name: 'S/Table index/i', path: 'S/Table' },
    ],
    [
      'logs:PutLogEvents',
      { resource: 'S/Logs', path: 'log-stream:x' },
      {
        arn: `arn:aws:logs:eu-west-1:${A}:log-group:g:log-stream:x`,
        name: 'S/Logs log-stream:x',
        path: 'S/Logs',
      },
    ],
    [
      'logs:PutLogEvents',
      `arn:aws:logs:eu-west-1:${A}:log-group:g:log-stream:x`,
      {
        arn: `arn:aws:logs:eu-west-1:${A}:log-group:g:log-stream:x`,
        name: `arn:aws:logs:eu-west-1:${A}:log-group:g:log-stream:x`,
        path: 'S/Logs',
      },
    ],
    [
      's3:GetObject',
      { another: 'AWS::S3::Bucket', path: 'k' },
      { arn: 'arn:aws:s3:::⟨another AWS::S3::Bucket⟩/k', name: 'another AWS::S3::Bucket k' },
    ],
    [
      's3:ListBucket',
      { another: 'AWS::S3::Bucket' },
      { arn: 'arn:aws:s3:::⟨another AWS::S3::Bucket⟩', name: 'another AWS::S3::Bucket' },
    ],
    [
      'kms:Decrypt',
      'S/Alias',
      { arn: `${key}/⟨=S.Key⟩`, name: 'S/Alias (S/Key)', path: 'S/Key', alias: 'S/Alias' },
    ],
    [
      'kms:Decrypt',
      'S/ByArn',
      { arn: `${key}/⟨=S.Key⟩`, name: 'S/ByArn (S/Key)', path: 'S/Key', alias: 'S/ByArn' },
    ],
    ['kms:Decrypt', 'S/Lost', { arn: `${key}/⟨?the key of S/Lost⟩`, name: 'S/Lost', ...elsewhere('S/Lost') }],
    [
      'kms:UpdateAlias',
      'S/Alias',
      { arn: `arn:aws:kms:eu-west-1:${A}:alias/a`, name: 'S/Alias', path: 'S/Alias' },
    ],
  ])('%s on %j is on %j', (action, input, expected) => {
    expect(resolve(action, input)).toEqual(expected);
  });

  it.each([
    'arn:aws:ecs:r:a:cluster/x',
    'arn:aws:states:r:a:stateMachine:x',
    'arn:aws:autoscaling:r:a:x',
    'arn:aws:cloudformation:r:a:stack/x',
    'arn:aws:elasticloadbalancing:r:a:x',
    'arn:aws:iam::1:user/u',
    'arn:aws:iam::1:group/u',
    'arn:aws:iam::1:policy/u',
    'arn:aws:iam::1:instance-profile/u',
    'arn:aws:ec2:r:a:instance/i',
    'arn:aws:ec2:r:a:network-interface/i',
    'arn:aws:ec2:r:a:route-table/i',
    'arn:aws:ec2:r:a:security-group/i',
    'arn:aws:ec2:r:a:subnet/i',
    'arn:aws:ec2:r:a:volume/i',
    'arn:aws:ec2:r:a:vpc/i',
  ])('%s has no policy of its own', (arn) => {
    expect(resolve('iam:PassRole', arn)).toEqual({ arn, name: arn });
  });

  it('an alias of a KMS key has no policy of its own', () => {
    const arn = 'arn:aws:kms:eu-west-1:222222222222:alias/x';
    expect(resolve('kms:DeleteAlias', arn)).toEqual({ arn, name: arn });
  });

  it.each(['arn:aws:iam::1:role/r', 'arn:aws:ec2:r:a:vpc-endpoint/i', 'arn:aws:lambda:r:a:function:f'])(
    '%s may have a policy elsewhere',
    (arn) => {
      expect(resolve('iam:PassRole', arn)).toEqual({ arn, name: arn, ...elsewhere(arn) });
    },
  );

  it.each<[string, ResourceInput, string]>([
    ['s3:Get*', '*', 's3:Get*: expected one action without wildcards, such as s3:GetObject'],
    ['*', '*', '*: expected one action without wildcards'],
    ['x:s3:GetObject', '*', 'expected one action without wildcards'],
    ['nosuch:Thing', '*', 'nosuch:Thing: AWS has no service nosuch'],
    [
      's3:GetObjekt',
      '*',
      's3:GetObjekt: s3 has no such action; the nearest is s3:GetObject. npm run iam:actions',
    ],
    ['s3:PutObjectt', '*', 'the nearest is s3:PutObject.'],
    ['sqs:SendMessag', '*', 'the nearest is sqs:SendMessage.'],
    ['sns:Publishh', '*', 'the nearest is sns:Publish.'],
    ['sqs:SendMessage', 'S/Bucket', 'sqs:SendMessage is never on arn:aws:s3:::b: expected an action of s3'],
    [
      's3:ListBucket',
      { resource: 'S/Bucket', path: 'k' },
      's3:ListBucket is on a bucket, not on an object: expected no path, got k',
    ],
    [
      's3:ListBucket',
      { another: 'AWS::Unknown::Thing' },
      'AWS::Unknown::Thing: expected one of AWS::CloudFront::Distribution, ',
    ],
  ])('%s on %j is refused: %s', (action, input, message) => {
    expect(() => resolve(action, input)).toThrow(message);
  });
});

describe('iam: the policy of a resource', () => {
  const P = document(allowTo('*', '*'));
  const statementsOf = (Resources: Readonly<Record<string, object>>, path = 'S/T') => {
    const { templates, arns } = load(Resources);
    return new ResourcePolicies(templates, arns).of(templates.at(path));
  };
  const policies = (Resources: Readonly<Record<string, object>>, path?: string) =>
    statementsOf(Resources, path).map(({ policy, undecided }) => `${policy} ${undecided ?? 'applies'}`);

  it.each<[string, object]>([
    ['AWS::DynamoDB::GlobalTable', { Replicas: [{ ResourcePolicy: { PolicyDocument: P } }] }],
    ['AWS::DynamoDB::Table', { ResourcePolicy: { PolicyDocument: P } }],
    ['AWS::ECR::Repository', { RepositoryPolicyText: P }],
    ['AWS::EFS::FileSystem', { FileSystemPolicy: P }],
    ['AWS::IAM::Role', { AssumeRolePolicyDocument: P }],
    ['AWS::KMS::Key', { KeyPolicy: P }],
    ['AWS::KMS::ReplicaKey', { KeyPolicy: P }],
    ['AWS::Unknown::Thing', { AnyPolicy: P }],
  ])('of type %s stands in %j', (type, properties) => {
    expect(policies({ T: resource(type, properties), Other: resource(type, properties) })).toEqual([
      'S/T applies',
    ]);
    const bare = /^AWS::(KMS|EFS)/.test(type) ? ['S/T applies'] : [];
    expect(policies({ T: resource(type, { Other: P.Statement }) })).toEqual(bare);
  });

  it.each<[string, string, (of: unknown) => object]>([
    ['AWS::Events::EventBus', 'AWS::Events::EventBusPolicy', (of) => ({ EventBusName: of, ...P })],
    [
      'AWS::Kinesis::Stream',
      'AWS::Kinesis::ResourcePolicy',
      (of) => ({ ResourceArn: of, ResourcePolicy: P }),
    ],
    ['AWS::S3::Bucket', 'AWS::S3::BucketPolicy', (of) => ({ Bucket: of, PolicyDocument: P })],
    ['AWS::SNS::Topic', 'AWS::SNS::TopicInlinePolicy', (of) => ({ TopicArn: of, PolicyDocument: P })],
    ['AWS::SNS::Topic', 'AWS::SNS::TopicPolicy', (of) => ({ Topics: [of], PolicyDocument: P })],
    ['AWS::SQS::Queue', 'AWS::SQS::QueueInlinePolicy', (of) => ({ Queue: of, PolicyDocument: P })],
    ['AWS::SQS::Queue', 'AWS::SQS::QueuePolicy', (of) => ({ Queues: [of], PolicyDocument: P })],
    [
      'AWS::SecretsManager::Secret',
      'AWS::SecretsManager::ResourcePolicy',
      (of) => ({ SecretId: of, ResourcePolicy: P }),
    ],
  ])('of type %s is an %s', (type, policy, properties) => {
    const resources = (of: unknown) => ({
      T: resource(type),
      Other: resource(type),
      Policy: resource(policy, properties(of)),
    });
    expect(policies(resources(ref('T')))).toEqual(['S/Policy applies']);
    expect(policies(resources(ref('Other')))).toEqual([]);
  });

  it('of a log group is that of its account and Region', () => {
    const Policy = resource('AWS::Logs::ResourcePolicy', { PolicyDocument: JSON.stringify(P) });
    expect(policies({ T: resource('AWS::Logs::LogGroup'), Policy })).toEqual(['S/Policy applies']);
    expect(policies({ T: resource('AWS::SQS::Queue'), Policy })).toEqual([]);
  });

  it('of a KMS key without one allows the account', () => {
    expect(statementsOf({ T: resource('AWS::KMS::Key') })).toMatchObject([
      {
        hasVariables: true,
        elements: { Effect: 'Allow', Principal: { AWS: A }, Action: 'kms:*', Resource: '*' },
      },
    ]);
  });

  it('of an unknown type that refers to a resource is unknown', () => {
    const Policy = resource('AWS::Unknown::Policy', { Of: ref('T'), Document: P });
    expect(policies({ T: resource('AWS::SQS::Queue'), Policy })).toEqual([
      'S/Policy what the policy of S/Policy (AWS::Unknown::Policy) allows on S/T',
    ]);
    const Endpoint = resource('AWS::EC2::VPCEndpoint', { VpcId: ref('T'), PolicyDocument: P });
    expect(policies({ T: resource('AWS::EC2::VPC'), Endpoint })).toEqual([]);
  });

  it('of a layer version is its permissions', () => {
    const Permission = (more: object) =>
      resource('AWS::Lambda::LayerVersionPermission', { LayerVersionArn: ref('T'), ...more });
    const of = (more: object, type = 'AWS::Lambda::LayerVersion') =>
      statementsOf({ T: resource(type, { LayerName: 'l' }), Permission: Permission(more) });
    const Resource = `arn:aws:lambda:eu-west-1:${A}:layer:l:⟨=S.T.Version⟩`;
    expect(
      of({ Principal: '*', Action: 'lambda:GetLayerVersion', OrganizationId: 'o-1' })[0]?.elements,
    ).toEqual({
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: 'lambda:GetLayerVersion',
      Resource,
      Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } },
    });
    expect(of({})[0]?.elements).toEqual({
      Effect: 'Allow',
      Principal: { AWS: '⟨?Principal⟩' },
      Action: '⟨?Action⟩',
      Resource,
    });
    expect(of({ Principal: '*' }, 'AWS::SQS::Queue')).toEqual([]);
  });

  it('of a function is its permissions', () => {
    const of = (more: object, FunctionName: unknown = ref('T'), type = 'AWS::Lambda::Function') =>
      statementsOf({
        T: resource(type, { FunctionName: 'f' }),
        Permission: resource('AWS::Lambda::Permission', { FunctionName, ...more }),
      })[0]?.elements;
    const arn = `arn:aws:lambda:eu-west-1:${A}:function:f`;
    expect(
      of({
        Principal: 's3.amazonaws.com',
        Action: 'lambda:InvokeFunction',
        SourceArn: 'arn:aws:s3:::b',
        SourceAccount: A,
        PrincipalOrgID: 'o-1',
        EventSourceToken: 't',
        FunctionUrlAuthType: 'NONE',
        InvokedViaFunctionUrl: true,
      }),
    ).toEqual({
      Effect: 'Allow',
      Principal: { Service: 's3.amazonaws.com' },
      Action: 'lambda:InvokeFunction',
      Resource: arn,
      Condition: {
        ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::b' },
        StringEquals: {
          'aws:SourceAccount': A,
          'aws:PrincipalOrgID': 'o-1',
          'lambda:EventSourceToken': 't',
          'lambda:FunctionUrlAuthType': 'NONE',
        },
        Bool: { 'lambda:InvokedViaFunctionUrl': true },
      },
    });
    expect(of({ Principal: A })).toMatchObject({ Principal: { AWS: A }, Action: '⟨?Action⟩', Condition: {} });
    expect(of({ Principal: '*' })).toMatchObject({ Principal: '*' });
    expect(of({})).toMatchObject({ Principal: '⟨?Principal⟩' });
    expect(of({ Principal: A }, arn)).toMatchObject({ Resource: arn });
    expect(of({ Principal: A }, ref('T'), 'AWS::SQS::Queue')).toBeUndefined();
  });
});
