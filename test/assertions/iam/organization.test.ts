import { Iam, type IamOptions, type RequestContext } from '../../../lib/assertions/iam';
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
  ref,
  resource,
  role,
} from './builders';

const MEMBER = '111111111111';
const MANAGEMENT = '999999999999';
const object = { resource: 'S/Bucket', path: 'k' };

const scp = (TargetIds: unknown[], ...statements: object[]) =>
  resource('AWS::Organizations::Policy', {
    Type: 'SERVICE_CONTROL_POLICY',
    TargetIds,
    Content: document(...statements),
  });
const rcp = (TargetIds: unknown[], ...statements: object[]) => ({
  ...scp(TargetIds, ...statements),
  Properties: { ...scp(TargetIds, ...statements).Properties, Type: 'RESOURCE_CONTROL_POLICY' },
});

/** A member account with a role that may do everything, beside the management account. */
const iamOf = (organization: object, options?: IamOptions, account = MEMBER) =>
  Iam.of(
    new Templates([
      {
        name: 'S',
        account,
        region: 'eu-west-1',
        template: {
          Resources: { Bucket: bucket, Role: role([allow('*')]), Queue: resource('AWS::SQS::Queue') },
        },
      },
      { name: 'Org', account: MANAGEMENT, region: 'us-east-1', template: { Resources: organization } },
    ]),
    options,
  );
const ask = (organization: object, options?: IamOptions, account?: string) =>
  iamOf(organization, options, account).can('S/Role', 's3:GetObject', object).answer;

const Organization = resource('AWS::Organizations::Organization');
const Root = { 'Fn::GetAtt': ['Organization', 'RootId'] };
const Workloads = resource('AWS::Organizations::OrganizationalUnit', { Name: 'Workloads', ParentId: Root });
const Prod = resource('AWS::Organizations::OrganizationalUnit', { Name: 'Prod', ParentId: ref('Workloads') });
const tree = { Organization, Workloads, Prod };

// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
describe('service control policies', () => {
  it.each<[string, object, string]>([
    ['on the account denies', scp([MEMBER], deny('s3:*')), 'explicit deny'],
    ['on another account does not count', scp(['222222222222'], deny('s3:*')), 'allowed'],
    ['without a target does not count', scp([], deny('s3:*')), 'allowed'],
    ['that denies another action does not count', scp([MEMBER], deny('sqs:*')), 'allowed'],
    ['on an organizational unit is unknown', scp(['ou-ab12-cdefgh34'], deny('s3:*')), 'unknown'],
    ['with a parameter as target is unknown', scp([ref('Missing')], deny('s3:*')), 'unknown'],
    ['that allows the action does not count', scp([MEMBER], allow('s3:*')), 'allowed'],
    ['that allows other actions is unknown', scp([MEMBER], allow('sqs:*')), 'unknown'],
  ])('a policy %s', (_, policy, answer) => {
    expect(ask({ Policy: policy })).toBe(answer);
  });

  it.each<[string, unknown, string]>([
    ['the organizational unit of the account', ref('Prod'), 'explicit deny'],
    ['the parent of its organizational unit', ref('Workloads'), 'explicit deny'],
    ['the root', Root, 'explicit deny'],
    ['another organizational unit', ref('Other'), 'allowed'],
  ])('on %s, where accounts says where the account is', (_, target, answer) => {
    const Other = resource('AWS::Organizations::OrganizationalUnit', { Name: 'Other', ParentId: Root });
    const organization = { ...tree, Other, Policy: scp([target], deny('s3:*')) };
    expect(ask(organization, { accounts: { [MEMBER]: 'Org/Prod' } })).toBe(answer);
  });

  it('do not limit the management account', () => {
    const Policy = scp([MANAGEMENT], deny('s3:*'));
    expect(ask({ Organization, Policy }, {}, MANAGEMENT)).toBe('allowed');
    expect(ask({ Policy }, {}, MANAGEMENT)).toBe('unknown');
  });

  it('do not limit AWS services', () => {
    const iam = iamOf({ Policy: scp([MEMBER], deny('sqs:*')) });
    expect(iam.can('sns.amazonaws.com', 'sqs:SendMessage', 'S/Queue').answer).toBe('implicit deny');
    expect(iam.can('S/Role', 'sqs:SendMessage', 'S/Queue').answer).toBe('explicit deny');
  });
});

// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
describe('resource control policies', () => {
  const outside = denyTo('*', 's3:*', '*', {
    Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } },
  });

  it('limit the resources of an account', () => {
    const iam = iamOf({ Policy: rcp([MEMBER], outside) });
    const answer = (context: RequestContext) => iam.can('S/Role', 's3:GetObject', object, { context }).answer;
    expect(answer({ 'aws:PrincipalOrgID': 'o-1' })).toBe('allowed');
    expect(answer({ 'aws:PrincipalOrgID': 'o-2' })).toBe('explicit deny');
    expect(answer({})).toBe('conditional');
  });

  it('do not apply to kms:RetireGrant', () => {
    const Grants = { Policy: rcp([MEMBER], denyTo('*', '*')) };
    const key = 'arn:aws:kms:eu-west-1:111111111111:key/k';
    const answer = (action: string) => iamOf(Grants).can('S/Role', action, key).answer;
    expect(answer('kms:Decrypt')).toBe('explicit deny');
    expect(answer('kms:RetireGrant')).not.toBe('explicit deny');
  });

  it('do not apply to services that do not support them', () => {
    const iam = iamOf({ Policy: rcp([MEMBER], denyTo('*', '*')) });
    expect(iam.can('S/Role', 'ec2:DescribeInstances', '*').answer).toBe('allowed');
  });
});

// https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
describe('the policy of a VPC endpoint', () => {
  const through = (PolicyDocument?: object) => {
    const Endpoint = resource('AWS::EC2::VPCEndpoint', { VpcId: 'vpc-1', PolicyDocument });
    const Resources = { Bucket: bucket, Role: role([allow('s3:*')]), Endpoint };
    const iam = Iam.of(Templates.fromTemplates({ S: { Resources } }));
    return (vpce: string | null) =>
      iam.can('S/Role', 's3:GetObject', object, { context: { 'aws:SourceVpce': vpce } }).answer;
  };
  const endpoint = '⟨S.Endpoint⟩';

  it('limits the requests through it only', () => {
    const narrow = through(document(allowTo('*', 's3:PutObject')));
    expect(narrow(endpoint)).toBe('implicit deny');
    expect(narrow(null)).toBe('allowed');
    expect(through(document(allowTo('*', 's3:GetObject')))(endpoint)).toBe('allowed');
    expect(through(document(allowTo('*', '*'), denyTo('*', 's3:*')))(endpoint)).toBe('explicit deny');
  });

  it('allows everything by default', () => {
    expect(through()(endpoint)).toBe('allowed');
  });
});

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
describe('S3 Block Public Access', () => {
  const OTHER = '222222222222';
  const read = (who: string, context: RequestContext, ...statements: object[]) => {
    const Resources = { Bucket: bucket, Policy: bucketPolicy(ref('Bucket'), ...statements) };
    const other = { Resources: { Role: role([allow('*')]) } };
    return Iam.of(
      new Templates([
        { name: 'S', account: MEMBER, region: 'eu-west-1', template: { Resources } },
        { name: 'T', account: OTHER, region: 'eu-west-1', template: other },
      ]),
    ).can(who, 's3:GetObject', object, { context }).answer;
  };
  const everyone = (Condition?: object) => allowTo('*', 's3:GetObject', '*', Condition && { Condition });

  it.each<[string, object | undefined, RequestContext, string]>([
    ['no condition', undefined, {}, 'implicit deny'],
    ['TLS', { Bool: { 'aws:SecureTransport': 'true' } }, { 'aws:SecureTransport': 'true' }, 'implicit deny'],
    [
      'a narrow range',
      { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } },
      { 'aws:SourceIp': '192.0.2.1' },
      'allowed',
    ],
    [
      'half of all',
      { IpAddress: { 'aws:SourceIp': '0.0.0.0/1' } },
      { 'aws:SourceIp': '8.8.8.8' },
      'implicit deny',
    ],
    ['one VPC', { StringEquals: { 'aws:SourceVpc': 'vpc-1' } }, { 'aws:SourceVpc': 'vpc-1' }, 'allowed'],
    ['any VPC', { StringLike: { 'aws:SourceVpc': 'vpc-*' } }, { 'aws:SourceVpc': 'vpc-1' }, 'implicit deny'],
    [
      'not one VPC',
      { StringNotEquals: { 'aws:SourceVpc': 'vpc-2' } },
      { 'aws:SourceVpc': 'vpc-1' },
      'implicit deny',
    ],
  ])('a statement for everyone with %s', (_, condition, context, answer) => {
    expect(read('*', context, everyone(condition))).toBe(answer);
  });

  it('with a public statement also ignores statements for other accounts', () => {
    const named = allowTo({ AWS: `arn:aws:iam::${OTHER}:root` }, 's3:GetObject');
    expect(read('T/Role', {}, named)).toBe('allowed');
    expect(read('T/Role', {}, named, everyone())).toBe('implicit deny');
  });
});

