import type { Json, Resource, Templates } from '../templates';
import type { Arns } from './arns';
import { equal } from './glob';
import type { Principal } from './principals';
import { statementsOf, texts, type Statement } from './statements';
import { any, type Verdict } from './verdict';

/** Documents of policies that AWS manages, by ARN. */
export type ManagedPolicies = Readonly<Record<string, unknown>>;

/** Where a resource policy stands, and which resources it is about. */
interface ResourcePolicy {
  /** The property that names the resources. @default - the resource that has the policy */
  readonly of?: string;
  /** The type of the resources, where no property names them. */
  readonly ofType?: string;
  /** The property with the document. @default - every property that is a policy document */
  readonly document?: string;
}

const ANY_PROPERTY = '*';
/** Of a type that is not listed below: the policies that it holds are about it, or about what it refers to. */
const OTHER: ResourcePolicy = { of: ANY_PROPERTY };

const RESOURCE_POLICIES: Readonly<Record<string, ResourcePolicy>> = {
  'AWS::DynamoDB::GlobalTable': { document: 'Replicas.ResourcePolicy.PolicyDocument' },
  'AWS::DynamoDB::Table': { document: 'ResourcePolicy.PolicyDocument' },
  'AWS::ECR::Repository': { document: 'RepositoryPolicyText' },
  'AWS::EFS::FileSystem': { document: 'FileSystemPolicy' },
  'AWS::IAM::Role': { document: 'AssumeRolePolicyDocument' },
  'AWS::KMS::Key': { document: 'KeyPolicy' },
  'AWS::Kinesis::ResourcePolicy': { of: 'ResourceArn', document: 'ResourcePolicy' },
  'AWS::Logs::ResourcePolicy': { ofType: 'AWS::Logs::LogGroup', document: 'PolicyDocument' },
  'AWS::S3::BucketPolicy': { of: 'Bucket', document: 'PolicyDocument' },
  'AWS::SNS::TopicInlinePolicy': { of: 'TopicArn', document: 'PolicyDocument' },
  'AWS::SNS::TopicPolicy': { of: 'Topics', document: 'PolicyDocument' },
  'AWS::SQS::QueueInlinePolicy': { of: 'Queue', document: 'PolicyDocument' },
  'AWS::SQS::QueuePolicy': { of: 'Queues', document: 'PolicyDocument' },
  'AWS::SecretsManager::ResourcePolicy': { of: 'SecretId', document: 'ResourcePolicy' },
};

/** KMS attaches this to a key for which the template writes none. https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html */
const defaultKeyPolicy = (account: string): Json => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: account }, Action: 'kms:*', Resource: '*' }],
});

/** Finds the policies in the templates. */
export class Policies {
  /** The resources that have a policy which says who may use something. */
  private readonly holders: readonly Resource[];

  constructor(
    private readonly templates: Templates,
    private readonly arns: Arns,
    private readonly managed: ManagedPolicies,
  ) {
    this.holders = templates.resources.filter(
      (resource) =>
        resource.type === 'AWS::Lambda::Permission' ||
        resource.type in RESOURCE_POLICIES ||
        documentsIn(resource).length > 0,
    );
  }

  /** The statements of every policy attached to a role, user or group, and to the groups of a user. */
  ofIdentity({ kind, resource }: Principal): Statement[] {
    if (!resource) return [];
    const own = this.attachedTo(resource, kind === 'role' ? 'Role' : kind === 'user' ? 'User' : 'Group');
    return [...own, ...this.groupsOf(resource).flatMap((group) => this.attachedTo(group, 'Group'))];
  }

  /** The statements of a principal's permissions boundary; undefined when it has none. */
  boundaryOf({ resource }: Principal): Statement[] | undefined {
    const boundary = resource?.properties.PermissionsBoundary;
    return boundary === undefined ? undefined : this.managedPolicy(boundary);
  }

