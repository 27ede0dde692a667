import type { Json, Resource, Templates } from '../templates';
import type { Arns } from './arns';
import { attached, Attachments, exists, isRecord, listOf } from './attachments';
import { texts, type Statement } from './statements';
import { all, decided, NO, unknown, type Verdict } from './verdict';

/** Where a type has its policy, and which resources the policy is for. */
interface Place {
  /** The property that names the resources. @default - the policy is for the resource itself */
  readonly of?: string;
  /** The type of the resources, if no property names them. */
  readonly ofType?: string;
  /** The path of the property with the document. @default - the properties are the document */
  readonly document?: string;
}

const PLACES: Readonly<Record<string, Place>> = {
  'AWS::DynamoDB::GlobalTable': { document: 'Replicas.ResourcePolicy.PolicyDocument' },
  'AWS::DynamoDB::Table': { document: 'ResourcePolicy.PolicyDocument' },
  'AWS::ECR::Repository': { document: 'RepositoryPolicyText' },
  'AWS::EFS::FileSystem': { document: 'FileSystemPolicy' },
  'AWS::Events::EventBusPolicy': { of: 'EventBusName' },
  'AWS::IAM::Role': { document: 'AssumeRolePolicyDocument' },
  'AWS::KMS::Key': { document: 'KeyPolicy' },
  'AWS::KMS::ReplicaKey': { document: 'KeyPolicy' },
  'AWS::Kinesis::ResourcePolicy': { of: 'ResourceArn', document: 'ResourcePolicy' },
  'AWS::Logs::ResourcePolicy': { ofType: 'AWS::Logs::LogGroup', document: 'PolicyDocument' },
  'AWS::S3::BucketPolicy': { of: 'Bucket', document: 'PolicyDocument' },
  'AWS::SNS::TopicInlinePolicy': { of: 'TopicArn', document: 'PolicyDocument' },
  'AWS::SNS::TopicPolicy': { of: 'Topics', document: 'PolicyDocument' },
  'AWS::SQS::QueueInlinePolicy': { of: 'Queue', document: 'PolicyDocument' },
  'AWS::SQS::QueuePolicy': { of: 'Queues', document: 'PolicyDocument' },
  'AWS::SecretsManager::ResourcePolicy': { of: 'SecretId', document: 'ResourcePolicy' },
};

/** Types whose policy documents are no resource policies. */
const NO_RESOURCE_POLICY = ['AWS::EC2::VPCEndpoint'];

const PERMISSION = 'AWS::Lambda::Permission';
const LAYER_PERMISSION = 'AWS::Lambda::LayerVersionPermission';

/**
 * Resource policies: bucket policies, key policies, trust policies of roles, permissions of functions and others.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html
 */
export class ResourcePolicies {
  private readonly attachments: Attachments;
  private readonly holders: readonly Resource[];

  constructor(
    private readonly templates: Templates,
    private readonly arns: Arns,
  ) {
    this.attachments = new Attachments(templates, arns);
    this.holders = templates.resources.filter(
      (resource) =>
        resource.type === PERMISSION ||
        resource.type === LAYER_PERMISSION ||
        resource.type in PLACES ||
        (!NO_RESOURCE_POLICY.includes(resource.type) && documentsIn(resource).length > 0),
    );
  }

  /** The statements of all resource policies of one resource. */
  of(target: Resource): Statement[] {
    return this.holders.flatMap((holder) => {
      if (holder.type === PERMISSION) return this.permission(holder, target);
      if (holder.type === LAYER_PERMISSION) return this.layerPermission(holder, target);
      const place = PLACES[holder.type];
      const about = place ? this.isAbout(holder, place, target) : this.mayBeAbout(holder, target);
      if (about.truth === 'no') return [];
      const written = place ? propertiesAt(holder.properties, place.document) : documentsIn(holder);
      const defaultPolicy = DEFAULT_POLICIES[holder.type];
      const documents = written.length === 0 && defaultPolicy ? [defaultPolicy(holder)] : written;
      return documents.flatMap((document) => attached(holder.path, document, about));
    });
  }

  private isAbout(holder: Resource, { of, ofType }: Place, target: Resource): Verdict {
    if (of !== undefined) return this.attachments.names(holder, holder.properties[of], target);
    return all([
      exists(holder),
      decided(
        ofType === undefined ? holder === target : target.type === ofType && !liveApart(holder, target),
      ),
    ]);
  }

  /** For types outside the table: a policy document in the resource itself counts. One that refers to it is unknown. */
  private mayBeAbout(holder: Resource, target: Resource): Verdict {
    if (holder === target) return exists(holder);
    const refers = Object.values(holder.properties).some(
      (value) => this.templates.reference(value)?.resource === target,
    );
    return refers
      ? unknown(`what the policy of ${holder.path} (${holder.type}) allows on ${target.path}`)
      : NO;
  }

