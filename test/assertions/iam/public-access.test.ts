import { isPublicPolicy, restrictsPublicBuckets } from '../../../lib/assertions/iam/public-access';
import { statementsOf } from '../../../lib/assertions/iam/statements';
import { Templates, type Json } from '../../../lib/assertions/templates';
import { allowTo, denyTo, document } from './builders';

const UNKNOWN = '⟨?why⟩';

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
describe('iam: S3 Block Public Access', () => {
  const restricts = (Type: string, Properties: object) => {
    const [resource] = Templates.fromTemplates({ S: { Resources: { R: { Type, Properties } } } }).resources;
    return resource && restrictsPublicBuckets(resource);
  };

  it.each<[string, object, string]>([
    ['AWS::S3::Bucket', {}, 'yes'],
    ['AWS::S3::Bucket', { PublicAccessBlockConfiguration: { RestrictPublicBuckets: true } }, 'yes'],
    ['AWS::S3::Bucket', { PublicAccessBlockConfiguration: { RestrictPublicBuckets: 'true' } }, 'yes'],
    ['AWS::S3::Bucket', { PublicAccessBlockConfiguration: { RestrictPublicBuckets: false } }, 'no'],
    ['AWS::S3::Bucket', { PublicAccessBlockConfiguration: { RestrictPublicBuckets: 'false' } }, 'no'],
    ['AWS::S3::Bucket', { PublicAccessBlockConfiguration: {} }, 'no'],
    ['AWS::SQS::Queue', {}, 'no'],
  ])('of %s with %j: %s', (type, properties, truth) => {
    expect(restricts(type, properties)?.truth).toBe(truth);
  });

  it.each([
    [{ RestrictPublicBuckets: UNKNOWN }, 'RestrictPublicBuckets ⟨?why⟩'],
    [UNKNOWN, 'RestrictPublicBuckets ⟨?why⟩'],
  ])('is unknown with %j', (PublicAccessBlockConfiguration, why) => {
    expect(restricts('AWS::S3::Bucket', { PublicAccessBlockConfiguration })).toEqual({
      truth: 'unknown',
      why: [why],
    });
  });
});

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
describe('iam: a bucket policy is public', () => {
  const status = (statement: object, undecided?: string) =>
    isPublicPolicy(statementsOf('P', document(statement) as unknown as Json, undecided));
  const when = (Condition: unknown) => allowTo('*', 's3:GetObject', '*', { Condition });
  const one = (operator: string, key: string, value: unknown) => when({ [operator]: { [key]: value } });

  it.each<[object, string]>([
    [allowTo('*', 's3:GetObject'), 'yes'],
    [allowTo({ AWS: '*' }, 's3:GetObject'), 'yes'],
    [allowTo({ AWS: ['111111111111', '*'] }, 's3:GetObject'), 'yes'],
    [allowTo({ AWS: '111111111111' }, 's3:GetObject'), 'no'],
    [allowTo({ Service: 's3.amazonaws.com' }, 's3:GetObject'), 'no'],
    [{ Effect: 'Allow', NotPrincipal: { AWS: '111111111111' }, Action: '*', Resource: '*' }, 'yes'],
    [denyTo('*', 's3:GetObject'), 'no'],
    [one('StringEquals', 'aws:SourceVpce', 'vpce-1'), 'no'],
    [one('StringEquals', 'aws:SourceVpc', 'vpc-1'), 'no'],
    [one('StringEquals', 'aws:SourceAccount', '111111111111'), 'no'],
    [one('StringEquals', 'aws:SourceOwner', '111111111111'), 'no'],
    [one('StringEquals', 'aws:userid', 'x'), 'no'],
    [one('StringEquals', 's3:x-amz-server-side-encryption-aws-kms-key-id', 'k'), 'no'],
    [one('StringEquals', 's3:DataAccessPointAccount', '111111111111'), 'no'],
    [one('ArnLike', 's3:DataAccessPointArn', 'arn:aws:s3:eu-west-1:111111111111:accesspoint/*'), 'no'],
    [one('ArnLike', 's3:DataAccessPointArn', 'arn:aws:s3:*:111111111111:accesspoint/*'), 'yes'],
    [one('ArnLike', 'aws:SourceArn', 'arn:aws:sns:eu-west-1:111111111111:*'), 'no'],
    [one('ArnLike', 'aws:SourceArn', 'arn:aws:sns:*:*:topic'), 'yes'],
    [one('ArnLike', 'aws:SourceArn', 'arn:aws:*:eu-west-1:111111111111:x'), 'yes'],
    [one('ArnLike', 'aws:SourceArn', 'xarn:aws:sns:eu-west-1:111111111111:*'), 'yes'],
    [one('ArnLike', 'aws:SourceArn', 'arn:aws:sns:eu-west-1:11111111111:*'), 'yes'],
    [one('ArnEquals', 'aws:SourceArn', 'arn:aws:sns:eu-west-1:111111111111:t'), 'no'],
    [one('StringEqualsIgnoreCase', 'AWS:SOURCEVPC', 'vpc-1'), 'no'],
    [one('StringLike', 'aws:SourceVpc', 'vpc-*'), 'yes'],
    [one('StringLike', 'aws:SourceVpc', 'vpc-?'), 'yes'],
    [one('StringLike', 'aws:SourceVpc', '${aws:PrincipalTag/vpc}'), 'yes'],
    [one('StringEquals', 'aws:SourceVpc', ['vpc-1', 'vpc-*']), 'yes'],
    [one('ForAnyValue:StringEquals', 'aws:SourceVpc', 'vpc-1'), 'no'],
    [one('ForAllValues:StringEquals', 'aws:SourceVpc', 'vpc-1'), 'yes'],
    [one('StringEqualsIfExists', 'aws:SourceVpc', 'vpc-1'), 'yes'],
    [one('StringNotEquals', 'aws:SourceVpc', 'vpc-1'), 'yes'],
    [one('StringEquals', 'aws:PrincipalTag/t', 'x'), 'yes'],
    [one('IpAddress', 'aws:SourceIp', '203.0.113.0/24'), 'no'],
    [one('IpAddress', 'aws:SourceIp', '203.0.113.7'), 'no'],
    [one('IpAddress', 'aws:SourceIp', '10.0.0.0/8'), 'no'],
    [one('IpAddress', 'aws:SourceIp', '10.0.0.0/7'), 'yes'],
    [one('IpAddress', 'aws:SourceIp', ['10.0.0.0/8', '0.0.0.0/0']), 'yes'],
    [one('IpAddress', 'aws:SourceIp', '2001:db8::/32'), 'no'],
    [one('IpAddress', 'aws:SourceIp', '2001:db8::/31'), 'yes'],
    [one('NotIpAddress', 'aws:SourceIp', '203.0.113.0/24'), 'yes'],
    [when({ StringEquals: { 'aws:SourceVpc': 'vpc-1' }, Bool: { 'aws:SecureTransport': 'true' } }), 'no'],
  ])('%j: %s', (statement, truth) => {
    expect(status(statement)).toEqual({ truth, why: [] });
  });

  it.each<[object, string]>([
    [
      one('StringEquals', 'aws:PrincipalArn', 'x'),
      'whether S3 takes a policy for aws:principalarn for public',
    ],
    [
      one('StringEquals', 'aws:PrincipalAccount', '1'),
      'whether S3 takes a policy for aws:principalaccount for public',
    ],
    [
      one('StringEquals', 'aws:PrincipalOrgID', 'o-1'),
      'whether S3 takes a policy for aws:principalorgid for public',
    ],
    [one('StringEquals', 'aws:SourceVpc', UNKNOWN), 'aws:sourcevpc ⟨?why⟩'],
    [one('IpAddress', 'aws:SourceIp', UNKNOWN), 'aws:SourceIp ⟨?why⟩'],
    [when('x'), 'the condition "x"'],
    [when({ StringEquals: 'x' }), 'the condition StringEquals'],
    [allowTo(UNKNOWN, '*'), 'whether a statement of P is public: why'],
    [allowTo({ AWS: UNKNOWN }, '*'), 'whether a statement of P is public: why'],
  ])('%j: unknown, %s', (statement, why) => {
    expect(status(statement)).toEqual({ truth: 'unknown', why: [why] });
  });

  it('is unknown when a statement that may be public may be missing', () => {
    expect(status(allowTo('*', '*'), 'open')).toEqual({
      truth: 'unknown',
      why: ['whether a statement of P is public: open'],
    });
    expect(status(allowTo({ AWS: '111111111111' }, '*'), 'open').truth).toBe('unknown');
    expect(status(denyTo('*', '*'), 'open').truth).toBe('no');
    expect(status(one('StringEquals', 'aws:SourceVpc', 'vpc-1'), 'open').truth).toBe('no');
  });
});
