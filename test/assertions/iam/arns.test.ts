import { Arns } from '../../../lib/assertions/iam/arns';
import { Templates } from '../../../lib/assertions/templates';

type Properties = Readonly<Record<string, unknown>>;

/** The ARNs of a template with a resource `Thing`. */
function arnsOf(thing: object, { region = 'eu-west-1', others = {} } = {}) {
  const template = { Resources: { Thing: thing, ...others } };
  const templates = new Templates([{ name: 'S', account: '111111111111', region, template }]);
  const [resource] = templates.resources;
  if (!resource) throw new Error('no resource');
  const arns = new Arns(templates);
  return { arn: arns.of(resource), canonical: (text: string) => arns.canonical(text), arns };
}

describe('iam: the ARN of a resource', () => {
  // Formats: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
  // Ref and attributes: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
  it.each<[type: string, Properties, arn: string, returnArn: string[], returnName: string[]]>([
    [
      'AWS::CloudFront::Distribution',
      {},
      'arn:aws:cloudfront::111111111111:distribution/⟨=S.Thing⟩',
      ['Arn'],
      ['Ref', 'Id'],
    ],
    [
      'AWS::CloudWatch::Alarm',
      { AlarmName: 'n' },
      'arn:aws:cloudwatch:eu-west-1:111111111111:alarm:n',
      ['Arn'],
      ['Ref'],
    ],
    [
      'AWS::DynamoDB::GlobalTable',
      { TableName: 'n' },
      'arn:aws:dynamodb:eu-west-1:111111111111:table/n',
      ['Arn'],
      ['Ref'],
    ],
    [
      'AWS::DynamoDB::Table',
      { TableName: 'n' },
      'arn:aws:dynamodb:eu-west-1:111111111111:table/n',
      ['Arn'],
      ['Ref'],
    ],
    [
      'AWS::EC2::Instance',
      {},
      'arn:aws:ec2:eu-west-1:111111111111:instance/⟨=S.Thing⟩',
      ['Arn'],
      ['Ref', 'InstanceId'],
    ],
    [
      'AWS::EC2::SecurityGroup',
      {},
      'arn:aws:ec2:eu-west-1:111111111111:security-group/⟨=S.Thing⟩',
      ['Arn'],
      ['Ref', 'GroupId'],
    ],
    [
      'AWS::EC2::Subnet',
      {},
      'arn:aws:ec2:eu-west-1:111111111111:subnet/⟨=S.Thing⟩',
      ['Arn'],
      ['Ref', 'SubnetId'],
    ],
    [
      'AWS::EC2::VPCEndpoint',
      {},
      'arn:aws:ec2:eu-west-1:111111111111:vpc-endpoint/⟨=S.Thing⟩',
      ['Arn'],
      ['Ref', 'Id'],
    ],
    ['AWS::EC2::VPC', {}, 'arn:aws:ec2:eu-west-1:111111111111:vpc/⟨=S.Thing⟩', ['Arn'], ['Ref', 'VpcId']],
    [
      'AWS::ECR::Repository',
      { RepositoryName: 'n' },
      'arn:aws:ecr:eu-west-1:111111111111:repository/n',
      ['Arn'],
      ['Ref'],
    ],
    [
      'AWS::ECS::Cluster',
      { ClusterName: 'n' },
      'arn:aws:ecs:eu-west-1:111111111111:cluster/n',
      ['Arn'],
      ['Ref'],
    ],
    [
      'AWS::Cognito::IdentityPool',
      {},
      'arn:aws:cognito-identity:eu-west-1:111111111111:identitypool/eu-west-1:⟨=S.Thing⟩',
      [],
      ['Ref', 'Id'],
    ],
    [
      'AWS::EFS::AccessPoint',
      {},
      'arn:aws:elasticfilesystem:eu-west-1:111111111111:access-point/⟨=S.Thing⟩',
      ['Arn'],
      ['Ref', 'AccessPointId'],
    ],
    [
      'AWS::EFS::FileSystem',
      {},
      'arn:aws:elasticfilesystem:eu-west-1:111111111111:file-system/⟨=S.Thing⟩',
      ['Arn'],
      ['Ref', 'FileSystemId'],
    ],
    [
      'AWS::Events::EventBus',
      { Name: 'n' },
      'arn:aws:events:eu-west-1:111111111111:event-bus/n',
      ['Arn'],
      ['Ref', 'Name'],
    ],
    ['AWS::Events::Rule', { Name: 'n' }, 'arn:aws:events:eu-west-1:111111111111:rule/n', ['Arn'], ['Ref']],
    ['AWS::IAM::Group', { GroupName: 'n' }, 'arn:aws:iam::111111111111:group/n', ['Arn'], ['Ref']],
    [
      'AWS::IAM::InstanceProfile',
      { InstanceProfileName: 'n' },
      'arn:aws:iam::111111111111:instance-profile/n',
      ['Arn'],
      ['Ref'],
    ],
    [
      'AWS::IAM::ManagedPolicy',
      { ManagedPolicyName: 'n', Path: '/p/' },
      'arn:aws:iam::111111111111:policy/p/n',
      ['Ref', 'PolicyArn'],
      [],
    ],
    [
      'AWS::IAM::OIDCProvider',
      { Url: 'https://n.example' },
      'arn:aws:iam::111111111111:oidc-provider/n.example',
      ['Ref', 'Arn'],
      [],
    ],
    [
      'AWS::IAM::SAMLProvider',
      { Name: 'n' },
      'arn:aws:iam::111111111111:saml-provider/n',
      ['Ref', 'Arn'],
      [],
    ],
    [
      'AWS::IAM::Role',
      { RoleName: 'n', Path: '/p/' },
      'arn:aws:iam::111111111111:role/p/n',
      ['Arn'],
      ['Ref'],
    ],
    ['AWS::IAM::User', { UserName: 'n' }, 'arn:aws:iam::111111111111:user/n', ['Arn'], ['Ref']],
    [
      'AWS::KMS::Alias',
      { AliasName: 'alias/n' },
      'arn:aws:kms:eu-west-1:111111111111:alias/n',
      ['Arn'],
      ['Ref'],
    ],
    [
      'AWS::KMS::ReplicaKey',
      {},
      'arn:aws:kms:eu-west-1:111111111111:key/⟨=S.Thing⟩',
      ['Arn'],
      ['Ref', 'KeyId'],
    ],
    ['AWS::KMS::Key', {}, 'arn:aws:kms:eu-west-1:111111111111:key/⟨=S.Thing⟩', ['Arn'], ['Ref', 'KeyId']],
    [
      'AWS::Kinesis::Stream',
      { Name: 'n' },
      'arn:aws:kinesis:eu-west-1:111111111111:stream/n',
      ['Arn'],
      ['Ref'],
    ],
    [
      'AWS::KinesisFirehose::DeliveryStream',
      { DeliveryStreamName: 'n' },
      'arn:aws:firehose:eu-west-1:111111111111:deliverystream/n',
      ['Arn'],
      ['Ref'],
    ],
    [
      'AWS::Lambda::Function',
      { FunctionName: 'n' },
      'arn:aws:lambda:eu-west-1:111111111111:function:n',
      ['Arn'],
      ['Ref'],
    ],
    [
      'AWS::ElasticLoadBalancingV2::TargetGroup',
      { Name: 'n' },
      'arn:aws:elasticloadbalancing:eu-west-1:111111111111:targetgroup/n/⟨=S.Thing.Id⟩',
      ['Ref', 'TargetGroupArn'],
      [],
    ],
    [
      'AWS::Lambda::LayerVersion',
      { LayerName: 'n' },
      'arn:aws:lambda:eu-west-1:111111111111:layer:n:⟨=S.Thing.Version⟩',
      ['Ref', 'LayerVersionArn'],
      [],
    ],
    [
      'AWS::Logs::LogGroup',
      { LogGroupName: 'n' },
      'arn:aws:logs:eu-west-1:111111111111:log-group:n:*',
      ['Arn'],
      ['Ref'],
    ],
    [
      'AWS::RDS::DBCluster',
      { DBClusterIdentifier: 'n' },
      'arn:aws:rds:eu-west-1:111111111111:cluster:n',
      ['DBClusterArn'],
      ['Ref'],
    ],
    [
      'AWS::RDS::DBInstance',
      { DBInstanceIdentifier: 'n' },
      'arn:aws:rds:eu-west-1:111111111111:db:n',
      ['DBInstanceArn'],
      ['Ref'],
    ],
    ['AWS::S3::Bucket', { BucketName: 'n' }, 'arn:aws:s3:::n', ['Arn'], ['Ref']],
    [
      'AWS::SNS::Topic',
      { TopicName: 'n' },
      'arn:aws:sns:eu-west-1:111111111111:n',
      ['Ref', 'TopicArn'],
      ['TopicName'],
    ],
    ['AWS::SQS::Queue', { QueueName: 'n' }, 'arn:aws:sqs:eu-west-1:111111111111:n', ['Arn'], ['QueueName']],
    [
      'AWS::SSM::Parameter',
      { Name: '/n' },
      'arn:aws:ssm:eu-west-1:111111111111:parameter/n',
      ['Arn'],
      ['Ref'],
    ],
    [
      'AWS::SecretsManager::Secret',
      { Name: 'n' },
      'arn:aws:secretsmanager:eu-west-1:111111111111:secret:n-⟨#Thing1⟩⟨#Thing2⟩⟨#Thing3⟩⟨#Thing4⟩⟨#Thing5⟩⟨#Thing6⟩',
      ['Ref', 'Id'],
      [],
    ],
    [
      'AWS::StepFunctions::StateMachine',
      { StateMachineName: 'n' },
      'arn:aws:states:eu-west-1:111111111111:stateMachine:n',
      ['Ref', 'Arn'],
      ['Name'],
    ],
  ])('of type %s with %j', (Type, Properties, arn, returnArn, returnName) => {
    const { arn: found, canonical } = arnsOf({ Type, Properties });
    expect(found).toBe(arn);
    const symbol = (attribute: string) => (attribute === 'Ref' ? '⟨S.Thing⟩' : `⟨S.Thing.${attribute}⟩`);
    for (const attribute of returnArn) expect(canonical(symbol(attribute))).toBe(arn);
    // A name stands at the end of the ARN, where the ARN has no version, slash or `:*` of its own.
    for (const attribute of returnName) {
      const name = canonical(symbol(attribute));
      expect(arn.replace(/:\*$/, '').replace('parameter/', 'parameter//')).toMatch(
        new RegExp(`[/:]${name}$`),
      );
      expect(name).not.toMatch(/^arn:|^⟨\*/);
    }
  });

  it('is one symbol when its type is not modelled', () => {
    const { arn, canonical } = arnsOf({ Type: 'AWS::Unknown::Thing' });
    expect(arn).toBe('⟨*S.Thing.Arn⟩');
    expect(['⟨S.Thing.Arn⟩', '⟨S.Thing.OtherArn⟩', '⟨S.Thing.Id⟩', '⟨S.Thing⟩'].map(canonical)).toEqual([
      '⟨*S.Thing.Arn⟩',
      '⟨*S.Thing.Arn⟩',
      '⟨*S.Thing.Id⟩',
      '⟨*S.Thing⟩',
    ]);
  });

  it.each([
    ['cn-north-1', 'arn:aws-cn:'],
    ['us-gov-west-1', 'arn:aws-us-gov:'],
    ['eu-west-1', 'arn:aws:'],
  ])('has the partition of %s', (region, start) => {
    expect(arnsOf({ Type: 'AWS::SNS::Topic' }, { region }).arn).toBe(
      `${start}sns:${region}:111111111111:⟨=S.Thing⟩`,
    );
  });

  it.each([
    ['AWS::S3::Bucket', 'arn:aws:s3:::b', 'arn:aws:s3:::b/key'],
    ['AWS::Lambda::Function', 'arn:aws:lambda:r:a:function:f', 'arn:aws:lambda:r:a:function:f:key'],
    ['AWS::Logs::LogGroup', 'arn:aws:logs:r:a:log-group:g:*', 'arn:aws:logs:r:a:log-group:g:key'],
    ['AWS::Unknown::Thing', 'arn:aws:x:r:a:y', 'arn:aws:x:r:a:y/key'],
  ])('of something inside a resource of type %s', (type, arn, inside) => {
    expect(arnsOf({ Type: type }).arns.inside(arn, 'key', type)).toBe(inside);
  });

  it('of a stream, an alias, a version and an attached secret', () => {
    const lambda = 'arn:aws:lambda:eu-west-1:111111111111:function:f';
    const others = {
      Fn: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'f' } },
      Live: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'Fn' }, Name: 'live' } },
      Open: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'Fn' } } },
      V1: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { 'Fn::GetAtt': ['Fn', 'Arn'] } } },
      Secret: { Type: 'AWS::SecretsManager::Secret', Properties: {} },
      Attached: {
        Type: 'AWS::SecretsManager::SecretTargetAttachment',
        Properties: { SecretId: { Ref: 'Secret' } },
      },
      Queue: { Type: 'AWS::SQS::Queue', Properties: {} },
    };
    const table = { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'n' } };
    const { canonical } = arnsOf(table, { others });
    const stream = 'arn:aws:dynamodb:eu-west-1:111111111111:table/n/stream/⟨=S.Thing.StreamLabel⟩';
    expect(canonical('⟨S.Thing.StreamArn⟩')).toBe(stream);
    expect(canonical('⟨S.Thing.StreamLabel⟩')).toBe('⟨=S.Thing.StreamLabel⟩');
    expect(canonical('⟨S.Live⟩')).toBe(`${lambda}:live`);
    expect(canonical('⟨S.Open⟩')).toBe(`${lambda}:⟨?the name of an alias⟩`);
    expect(canonical('⟨S.V1⟩')).toBe(`${lambda}:⟨=S.V1.Version⟩`);
    expect(canonical('⟨S.Attached⟩')).toBe(canonical('⟨S.Secret⟩'));
    expect(canonical('⟨S.Queue⟩')).toBe('⟨*S.Queue⟩');
    expect(canonical('a ⟨S.Fn⟩ b ⟨AWS::Region⟩')).toBe('a f b ⟨AWS::Region⟩');
  });

  it('of another resource of a type', () => {
    const { arns } = arnsOf({ Type: 'AWS::SNS::Topic' });
    expect(arns.ofAnother('AWS::S3::Bucket')).toBe('arn:aws:s3:::⟨another AWS::S3::Bucket⟩');
    expect(arns.ofAnother('AWS::Unknown::Thing')).toBeUndefined();
  });
});
