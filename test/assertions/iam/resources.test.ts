import { Iam, type ResourceInput } from '../../../lib/assertions/iam';
import { Templates } from '../../../lib/assertions/templates';
import {
  allow,
  allowTo,
  arnOf,
  bucket,
  bucketPolicy,
  deny,
  denyTo,
  document,
  iamOf,
  join,
  ref,
  resource,
  role,
} from './builders';

const root = join('arn:aws:iam::', ref('AWS::AccountId'), ':root');
const SERVICE = 'events.amazonaws.com';

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
describe('the policy of a resource', () => {
  const to = (action: string) => document(allowTo({ Service: SERVICE }, action));

  it.each<[string, string, object]>([
    [
      'queue, by URL',
      'sqs:SendMessage',
      {
        It: resource('AWS::SQS::Queue'),
        Policy: resource('AWS::SQS::QueuePolicy', {
          Queues: [ref('It')],
          PolicyDocument: to('sqs:SendMessage'),
        }),
      },
    ],
    [
      'queue, inline',
      'sqs:SendMessage',
      {
        It: resource('AWS::SQS::Queue'),
        Policy: resource('AWS::SQS::QueueInlinePolicy', {
          Queue: ref('It'),
          PolicyDocument: to('sqs:SendMessage'),
        }),
      },
    ],
    [
      'topic',
      'sns:Publish',
      {
        It: resource('AWS::SNS::Topic'),
        Policy: resource('AWS::SNS::TopicPolicy', { Topics: [ref('It')], PolicyDocument: to('sns:Publish') }),
      },
    ],
    [
      'topic, inline',
      'sns:Publish',
      {
        It: resource('AWS::SNS::Topic'),
        Policy: resource('AWS::SNS::TopicInlinePolicy', {
          TopicArn: ref('It'),
          PolicyDocument: to('sns:Publish'),
        }),
      },
    ],
    ['key', 'kms:Decrypt', { It: resource('AWS::KMS::Key', { KeyPolicy: to('kms:Decrypt') }) }],
    [
      'secret',
      'secretsmanager:GetSecretValue',
      {
        It: resource('AWS::SecretsManager::Secret'),
        Policy: resource('AWS::SecretsManager::ResourcePolicy', {
          SecretId: ref('It'),
          ResourcePolicy: to('secretsmanager:GetSecretValue'),
        }),
      },
    ],
    [
      'table',
      'dynamodb:GetItem',
      {
        It: resource('AWS::DynamoDB::Table', { ResourcePolicy: { PolicyDocument: to('dynamodb:GetItem') } }),
      },
    ],
    [
      'global table',
      'dynamodb:GetItem',
      {
        It: resource('AWS::DynamoDB::GlobalTable', {
          Replicas: [{ Region: 'x', ResourcePolicy: { PolicyDocument: to('dynamodb:GetItem') } }],
        }),
      },
    ],
    [
      'stream',
      'kinesis:PutRecord',
      {
        It: resource('AWS::Kinesis::Stream'),
        Policy: resource('AWS::Kinesis::ResourcePolicy', {
          ResourceArn: arnOf('It'),
          ResourcePolicy: to('kinesis:PutRecord'),
        }),
      },
    ],
    [
      'repository',
      'ecr:BatchGetImage',
      { It: resource('AWS::ECR::Repository', { RepositoryPolicyText: to('ecr:BatchGetImage') }) },
    ],
    [
      'file system',
      'elasticfilesystem:ClientMount',
      { It: resource('AWS::EFS::FileSystem', { FileSystemPolicy: to('elasticfilesystem:ClientMount') }) },
    ],
    [
      'event bus',
      'events:PutEvents',
      {
        It: resource('AWS::Events::EventBus'),
        Policy: resource('AWS::Events::EventBusPolicy', {
          EventBusName: ref('It'),
          StatementId: 'x',
          Statement: allowTo({ Service: SERVICE }, 'events:PutEvents'),
        }),
      },
    ],
    [
      'bucket, by its name',
      's3:ListBucket',
      {
        It: resource('AWS::S3::Bucket', { BucketName: 'store' }),
        Policy: bucketPolicy('store', allowTo({ Service: SERVICE }, 's3:ListBucket')),
      },
    ],
  ])('%s: %s', (_, action, resources) => {
    const iam = iamOf(resources);
    expect(iam.can(SERVICE, action, 'S/It').answer).toBe('allowed');
    expect(iam.can('logs.amazonaws.com', action, 'S/It').answer).toBe('implicit deny');
  });

  it('of another type counts if it is a property of the resource', () => {
    const It = resource('AWS::Backup::BackupVault', { AccessPolicy: to('backup:CopyIntoBackupVault') });
    const iam = iamOf({ It, Other: resource('AWS::Backup::BackupVault') });
    expect(iam.can(SERVICE, 'backup:CopyIntoBackupVault', 'S/It').answer).toBe('allowed');
    expect(iam.can(SERVICE, 'backup:CopyIntoBackupVault', 'S/Other').answer).toBe('implicit deny');
  });

  it('of another type is unknown if it only refers to the resource', () => {
    const Point = resource('AWS::S3::AccessPoint', { Bucket: ref('It'), Policy: to('s3:ListBucket') });
    const iam = iamOf({ It: bucket, Other: bucket, Point });
    expect(iam.can(SERVICE, 's3:ListBucket', 'S/It')).toMatchObject({
      answer: 'unknown',
      reasons: ['what the policy of S/Point (AWS::S3::AccessPoint) allows on S/It'],
    });
    expect(iam.can(SERVICE, 's3:ListBucket', 'S/Other').answer).toBe('implicit deny');
  });

  it('is not the policy of a VPC endpoint', () => {
    const PolicyDocument = document(allowTo('*', '*'));
    const Endpoint = resource('AWS::EC2::VPCEndpoint', { VpcId: ref('Vpc'), PolicyDocument });
    const iam = iamOf({ Vpc: resource('AWS::EC2::VPC'), Endpoint, Role: role([]) });
    expect(iam.can('S/Role', 'ec2:DeleteVpc', 'S/Vpc').answer).toBe('implicit deny');
  });

  it('AWS::Logs::ResourcePolicy applies to the log groups in its statements', () => {
    const PolicyDocument = JSON.stringify(
      document(allowTo({ Service: SERVICE }, 'logs:*', 'arn:aws:logs:*:*:log-group:/aws/events/*')),
    );
    const group = (LogGroupName: string) => resource('AWS::Logs::LogGroup', { LogGroupName });
    const Policy = resource('AWS::Logs::ResourcePolicy', { PolicyName: 'p', PolicyDocument });
    const iam = iamOf({ Policy, It: group('/aws/events/x'), Other: group('/aws/lambda/x') });
    expect(iam.can(SERVICE, 'logs:PutLogEvents', 'S/It').answer).toBe('allowed');
    expect(iam.can(SERVICE, 'logs:PutLogEvents', 'S/Other').answer).toBe('implicit deny');
  });

  it('is unknown if it names a resource whose name AWS generates', () => {
    const Policy = bucketPolicy('store', allowTo({ Service: SERVICE }, 's3:ListBucket'));
    expect(iamOf({ It: bucket, Policy }).can(SERVICE, 's3:ListBucket', 'S/It').answer).toBe('unknown');
  });

  it('that cannot be resolved may be about anyone', () => {
    const It = resource('AWS::KMS::Key', { KeyPolicy: ref('Missing') });
    expect(iamOf({ It }).can(SERVICE, 'kms:Decrypt', 'S/It').answer).toBe('unknown');
  });
});

