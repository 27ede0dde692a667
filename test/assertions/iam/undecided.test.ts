import fc from 'fast-check';
import { Iam, type Answer, type RequestContext } from '../../../lib/assertions/iam';
import { Templates } from '../../../lib/assertions/templates';
import { allow, arnOf, bucket, document, join, ref, resource } from './builders';

/*
 * One thing of a random set of policies depends on a parameter without a value. Where the answers for its two values
 * differ, the answer without a value must not be a definite one.
 */
const NO_VALUE = { Ref: 'AWS::NoValue' };
const RUNS = Number(process.env.IAM_RUNS ?? 200);

const action = fc.constantFrom('s3:GetObject', 's3:*', 's3:Put*', '*');
const onto = fc.constantFrom<unknown>(
  '*',
  join(arnOf('Bucket'), '/*'),
  join(arnOf('Other'), '/*'),
  arnOf('Bucket'),
);
const condition = fc.constantFrom<object | undefined>(
  undefined,
  { Bool: { 'aws:SecureTransport': 'true' } },
  { BoolIfExists: { 'aws:SecureTransport': 'false' } },
  { StringNotEquals: { 'aws:SourceVpce': ref('Endpoint') } },
  { StringEquals: { 'aws:SourceVpce': [ref('Endpoint'), 'vpce-1'] } },
  { Null: { 'aws:PrincipalTag/t': 'true' } },
  { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a', 'b'] } },
  { ArnNotEquals: { 'aws:PrincipalArn': arnOf('Role') } },
  { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } },
);
const statement = fc
  .record({
    Effect: fc.constantFrom('Allow', 'Deny'),
    action,
    onto,
    isNotResource: fc.integer({ min: 0, max: 5 }),
    Condition: condition,
  })
  .map(({ Effect, action: Action, onto: on, isNotResource, Condition }) => ({
    Effect,
    Action,
    [isNotResource === 0 ? 'NotResource' : 'Resource']: on,
    ...(Condition && { Condition }),
  }));
const principal = fc.constantFrom<unknown>(
  '*',
  { AWS: '*' },
  { AWS: arnOf('Role') },
  { AWS: '111111111111' },
  { Service: 'lambda.amazonaws.com' },
);
const to = fc.tuple(statement, principal).map(([found, Principal]) => ({ ...found, Principal }));
const few = <T>(one: fc.Arbitrary<T>, maxLength: number) => fc.array(one, { minLength: 1, maxLength });

const resources = fc
  .record({
    identity: few(statement, 3),
    attached: few(statement, 2),
    boundary: fc.option(few(statement, 2), { nil: undefined }),
    policy: few(to, 2),
    scp: fc.option(few(statement, 2), { nil: undefined }),
    rcp: fc.option(few(to, 1), { nil: undefined }),
    endpoint: fc.option(few(to, 2), { nil: undefined }),
    block: fc.option(fc.boolean(), { nil: undefined }),
  })
  .map(({ identity, attached, boundary, policy, scp, rcp, endpoint, block }) => ({
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
    ...(scp && {
      Scp: resource('AWS::Organizations::Policy', {
        Type: 'SERVICE_CONTROL_POLICY',
        TargetIds: ['111111111111'],
        Content: document(...scp),
      }),
    }),
    ...(rcp && {
      Rcp: resource('AWS::Organizations::Policy', {
        Type: 'RESOURCE_CONTROL_POLICY',
        TargetIds: ['111111111111'],
        Content: document(...rcp),
      }),
    }),
    // The account of the policies is the management account otherwise.
    Organization: { ...resource('AWS::Organizations::Organization'), Condition: 'Never' },
  }));

type Path = readonly (string | number)[];
type Tree = Readonly<Record<string, unknown>>;

/** The values of a template that may depend on the parameter: everything in the properties of its policies. */
function places(value: unknown, path: Path = []): Path[] {
  if (value === null || typeof value !== 'object') return [path];
  // An intrinsic function is one value.
  if (Object.keys(value).some((key) => key === 'Ref' || key.startsWith('Fn::'))) return [path];
  return [path, ...Object.entries(value).flatMap(([key, item]) => places(item, [...path, key]))];
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((found, key) => (found as Tree)[key], value);
}

function replaced(value: unknown, [key, ...rest]: Path, by: (old: unknown) => unknown): unknown {
  if (key === undefined) return by(value);
  if (Array.isArray(value))
    return value.map((item: unknown, index) =>
      String(index) === String(key) ? replaced(item, rest, by) : item,
    );
  const tree = value as Tree;
  return { ...tree, [key]: replaced(tree[key], rest, by) };
}

