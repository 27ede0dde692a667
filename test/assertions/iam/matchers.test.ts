import '../../../lib/assertions/iam/matchers';
import {
  allow,
  allowTo,
  arnOf,
  bucket,
  bucketPolicy,
  deny,
  iamOf,
  join,
  ref,
  resource,
  role,
} from './builders';

const objects = join(arnOf('Bucket'), '/*');
const thumbnails = join(arnOf('Bucket'), '/thumbnails/*');
const SECURE = { Condition: { Bool: { 'aws:SecureTransport': 'true' } } };
const Role = role([
  allow('s3:GetObject', objects, { Sid: 'Read' }),
  allow('s3:PutObject', thumbnails),
  allow('s3:DeleteObject', objects, SECURE),
  allow('s3:RestoreObject', ref('Missing')),
  deny('s3:PutObjectAcl', objects),
]);
const iam = iamOf({ Bucket: bucket, Role });
const object = { resource: 'S/Bucket', path: 'k' };

describe('a failed expectation', () => {
  const failing = (expectation: () => void) => {
    try {
      expectation();
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error('the expectation holds');
  };

  it('says which statement allows what should not be allowed', () => {
    expect(
      failing(() => {
        expect(iam).not.toAllow('S/Role', 's3:GetObject', object);
      }),
    ).toBe('allowed: S/Role s3:GetObject on S/Bucket k\n  Allow in S/Role (Inline), statement Read');
  });

  it('lists the statements of that action if none allows the request', () => {
    expect(
      failing(() => {
        expect(iam).toAllow('S/Role', 's3:PutObject', object);
      }),
    ).toBe(
      'implicit deny: S/Role s3:PutObject on S/Bucket k\n  no statement allows it\n  Allow in S/Role (Inline), statement 1',
    );
  });

  it('names the deny', () => {
    expect(
      failing(() => {
        expect(iam).toAllow('S/Role', 's3:PutObjectAcl', object);
      }),
    ).toBe('explicit deny: S/Role s3:PutObjectAcl on S/Bucket k\n  Deny in S/Role (Inline), statement 4');
  });

  it.each([
    ['conditional', 's3:DeleteObject', 'Bool aws:SecureTransport true'],
    ['unknown', 's3:RestoreObject', 'Ref to Missing, which S does not define'],
  ])('fails with and without .not for the answer %s', (answer, action, reason) => {
    const with_ = failing(() => {
      expect(iam).toAllow('S/Role', action, object);
    });
    const without = failing(() => {
      expect(iam).not.toAllow('S/Role', action, object);
    });
    expect(with_).toBe(without);
    expect(with_).toMatch(new RegExp(`^${answer}: `));
    expect(with_).toContain(reason);
  });
});

describe('toAllowConditionally', () => {
  it('passes for the answer conditional only', () => {
    expect(iam).toAllowConditionally('S/Role', 's3:DeleteObject', object);
    expect(iam).not.toAllowConditionally('S/Role', 's3:GetObject', object);
    expect(iam).not.toAllowConditionally('S/Role', 's3:PutObject', object);
    expect(() => {
      expect(iam).toAllowConditionally('S/Role', 's3:RestoreObject', object);
    }).toThrow(/^unknown/);
    expect(() => {
      expect(iam).not.toAllowConditionally('S/Role', 's3:RestoreObject', object);
    }).toThrow(/^unknown/);
  });

  it('is decided by the context', () => {
    const context = { 'aws:SecureTransport': 'true' };
    expect(iam).not.toAllowConditionally('S/Role', 's3:DeleteObject', object, { context });
    expect(iam).toAllow('S/Role', 's3:DeleteObject', object, { context });
  });
});

describe('the list of permissions', () => {
  const list = (...statements: object[]) => iamOf({ Bucket: bucket, Role: role(statements) });

  it('fails for missing and for additional permissions', () => {
    const some = list(allow(['s3:GetObject', 's3:PutObject'], objects));
    expect(some).toAllowOnly('S/Role', { 'S/Bucket/*': ['s3:GetObject', 's3:PutObject'] });
    expect(() => {
      expect(some).toAllowOnly('S/Role', { 'S/Bucket/*': ['s3:GetObject', 's3:ListBucket'] });
    }).toThrow(
      /allowed, not in the list: s3:PutObject on S\/Bucket\/\*\n {2}in the list, not allowed: s3:ListBucket on S\/Bucket\/\*/,
    );
    expect(some).not.toAllowOnly('S/Role', {});
    expect(list()).toAllowOnly('S/Role', {});
  });

  it('shows conditions, NotAction, NotResource, and no denials', () => {
    const permissions = list(
      allow('s3:GetObject', thumbnails, SECURE),
      { Effect: 'Allow', NotAction: 'iam:*', NotResource: [objects] },
      deny('s3:*'),
    ).permissions('S/Role');
    expect(permissions).toEqual([
      { action: 's3:GetObject', resource: 'S/Bucket/thumbnails/*', condition: SECURE.Condition },
      { action: 'not iam:*', resource: 'not S/Bucket/*' },
    ]);
  });

  it('has each permission once, by resource and action', () => {
    const permissions = list(
      allow(['s3:PutObject', 's3:GetObject'], thumbnails),
      allow(['s3:PutObject', 's3:AbortMultipartUpload'], objects),
      allow(['s3:PutObject', 's3:GetObject'], objects),
    ).permissions('S/Role');
    expect(permissions.map(({ action, resource }) => `${action} on ${resource}`)).toEqual([
      's3:AbortMultipartUpload on S/Bucket/*',
      's3:GetObject on S/Bucket/*',
      's3:PutObject on S/Bucket/*',
      's3:GetObject on S/Bucket/thumbnails/*',
      's3:PutObject on S/Bucket/thumbnails/*',
    ]);
  });

  it('includes what the policies of resources allow, to the role or to everyone', () => {
    const Policy = bucketPolicy(
      ref('Bucket'),
      allowTo({ AWS: arnOf('Role') }, 's3:GetObject', objects),
      allowTo('*', 's3:ListBucket', arnOf('Bucket')),
      allowTo({ AWS: arnOf('Other') }, 's3:DeleteBucket', arnOf('Bucket')),
    );
    const Key = resource('AWS::KMS::Key', {
      KeyPolicy: { Statement: allowTo({ AWS: arnOf('Role') }, 'kms:Decrypt') },
    });
    expect(iamOf({ Bucket: bucket, Role: role([]), Other: role([]), Policy, Key })).toAllowOnly('S/Role', {
      'S/Bucket': ['s3:ListBucket'],
      'S/Bucket/*': ['s3:GetObject'],
      'S/Key': ['kms:Decrypt'],
    });
  });

  it('throws while a policy is unknown', () => {
    const Role = role([], { ManagedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] });
    const message =
      /^the permissions of S\/Role are unknown: the document of arn:aws:iam::aws:policy\/ReadOnlyAccess/;
    expect(() => {
      expect(iamOf({ Role })).toAllowOnly('S/Role', {});
    }).toThrow(message);
    expect(() => {
      expect(iamOf({ Role })).not.toAllowOnly('S/Role', {});
    }).toThrow(message);
    const Key = resource('AWS::KMS::Key', { KeyPolicy: ref('Missing') });
    expect(() => iamOf({ Role: role([]), Key }).permissions('S/Role')).toThrow('Missing');
    const elsewhere = 'arn:aws:iam::111111111111:role/x';
    expect(() => iamOf({ Key }).permissions(elsewhere)).toThrow('its policies are not in these templates');
    const user = elsewhere.replace('role', 'user');
    expect(() => iamOf({}).permissions(user)).toThrow('its policies are not in these templates');
    const unexpanded = iamOf({ Role: role([]) }, {}, { Transform: 'AWS::Include' });
    expect(() => unexpanded.permissions('S/Role')).toThrow('S: Transform AWS::Include');
    expect(() => list(allow('s3:GetObject', ref('Missing'))).permissions('S/Role')).toThrow('Missing');
  });
});