// https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
describe('KMS keys', () => {
  const decrypt = (KeyPolicy: object | undefined, ...identity: object[]) =>
    iamOf({ Key: resource('AWS::KMS::Key', { ...(KeyPolicy && { KeyPolicy }) }), Role: role(identity) }).can(
      'S/Role',
      'kms:Decrypt',
      'S/Key',
    ).answer;

  it('need a key policy that allows the account, for identity policies to count', () => {
    const own = allow('kms:Decrypt', arnOf('Key'));
    expect(decrypt(document(allowTo({ AWS: root }, 'kms:*')), own)).toBe('allowed');
    expect(decrypt(document(allowTo({ AWS: root }, 'kms:*')))).toBe('implicit deny');
    expect(decrypt(document(allowTo({ AWS: root }, 'kms:Describe*')), own)).toBe('implicit deny');
    expect(decrypt(document(allowTo({ Service: SERVICE }, 'kms:*')), own)).toBe('implicit deny');
  });

  it('allow a role that the key policy names', () => {
    expect(decrypt(document(allowTo({ AWS: arnOf('Role') }, 'kms:Decrypt')))).toBe('allowed');
  });

  it('have the default key policy if the template has none', () => {
    expect(decrypt(undefined, allow('kms:Decrypt', arnOf('Key')))).toBe('allowed');
    expect(decrypt(undefined)).toBe('implicit deny');
  });

  it('outside the templates are unknown: their key policy would have to allow it', () => {
    const key = 'arn:aws:kms:eu-west-1:111111111111:key/1234';
    const templates = { Role: role([allow('kms:Decrypt', key)]), Other: role([]) };
    expect(iamOf(templates).can('S/Role', 'kms:Decrypt', key).answer).toBe('unknown');
    expect(iamOf(templates).can('S/Other', 'kms:Decrypt', key).answer).toBe('unknown');
  });

  it('do not limit actions that are on no key', () => {
    expect(iamOf({ Role: role([allow('kms:ListKeys')]) }).can('S/Role', 'kms:ListKeys', '*').answer).toBe(
      'allowed',
    );
  });
});

