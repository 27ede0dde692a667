import { Arns } from '../../../lib/assertions/iam/arns';
import {
  accountOf,
  contextOf,
  matchPrincipal,
  resolvePrincipal,
  type PrincipalInput,
} from '../../../lib/assertions/iam/principals';
import { Templates } from '../../../lib/assertions/templates';
import { arnOf, ref, resource, role } from './builders';

const A = '111111111111';
const ROLE = `arn:aws:iam::${A}:role/reader`;
const USER = `arn:aws:iam::${A}:user/ann`;
const SESSION = `arn:aws:sts::${A}:assumed-role/reader/s1`;
const ELSEWHERE = 'arn:aws:iam::222222222222:role/r';

const templates = new Templates([
  {
    name: 'S',
    account: A,
    region: 'eu-west-1',
    template: {
      Resources: {
        Role: role([], { RoleName: 'reader' }),
        Bound: role([], { RoleName: 'bound', PermissionsBoundary: 'arn:aws:iam::aws:policy/P' }),
        Open: role([], { RoleName: 'open', PermissionsBoundary: '⟨?why⟩' }),
        Ann: resource('AWS::IAM::User', { UserName: 'ann' }),
        Group: resource('AWS::IAM::Group', { GroupName: 'g' }),
        Oidc: resource('AWS::IAM::OIDCProvider', { Url: 'https://token.example' }),
        Saml: resource('AWS::IAM::SAMLProvider', { Name: 's' }),
        Cdk: resource('Custom::AWSCDKOpenIdConnectProvider'),
        Profile: resource('AWS::IAM::InstanceProfile', { Roles: [ref('Role')] }),
        Pipe: resource('AWS::Pipes::Pipe', { RoleArn: arnOf('Role') }),
        ByName: resource('AWS::EC2::LaunchTemplate', {
          LaunchTemplateData: { IamInstanceProfile: { Name: ref('Profile') } },
        }),
        Abroad: resource('AWS::Lambda::Function', { Role: ELSEWHERE }),
        Text: resource('AWS::Lambda::Function', { Role: 'reader' }),
      },
    },
  },
]);
const arns = new Arns(templates);
const resolve = (input: PrincipalInput) => resolvePrincipal(input, templates, arns);