describe('principals', () => {
  const GITHUB = 'arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com';
  const SUB = 'token.actions.githubusercontent.com:sub';
  const Provider = resource('AWS::IAM::OIDCProvider', { Url: 'https://token.actions.githubusercontent.com' });
  const trusting = (Principal: object, Condition?: object) => {
    const trust = document({
      Effect: 'Allow',
      Principal,
      Action: 'sts:AssumeRoleWithWebIdentity',
      ...(Condition && { Condition }),
    });
    const Role = role([], { AssumeRolePolicyDocument: trust });
    return Iam.of(
      new Templates([{ name: 'S', account: MEMBER, template: { Resources: { Role, Provider } } }]),
    );
  };

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
  it('of an OIDC provider assume the roles that trust it', () => {
    const only = { StringLike: { [SUB]: 'repo:mine/*' } };
    const ask = (iam: Iam, who: string, sub?: string) =>
      iam.can(who, 'sts:AssumeRoleWithWebIdentity', 'S/Role', {
        context: sub === undefined ? {} : { [SUB]: sub },
      }).answer;
    expect(ask(trusting({ Federated: GITHUB }), GITHUB)).toBe('allowed');
    expect(ask(trusting({ Federated: ref('Provider') }), 'S/Provider')).toBe('allowed');
    expect(ask(trusting({ Federated: GITHUB }, only), GITHUB)).toBe('conditional');
    expect(ask(trusting({ Federated: GITHUB }, only), GITHUB, 'repo:mine/a')).toBe('allowed');
    expect(ask(trusting({ Federated: GITHUB }, only), GITHUB, 'repo:evil/a')).toBe('implicit deny');
    expect(ask(trusting({ Federated: 'accounts.google.com' }), GITHUB)).toBe('implicit deny');
    expect(ask(trusting({ Federated: 'accounts.google.com' }), 'accounts.google.com')).toBe('allowed');
  });

  it('of a provider can only assume roles', () => {
    expect(() => trusting({ Federated: GITHUB }).can(GITHUB, 's3:GetObject', '*')).toThrow(
      `s3:GetObject by ${GITHUB}: expected sts:AssumeRoleWithWebIdentity or sts:AssumeRoleWithSAML`,
    );
  });

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-role-session
  it('that are one session of a role are named by the ARN of the session', () => {
    const session = (name: string) => `arn:aws:sts::${MEMBER}:assumed-role/asker/${name}`;
    const Policy = bucketPolicy(ref('Bucket'), allowTo({ AWS: session('one') }, 's3:GetObject'));
    const Resources = { Bucket: bucket, Role: role([], { RoleName: 'asker' }), Policy };
    const iam = Iam.of(new Templates([{ name: 'S', account: MEMBER, template: { Resources } }]));
    expect(iam.can(session('one'), 's3:GetObject', object).answer).toBe('allowed');
    expect(iam.can(session('two'), 's3:GetObject', object).answer).toBe('implicit deny');
    expect(iam.can('S/Role', 's3:GetObject', object).answer).toBe('unknown');
  });
});

describe('actions', () => {
  const iam = Iam.of(
    Templates.fromTemplates({
      S: {
        Resources: {
          Table: resource('AWS::DynamoDB::Table'),
          Role: role([allow('dynamodb:*', arnOf('Table'))]),
        },
      },
    }),
  );

  it.each([
    ['dynamodb:DeleteItme', 'dynamodb has no such action; the nearest is dynamodb:DeleteItem'],
    ['dynamo:DeleteItem', 'AWS has no service dynamo'],
  ])('that AWS does not have are refused: %s', (action, message) => {
    expect(() => iam.can('S/Role', action, 'S/Table')).toThrow(`${action}: ${message}`);
  });

  it('are not case-sensitive', () => {
    expect(iam.can('S/Role', 'DynamoDB:deleteitem', 'S/Table').answer).toBe('allowed');
  });
});