/** Other values that a property may have, or none at all. */
function otherwise(path: Path, old: unknown): unknown {
  const last = path.at(-1);
  if (last === 'Effect') return old === 'Allow' ? 'Deny' : 'Allow';
  if (last === 'Action') return 's3:DeleteObject';
  if (last === 'Resource' || last === 'NotResource') return join(arnOf('Other'), '/*');
  if (last === 'RestrictPublicBuckets') return !(old as boolean);
  if (last === 'Type') return 'TAG_POLICY';
  if (last === 'Principal') return { AWS: '222222222222' };
  if (last === 'AWS' || last === 'Service') return '333333333333';
  if (last === 'Bucket') return ref('Other');
  return NO_VALUE;
}

/** Replacing these would make another question of it, or a template that CloudFormation refuses. */
const isFixed = (path: Path): boolean =>
  path[1] !== 'Properties' ||
  path.length < 3 ||
  ['AssumeRolePolicyDocument', 'Version', 'PolicyName', 'RoleName'].some((key) => path.includes(key)) ||
  ['Statement', 'PublicAccessBlockConfiguration'].includes(String(path.at(-1)));

const context = fc.constantFrom<RequestContext>(
  {},
  { 'aws:SecureTransport': 'true' },
  { 'aws:SourceVpce': '⟨S.Endpoint⟩', 'aws:SecureTransport': 'true' },
  { 'aws:SourceVpce': null, 'aws:PrincipalTag/t': null, 'aws:TagKeys': null, 'aws:SecureTransport': 'true' },
  { 'aws:SourceIp': '192.0.2.9', 'aws:PrincipalTag/t': 'x', 'aws:TagKeys': ['c'] },
);
const who = fc.constantFrom('S/Role', '*', 'lambda.amazonaws.com', 'arn:aws:iam::222222222222:root');

const DEFINITE: readonly Answer[] = ['allowed', 'explicit deny', 'implicit deny', 'conditional'];
const isDenied = (answer: Answer) => answer === 'explicit deny' || answer === 'implicit deny';
const differ = (a: Answer, b: Answer) =>
  a !== b && !(isDenied(a) && isDenied(b)) && a !== 'unknown' && b !== 'unknown';

describe('policies with one undecided thing', () => {
  it('are answered "unknown" where the outcomes of the undecided thing differ', () => {
    let compared = 0;
    let different = 0;
    fc.assert(
      fc.property(
        resources,
        fc.nat(),
        fc.boolean(),
        who,
        context,
        (Resources, pick, isWhole, asker, given) => {
          const names = Object.keys(Resources).filter(
            (name) => !['Bucket', 'Other', 'Role', 'Endpoint', 'Organization', 'Boundary'].includes(name),
          );
          const values = places(Resources).filter((path) => !isFixed(path));
          const path = values[pick % values.length] ?? [];
          const name = names[pick % names.length] ?? '';
          const changed = isWhole
            ? { ...Resources, [name]: { ...((Resources as Tree)[name] as object), Condition: 'Open' } }
            : replaced(Resources, path, (old) => ({
                'Fn::If': ['Open', old, otherwise(path, at(Resources, path))],
              }));
          const answer = (value?: string) =>
            Iam.of(
              new Templates(
                [
                  {
                    name: 'S',
                    account: '111111111111',
                    region: 'eu-west-1',
                    template: {
                      Parameters: { Open: { Type: 'String' } },
                      Conditions: {
                        Open: { 'Fn::Equals': [{ Ref: 'Open' }, 'yes'] },
                        Never: { 'Fn::Equals': ['a', 'b'] },
                      },
                      Resources: changed,
                    },
                  },
                ],
                value === undefined ? {} : { parameters: { Open: value } },
              ),
            ).can(asker, 's3:GetObject', { resource: 'S/Bucket', path: 'k' }, { context: given }).answer;
          const [undecided, yes, no] = [answer(), answer('yes'), answer('no')];
          compared += 1;
          if (differ(yes, no)) different += 1;
          const isRight =
            !DEFINITE.includes(undecided) || (!differ(undecided, yes) && !differ(undecided, no));
          if (!isRight)
            throw new Error(`${isWhole ? name : path.join('.')}: ${undecided}, but ${yes} and ${no}`);
        },
      ),
      { numRuns: RUNS },
    );
    if (process.env.IAM_RUNS !== undefined)
      console.log(`${compared} compared, ${different} with different outcomes`);
    expect(different).toBeGreaterThan(0);
  });
});