describe('iam: who asks', () => {
  it.each<[PrincipalInput, object]>([
    ['*', { kind: 'anonymous', name: 'anyone', id: '*', hasBoundary: { truth: 'no' } }],
    ['lambda.amazonaws.com', { kind: 'service', id: 'lambda.amazonaws.com', name: 'lambda.amazonaws.com' }],
    ['ec2.amazonaws.com.cn', { kind: 'service', id: 'ec2.amazonaws.com.cn' }],
    ['cognito-identity.amazonaws.com', { kind: 'federated', id: 'cognito-identity.amazonaws.com' }],
    ['accounts.google.com', { kind: 'federated', name: 'accounts.google.com' }],
    ['graph.facebook.com', { kind: 'federated' }],
    ['www.amazon.com', { kind: 'federated' }],
    [A, { kind: 'account', name: `account ${A}`, id: A, account: A }],
    [`arn:aws:iam::${A}:root`, { kind: 'account', name: `arn:aws:iam::${A}:root`, id: A, account: A }],
    [ROLE, { kind: 'role', name: 'S/Role', id: ROLE, account: A, resource: { path: 'S/Role' } }],
    [USER, { kind: 'user', name: 'S/Ann', id: USER }],
    [ELSEWHERE, { kind: 'role', name: ELSEWHERE, account: '222222222222', hasBoundary: { truth: 'no' } }],
    ['arn:aws:iam::222222222222:user/u', { kind: 'user' }],
    ['arn:aws:iam::1:oidc-provider/x', { kind: 'federated', id: 'arn:aws:iam::1:oidc-provider/x' }],
    ['arn:aws:iam::1:saml-provider/x', { kind: 'federated' }],
    [SESSION, { kind: 'role', name: SESSION, id: ROLE, session: SESSION, resource: { path: 'S/Role' } }],
    [
      'arn:aws:sts::222222222222:assumed-role/reader/s1',
      {
        kind: 'role',
        id: 'arn:aws:iam::222222222222:role/⟨?the path of role reader⟩reader',
        account: '222222222222',
        hasBoundary: { truth: 'unknown', why: ['the boundary of reader'] },
      },
    ],
    ['S/Role', { kind: 'role', name: 'S/Role', id: ROLE, account: A, hasBoundary: { truth: 'no' } }],
    ['S/Bound', { hasBoundary: { truth: 'yes' } }],
    ['S/Open', { hasBoundary: { truth: 'unknown', why: ['the permissions boundary of S/Open: why'] } }],
    ['S/Group', { kind: 'group', id: `arn:aws:iam::${A}:group/g` }],
    ['S/Oidc', { kind: 'federated', name: 'S/Oidc', id: `arn:aws:iam::${A}:oidc-provider/token.example` }],
    ['S/Saml', { kind: 'federated' }],
    ['S/Cdk', { kind: 'federated' }],
    ['S/Pipe', { kind: 'role', name: 'S/Role' }],
    ['S/ByName', { kind: 'role', name: 'S/Role' }],
    ['S/Abroad', { kind: 'role', name: ELSEWHERE }],
  ])('%j', (input, expected) => {
    expect(resolve(input)).toMatchObject(expected);
  });

  it('is refused when its role is a name', () => {
    expect(() => resolve('S/Text')).toThrow(
      'S/Text: expected its Role to be a role of these templates, got "reader"',
    );
  });

  it.each<[PrincipalInput, object]>([
    [
      'S/Role',
      {
        'aws:PrincipalIsAWSService': 'false',
        'aws:PrincipalAccount': A,
        'aws:PrincipalArn': ROLE,
        'aws:PrincipalType': 'AssumedRole',
      },
    ],
    [
      'S/Ann',
      {
        'aws:PrincipalIsAWSService': 'false',
        'aws:PrincipalAccount': A,
        'aws:PrincipalArn': USER,
        'aws:PrincipalType': 'User',
        'aws:username': 'ann',
      },
    ],
    [
      'arn:aws:iam::222222222222:user/u',
      {
        'aws:PrincipalIsAWSService': 'false',
        'aws:PrincipalAccount': '222222222222',
        'aws:PrincipalArn': 'arn:aws:iam::222222222222:user/u',
        'aws:PrincipalType': 'User',
      },
    ],
    [A, { 'aws:PrincipalIsAWSService': 'false', 'aws:PrincipalAccount': A }],
    ['*', { 'aws:PrincipalIsAWSService': 'false' }],
    ['S/Group', { 'aws:PrincipalIsAWSService': 'false' }],
    ['S/Oidc', { 'aws:PrincipalIsAWSService': 'false' }],
    [
      'lambda.amazonaws.com',
      { 'aws:PrincipalIsAWSService': 'true', 'aws:PrincipalServiceName': 'lambda.amazonaws.com' },
    ],
  ])('%j has the context %j', (input, context) => {
    expect(contextOf(resolve(input), arns)).toEqual(context);
  });

  it('has the account of its ARN', () => {
    expect(accountOf(ROLE)).toBe(A);
    expect(accountOf('arn:aws:iam::⟨AWS::AccountId⟩:role/x')).toBe('⟨AWS::AccountId⟩');
    expect(accountOf('arn:aws:s3:::b')).toBe('');
    expect(accountOf('b')).toBe('');
  });
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
describe('iam: the Principal of a statement', () => {
  const ways = (elements: object, input: PrincipalInput) => {
    const {
      direct,
      role: asRole,
      account,
    } = matchPrincipal({ Effect: 'Allow', ...elements }, resolve(input), arns);
    return [direct.truth, asRole.truth, account.truth].join(' ');
  };

  it.each<[unknown, PrincipalInput, string]>([
    ['*', 'S/Role', 'yes no no'],
    ['*', '*', 'yes no no'],
    ['*', 'lambda.amazonaws.com', 'yes no no'],
    ['*', 'S/Oidc', 'unknown no no'],
    [{ AWS: '*' }, 'S/Ann', 'yes no no'],
    [{ AWS: A }, 'S/Role', 'no no yes'],
    [{ AWS: `arn:aws:iam::${A}:root` }, 'S/Ann', 'no no yes'],
    [{ AWS: '222222222222' }, 'S/Role', 'no no no'],
    [{ AWS: ['222222222222', A] }, A, 'no no yes'],
    [{ AWS: A }, '*', 'no no no'],
    [{ AWS: A }, 'lambda.amazonaws.com', 'no no no'],
    [{ AWS: ROLE }, 'S/Role', 'no yes no'],
    [{ AWS: ROLE }, SESSION, 'no yes no'],
    [{ AWS: ROLE }, 'S/Bound', 'no no no'],
    [{ AWS: USER }, 'S/Ann', 'yes no no'],
    [{ AWS: USER }, 'S/Role', 'no no no'],
    [{ AWS: ROLE }, 'S/Group', 'no no no'],
    [{ AWS: ROLE }, A, 'no no no'],
    [{ AWS: SESSION }, SESSION, 'yes no no'],
    [{ AWS: SESSION }, `${SESSION}x`, 'no no no'],
    [{ AWS: SESSION }, 'S/Role', 'unknown no no'],
    [{ AWS: SESSION }, 'S/Bound', 'no no no'],
    [{ AWS: '⟨?why⟩' }, 'S/Role', 'unknown no no'],
    [{ AWS: '⟨?why⟩' }, '*', 'unknown no no'],
    [{ AWS: '⟨?why⟩' }, 'S/Oidc', 'unknown no no'],
    [{ AWS: ROLE }, 'S/Oidc', 'no no no'],
    [{ Service: 'lambda.amazonaws.com' }, 'lambda.amazonaws.com', 'yes no no'],
    [{ Service: 'ec2.amazonaws.com' }, 'lambda.amazonaws.com', 'no no no'],
    [{ Service: 'lambda.amazonaws.com' }, 'S/Role', 'no no no'],
    [{ Federated: 'accounts.google.com' }, 'accounts.google.com', 'yes no no'],
    [{ Federated: 'accounts.google.com' }, 'www.amazon.com', 'no no no'],
    [{ Federated: 'accounts.google.com' }, 'S/Role', 'no no no'],
    [{ CanonicalUser: 'x' }, 'S/Role', 'no no no'],
    [{ CanonicalUser: '*' }, 'S/Role', 'no no no'],
    ['⟨?why⟩', 'S/Role', 'unknown no no'],
    [undefined, 'S/Role', 'no no no'],
    [{ AWS: '222222222222', Service: 'lambda.amazonaws.com' }, 'lambda.amazonaws.com', 'yes no no'],
  ])('%j and %j: directly, as the role, through the account: %s', (Principal, input, expected) => {
    expect(ways({ Principal }, input)).toBe(expected);
  });

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
  it.each<[string, unknown, PrincipalInput, string]>([
    ['Allow', { AWS: ROLE }, 'S/Role', 'no'],
    ['Allow', { AWS: ROLE }, 'S/Ann', 'yes'],
    ['Deny', { AWS: ROLE }, 'S/Ann', 'yes'],
    ['Deny', { AWS: [ROLE, A] }, 'S/Role', 'no'],
    ['Deny', { AWS: ROLE }, 'S/Role', 'unknown'],
    ['Deny', { AWS: [USER, A] }, 'S/Ann', 'no'],
    ['Deny', { AWS: USER }, 'S/Ann', 'unknown'],
    ['Deny', { Service: 'lambda.amazonaws.com' }, 'lambda.amazonaws.com', 'no'],
    ['Deny', { AWS: ['arn:aws:iam::111111111111:role/bound', A] }, 'S/Bound', 'yes'],
    ['Deny', { AWS: ['arn:aws:iam::111111111111:role/open', A] }, 'S/Open', 'unknown'],
    ['Deny', { AWS: A }, 'S/Open', 'yes'],
    ['Allow', { AWS: 'arn:aws:iam::111111111111:role/bound' }, 'S/Bound', 'no'],
  ])('%s with NotPrincipal %j and %j: %s', (Effect, NotPrincipal, input, truth) => {
    expect(ways({ Effect, NotPrincipal }, input)).toBe(`${truth} no no`);
  });

  it('says why it is unknown', () => {
    const reasons = (elements: object, input: PrincipalInput) =>
      matchPrincipal({ Effect: 'Deny', ...elements }, resolve(input), arns).direct.why;
    expect(reasons({ NotPrincipal: { AWS: ROLE } }, 'S/Role')).toEqual([
      'NotPrincipal names S/Role without its account, which may deny the whole account',
    ]);
    expect(reasons({ Principal: '*' }, 'S/Oidc')).toEqual(['whether * includes S/Oidc']);
    expect(reasons({ Principal: { AWS: SESSION } }, 'S/Role')).toEqual([`whether the session is ${SESSION}`]);
    expect(reasons({ Principal: { AWS: '⟨?why⟩' } }, 'S/Role')).toEqual(['the principal ⟨?why⟩']);
    expect(reasons({ Principal: '⟨?why⟩' }, 'S/Role')).toEqual(['the principal ⟨?why⟩']);
  });
});