  /** The statements of the policies of one resource. */
  ofResource(target: Resource): Statement[] {
    return this.holders.flatMap((holder) => {
      if (holder.type === 'AWS::Lambda::Permission') return this.lambdaPermission(holder, target);
      const where = RESOURCE_POLICIES[holder.type] ?? OTHER;
      const attached = this.isAbout(holder, where, target);
      if (attached === false) return [];
      const written =
        where === OTHER
          ? documentsIn(holder)
          : propertiesAt(holder.properties, (where.document ?? '').split('.'));
      const documents =
        holder.type === 'AWS::KMS::Key' && written.length === 0
          ? [defaultKeyPolicy(holder.account ?? '⟨AWS::AccountId⟩')]
          : written;
      const doubt = attached === true ? undecided(holder) : attached;
      return documents.flatMap((document) => statementsOf(holder.path, document, doubt));
    });
  }

  private isAbout(holder: Resource, { of, ofType }: ResourcePolicy, target: Resource): boolean | string {
    if (ofType !== undefined) return target.type === ofType;
    if (of === undefined) return holder === target;
    if (of !== ANY_PROPERTY) return this.names(holder.properties[of], target);
    const isPolicy = ([, value]: [string, Json]) => documentOf(value) !== undefined;
    const others = Object.entries(holder.properties).filter((property) => !isPolicy(property));
    return (
      holder === target || others.some(([, value]) => this.templates.reference(value)?.resource === target)
    );
  }

