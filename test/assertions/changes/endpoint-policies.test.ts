import {
  allow,
  arnOf,
  bucket,
  compare,
  brief,
  deny,
  objects,
  policy,
  ref,
  resource,
  role,
} from './templates';

const endpoint = (...statements: readonly object[]) => ({
  Vpc: resource('AWS::EC2::VPC', { CidrBlock: '10.0.0.0/16' }),
  Uploads: bucket,
  Worker: role([]),
  Endpoint: resource('AWS::EC2::VPCEndpoint', {
    VpcId: ref('Vpc'),
    ServiceName: 'com.amazonaws.eu-west-1.s3',
    ...(statements.length > 0 && { PolicyDocument: policy(...statements) }),
  }),
});
const anyone = { Principal: '*' };
const read = allow('s3:GetObject', objects('Uploads'), anyone);
const secure = { Condition: { Bool: { 'aws:SecureTransport': 'true' } } };
const through = '| through Shop/Endpoint';

// https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
describe('changes: the policy of a VPC endpoint', () => {
  it('lets everything through where there is none', () => {
    expect(brief(compare(endpoint(read), endpoint()))).toEqual([`opens | anyone | * | * ${through}`]);
    expect(brief(compare(endpoint(), endpoint(read)))).toEqual([`closes | anyone | * | * ${through}`]);
    expect(compare(endpoint(), endpoint(allow('*', '*', anyone))).changes).toEqual([]);
  });

  it('lets through what a statement allows, with the reasons of both states', () => {
    const list = allow('s3:ListBucket', arnOf('Uploads'), { ...anyone, ...secure });
    expect(compare(endpoint(read), endpoint(read, list)).changes).toEqual([
      {
        area: 'permission',
        effect: 'opens',
        subjects: ['anyone'],
        what: ['s3:ListBucket'],
        objects: ['Shop/Uploads'],
        when: 'through Shop/Endpoint',
        before: {
          answer: 'not let through',
          because: ['the policy of Shop/Endpoint has no such statement'],
        },
        after: {
          answer: 'let through',
          because: ['Shop/Endpoint: Allow in statement 1', 'if {"Bool":{"aws:SecureTransport":"true"}}'],
        },
      },
    ]);
  });

  it('stops what a statement denies', () => {
    const denied = deny('s3:DeleteObject', '*', anyone);
    const [change] = compare(endpoint(read), endpoint(read, denied)).changes;
    expect(change).toMatchObject({
      effect: 'closes',
      before: { answer: 'not denied', because: ['the policy of Shop/Endpoint has no such statement'] },
      after: { answer: 'denied', because: ['Shop/Endpoint: Deny in statement 1'] },
    });
    const [back] = compare(endpoint(read, denied), endpoint(read)).changes;
    expect(back).toMatchObject({
      effect: 'opens',
      before: { answer: 'denied' },
      after: { answer: 'not denied' },
    });
  });

  it('names principals, and what NotAction, NotResource and NotPrincipal leave out', () => {
    const odd = {
      Effect: 'Allow',
      NotPrincipal: '*',
      NotAction: 's3:DeleteObject',
      NotResource: objects('Uploads'),
    };
    const worker = allow('s3:GetObject', '*', { Principal: { AWS: arnOf('Worker') } });
    expect(brief(compare(endpoint(read), endpoint(read, worker, odd)))).toEqual([
      `opens | Shop/Worker | s3:GetObject | * ${through}`,
      `opens | all but * | all but s3:DeleteObject | all but Shop/Uploads/* ${through}`,
    ]);
  });

  const role1 = { Principal: { AWS: 'arn:aws:iam::111111111111:role/One' } };
  it.each<[string, object, object]>([
    ['all of its actions', allow('s3:*', objects('Uploads'), anyone), read],
    ['its action in another case', allow('S3:getobject', objects('Uploads'), anyone), read],
    ['all of its resources', allow('s3:GetObject', '*', anyone), read],
    ['all of its principals', read, allow('s3:GetObject', objects('Uploads'), role1)],
    ['the same principal', allow('s3:*', '*', role1), allow('s3:GetObject', '*', role1)],
    ['it without a condition', read, { ...read, ...secure }],
    [
      'it under the same condition',
      { ...allow('s3:*', objects('Uploads'), anyone), ...secure },
      { ...read, ...secure },
    ],
  ])('does not change where another statement allows %s', (_, wide, one) => {
    expect(compare(endpoint(wide), endpoint(wide, one)).changes).toEqual([]);
  });

  it.each<[string, object, object]>([
    ['only one of its actions', read, allow(['s3:GetObject', 's3:PutObject'], objects('Uploads'), anyone)],
    ['only some of its resources', read, allow('s3:GetObject', '*', anyone)],
    ['only some of its principals', allow('s3:GetObject', '*', role1), allow('s3:GetObject', '*', anyone)],
    ['it under a condition', { ...read, ...secure }, read],
    [
      'a resource in another case',
      allow('*', 'arn:aws:s3:::A/*', anyone),
      allow('*', 'arn:aws:s3:::a/*', anyone),
    ],
    [
      'all but some actions',
      allow('s3:Get*', '*', anyone),
      { Effect: 'Allow', NotAction: 'iam:*', Resource: '*', ...anyone },
    ],
    [
      'all but some resources',
      read,
      { Effect: 'Allow', Action: 's3:GetObject', NotResource: objects('Uploads'), ...anyone },
    ],
    [
      'all but some principals',
      allow('s3:*', '*', role1),
      { Effect: 'Allow', Action: 's3:GetObject', Resource: '*', NotPrincipal: role1.Principal },
    ],
    ['what it denies', allow('s3:*', '*', anyone), deny('s3:GetObject', '*', anyone)],
  ])('changes where another statement allows %s', (_, narrow, one) => {
    expect(compare(endpoint(narrow), endpoint(narrow, one)).changes).toHaveLength(1);
  });

  it('is not compared where the endpoint is new or removed', () => {
    const { Endpoint, ...rest } = endpoint(read);
    expect(Endpoint).toBeDefined();
    expect(brief(compare(rest, endpoint(read))).filter((line) => line.includes('through'))).toEqual([]);
    expect(brief(compare(endpoint(read), rest)).filter((line) => line.includes('through'))).toEqual([]);
  });
});

