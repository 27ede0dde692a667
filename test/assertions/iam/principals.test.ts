import { App, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as s3n from 'aws-cdk-lib/aws-s3-notifications';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Iam } from '../../../lib/assertions/iam';
import '../../../lib/assertions/iam/matchers';
import { Templates } from '../../../lib/assertions/templates';
import { allow, arnOf, iamOf, ref, resource, role } from './builders';

describe('the principal of a question', () => {
  const Role = role([allow('s3:GetObject')]);
  const Other = role([]);
  const read = (resources: object, ...[who]: Parameters<Iam['can']>) =>
    iamOf({ Role, Other, ...resources }).can(who, 's3:GetObject', 'arn:aws:s3:::b/k').answer;

  it.each<[string, object]>([
    ['a function', { It: resource('AWS::Lambda::Function', { Role: arnOf('Role') }) }],
    ['a state machine', { It: resource('AWS::StepFunctions::StateMachine', { RoleArn: arnOf('Role') }) }],
    ['a project', { It: resource('AWS::CodeBuild::Project', { ServiceRole: ref('Role') }) }],
    ['a schedule', { It: resource('AWS::Scheduler::Schedule', { Target: { RoleArn: arnOf('Role') } }) }],
    [
      'an instance',
      {
        It: resource('AWS::EC2::Instance', { IamInstanceProfile: ref('Profile') }),
        Profile: resource('AWS::IAM::InstanceProfile', { Roles: [ref('Role')] }),
      },
    ],
    [
      'a launch template',
      {
        It: resource('AWS::EC2::LaunchTemplate', {
          LaunchTemplateData: { IamInstanceProfile: { Arn: arnOf('Profile') } },
        }),
        Profile: resource('AWS::IAM::InstanceProfile', { Roles: [ref('Role')] }),
      },
    ],
  ])('is the role of %s', (_, resources) => {
    expect(read(resources, 'S/It', '', '')).toBe('allowed');
  });

  it('is the task role or the execution role of a task definition', () => {
    const It = resource('AWS::ECS::TaskDefinition', {
      TaskRoleArn: arnOf('Role'),
      ExecutionRoleArn: arnOf('Other'),
    });
    expect(read({ It }, { taskDefinition: 'S/It', role: 'task' }, '', '')).toBe('allowed');
    expect(read({ It }, { taskDefinition: 'S/It', role: 'execution' }, '', '')).toBe('implicit deny');
    expect(() => read({ It }, 'S/It', '', '')).toThrow(
      "S/It is a task definition: expected { taskDefinition: 'S/It', role: 'task' | 'execution' }",
    );
  });

  it('is an ARN, of a role in the templates or elsewhere', () => {
    const named = { Named: role([allow('s3:GetObject')], { RoleName: 'reader' }) };
    const arn = (name: string) => `arn:aws:iam::⟨AWS::AccountId⟩:role/${name}`;
    expect(read(named, arn('reader'), '', '')).toBe('allowed');
    expect(read(named, arn('writer'), '', '')).toBe('unknown');
    const It = resource('AWS::Lambda::Function', { Role: 'arn:aws:iam::111111111111:role/x' });
    expect(read({ It }, 'S/It', '', '')).toBe('unknown');
  });

  it('can be a group', () => {
    const It = resource('AWS::IAM::Group', {
      Policies: [{ PolicyName: 'P', PolicyDocument: { Statement: allow('s3:GetObject') } }],
    });
    expect(read({ It }, 'S/It', '', '')).toBe('allowed');
  });

  it('is refused if it is no principal, or its role is not in the templates', () => {
    const It = resource('AWS::S3::Bucket');
    expect(() => read({ It }, 'S/It', '', '')).toThrow(
      /^S\/It is AWS::S3::Bucket: expected a role, user, group/,
    );
    const Function = resource('AWS::Lambda::Function', { Role: ref('Missing') });
    expect(() => read({ Function }, 'S/Function', '', '')).toThrow(
      /^S\/Function: expected its Role to be a role of these templates, got .*Missing/,
    );
    const Instance = resource('AWS::EC2::Instance');
    expect(() => read({ Instance }, 'S/Instance', '', '')).toThrow('got none');
    expect(() => read({}, 'S/Rol', '', '')).toThrow('S/Rol: no such resource. Nearest of 3: S/Role');
  });
});

