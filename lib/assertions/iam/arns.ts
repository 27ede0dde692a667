import type { Resource, Templates } from '../templates';

/** The format of a resource type's ARN, and what Ref and Fn::GetAtt return. */
interface ArnFormat {
  /** The part after `arn:partition:`. R, A and {name} stand for Region, account and name. */
  readonly arn: string;
  /** The property that sets the name. @default - AWS generates an id */
  readonly nameProperty?: string;
  /** @default 'name' */
  readonly ref?: 'name' | 'arn' | 'other';
  /** Attributes that return the ARN. @default ['Arn'] */
  readonly arnAttributes?: readonly string[];
  /** Attributes that return the name. @default [] */
  readonly nameAttributes?: readonly string[];
  /** The separator between the ARN and the path of something inside the resource, such as an object. @default '/' */
  readonly separator?: string;
}

/**
 * Types for which Ref does not return the name:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html Formats:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
const FORMATS: Readonly<Record<string, ArnFormat>> = {
  'AWS::CloudFront::Distribution': { arn: 'cloudfront::A:distribution/{name}', nameAttributes: ['Id'] },
  'AWS::CloudWatch::Alarm': { arn: 'cloudwatch:R:A:alarm:{name}', nameProperty: 'AlarmName' },
  'AWS::Cognito::IdentityPool': { arn: 'cognito-identity:R:A:identitypool/{name}', nameAttributes: ['Id'] },
  'AWS::DynamoDB::GlobalTable': { arn: 'dynamodb:R:A:table/{name}', nameProperty: 'TableName' },
  'AWS::DynamoDB::Table': { arn: 'dynamodb:R:A:table/{name}', nameProperty: 'TableName' },
  'AWS::EC2::Instance': { arn: 'ec2:R:A:instance/{name}', nameAttributes: ['InstanceId'] },
  'AWS::EC2::SecurityGroup': { arn: 'ec2:R:A:security-group/{name}', nameAttributes: ['GroupId'] },
  'AWS::EC2::Subnet': { arn: 'ec2:R:A:subnet/{name}', nameAttributes: ['SubnetId'] },
  'AWS::EC2::VPCEndpoint': { arn: 'ec2:R:A:vpc-endpoint/{name}', nameAttributes: ['Id'] },
  'AWS::EC2::VPC': { arn: 'ec2:R:A:vpc/{name}', nameAttributes: ['VpcId'] },
  'AWS::ECR::Repository': { arn: 'ecr:R:A:repository/{name}', nameProperty: 'RepositoryName' },
  'AWS::ECS::Cluster': { arn: 'ecs:R:A:cluster/{name}', nameProperty: 'ClusterName' },
  'AWS::EFS::AccessPoint': {
    arn: 'elasticfilesystem:R:A:access-point/{name}',
    nameAttributes: ['AccessPointId'],
  },
  'AWS::EFS::FileSystem': {
    arn: 'elasticfilesystem:R:A:file-system/{name}',
    nameAttributes: ['FileSystemId'],
  },
  'AWS::ElasticLoadBalancingV2::TargetGroup': {
    arn: 'elasticloadbalancing:R:A:targetgroup/{name}',
    nameProperty: 'Name',
    ref: 'arn',
    arnAttributes: ['TargetGroupArn'],
  },
  'AWS::Events::EventBus': {
    arn: 'events:R:A:event-bus/{name}',
    nameProperty: 'Name',
    nameAttributes: ['Name'],
  },
  'AWS::Events::Rule': { arn: 'events:R:A:rule/{name}', nameProperty: 'Name' },
  'AWS::IAM::Group': { arn: 'iam::A:group{path}{name}', nameProperty: 'GroupName' },
  'AWS::IAM::InstanceProfile': {
    arn: 'iam::A:instance-profile{path}{name}',
    nameProperty: 'InstanceProfileName',
  },
  'AWS::IAM::ManagedPolicy': {
    arn: 'iam::A:policy{path}{name}',
    nameProperty: 'ManagedPolicyName',
    ref: 'arn',
    arnAttributes: ['PolicyArn'],
  },
  'AWS::IAM::OIDCProvider': { arn: 'iam::A:oidc-provider/{name}', nameProperty: 'Url', ref: 'arn' },
  'AWS::IAM::SAMLProvider': { arn: 'iam::A:saml-provider/{name}', nameProperty: 'Name', ref: 'arn' },
  'AWS::IAM::Role': { arn: 'iam::A:role{path}{name}', nameProperty: 'RoleName' },
  'AWS::IAM::User': { arn: 'iam::A:user{path}{name}', nameProperty: 'UserName' },
  'AWS::KMS::Alias': { arn: 'kms:R:A:{name}', nameProperty: 'AliasName' },
  'AWS::KMS::ReplicaKey': { arn: 'kms:R:A:key/{name}', nameAttributes: ['KeyId'] },
  'AWS::KMS::Key': { arn: 'kms:R:A:key/{name}', nameAttributes: ['KeyId'] },
  'AWS::Kinesis::Stream': { arn: 'kinesis:R:A:stream/{name}', nameProperty: 'Name' },
  // The name is that of the stream, `/consumer/`, and the consumer's with the time of its creation.
  'AWS::Kinesis::StreamConsumer': {
    arn: 'kinesis:R:A:stream/{name}',
    ref: 'arn',
    arnAttributes: ['ConsumerARN'],
  },
  'AWS::KinesisFirehose::DeliveryStream': {
    arn: 'firehose:R:A:deliverystream/{name}',
    nameProperty: 'DeliveryStreamName',
  },
  'AWS::Lambda::Function': {
    arn: 'lambda:R:A:function:{name}',
    nameProperty: 'FunctionName',
    separator: ':',
  },
  'AWS::Lambda::LayerVersion': {
    arn: 'lambda:R:A:layer:{name}',
    nameProperty: 'LayerName',
    ref: 'arn',
    arnAttributes: ['LayerVersionArn'],
    separator: ':',
  },
  // Fn::GetAtt Arn ends in `:*`. AWS checks actions on log streams against that.
  'AWS::Logs::LogGroup': { arn: 'logs:R:A:log-group:{name}:*', nameProperty: 'LogGroupName', separator: ':' },
  'AWS::RDS::DBCluster': {
    arn: 'rds:R:A:cluster:{name}',
    nameProperty: 'DBClusterIdentifier',
    arnAttributes: ['DBClusterArn'],
  },
  'AWS::RDS::DBInstance': {
    arn: 'rds:R:A:db:{name}',
    nameProperty: 'DBInstanceIdentifier',
    arnAttributes: ['DBInstanceArn'],
  },
  'AWS::S3::Bucket': { arn: 's3:::{name}', nameProperty: 'BucketName' },
  'AWS::SNS::Topic': {
    arn: 'sns:R:A:{name}',
    nameProperty: 'TopicName',
    ref: 'arn',
    arnAttributes: ['TopicArn'],
    nameAttributes: ['TopicName'],
  },
  'AWS::SQS::Queue': {
    arn: 'sqs:R:A:{name}',
    nameProperty: 'QueueName',
    ref: 'other',
    nameAttributes: ['QueueName'],
  },
  'AWS::SSM::Parameter': { arn: 'ssm:R:A:parameter/{name}', nameProperty: 'Name' },
  'AWS::SecretsManager::Secret': {
    arn: 'secretsmanager:R:A:secret:{name}',
    nameProperty: 'Name',
    ref: 'arn',
    arnAttributes: ['Id'],
    separator: ':',
  },
  'AWS::StepFunctions::StateMachine': {
    arn: 'states:R:A:stateMachine:{name}',
    nameProperty: 'StateMachineName',
    ref: 'arn',
    nameAttributes: ['Name'],
    separator: ':',
  },
};

/** Gives each resource one ARN, whether the template refers to it by Ref, Fn::GetAtt, Fn::Sub or a literal ARN. */
export class Arns {
  constructor(private readonly templates: Templates) {}

