import fc from 'fast-check';
import { allow, arnOf, bucket, document, join, ref, resource } from './builders';

/*
 * Random policies about s3:GetObject on a bucket. One of them usually allows the request, and few statements say the
 * same twice: so that what one statement says decides.
 */

/** One in `of` is the other. */
const usually = <T>(usual: fc.Arbitrary<T>, other: fc.Arbitrary<T>, of: number): fc.Arbitrary<T> =>
  fc.oneof({ weight: of - 1, arbitrary: usual }, { weight: 1, arbitrary: other });

const action = usually(fc.constantFrom('s3:GetObject', 's3:*', '*'), fc.constant('s3:Put*'), 12);
const onto = usually(
  fc.constantFrom<unknown>('*', join(arnOf('Bucket'), '/*')),
  fc.constantFrom<unknown>(join(arnOf('Other'), '/*'), arnOf('Bucket')),
  12,
);
const condition = usually(
  fc.constant<object | undefined>(undefined),
  fc.constantFrom<object>(
    { Bool: { 'aws:SecureTransport': 'true' } },
    { BoolIfExists: { 'aws:SecureTransport': 'false' } },
    { StringNotEquals: { 'aws:SourceVpce': ref('Endpoint') } },
    { StringEquals: { 'aws:SourceVpce': [ref('Endpoint'), 'vpce-1'] } },
    { Null: { 'aws:PrincipalTag/t': 'true' } },
    { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a', 'b'] } },
    { ArnNotEquals: { 'aws:PrincipalArn': arnOf('Role') } },
    { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } },
  ),
  4,
);
const statement = (Effect: 'Allow' | 'Deny') =>
  fc
    .record({ action, onto, notResource: fc.integer({ min: 0, max: 11 }), Condition: condition })
    .map(({ action: Action, onto: on, notResource, Condition }) => ({
      Effect,
      Action,
      [notResource === 0 ? 'NotResource' : 'Resource']: on,
      ...(Condition && { Condition }),
    }));

/** Who may ask, how often, and the principals that mean them. */
const ASKERS = {
  'S/Role': { weight: 5, principals: [{ AWS: arnOf('Role') }, { AWS: '111111111111' }] },
  'lambda.amazonaws.com': { weight: 2, principals: [{ Service: 'lambda.amazonaws.com' }] },
  '*': { weight: 1, principals: [{ AWS: '*' }] },
  'arn:aws:iam::222222222222:root': { weight: 1, principals: [{ AWS: '222222222222' }] },
} as const;
export type Asker = keyof typeof ASKERS;

const askers = fc.oneof(
  ...Object.entries(ASKERS).map(([name, { weight }]) => ({ weight, arbitrary: fc.constant(name as Asker) })),
);

const seldom = <T>(one: fc.Arbitrary<T>) => usually<T | undefined>(fc.constant(undefined), one, 4);
const onlySometimes = <T>(list: fc.Arbitrary<T[]>, of: number) => usually<T[]>(fc.constant([]), list, of);

function policiesFor(asker: Asker) {
  const everyone = Object.values(ASKERS).flatMap<object>(({ principals }) => [...principals]);
  const principal = usually(
    fc.constantFrom<unknown>('*', ...ASKERS[asker].principals),
    fc.constantFrom<unknown>(...everyone),
    6,
  );
  const one = (effect: 'Allow' | 'Deny') => fc.tuple(statement(effect));
  const oneTo = (effect: 'Allow' | 'Deny') =>
    fc.tuple(statement(effect), principal).map(([found, Principal]) => [{ ...found, Principal }]);
  /** Allows the request, and one in six denies something. */
  const both = <T>(kind: (effect: 'Allow' | 'Deny') => fc.Arbitrary<T[]>, allows: number, denies = 6) =>
    fc
      .tuple(
        allows === 1 ? kind('Allow') : onlySometimes(kind('Allow'), allows),
        onlySometimes(kind('Deny'), denies),
      )
      .map((lists) => lists.flat());
  const granters: readonly Granter[] =
    asker === 'S/Role' ? ['Role', 'Attached', 'BucketPolicy'] : ['BucketPolicy'];
  return fc.constantFrom(...granters).chain((granter) => {
    const allows = (name: Granter) => (name === granter ? 1 : 12);
    return fc.record({
      asker: fc.constant(asker),
      granter: fc.constant(granter),
      identity: both(one, allows('Role')),
      attached: both(one, allows('Attached')),
      policy: both(oneTo, allows('BucketPolicy')),
      boundary: seldom(both(one, 1)),
      scp: seldom(both(one, 6, 2)),
      rcp: seldom(both(oneTo, 6, 2)),
      endpoint: seldom(both(oneTo, 1)),
      block: seldom(fc.boolean()),
    });
  });
}

type Granter = 'Role' | 'Attached' | 'BucketPolicy';

/** Who asks, the resources of a template, and those that say something about the request. */
export const policies = askers
  .chain(policiesFor)
  .map(({ asker, granter, identity, attached, boundary, policy, scp, rcp, endpoint, block }) => ({
    asker,
    granter,
    resources: {
      Bucket: {
        ...bucket,
        Properties: {
          ...(block !== undefined && { PublicAccessBlockConfiguration: { RestrictPublicBuckets: block } }),
        },
      },
      Other: bucket,
      Endpoint: resource('AWS::EC2::VPCEndpoint', {
        ...(endpoint && { PolicyDocument: document(...endpoint) }),
      }),
      Role: resource('AWS::IAM::Role', {
        RoleName: 'asker',
        AssumeRolePolicyDocument: document(allow('sts:AssumeRole', undefined, { Principal: '*' })),
        Policies: [{ PolicyName: 'Inline', PolicyDocument: document(...identity) }],
        ...(boundary && { PermissionsBoundary: ref('Boundary') }),
      }),
      ...(boundary && {
        Boundary: resource('AWS::IAM::ManagedPolicy', { PolicyDocument: document(...boundary) }),
      }),
      Attached: resource('AWS::IAM::Policy', {
        PolicyName: 'Attached',
        Roles: [ref('Role')],
        PolicyDocument: document(...attached),
      }),
      BucketPolicy: resource('AWS::S3::BucketPolicy', {
        Bucket: ref('Bucket'),
        PolicyDocument: document(...policy),
      }),
      ...(scp && { Scp: organizationPolicy('SERVICE_CONTROL_POLICY', scp) }),
      ...(rcp && { Rcp: organizationPolicy('RESOURCE_CONTROL_POLICY', rcp) }),
      // The account of the policies is the management account otherwise.
      Organization: { ...resource('AWS::Organizations::Organization'), Condition: 'Never' },
    },
  }));

const organizationPolicy = (Type: string, statements: object[]) =>
  resource('AWS::Organizations::Policy', {
    Type,
    TargetIds: ['111111111111'],
    Content: document(...statements),
  });