  /** https://docs.aws.amazon.com/lambda/latest/dg/permissions-layer-cross-account.html */
  private layerPermission(permission: Resource, target: Resource): Statement[] {
    const { LayerVersionArn, Principal, Action, OrganizationId } = permission.properties;
    if (target.type !== 'AWS::Lambda::LayerVersion') return [];
    const about = this.attachments.names(permission, LayerVersionArn, target);
    const Statement = {
      Effect: 'Allow',
      Principal: { AWS: Principal ?? '⟨?Principal⟩' },
      Action: Action ?? '⟨?Action⟩',
      Resource: this.arns.of(target),
      ...(OrganizationId !== undefined && {
        Condition: { StringEquals: { 'aws:PrincipalOrgID': OrganizationId } },
      }),
    };
    return attached(permission.path, { Statement }, about);
  }

  /** https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html */
  private permission(permission: Resource, target: Resource): Statement[] {
    const { FunctionName, Principal, Action, ...conditions } = permission.properties;
    if (target.type !== 'AWS::Lambda::Function') return [];
    const about = this.attachments.names(permission, FunctionName, target);
    const named = this.arns.canonical(texts(FunctionName).join());
    const who = typeof Principal === 'string' ? Principal : '⟨?Principal⟩';
    const isKnown = who !== '*' && !who.includes('⟨?');
    const condition: Record<string, Record<string, Json>> = {};
    for (const [property, operator, key] of PERMISSION_CONDITIONS) {
      const value = conditions[property];
      if (value !== undefined) condition[operator] = { ...condition[operator], [key]: value };
    }
    const Statement = {
      Effect: 'Allow',
      Principal: isKnown ? { [who.includes('.amazonaws.com') ? 'Service' : 'AWS']: who } : who,
      Action: Action ?? '⟨?Action⟩',
      // A permission for the function is not for its versions and aliases.
      Resource: named.startsWith('arn:') ? named : this.arns.of(target),
      Condition: condition,
    };
    return attached(permission.path, { Statement }, about);
  }
}

/** Properties of a Lambda permission, with the conditions that Lambda adds for them. */
const PERMISSION_CONDITIONS = [
  ['SourceArn', 'ArnLike', 'aws:SourceArn'],
  ['SourceAccount', 'StringEquals', 'aws:SourceAccount'],
  ['PrincipalOrgID', 'StringEquals', 'aws:PrincipalOrgID'],
  ['EventSourceToken', 'StringEquals', 'lambda:EventSourceToken'],
  ['FunctionUrlAuthType', 'StringEquals', 'lambda:FunctionUrlAuthType'],
  ['InvokedViaFunctionUrl', 'Bool', 'lambda:InvokedViaFunctionUrl'],
] as const;

/**
 * Whether two resources are in different accounts or Regions: a policy of CloudWatch Logs is for one account and
 * Region.
 */
const liveApart = (a: Resource, b: Resource): boolean =>
  (a.account !== undefined && b.account !== undefined && a.account !== b.account) ||
  (a.region !== undefined && b.region !== undefined && a.region !== b.region);

/** The key policy that KMS creates if the template has none. https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html */
const defaultKeyPolicy = ({ account = '⟨AWS::AccountId⟩' }: Resource): Json => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: account }, Action: 'kms:*', Resource: '*' }],
});

/**
 * The policy of a file system that has none: clients need no IAM identity.
 * https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html#default-filesystempolicy
 */
const defaultFileSystemPolicy = (): Json => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: [
        'elasticfilesystem:ClientMount',
        'elasticfilesystem:ClientWrite',
        'elasticfilesystem:ClientRootAccess',
      ],
      Resource: '*',
      Condition: { Bool: { 'elasticfilesystem:AccessedViaMountTarget': 'true' } },
    },
  ],
});

/** What a resource has if the template gives it no policy. */
const DEFAULT_POLICIES: Readonly<Record<string, (holder: Resource) => Json>> = {
  'AWS::EFS::FileSystem': defaultFileSystemPolicy,
  'AWS::KMS::Key': defaultKeyPolicy,
  'AWS::KMS::ReplicaKey': defaultKeyPolicy,
};

/** All properties that are resource policies: their statements have a `Principal`. */
function documentsIn({ properties }: Resource): Json[] {
  return Object.values(properties).filter((value) =>
    (isRecord(value) ? listOf(value.Statement) : []).some(
      (one) => isRecord(one) && (one.Principal ?? one.NotPrincipal) !== undefined,
    ),
  );
}

/** The values at a property path. For a list on the path: those of each item. */
function propertiesAt(value: Json | undefined, path: string | undefined): Json[] {
  if (value === undefined) return [];
  if (path === undefined) return [value];
  if (Array.isArray(value)) return value.flatMap((item) => propertiesAt(item, path));
  // An unresolved value may be a policy.
  if (!isRecord(value)) return [value];
  const [key = '', ...rest] = path.split('.');
  return propertiesAt(value[key], rest.length === 0 ? undefined : rest.join('.'));
}