  private attachedTo(identity: Resource, kind: 'Role' | 'User' | 'Group'): Statement[] {
    const inline = listOf(identity.properties.Policies).flatMap((policy, index) =>
      isRecord(policy)
        ? statementsOf(
            `${identity.path} (${inlineName(policy, index)})`,
            policy.PolicyDocument,
            undecided(identity),
          )
        : statementsOf(`${identity.path} (policy ${index})`, policy),
    );
    const managed = listOf(identity.properties.ManagedPolicyArns).flatMap((arn) => this.managedPolicy(arn));
    const listed = this.templates.resources
      // A managed policy that both sides list is one policy.
      .filter(({ type }) =>
        [`AWS::IAM::${kind}Policy`, 'AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].includes(type),
      )
      .flatMap((policy) => {
        const names =
          policy.type === `AWS::IAM::${kind}Policy`
            ? policy.properties[`${kind}Name`]
            : policy.properties[`${kind}s`];
        const attached = this.names(names, identity);
        if (attached === false) return [];
        return statementsOf(
          policy.path,
          policy.properties.PolicyDocument,
          attached === true ? undecided(policy) : attached,
        );
      });
    return [...inline, ...managed, ...listed];
  }

  private managedPolicy(arn: Json): Statement[] {
    const text = typeof arn === 'string' ? this.arns.canonical(arn) : JSON.stringify(arn);
    const found = this.templates
      .ofType('AWS::IAM::ManagedPolicy')
      .find((policy) => this.arns.of(policy) === text);
    if (found) return statementsOf(found.path, found.properties.PolicyDocument, undecided(found));
    const given = this.managed[text];
    if (given !== undefined) return statementsOf(text, given as Json);
    const why = `the document of ${text} is not in these templates; give it as managedPolicies`;
    return [{ policy: text, id: 'document', elements: {}, hasVariables: false, undecided: why }];
  }

  private groupsOf(user: Resource): Resource[] {
    if (user.type !== 'AWS::IAM::User') return [];
    const additions = this.templates
      .ofType('AWS::IAM::UserToGroupAddition')
      .filter(({ properties }) => this.names(properties.Users, user) !== false)
      .map(({ properties }) => properties.GroupName);
    return this.templates
      .ofType('AWS::IAM::Group')
      .filter(
        (group) =>
          this.names(
            [...listOf(user.properties.Groups), ...additions.flatMap((name) => name ?? [])],
            group,
          ) !== false,
      );
  }

  /** https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html */
  private lambdaPermission(permission: Resource, target: Resource): Statement[] {
    const { FunctionName, Principal, Action, ...conditions } = permission.properties;
    if (target.type !== 'AWS::Lambda::Function') return [];
    const attached = this.names(FunctionName, target);
    if (attached === false) return [];
    const when = (operator: string, key: string, property: string) =>
      conditions[property] === undefined ? [] : [[operator, { [key]: conditions[property] }] as const];
    const named = this.arns.canonical(texts(FunctionName).join());
    const isService = typeof Principal === 'string' && Principal.includes('.amazonaws.com');
    const Statement = {
      Effect: 'Allow',
      Principal: Principal === '*' ? '*' : { [isService ? 'Service' : 'AWS']: Principal ?? '⟨?Principal⟩' },
      Action: Action ?? '⟨?Action⟩',
      // A permission on the function is none on its versions and aliases.
      Resource: named.startsWith('arn:') ? named : this.arns.of(target),
      Condition: merge([
        ...when('ArnLike', 'aws:SourceArn', 'SourceArn'),
        ...when('StringEquals', 'aws:SourceAccount', 'SourceAccount'),
        ...when('StringEquals', 'aws:PrincipalOrgID', 'PrincipalOrgID'),
        ...when('StringEquals', 'lambda:EventSourceToken', 'EventSourceToken'),
        ...when('StringEquals', 'lambda:FunctionUrlAuthType', 'FunctionUrlAuthType'),
        ...when('Bool', 'lambda:InvokedViaFunctionUrl', 'InvokedViaFunctionUrl'),
      ]),
    };
    return statementsOf(permission.path, { Statement }, attached === true ? undecided(permission) : attached);
  }

  /** Whether a property names a resource, by name, ARN or other reference; why not, where that cannot be decided. */
  private names(value: Json | undefined, resource: Resource): boolean | string {
    const own = [this.arns.nameOf(resource), this.arns.of(resource)];
    const verdict: Verdict = any(
      texts(value).flatMap((text) => {
        const reference = this.templates.reference(text);
        if (reference)
          return {
            truth: reference.resource === resource ? 'yes' : this.viaAlias(reference.resource, resource),
            why: [],
          };
        return own.map((name) => equal(name, this.arns.canonical(text)));
      }),
    );
    if (verdict.truth === 'unknown' || verdict.truth === 'conditional') return verdict.why.join('; ');
    return verdict.truth === 'yes';
  }

  /** An alias or version of a function stands for the function. */
  private viaAlias(named: Resource, resource: Resource): 'yes' | 'no' {
    if (!['AWS::Lambda::Alias', 'AWS::Lambda::Version'].includes(named.type)) return 'no';
    return this.names(named.properties.FunctionName, resource) === true ? 'yes' : 'no';
  }
}

/** A resource policy: a document whose statements say who. Identity policies do not. */
function documentOf(value: Json): Json | undefined {
  const statements = isRecord(value) ? listOf(value.Statement) : [];
  const says = statements.some((one) => isRecord(one) && (one.Principal ?? one.NotPrincipal) !== undefined);
  return says ? value : undefined;
}

function documentsIn({ properties }: Resource): Json[] {
  // An event bus policy has its statement among its own properties.
  const own = documentOf({ Statement: properties.Statement ?? [] });
  return [
    ...(own === undefined ? [] : [own]),
    ...Object.values(properties).flatMap((value) => documentOf(value) ?? []),
  ];
}

/** The values of a property, in each item where there is a list on the way to it. */
function propertiesAt(value: Json | undefined, [key, ...rest]: readonly string[]): Json[] {
  if (value === undefined) return [];
  if (key === undefined) return [value];
  if (Array.isArray(value)) return value.flatMap((item) => propertiesAt(item, [key, ...rest]));
  return isRecord(value) ? propertiesAt(value[key], rest) : [value];
}

const isRecord = (value: Json | undefined): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: Json | undefined): Json[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];
const undecided = ({ path, undecidedCondition }: Resource) =>
  undecidedCondition === undefined ? undefined : `${path} exists only under condition ${undecidedCondition}`;
const inlineName = ({ PolicyName }: Record<string, Json>, index: number) =>
  typeof PolicyName === 'string' ? PolicyName : `policy ${index}`;

function merge(parts: readonly (readonly [string, Record<string, Json>])[]): Json {
  const merged: Record<string, Record<string, Json>> = {};
  for (const [operator, keys] of parts) merged[operator] = { ...merged[operator], ...keys };
  return merged;
}