// https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
describe('EFS file systems', () => {
  const anyone = (properties: object, via = 'true') =>
    iamOf({ Files: resource('AWS::EFS::FileSystem', properties) }).can(
      '*',
      'elasticfilesystem:ClientRootAccess',
      'S/Files',
      { context: { 'elasticfilesystem:AccessedViaMountTarget': via } },
    ).answer;

  it('without a policy let anyone at a mount target in as root', () => {
    expect(anyone({})).toBe('allowed');
    expect(anyone({}, 'false')).toBe('implicit deny');
  });

  it('with any policy refuse anonymous clients that it does not allow', () => {
    expect(anyone({ FileSystemPolicy: document(allowTo({ AWS: root }, '*')) })).toBe('implicit deny');
    expect(anyone({ FileSystemPolicy: document(allowTo('*', '*')) })).toBe('allowed');
  });
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html
describe('assuming a role', () => {
  const trusting = (Principal: object) =>
    role([], {
      AssumeRolePolicyDocument: document({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }),
    });
  const assume = (Target: object, ...identity: object[]) =>
    iamOf({ Target, Role: role(identity) }).can('S/Role', 'sts:AssumeRole', 'S/Target').answer;
  const own = allow('sts:AssumeRole', arnOf('Target'));

  it('needs a trust policy, whatever the identity policies say', () => {
    expect(assume(trusting({ Service: 'ec2.amazonaws.com' }), own)).toBe('implicit deny');
    expect(assume(trusting({ AWS: arnOf('Role') }))).toBe('allowed');
  });

  it('needs an identity policy too if the trust policy names the account', () => {
    expect(assume(trusting({ AWS: root }), own)).toBe('allowed');
    expect(assume(trusting({ AWS: root }))).toBe('implicit deny');
  });

  it('is allowed for the services in the trust policy', () => {
    const iam = iamOf({ Role: role([]) });
    expect(iam.can('lambda.amazonaws.com', 'sts:AssumeRole', 'S/Role').answer).toBe('allowed');
    expect(iam.can('ec2.amazonaws.com', 'sts:AssumeRole', 'S/Role').answer).toBe('implicit deny');
  });

  it('is not iam:PassRole', () => {
    const iam = iamOf({ Target: role([]), Role: role([allow('iam:PassRole', arnOf('Target'))]) });
    expect(iam.can('S/Role', 'iam:PassRole', 'S/Target').answer).toBe('allowed');
    expect(iam.can('S/Role', 'sts:AssumeRole', 'S/Target').answer).toBe('implicit deny');
  });
});

// https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-services.html
describe('invoking a function', () => {
  const permission = (more: object, FunctionName: unknown = ref('Function')) =>
    resource('AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      FunctionName,
      Principal: SERVICE,
      ...more,
    });
  const Function = resource('AWS::Lambda::Function', { Role: arnOf('Role') });
  const Rule = resource('AWS::Events::Rule');
  const base = { Function, Rule, Role: role([]) };

  it('is for the service and the source that a permission names', () => {
    const iam = iamOf({ ...base, OtherRule: Rule, Permission: permission({ SourceArn: arnOf('Rule') }) });
    const invoke = (principal: string, source?: string) =>
      iam.can(principal, 'lambda:InvokeFunction', 'S/Function', {
        context: source ? { 'aws:SourceArn': iam.arn(source) } : {},
      });
    expect(invoke(SERVICE, 'S/Rule').answer).toBe('allowed');
    expect(invoke(SERVICE, 'S/OtherRule').answer).toBe('implicit deny');
    expect(invoke(SERVICE).answer).toBe('conditional');
    expect(invoke('sns.amazonaws.com').answer).toBe('implicit deny');
  });

  it('has the other conditions that a permission can set', () => {
    const Permission = permission({
      Principal: '*',
      FunctionUrlAuthType: 'NONE',
      SourceAccount: '111111111111',
      PrincipalOrgID: 'o-1',
      EventSourceToken: 't',
      InvokedViaFunctionUrl: true,
    });
    const { reasons } = iamOf({ ...base, Permission }).can('*', 'lambda:InvokeFunction', 'S/Function');
    expect(reasons).toEqual([
      'StringEquals aws:SourceAccount 111111111111',
      'StringEquals aws:PrincipalOrgID o-1',
      'StringEquals lambda:EventSourceToken t',
      'StringEquals lambda:FunctionUrlAuthType NONE',
      'Bool lambda:InvokedViaFunctionUrl true',
    ]);
  });

  it('is unknown if the principal of the permission is', () => {
    const Permission = permission({ Principal: ref('Missing') });
    expect(iamOf({ ...base, Permission }).can(SERVICE, 'lambda:InvokeFunction', 'S/Function').answer).toBe(
      'unknown',
    );
  });

  it('is allowed by permissions with an ARN, an account or an alias', () => {
    const byArn = { ...base, Permission: permission({}, arnOf('Function')) };
    expect(iamOf(byArn).can(SERVICE, 'lambda:InvokeFunction', 'S/Function').answer).toBe('allowed');
    const account = { ...base, Permission: permission({ Principal: '999999999999' }) };
    expect(iamOf(account).can('999999999999', 'lambda:InvokeFunction', 'S/Function').answer).toBe('allowed');
    const Alias = resource('AWS::Lambda::Alias', { FunctionName: ref('Function'), Name: 'live' });
    const aliased = { ...base, Alias, Permission: permission({}, ref('Alias')) };
    const on: ResourceInput = { resource: 'S/Function', path: 'live' };
    expect(iamOf(aliased).can(SERVICE, 'lambda:InvokeFunction', on).answer).toBe('allowed');
    expect(iamOf(aliased).can(SERVICE, 'lambda:InvokeFunction', 'S/Function').answer).toBe('implicit deny');
    const other = { ...base, Other: Function, Permission: permission({}, ref('Other')) };
    expect(iamOf(other).can(SERVICE, 'lambda:InvokeFunction', 'S/Function').answer).toBe('implicit deny');
  });
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
describe('the ARN of a resource', () => {
  const grant = (resources: object, action: string, pattern: unknown, on: ResourceInput) =>
    iamOf({ ...resources, Role: role([allow(action, pattern)]) }).can('S/Role', action, on).answer;
  const here = (service: string, rest: unknown) =>
    join('arn:aws:', service, ':', ref('AWS::Region'), ':', ref('AWS::AccountId'), ':', rest);

  it.each<[string, string, unknown, string]>([
    [
      'AWS::DynamoDB::Table',
      'dynamodb:GetItem',
      arnOf('It'),
      'arn:aws:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${It}',
    ],
    ['AWS::S3::Bucket', 's3:ListBucket', arnOf('It'), 'arn:aws:s3:::${It}'],
    [
      'AWS::SQS::Queue',
      'sqs:SendMessage',
      arnOf('It'),
      'arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:${It.QueueName}',
    ],
    [
      'AWS::SNS::Topic',
      'sns:Publish',
      ref('It'),
      'arn:aws:sns:${AWS::Region}:${AWS::AccountId}:${It.TopicName}',
    ],
    [
      'AWS::Lambda::Function',
      'lambda:InvokeFunction',
      arnOf('It'),
      'arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:${It}',
    ],
    ['AWS::KMS::Key', 'kms:Decrypt', arnOf('It'), 'arn:aws:kms:${AWS::Region}:${AWS::AccountId}:key/${It}'],
    [
      'AWS::Logs::LogGroup',
      'logs:PutLogEvents',
      arnOf('It'),
      'arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:${It}:*',
    ],
    [
      'AWS::SSM::Parameter',
      'ssm:GetParameter',
      here('ssm', join('parameter/', ref('It'))),
      'arn:aws:ssm:${AWS::Region}:${AWS::AccountId}:parameter/${It}',
    ],
    [
      'AWS::StepFunctions::StateMachine',
      'states:StartExecution',
      ref('It'),
      'arn:aws:states:${AWS::Region}:${AWS::AccountId}:stateMachine:${It.Name}',
    ],
    [
      'AWS::Kinesis::Stream',
      'kinesis:PutRecord',
      arnOf('It'),
      'arn:aws:kinesis:${AWS::Region}:${AWS::AccountId}:stream/${It}',
    ],
    [
      'AWS::Events::EventBus',
      'events:PutEvents',
      arnOf('It'),
      'arn:aws:events:${AWS::Region}:${AWS::AccountId}:event-bus/${It}',
    ],
    [
      'AWS::ECS::Cluster',
      'ecs:RunTask',
      arnOf('It'),
      'arn:aws:ecs:${AWS::Region}:${AWS::AccountId}:cluster/${It}',
    ],
  ])('%s is the same for Ref, Fn::GetAtt and Fn::Sub', (type, action, attribute, sub) => {
    const resources = { It: resource(type), Other: resource(type) };
    expect(grant(resources, action, attribute, 'S/It')).toBe('allowed');
    expect(grant(resources, action, { 'Fn::Sub': sub }, 'S/It')).toBe('allowed');
    expect(grant(resources, action, { 'Fn::Sub': sub }, 'S/Other')).toBe('implicit deny');
    expect(
      grant(resources, action, sub.replace(/:[^:]*(:\*)?$/, ':*').replaceAll(/\$\{.*?\}/g, '*'), 'S/It'),
    ).toBe('allowed');
    expect(grant(resources, action, 'arn:aws:other:*:*:*', 'S/It')).toBe('implicit deny');
  });

  it('takes a name from the template, with the paths of roles and parameters', () => {
    const named = (type: string, properties: object, arn: string, action: string) => {
      expect(grant({ It: resource(type, properties) }, action, { 'Fn::Sub': arn }, 'S/It')).toBe('allowed');
    };
    named('AWS::S3::Bucket', { BucketName: 'store' }, 'arn:aws:s3:::store', 's3:ListBucket');
    named(
      'AWS::SSM::Parameter',
      { Name: '/a/b' },
      'arn:aws:ssm:${AWS::Region}:${AWS::AccountId}:parameter/a/b',
      'ssm:GetParameter',
    );
    named(
      'AWS::IAM::Role',
      { RoleName: 'r', Path: '/x/' },
      'arn:aws:iam::${AWS::AccountId}:role/x/r',
      'iam:PassRole',
    );
    named(
      'AWS::S3::Bucket',
      { BucketName: { 'Fn::Sub': 'b-${AWS::AccountId}' } },
      'arn:aws:s3:::b-${AWS::AccountId}',
      's3:ListBucket',
    );
  });

  // https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html
  it('of a secret ends in six characters that AWS generates', () => {
    const secret = { It: resource('AWS::SecretsManager::Secret', { Name: 'db' }) };
    const read = (name: string) =>
      grant(secret, 'secretsmanager:GetSecretValue', here('secretsmanager', `secret:${name}`), 'S/It');
    expect(read('db-??????')).toBe('allowed');
    expect(read('db-*')).toBe('allowed');
    expect(read('db-?????')).toBe('implicit deny');
    expect(read('db')).toBe('implicit deny');
    expect(read('db-aB3xY9')).toBe('unknown');
  });

  it('with a generated name may equal an ARN with a literal name', () => {
    expect(grant({ It: bucket }, 's3:ListBucket', 'arn:aws:s3:::store', 'S/It')).toBe('unknown');
    expect(grant({ It: bucket }, 's3:GetObject', 'arn:aws:s3:::store', { resource: 'S/It', path: 'k' })).toBe(
      'implicit deny',
    );
    expect(grant({ It: bucket }, 's3:ListBucket', arnOf('It'), 'arn:aws:s3:::store')).toBe('unknown');
    expect(grant({}, 's3:ListBucket', 'arn:aws:s3:::store', 'arn:aws:s3:::b')).toBe('implicit deny');
  });

  it('of a stream or of an attached secret starts with that of the table or secret', () => {
    const It = resource('AWS::DynamoDB::Table');
    const stream = { 'Fn::GetAtt': ['It', 'StreamArn'] };
    const Other = It;
    expect(
      grant({ It }, 'dynamodb:GetRecords', stream, { resource: 'S/It', path: 'stream/⟨S.It.StreamLabel⟩' }),
    ).toBe('allowed');
    expect(
      grant({ It, Other }, 'dynamodb:GetRecords', stream, { resource: 'S/Other', path: 'stream/x' }),
    ).toBe('implicit deny');
    const Secret = resource('AWS::SecretsManager::Secret');
    const Attachment = resource('AWS::SecretsManager::SecretTargetAttachment', { SecretId: ref('Secret') });
    const action = 'secretsmanager:GetSecretValue';
    expect(grant({ Secret, Attachment }, action, ref('Attachment'), 'S/Secret')).toBe('allowed');
    const Policy = resource('AWS::SecretsManager::ResourcePolicy', {
      SecretId: ref('Attachment'),
      ResourcePolicy: document(allowTo({ Service: SERVICE }, action)),
    });
    expect(iamOf({ Secret, Attachment, Policy }).can(SERVICE, action, 'S/Secret').answer).toBe('allowed');
  });

  it('has the partition of its region', () => {
    const template = { Resources: { It: bucket } };
    const arnIn = (region: string) => Iam.of(new Templates([{ name: 'S', region, template }])).arn('S/It');
    expect(arnIn('eu-west-1')).toBe('arn:aws:s3:::⟨=S.It⟩');
    expect(arnIn('cn-north-1')).toBe('arn:aws-cn:s3:::⟨=S.It⟩');
    expect(arnIn('us-gov-west-1')).toBe('arn:aws-us-gov:s3:::⟨=S.It⟩');
  });

  it('with a literal Region may equal one with the Region of the stack', () => {
    const queue = { It: resource('AWS::SQS::Queue', { QueueName: 'q' }) };
    expect(grant(queue, 'sqs:SendMessage', 'arn:aws:sqs:eu-west-1:111111111111:q', 'S/It')).toBe('unknown');
    expect(grant(queue, 'sqs:SendMessage', 'arn:aws:sqs:eu-west-1:my-account:q', 'S/It')).toBe(
      'implicit deny',
    );
  });

  it('of another type is matched by itself and "*"; else it is unknown', () => {
    const api = { It: resource('AWS::AppSync::GraphQLApi') };
    const on = 'S/It';
    expect(grant(api, 'appsync:GraphQL', join(arnOf('It')), on)).toBe('allowed');
    expect(grant(api, 'appsync:GraphQL', '*', on)).toBe('allowed');
    expect(grant(api, 'appsync:GraphQL', 'arn:aws:appsync:*', on)).toBe('unknown');
    const balancer = { It: resource('AWS::ElasticLoadBalancingV2::LoadBalancer') };
    const arn = { 'Fn::GetAtt': ['It', 'LoadBalancerArn'] };
    expect(grant(balancer, 'elasticloadbalancing:DeleteLoadBalancer', arn, on)).toBe('allowed');
  });
});

describe('what is inside a resource', () => {
  const can = (type: string, action: string, pattern: unknown, path?: string) =>
    iamOf({ It: resource(type), Role: role([allow(action, pattern)]) }).can(
      'S/Role',
      action,
      path === undefined ? 'S/It' : { resource: 'S/It', path },
    ).answer;

  it('is not covered by the ARN of the resource alone', () => {
    expect(can('AWS::DynamoDB::Table', 'dynamodb:Query', arnOf('It'), 'index/ByDate')).toBe('implicit deny');
    expect(can('AWS::DynamoDB::Table', 'dynamodb:Query', join(arnOf('It'), '/index/*'), 'index/ByDate')).toBe(
      'allowed',
    );
    expect(can('AWS::DynamoDB::Table', 'dynamodb:Query', join(arnOf('It'), '/index/*'))).toBe(
      'implicit deny',
    );
    expect(can('AWS::S3::Bucket', 's3:GetObject', arnOf('It'), 'key')).toBe('implicit deny');
    expect(can('AWS::Lambda::Function', 'lambda:InvokeFunction', arnOf('It'), 'live')).toBe('implicit deny');
    expect(can('AWS::Logs::LogGroup', 'logs:PutLogEvents', arnOf('It'), 'log-stream:x')).toBe('allowed');
    const stream = 'arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:${It}:log-stream:x';
    expect(can('AWS::Logs::LogGroup', 'logs:PutLogEvents', { 'Fn::Sub': stream }, 'log-stream:x')).toBe(
      'allowed',
    );
    expect(can('AWS::Logs::LogGroup', 'logs:PutLogEvents', { 'Fn::Sub': stream }, 'log-stream:y')).toBe(
      'implicit deny',
    );
  });

  it('is any object, for an object action on a bucket without a path', () => {
    expect(can('AWS::S3::Bucket', 's3:GetObject', join(arnOf('It'), '/*'))).toBe('allowed');
    expect(can('AWS::S3::Bucket', 's3:GetObject', arnOf('It'))).toBe('implicit deny');
    expect(can('AWS::S3::Bucket', 's3:GetObject', join(arnOf('It'), '/thumbnails/*'))).toBe('unknown');
    expect(can('AWS::S3::Bucket', 's3:ListBucket', arnOf('It'))).toBe('allowed');
  });

  it('is below a prefix only after its slash', () => {
    const thumbnails = join(arnOf('It'), '/thumbnails/*');
    expect(can('AWS::S3::Bucket', 's3:PutObject', thumbnails, 'thumbnails/a')).toBe('allowed');
    expect(can('AWS::S3::Bucket', 's3:PutObject', thumbnails, 'originals/a')).toBe('implicit deny');
    expect(can('AWS::S3::Bucket', 's3:PutObject', thumbnails, 'thumbnails')).toBe('implicit deny');
  });
});

describe('a resource that is in none of the templates', () => {
  const iam = (...statements: object[]) => iamOf({ Bucket: bucket, Role: role(statements) });
  const another: ResourceInput = { another: 'AWS::S3::Bucket', path: 'k' };

  it('is matched by wildcards, but by no resource of the templates', () => {
    expect(
      iam(allow('s3:GetObject', join(arnOf('Bucket'), '/*'))).can('S/Role', 's3:GetObject', another).answer,
    ).toBe('implicit deny');
    expect(iam(allow('s3:GetObject', 'arn:aws:s3:::*')).can('S/Role', 's3:GetObject', another).answer).toBe(
      'allowed',
    );
    expect(
      iam(allow('s3:GetObject', 'arn:aws:s3:::store/*')).can('S/Role', 's3:GetObject', another).answer,
    ).toBe('unknown');
  });

  it('has an unknown policy', () => {
    const arn = 'arn:aws:sqs:eu-west-1:111111111111:jobs';
    const iam = (...statements: object[]) => iamOf({ Role: role(statements, { RoleName: 'r' }) });
    expect(
      iam(allow('sqs:SendMessage', 'arn:aws:sqs:*:*:jobs')).can(
        'arn:aws:iam::111111111111:role/r',
        'sqs:SendMessage',
        arn,
      ).answer,
    ).toBe('unknown');
    expect(iam().can('S/Role', 'sqs:SendMessage', arn).answer).toBe('unknown');
    expect(iam(deny('sqs:*')).can('S/Role', 'sqs:SendMessage', arn).answer).toBe('explicit deny');
  });

  it('has the policy in IamOptions.resourcePolicies', () => {
    const queue = 'arn:aws:sqs:eu-west-1:111111111111:jobs';
    const template = { Resources: { Role: role([allow('sqs:SendMessage')]) } };
    const answer = (policy: unknown) =>
      Iam.of(new Templates([{ name: 'S', account: '111111111111', template }]), {
        resourcePolicies: { [queue]: policy },
      }).can('S/Role', 'sqs:SendMessage', queue).answer;
    expect(answer(null)).toBe('allowed');
    expect(answer(document(denyTo('*', 'sqs:*')))).toBe('explicit deny');
  });
});

describe('questions that make no sense', () => {
  const iam = iamOf({ Bucket: bucket, Queue: resource('AWS::SQS::Queue'), Role: role([]) });

  it.each<[string, string, ResourceInput, string]>([
    ['a wildcard', 's3:*', 'S/Bucket', 's3:*: expected one action without wildcards, such as s3:GetObject'],
    ['an action of another service', 's3:GetObject', 'S/Queue', 's3:GetObject is never on arn:aws:sqs:'],
    [
      'a path for a bucket action',
      's3:ListBucket',
      { resource: 'S/Bucket', path: 'k' },
      's3:ListBucket is on a bucket, not on an object: expected no path, got k',
    ],
    ['an unknown path', 's3:GetObject', 'S/Buckt', 'S/Buckt: no such resource'],
    [
      'an unknown type',
      's3:GetObject',
      { another: 'AWS::S3::Bukket' },
      'AWS::S3::Bukket: expected one of AWS::CloudFront::Distribution',
    ],
  ])('are refused: %s', (_, action, on, message) => {
    expect(() => iam.can('S/Role', action, on)).toThrow(message);
  });
});

describe('an S3 access point', () => {
  const point = (Effect: string) => ({
    Role: role([allow('s3:*')]),
    Bucket: bucket,
    Point: resource('AWS::S3::AccessPoint', {
      Bucket: ref('Bucket'),
      Policy: document({ ...allowTo('*', 's3:GetObject'), Effect }),
    }),
  });

  it('leaves a request unknown, since the policy of its bucket decides too', () => {
    const { answer, reasons } = iamOf(point('Allow')).can('S/Role', 's3:GetObject', 'S/Point');
    expect([answer, reasons.join()]).toEqual(['unknown', expect.stringContaining('access point')]);
  });

  it('denies what its own policy denies', () => {
    expect(iamOf(point('Deny')).can('S/Role', 's3:GetObject', 'S/Point').answer).toBe('explicit deny');
  });
});