// https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#add-remove-permissions
describe('changes: the permissions of an endpoint service', () => {
  const root = (account: string) => `arn:aws:iam::${account}:root`;
  const service = (...AllowedPrincipals: readonly string[]) => ({
    Service: resource('AWS::EC2::VPCEndpointService', { NetworkLoadBalancerArns: [] }),
    Permissions: resource('AWS::EC2::VPCEndpointServicePermissions', {
      ServiceId: ref('Service'),
      AllowedPrincipals,
    }),
  });
  const [mine, theirs] = [root('111111111111'), root('222222222222')];

  it('say who may create endpoints', () => {
    expect(compare(service(mine), service(mine, theirs)).changes).toEqual([
      {
        area: 'permission',
        effect: 'opens',
        subjects: [theirs],
        what: ['create endpoints'],
        objects: ['service Shop/Service'],
        before: {
          answer: 'denied',
          because: [`Shop/Permissions: AllowedPrincipals does not have ${theirs}`],
        },
        after: { answer: 'allowed', because: [`Shop/Permissions: AllowedPrincipals has ${theirs}`] },
      },
    ]);
    expect(compare(service(mine, theirs), service(mine)).changes).toEqual([
      expect.objectContaining({
        effect: 'closes',
        subjects: [theirs],
        objects: ['service Shop/Service'],
        before: { answer: 'allowed', because: [`Shop/Permissions: AllowedPrincipals has ${theirs}`] },
      }),
    ]);
    expect(brief(compare(service(mine), service(mine, '*')))).toEqual([
      'opens | anyone | create endpoints | service Shop/Service',
    ]);
  });

  it('close with the permissions themselves', () => {
    const { Service } = service();
    expect(brief(compare(service(mine), { Service }))).toEqual([
      `closes | ${mine} | create endpoints | service Shop/Service`,
    ]);
    expect(brief(compare({ Service }, service(mine)))).toEqual([
      `opens | ${mine} | create endpoints | service Shop/Service`,
    ]);
  });

  it('are named by their own path where the service is not in the templates', () => {
    const imported = (...AllowedPrincipals: readonly string[]) => ({
      Permissions: resource('AWS::EC2::VPCEndpointServicePermissions', {
        ServiceId: 'vpce-svc-1',
        AllowedPrincipals,
      }),
    });
    expect(brief(compare(imported(), imported(mine)))).toEqual([
      `opens | ${mine} | create endpoints | service Shop/Permissions`,
    ]);
  });
});