describe('what CDK makes', () => {
  const app = new App();
  const stack = new Stack(app, 'Stack');
  const key = new kms.Key(stack, 'Key');
  const uploads = new s3.Bucket(stack, 'Uploads', { enforceSSL: true, encryptionKey: key });
  const others = new s3.Bucket(stack, 'Others');
  const handler = new lambda.Function(stack, 'Handler', {
    runtime: lambda.Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('exports.handler = () => {}'),
  });
  uploads.grantRead(handler, 'originals/*');
  uploads.grantPut(handler, 'thumbnails/*');
  uploads.addEventNotification(s3.EventType.OBJECT_CREATED, new s3n.LambdaDestination(handler), {
    prefix: 'originals/',
  });
  const queue = new sqs.Queue(stack, 'Queue', { enforceSSL: true });
  others.addEventNotification(s3.EventType.OBJECT_CREATED, new s3n.SqsDestination(queue));
  const task = new ecs.FargateTaskDefinition(stack, 'Task');
  task.addContainer('web', {
    image: ecs.ContainerImage.fromRegistry('nginx'),
    logging: ecs.LogDrivers.awsLogs({ streamPrefix: 'web' }),
  });
  queue.grantSendMessages(task.taskRole);
  const instance = new ec2.Instance(stack, 'Instance', {
    vpc: new ec2.Vpc(stack, 'Vpc', { natGateways: 0 }),
    vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC },
    instanceType: new ec2.InstanceType('t3.micro'),
    machineImage: ec2.MachineImage.genericLinux({ 'eu-west-1': 'ami-1' }),
  });
  queue.grantConsumeMessages(instance);
  const iam = Iam.of(Templates.fromApp(app), {
    context: { 'aws:SecureTransport': 'true' },
    managedPolicies: {
      // https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaBasicExecutionRole.html
      'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole': {
        Version: '2012-10-17',
        Statement: allow(['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']),
      },
    },
  });
  const original = { resource: 'Stack/Uploads', path: 'originals/a.jpg' };
  const thumbnail = { resource: 'Stack/Uploads', path: 'thumbnails/a.jpg' };

  it('lets the function read originals and write thumbnails, and nothing else', () => {
    expect(iam).toAllow('Stack/Handler', 's3:GetObject', original);
    expect(iam).toAllow('Stack/Handler', 's3:PutObject', thumbnail);
    expect(iam).not.toAllow('Stack/Handler', 's3:GetObject', thumbnail);
    expect(iam).not.toAllow('Stack/Handler', 's3:PutObject', original);
    expect(iam).not.toAllow('Stack/Handler', 's3:DeleteObject', thumbnail);
    expect(iam).not.toAllow('Stack/Handler', 's3:GetObject', 'Stack/Others');
    expect(iam).not.toAllow('Stack/Handler', 's3:GetObject', { another: 'AWS::S3::Bucket' });
  });

  it('lets the function use the key of the bucket and write logs', () => {
    expect(iam).toAllow('Stack/Handler', 'kms:Decrypt', 'Stack/Key');
    expect(iam).not.toAllow('Stack/Handler', 'kms:ScheduleKeyDeletion', 'Stack/Key');
    expect(iam).toAllow('Stack/Handler', 'logs:PutLogEvents', { another: 'AWS::Logs::LogGroup' });
  });

  it('denies requests without TLS', () => {
    expect(iam).not.toAllow('Stack/Handler', 's3:GetObject', original, {
      context: { 'aws:SecureTransport': 'false' },
    });
    const bare = Iam.of(Templates.fromApp(app));
    expect(bare).toAllowConditionally('Stack/Instance', 'sqs:ReceiveMessage', 'Stack/Queue');
  });

  it('lets the notifications of the bucket invoke the function, and no other bucket', () => {
    const from = (path: string) => ({
      context: { 'aws:SourceArn': iam.arn(path), 'aws:SourceAccount': '⟨AWS::AccountId⟩' },
    });
    expect(iam).toAllow('s3.amazonaws.com', 'lambda:InvokeFunction', 'Stack/Handler', from('Stack/Uploads'));
    expect(iam).not.toAllow(
      's3.amazonaws.com',
      'lambda:InvokeFunction',
      'Stack/Handler',
      from('Stack/Others'),
    );
    expect(iam).toAllow('s3.amazonaws.com', 'sqs:SendMessage', 'Stack/Queue', from('Stack/Others'));
    expect(iam).not.toAllow('s3.amazonaws.com', 'sqs:SendMessage', 'Stack/Queue', from('Stack/Uploads'));
  });

  it('distinguishes the roles of a task, an instance and the public', () => {
    expect(iam).toAllow({ taskDefinition: 'Stack/Task', role: 'task' }, 'sqs:SendMessage', 'Stack/Queue');
    expect(iam).not.toAllow(
      { taskDefinition: 'Stack/Task', role: 'execution' },
      'sqs:SendMessage',
      'Stack/Queue',
    );
    expect(iam).toAllow('Stack/Instance', 'sqs:ReceiveMessage', 'Stack/Queue');
    expect(iam).not.toAllow('Stack/Instance', 'sqs:SendMessage', 'Stack/Queue');
    expect(iam).not.toAllow('*', 's3:GetObject', original);
  });

  it('lists all permissions of the function', () => {
    expect(iam).toAllowOnly('Stack/Handler', {
      '*': ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
      'Stack/Key': [
        'kms:Decrypt',
        'kms:DescribeKey',
        'kms:Encrypt',
        'kms:GenerateDataKey*',
        'kms:ReEncrypt*',
      ],
      'Stack/Uploads': ['s3:GetBucket*', 's3:GetObject*', 's3:List*'],
      'Stack/Uploads/originals/*': ['s3:GetBucket*', 's3:GetObject*', 's3:List*'],
      'Stack/Uploads/thumbnails/*': [
        's3:Abort*',
        's3:PutObject',
        's3:PutObjectLegalHold',
        's3:PutObjectRetention',
        's3:PutObjectTagging',
        's3:PutObjectVersionTagging',
      ],
    });
  });
});