  /** The ARN of a resource. A symbol, if the type is not in the table. */
  of(resource: Resource): string {
    const format = FORMATS[resource.type];
    if (!format) return `⟨*${resource.stack}.${resource.logicalId}.Arn⟩`;
    return this.fill(format.arn, this.nameOf(resource), resource);
  }

  /** The ARN of a resource of this type outside the templates. Undefined, if the type is not in the table. */
  ofAnother(type: string): string | undefined {
    const format = FORMATS[type];
    return format && this.fill(format.arn, `⟨another ${type}⟩`, { properties: {} });
  }

  /** The ARN of something inside a resource: an object of a bucket, an index of a table, a stream of a log group. */
  inside(arn: string, path: string, type: string | undefined): string {
    const { separator = '/' } = (type === undefined ? undefined : FORMATS[type]) ?? {};
    return `${arn.replace(/:\*$/, '')}${separator}${path}`;
  }

  get types(): readonly string[] {
    return Object.keys(FORMATS);
  }

  /** The name of a resource in the templates, or a symbol for a generated name. */
  nameOf(resource: Resource): string {
    const property = FORMATS[resource.type]?.nameProperty;
    const given = property === undefined ? undefined : resource.properties[property];
    const id = `${resource.stack}.${resource.logicalId}`;
    const name = typeof given === 'string' ? this.canonical(given) : `⟨=${id}⟩`;
    // The id of an identity pool starts with its Region.
    if (resource.type === 'AWS::Cognito::IdentityPool') {
      return `${resource.region ?? '⟨AWS::Region⟩'}:${name}`;
    }
    // The ARN of a target group ends with its name and an id.
    if (resource.type === 'AWS::ElasticLoadBalancingV2::TargetGroup') return `${name}/⟨=${id}.Id⟩`;
    // Each deployment of a layer has a new version number.
    if (resource.type === 'AWS::Lambda::LayerVersion') return `${name}:⟨=${id}.Version⟩`;
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-identifiers.html
    if (resource.type === 'AWS::IAM::OIDCProvider') return name.replace(/^https?:\/\//, '');
    if (typeof given !== 'string') return name;
    // Secrets Manager adds a hyphen and six random characters, which CDK grants match with `-??????`.
    // https://docs.aws.amazon.com/secretsmanager/latest/userguide/getting-started.html
    return resource.type === 'AWS::SecretsManager::Secret'
      ? `${name}-${[1, 2, 3, 4, 5, 6].map((i) => `⟨#${resource.logicalId}${i}⟩`).join('')}`
      : name;
  }

  /**
   * Replaces the references in a string by the ARNs and names that they return. A name that AWS generates becomes
   * `⟨=Stack.LogicalId⟩`. That is not a reference, so that a second call changes nothing.
   */
  canonical(text: string): string {
    return text.replace(/⟨[^?⟨⟩][^⟨⟩]*⟩/gu, (symbol) => this.symbol(symbol));
  }

  private symbol(symbol: string): string {
    const reference = this.templates.reference(symbol);
    if (!reference) return symbol;
    const { resource, attribute } = reference;
    const id = `${resource.stack}.${resource.logicalId}`;
    if (resource.type === 'AWS::Lambda::Alias' && attribute === undefined) return this.alias(resource);
    if (resource.type === 'AWS::Lambda::Version' && attribute === undefined) {
      return `${this.functionArn(resource)}:⟨=${id}.Version⟩`;
    }
    if (resource.type === 'AWS::SecretsManager::SecretTargetAttachment' && attribute === undefined) {
      return this.canonical(
        typeof resource.properties.SecretId === 'string' ? resource.properties.SecretId : symbol,
      );
    }
    const format = FORMATS[resource.type];
    if (!format) return attribute?.endsWith('Arn') ? `⟨*${id}.Arn⟩` : `⟨*${symbol.slice(1, -1)}⟩`;
    const { ref = 'name', arnAttributes = ['Arn'], nameAttributes = [] } = format;
    if (attribute === undefined ? ref === 'arn' : arnAttributes.includes(attribute)) return this.of(resource);
    if (attribute === undefined ? ref === 'name' : nameAttributes.includes(attribute)) {
      return this.nameOf(resource);
    }
    if (attribute === 'StreamLabel') return `⟨=${id}.StreamLabel⟩`;
    // Neither ARN nor name: the URL of a queue, the stream of a table.
    return attribute?.endsWith('StreamArn')
      ? `${this.of(resource)}/stream/⟨=${id}.StreamLabel⟩`
      : `⟨*${symbol.slice(1, -1)}⟩`;
  }

  private alias(resource: Resource): string {
    const { Name } = resource.properties;
    return `${this.functionArn(resource)}:${typeof Name === 'string' ? Name : '⟨?the name of an alias⟩'}`;
  }

  private functionArn({ properties: { FunctionName }, ...resource }: Resource): string {
    const name = this.canonical(typeof FunctionName === 'string' ? FunctionName : '⟨?a function name⟩');
    return name.startsWith('arn:')
      ? name
      : this.fill('lambda:R:A:function:{name}', name, { ...resource, properties: {} });
  }

  private fill(
    format: string,
    name: string,
    { region, account, properties }: Pick<Resource, 'properties' | 'region' | 'account'>,
  ): string {
    const [service, where, whose, ...rest] = format.split(':');
    const path = typeof properties.Path === 'string' ? properties.Path : '/';
    const partition = region?.startsWith('cn-')
      ? 'aws-cn'
      : region?.startsWith('us-gov-')
        ? 'aws-us-gov'
        : 'aws';
    // The name of a parameter may begin with a slash. The ARN has one slash in both cases.
    const local = rest
      .join(':')
      .replace('{path}', () => path)
      .replace('{name}', () => name)
      .replace('//', '/');
    return [
      'arn',
      partition,
      service,
      where === 'R' ? (region ?? '⟨AWS::Region⟩') : where,
      whose === 'A' ? (account ?? '⟨AWS::AccountId⟩') : whose,
      local,
    ].join(':');
  }
}
