import { Iam, type IamOptions, type ResourceInput } from '../../../lib/assertions/iam';
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

const openToEveryone = { PublicAccessBlockConfiguration: { RestrictPublicBuckets: false } };
const objects = join(arnOf('Bucket'), '/*');
const READ = 's3:GetObject';
const object: ResourceInput = { resource: 'S/Bucket', path: 'a/b.jpg' };

/** Whether the role `S/Role` may read an object of the bucket `S/Bucket`. */
const read = (resources: object, options?: IamOptions) =>
  iamOf({ Bucket: bucket, ...resources }, options).can('S/Role', READ, object);
const answer = (resources: object, options?: IamOptions) => read(resources, options).answer;

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html
describe('a request within one account', () => {
  it('is denied when nothing allows it', () => {
    expect(answer({ Role: role([]) })).toBe('implicit deny');
    expect(answer({ Role: role([allow('s3:PutObject', objects)]) })).toBe('implicit deny');
  });

  it('is allowed by an identity policy alone', () => {
    expect(answer({ Role: role([allow(READ, objects)]) })).toBe('allowed');
  });

  it("is allowed by the resource's policy alone", () => {
    const Policy = bucketPolicy(ref('Bucket'), allowTo({ AWS: arnOf('Role') }, READ, objects));
    expect(answer({ Role: role([]), Policy })).toBe('allowed');
    const Other = bucketPolicy(ref('Bucket'), allowTo({ AWS: arnOf('OtherRole') }, READ, objects));
    expect(answer({ Role: role([]), OtherRole: role([]), Other })).toBe('implicit deny');
  });

  it('is denied by a Deny in either policy, whatever allows it', () => {
    const Policy = bucketPolicy(ref('Bucket'), denyTo('*', 's3:*', objects));
    expect(answer({ Role: role([allow(READ, objects)]), Policy })).toBe('explicit deny');
    expect(answer({ Role: role([deny(READ, objects), allow(READ, objects)]) })).toBe('explicit deny');
  });

  it('is not allowed if the resource policy only allows the account', () => {
    const root = join('arn:aws:iam::', ref('AWS::AccountId'), ':root');
    const Policy = bucketPolicy(ref('Bucket'), allowTo({ AWS: root }, READ, objects));
    expect(answer({ Role: role([]), Policy })).toBe('implicit deny');
    const Deny = bucketPolicy(ref('Bucket'), denyTo({ AWS: root }, READ, objects));
    expect(answer({ Role: role([allow(READ, objects)]), Deny })).toBe('explicit deny');
  });

  it('does not depend on the policy of another bucket', () => {
    const Policy = bucketPolicy(ref('Other'), denyTo('*', 's3:*', '*'));
    expect(answer({ Role: role([allow(READ, objects)]), Other: bucket, Policy })).toBe('allowed');
  });
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
describe('a request across accounts', () => {
  const reader = (statements: object[]) => ({
    name: 'R',
    account: '111111111111',
    template: { Resources: { Role: role(statements, { RoleName: 'reader' }) } },
  });
  const store = (account: string, ...statements: object[]) => ({
    name: 'S',
    account,
    template: {
      Resources: {
        Bucket: resource('AWS::S3::Bucket', { BucketName: 'store', ...openToEveryone }),
        Policy: bucketPolicy(ref('Bucket'), ...statements),
      },
    },
  });
  const own = [allow(READ, 'arn:aws:s3:::store/*')];
  const there = (principal: unknown) => allowTo(principal, READ, 'arn:aws:s3:::store/*');
  const ask = (own: object[], ...theirs: object[]) =>
    Iam.of(new Templates([reader(own), store('222222222222', ...theirs)])).can('R/Role', READ, object).answer;

  it('must be allowed on both sides', () => {
    const named = there({ AWS: 'arn:aws:iam::111111111111:role/reader' });
    expect(ask(own, named)).toBe('allowed');
    expect(ask(own)).toBe('implicit deny');
    expect(ask([], named)).toBe('implicit deny');
  });

  it.each(['*', { AWS: '111111111111' }, { AWS: 'arn:aws:iam::111111111111:root' }])(
    'needs an identity policy if the resource policy allows %j',
    (principal) => {
      expect(ask(own, there(principal))).toBe('allowed');
      expect(ask([], there(principal))).toBe('implicit deny');
    },
  );

  it('is denied if the resource policy allows another account', () => {
    expect(ask(own, there({ AWS: '333333333333' }))).toBe('implicit deny');
  });

  it('is unknown if a transform may add the policy of the resource', () => {
    const theirs = store('222222222222');
    const template = { ...theirs.template, Transform: 'AWS::Include' };
    const iam = Iam.of(new Templates([reader(own), { ...theirs, template }]));
    expect(iam.can('R/Role', READ, object).answer).toBe('unknown');
  });

  it('is unknown if it depends on whether both accounts are the same', () => {
    const templates = new Templates([reader(own), { ...store('222222222222'), account: undefined }]);
    expect(Iam.of(templates).can('R/Role', READ, object).answer).toBe('unknown');
  });

  it('from the root user of an account needs the policy of the resource', () => {
    const iam = Iam.of(new Templates([store('222222222222', there({ AWS: '111111111111' }))]));
    expect(iam.can('111111111111', READ, object).answer).toBe('allowed');
    expect(iam.can('333333333333', READ, object).answer).toBe('implicit deny');
  });

  it('from a role outside the templates is unknown if only its policies are missing', () => {
    const iam = Iam.of(new Templates([store('222222222222', there({ AWS: '111111111111' }))]));
    const external = iam.can('arn:aws:iam::111111111111:role/x', READ, object);
    expect(external.answer).toBe('unknown');
    expect(external.reasons).toEqual([
      'the policies of arn:aws:iam::111111111111:role/x are not in these templates',
    ]);
    expect(iam.can('arn:aws:iam::333333333333:role/x', READ, object).answer).toBe('implicit deny');
  });
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
describe('a permissions boundary', () => {
  const bounded = (type: 'Role' | 'User', identity: object[], boundary: object[]) => ({
    Role: {
      Type: `AWS::IAM::${type}`,
      Properties: {
        Policies: [{ PolicyName: 'Inline', PolicyDocument: document(...identity) }],
        PermissionsBoundary: ref('Boundary'),
      },
    },
    Boundary: resource('AWS::IAM::ManagedPolicy', { PolicyDocument: document(...boundary) }),
  });

  it('limits identity policies, and grants nothing itself', () => {
    expect(answer(bounded('Role', [allow('s3:*')], [allow(READ)]))).toBe('allowed');
    expect(answer(bounded('Role', [allow('s3:*')], [allow('s3:PutObject')]))).toBe('implicit deny');
    expect(answer(bounded('Role', [], [allow(READ)]))).toBe('implicit deny');
    expect(answer(bounded('Role', [allow(READ)], [allow('*'), deny(READ)]))).toBe('explicit deny');
    expect(String(read(bounded('Role', [allow(READ)], [])))).toContain(
      'its permissions boundary does not allow it',
    );
  });

  // "Resource-based policies that grant permissions to an IAM role ARN are limited by an implicit deny in a permissions
  // boundary", to a user or to everyone they are not.
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
  it('limits what a resource policy allows a role, but not users or everyone', () => {
    const granting = (principal: unknown) => ({
      Policy: bucketPolicy(ref('Bucket'), allowTo(principal, READ, objects)),
    });
    const nothing = [allow('sts:GetCallerIdentity')];
    expect(answer({ ...bounded('Role', [], nothing), ...granting({ AWS: arnOf('Role') }) })).toBe(
      'implicit deny',
    );
    expect(answer({ ...bounded('User', [], nothing), ...granting({ AWS: arnOf('Role') }) })).toBe('allowed');
    expect(answer({ ...bounded('Role', [], nothing), ...granting('*') })).toBe('allowed');
  });

  it('outside the templates makes unknown what the identity policies allow', () => {
    const Role = role([allow(READ)], { PermissionsBoundary: 'arn:aws:iam::aws:policy/PowerUserAccess' });
    expect(answer({ Role })).toBe('unknown');
    expect(
      answer({ Role: role([], { PermissionsBoundary: 'arn:aws:iam::aws:policy/PowerUserAccess' }) }),
    ).toBe('implicit deny');
  });
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
describe('identity policies', () => {
  const empty = role([]);
  const PolicyDocument = document(allow(READ, objects));

  it.each<[string, object]>([
    ['AWS::IAM::Policy', { Policy: resource('AWS::IAM::Policy', { PolicyDocument, Roles: [ref('Role')] }) }],
    [
      'AWS::IAM::RolePolicy',
      { Policy: resource('AWS::IAM::RolePolicy', { PolicyDocument, RoleName: ref('Role') }) },
    ],
    [
      'AWS::IAM::ManagedPolicy that lists the role',
      { Policy: resource('AWS::IAM::ManagedPolicy', { PolicyDocument, Roles: [ref('Role')] }) },
    ],
    [
      'AWS::IAM::ManagedPolicy that the role lists',
      {
        Role: role([], { ManagedPolicyArns: [ref('Policy')] }),
        Policy: resource('AWS::IAM::ManagedPolicy', { PolicyDocument }),
      },
    ],
  ])('come from %s', (_, resources) => {
    expect(answer({ Role: empty, ...resources })).toBe('allowed');
  });

  it('of another role do not count', () => {
    const Policy = resource('AWS::IAM::Policy', { PolicyDocument, Roles: [ref('Other')] });
    expect(answer({ Role: empty, Other: role([]), Policy })).toBe('implicit deny');
    const Managed = resource('AWS::IAM::ManagedPolicy', { PolicyDocument });
    expect(answer({ Role: empty, Managed })).toBe('implicit deny');
  });

  it('find a role by its name', () => {
    const Policy = resource('AWS::IAM::Policy', { PolicyDocument, Roles: ['reader'] });
    expect(answer({ Role: role([], { RoleName: 'reader' }), Policy })).toBe('allowed');
    expect(answer({ Role: role([], { RoleName: 'writer' }), Policy })).toBe('implicit deny');
    // AWS could generate this very name.
    expect(answer({ Role: empty, Policy })).toBe('unknown');
  });

  it('of a user include those of its groups', () => {
    const Group = resource('AWS::IAM::Group', { Policies: [{ PolicyName: 'P', PolicyDocument }] });
    const joined = { Role: resource('AWS::IAM::User', { Groups: [ref('Group')] }), Group };
    expect(answer(joined)).toBe('allowed');
    const Addition = resource('AWS::IAM::UserToGroupAddition', {
      GroupName: ref('Group'),
      Users: [ref('Role')],
    });
    expect(answer({ Role: resource('AWS::IAM::User'), Group, Addition })).toBe('allowed');
    expect(answer({ Role: resource('AWS::IAM::User'), Group })).toBe('implicit deny');
    const Nobody = resource('AWS::IAM::UserToGroupAddition', { GroupName: ref('Group'), Users: [] });
    expect(answer({ Role: resource('AWS::IAM::User'), Group, Nobody })).toBe('implicit deny');
    const byPolicy = resource('AWS::IAM::GroupPolicy', { GroupName: ref('Group'), PolicyDocument });
    const joins = resource('AWS::IAM::User', { Groups: [ref('Group')] });
    expect(answer({ Role: joins, Group: resource('AWS::IAM::Group'), byPolicy })).toBe('allowed');
    const own = resource('AWS::IAM::UserPolicy', { UserName: ref('Role'), PolicyDocument });
    expect(answer({ Role: resource('AWS::IAM::User'), own })).toBe('allowed');
  });

  it('that AWS manages are unknown, unless their documents are given', () => {
    const arn = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess';
    const Role = role([], {
      ManagedPolicyArns: [join('arn:', ref('AWS::Partition'), ':iam::aws:policy/AmazonS3ReadOnlyAccess')],
    });
    expect(read({ Role })).toMatchObject({
      answer: 'unknown',
      reasons: [`the document of ${arn} is not in these templates; give it as managedPolicies`],
    });
    expect(answer({ Role }, { managedPolicies: { [arn]: document(allow('s3:Get*')) } })).toBe('allowed');
    expect(answer({ Role }, { managedPolicies: { [arn]: document(allow('s3:List*')) } })).toBe(
      'implicit deny',
    );
  });

  it('are unknown if the template creates them under an undecided condition', () => {
    const Policy = {
      ...resource('AWS::IAM::Policy', { PolicyDocument, Roles: [ref('Role')] }),
      Condition: 'Open',
    };
    const template = {
      Parameters: { Open: { Type: 'String' } },
      Conditions: { Open: { 'Fn::Equals': [ref('Open'), 'yes'] } },
    };
    const iam = iamOf({ Bucket: bucket, Role: empty, Policy }, {}, template);
    expect(iam.can('S/Role', READ, object)).toMatchObject({
      answer: 'unknown',
      reasons: ['S/Policy exists only under condition Open'],
    });
    expect(iam.can('S/Role', 's3:PutObject', object).answer).toBe('implicit deny');
  });

  it('are unknown if a statement, its effect or its action cannot be resolved', () => {
    const missing = ref('Missing');
    const template = {
      Parameters: { Open: { Type: 'String' } },
      Conditions: { Open: { 'Fn::Equals': [ref('Open'), 'yes'] } },
    };
    const either = role([{ 'Fn::If': ['Open', allow(READ), deny(READ)] }]);
    expect(iamOf({ Bucket: bucket, Role: either }, {}, template).can('S/Role', READ, object).answer).toBe(
      'unknown',
    );
    expect(answer({ Role: role([{ ...allow(READ), Effect: missing }]) })).toBe('unknown');
    expect(answer({ Role: role([allow(missing)]) })).toBe('unknown');
    expect(answer({ Role: role([allow(READ, missing)]) })).toBe('unknown');
    expect(answer({ Role: role([allow(READ), deny('s3:*', missing)]) })).toBe('unknown');
    expect(answer({ Role: role([], { Policies: [{ PolicyDocument: missing }] }) })).toBe('unknown');
  });

  it('decide if the known ones suffice, also if others are unknown', () => {
    const missing = ref('Missing');
    expect(answer({ Role: role([allow(READ), allow(READ, missing)]) })).toBe('allowed');
    expect(answer({ Role: role([allow(READ), deny(READ), deny(READ, missing)]) })).toBe('explicit deny');
  });

  it('are attached to roles of their own account only', () => {
    const named = { Role: role([], { RoleName: 'reader' }), Bucket: bucket };
    const Policy = resource('AWS::IAM::Policy', { PolicyDocument: document(allow(READ)), Roles: ['reader'] });
    const ask = (account: string) =>
      Iam.of(
        new Templates([
          { name: 'S', account: '111111111111', template: { Resources: named } },
          { name: 'P', account, template: { Resources: { Policy } } },
        ]),
      ).can('S/Role', READ, object).answer;
    expect(ask('111111111111')).toBe('allowed');
    expect(ask('222222222222')).toBe('implicit deny');
  });

  it('of a group are unknown if the membership is', () => {
    const Group = resource('AWS::IAM::Group', { Policies: [{ PolicyName: 'P', PolicyDocument }] });
    expect(answer({ Role: resource('AWS::IAM::User', { Groups: [ref('Missing')] }), Group })).toBe('unknown');
  });

  it('are unknown if a transform may add some', () => {
    const iam = iamOf({ Bucket: bucket, Role: role([allow(READ)]) }, {}, { Transform: 'AWS::Include' });
    expect(iam.can('S/Role', READ, object)).toMatchObject({
      answer: 'unknown',
      reasons: ['S: Transform AWS::Include'],
    });
    expect(iam.can('logs.amazonaws.com', READ, object).answer).toBe('unknown');
  });
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
describe('the elements of a statement', () => {
  const granted = (...statements: object[]) => answer({ Role: role(statements) });

  it.each([['s3:getobject'], ['S3:Get*'], ['s3:GetObjec?'], ['*'], [['s3:Put*', READ]]])(
    'match s3:GetObject, case-insensitively, with Action %j',
    (action) => {
      expect(granted(allow(action))).toBe('allowed');
    },
  );

  it.each([['s3:GetObject?'], ['s3:Put*'], ['s3:GetObjectAcl'], ['sqs:*'], [[]]])(
    'do not match s3:GetObject with Action %j',
    (action) => {
      expect(granted(allow(action))).toBe('implicit deny');
    },
  );

  it.each([
    ['the objects of the bucket', objects],
    ['*', '*'],
    ['arn:aws:s3:::*', 'arn:aws:s3:::*'],
    ['the ARN of the bucket and /a/?.jpg', join(arnOf('Bucket'), '/a/?.jpg')],
    ['a list with the objects of the bucket', ['x', objects]],
  ])('match an object with Resource %s', (_, pattern) => {
    expect(granted(allow(READ, pattern))).toBe('allowed');
  });

  it.each([
    ['the ARN of the bucket', arnOf('Bucket')],
    ['another case: /A/*', join(arnOf('Bucket'), '/A/*')],
    ['another service', 'arn:aws:sqs:*'],
    ['a name of one character: /?', join(arnOf('Bucket'), '/?')],
  ])('do not match an object with Resource %s', (_, pattern) => {
    expect(granted(allow(READ, pattern))).toBe('implicit deny');
  });

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html
  it('with NotAction match every other action', () => {
    const not = (NotAction: unknown) => ({ Effect: 'Allow', NotAction, Resource: '*' });
    expect(granted(not('iam:*'))).toBe('allowed');
    expect(granted(not(['iam:*', 's3:get*']))).toBe('implicit deny');
  });

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notresource.html
  it('with NotResource match every other resource', () => {
    const not = (NotResource: unknown) => ({ Effect: 'Deny', Action: 's3:*', NotResource });
    expect(granted(allow('s3:*'), not(objects))).toBe('allowed');
    expect(granted(allow('s3:*'), not(join(arnOf('Other'), '/*')))).toBe('unknown');
    expect(answer({ Other: bucket, Role: role([allow('s3:*'), not(join(arnOf('Other'), '/*'))]) })).toBe(
      'explicit deny',
    );
  });

  it('may be one statement instead of a list, or JSON text', () => {
    const one = { Version: '2012-10-17', Statement: allow(READ) };
    expect(answer({ Role: role([], { Policies: [{ PolicyDocument: one }] }) })).toBe('allowed');
    expect(answer({ Role: role([], { Policies: [{ PolicyDocument: JSON.stringify(one) }] }) })).toBe(
      'allowed',
    );
  });
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
describe('the principal of a resource policy', () => {
  it('is not known for a statement that names none', () => {
    const Policy = bucketPolicy(ref('Bucket'), allow('s3:GetObject'));
    const decision = iamOf({ Bucket: bucket, Role: role([]), Policy }).can('S/Role', 's3:GetObject', {
      resource: 'S/Bucket',
      path: 'k',
    });
    expect(decision.answer).toBe('unknown');
    expect(decision.reasons).toContain('the principal of S/Policy');
  });

  it('may be of another account: all reasons of both cases are given', () => {
    const queue = 'arn:aws:sqs:eu-west-1:111111111111:jobs';
    const ask = (on: unknown) =>
      iamOf(
        { Role: role([allow('sqs:SendMessage', on)]) },
        { resourcePolicies: { [queue]: null } },
        { Parameters: { Queue: { Type: 'String' } } },
      ).can('S/Role', 'sqs:SendMessage', queue).reasons;
    const account = 'whether account ⟨AWS::AccountId⟩ is 111111111111';
    expect(ask(queue)).toEqual([account]);
    expect(ask(ref('Queue'))).toEqual([account, `whether ${queue} is ⟨?parameter Queue of S⟩`]);
  });

  const can = (principal: string, ...statements: object[]) =>
    iamOf({
      Bucket: resource('AWS::S3::Bucket', openToEveryone),
      Role: role([]),
      Policy: bucketPolicy(ref('Bucket'), ...statements),
    }).can(principal, READ, object).answer;

  it.each(['*', 'S/Role', 'logs.amazonaws.com', '999999999999'])('* includes %s', (principal) => {
    expect(can(principal, allowTo('*', READ, objects))).not.toBe('implicit deny');
    expect(can(principal, allowTo({ AWS: '*' }, READ, objects))).not.toBe('implicit deny');
  });

  it('* is everyone', () => {
    expect(can('*', allowTo('*', READ, objects))).toBe('allowed');
    expect(can('*', allowTo({ AWS: arnOf('Role') }, READ, objects))).toBe('implicit deny');
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
  it('"*" means the own account if the bucket blocks public access, as by default', () => {
    const read = (principal: string, PublicAccessBlockConfiguration?: object | string, Condition?: object) =>
      iamOf(
        {
          Bucket: resource('AWS::S3::Bucket', { PublicAccessBlockConfiguration }),
          Role: role([]),
          Policy: bucketPolicy(ref('Bucket'), allowTo('*', READ, objects, Condition && { Condition })),
        },
        { context: { 'aws:SourceVpce': 'vpce-1' } },
      ).can(principal, READ, object).answer;
    expect(read('*')).toBe('implicit deny');
    expect(read('*', { RestrictPublicBuckets: true })).toBe('implicit deny');
    expect(read('*', { BlockPublicAcls: true })).toBe('allowed');
    expect(read('*', { RestrictPublicBuckets: ref('Missing') })).toBe('unknown');
    expect(read('S/Role')).toBe('allowed');
    expect(read('logs.amazonaws.com')).toBe('allowed');
    // A statement with a condition on where requests come from is not public.
    expect(read('*', undefined, { StringEquals: { 'aws:SourceVpce': 'vpce-1' } })).toBe('allowed');
  });

  it('a service is that service only', () => {
    const statement = allowTo({ Service: ['logs.amazonaws.com', 'cloudfront.amazonaws.com'] }, READ, objects);
    expect(can('cloudfront.amazonaws.com', statement)).toBe('allowed');
    expect(can('lambda.amazonaws.com', statement)).toBe('implicit deny');
    expect(can('S/Role', statement)).toBe('implicit deny');
  });

  it.each([
    ['an AWS principal', allowTo({ AWS: ref('Missing') }, READ)],
    ['the whole element', allowTo(ref('Missing'), READ)],
  ])('that cannot be resolved is unknown: %s', (_, statement) => {
    expect(can('*', statement)).toBe('unknown');
    expect(can('S/Role', statement)).toBe('unknown');
  });

  it('that cannot be resolved is unknown for services only, if it is a service', () => {
    expect(can('*', allowTo({ Service: ref('Missing') }, READ))).toBe('implicit deny');
    expect(can('logs.amazonaws.com', allowTo({ Service: ref('Missing') }, READ))).toBe('unknown');
  });

  it('is unknown if it is one session of a role', () => {
    const session = 'arn:aws:sts::111111111111:assumed-role/reader/session';
    const iam = iamOf({
      Bucket: bucket,
      Role: role([], { RoleName: 'reader' }),
      Other: role([]),
      Policy: bucketPolicy(ref('Bucket'), allowTo({ AWS: session }, READ, objects)),
    });
    expect(iam.can('S/Role', READ, object).answer).toBe('unknown');
    expect(iam.can('S/Other', READ, object).answer).toBe('implicit deny');
  });

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
  it('NotPrincipal with Deny must name the account beside the role', () => {
    const root = join('arn:aws:iam::', ref('AWS::AccountId'), ':root');
    const except = (...AWS: unknown[]) => ({
      Effect: 'Deny',
      NotPrincipal: { AWS },
      Action: 's3:*',
      Resource: objects,
    });
    const of = (own: object, ...AWS: unknown[]) =>
      answer({ Other: role([]), ...own, Policy: bucketPolicy(ref('Bucket'), except(...AWS)) });
    const Role = role([allow(READ)]);
    expect(of({ Role }, arnOf('Role'), root)).toBe('allowed');
    expect(of({ Role }, arnOf('Role'))).toBe('unknown');
    expect(of({ Role }, arnOf('Other'), root)).toBe('explicit deny');
  });

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
  it('NotPrincipal with Deny always denies a role that has a boundary', () => {
    const root = join('arn:aws:iam::', ref('AWS::AccountId'), ':root');
    const Policy = bucketPolicy(ref('Bucket'), {
      Effect: 'Deny',
      NotPrincipal: { AWS: [arnOf('Role'), root] },
      Action: 's3:*',
      Resource: objects,
    });
    const Boundary = resource('AWS::IAM::ManagedPolicy', { PolicyDocument: document(allow('*')) });
    const Role = role([allow(READ)], { PermissionsBoundary: ref('Boundary') });
    expect(answer({ Role, Boundary, Policy })).toBe('explicit deny');
  });

  it('NotPrincipal with Allow allows everyone else', () => {
    const Policy = bucketPolicy(ref('Bucket'), {
      Effect: 'Allow',
      NotPrincipal: { AWS: arnOf('Role') },
      Action: READ,
      Resource: objects,
    });
    const iam = iamOf({ Bucket: bucket, Role: role([]), Other: role([]), Policy });
    expect(iam.can('S/Other', READ, object).answer).toBe('allowed');
    expect(iam.can('S/Role', READ, object).answer).toBe('implicit deny');
  });
});

describe('what exists only under a condition', () => {
  const template = {
    Parameters: { Stage: { Type: 'String' } },
    Conditions: { Is: { 'Fn::Equals': [ref('Stage'), 'prod'] } },
  };
  const statements = [allow('s3:GetObject')];

  it.each([
    ['S/Function', { Function: resource('AWS::Lambda::Function', { Role: arnOf('Role') }) }],
    [
      'S/Instance',
      {
        Function: resource('AWS::IAM::InstanceProfile', { Roles: [ref('Role')] }),
        Instance: resource('AWS::EC2::Instance', { IamInstanceProfile: ref('Function') }),
      },
    ],
  ])('makes it unknown what %s may do with its role', (who, { Function, ...others }) => {
    const resources = {
      Role: role(statements),
      Bucket: bucket,
      ...others,
      Function: { ...Function, Condition: 'Is' },
    };
    expect(iamOf(resources, {}, template).can(who, 's3:GetObject', 'S/Bucket').answer).toBe('unknown');
  });

  it('makes it unknown what may be done by an alias of a key', () => {
    const resources = {
      Role: role([allow('kms:Decrypt')]),
      Key: resource('AWS::KMS::Key', { KeyPolicy: document(allowTo('*', 'kms:*')) }),
      Alias: {
        ...resource('AWS::KMS::Alias', { AliasName: 'alias/key', TargetKeyId: ref('Key') }),
        Condition: 'Is',
      },
    };
    const permissions = iamOf(resources, {}, template);
    expect(permissions.can('S/Role', 'kms:Decrypt', 'S/Key').answer).toBe('allowed');
    expect(permissions.can('S/Role', 'kms:Decrypt', 'S/Alias').answer).toBe('unknown');
  });

  it.each([
    ['a role', { Role: { ...role(statements), Condition: 'Is' }, Bucket: bucket }],
    ['a resource', { Role: role(statements), Bucket: { ...bucket, Condition: 'Is' } }],
  ])('makes a permission unknown: %s', (_, resources) => {
    const found = iamOf(resources, {}, template).can('S/Role', 's3:GetObject', 'S/Bucket');
    expect(found.answer).toBe('unknown');
    expect(String(found)).toContain('exists only under condition Is');
  });

  it('leaves a request denied that nothing allows', () => {
    const resources = { Role: { ...role(statements), Condition: 'Is' }, Bucket: bucket };
    const permissions = iamOf(resources, {}, template);
    expect(permissions.can('S/Role', 's3:PutObject', 'S/Bucket').answer).toBe('implicit deny');
  });
});
