import fc from 'fast-check';
import { Iam, type Answer, type RequestContext } from '../../../lib/assertions/iam';
import { Templates } from '../../../lib/assertions/templates';
import { arnOf, join, ref } from './builders';
import { policies } from './random-policies';

/*
 * One thing of a random set of policies depends on a parameter without a value. Where the answers for its two values
 * differ, the answer without a value must not be a definite one.
 */
const NO_VALUE = { Ref: 'AWS::NoValue' };
const RUNS = Number(process.env.IAM_RUNS ?? 200);

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

function replaced<T>(value: T, path: Path, by: (old: unknown) => unknown): T;
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
  if (last === 'Action') return old === 's3:Put*' ? '*' : 's3:DeleteObject';
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
/** What may decide the request: the policy that allows it, more often than others, and all that may deny it. */
function decidersOf(resources: object, granter: string): string[] {
  const limits = Object.entries(resources).filter(([name, one]) =>
    ['Attached', 'BucketPolicy', 'Role'].includes(name)
      ? JSON.stringify(one).includes('"Deny"')
      : ['Bucket', 'Boundary', 'Scp', 'Rcp', 'Endpoint'].includes(name) && places(one).length > 3,
  );
  return [granter, granter, ...limits.map(([name]) => name)];
}

/** Others refer to these, or the question is about them. */
const NEEDED: readonly string[] = ['Bucket', 'Role', 'Endpoint', 'Boundary'];

function templates(Resources: object, value: string | undefined): Templates {
  const template = {
    Parameters: { Open: { Type: 'String' } },
    Conditions: {
      Open: { 'Fn::Equals': [{ Ref: 'Open' }, 'yes'] },
      Never: { 'Fn::Equals': ['a', 'b'] },
    },
    Resources,
  };
  return new Templates(
    [{ name: 'S', account: '111111111111', region: 'eu-west-1', template }],
    value === undefined ? {} : { parameters: { Open: value } },
  );
}

const DEFINITE: readonly Answer[] = ['allowed', 'explicit deny', 'implicit deny', 'conditional'];
const isDenied = (answer: Answer) => answer === 'explicit deny' || answer === 'implicit deny';
const differ = (a: Answer, b: Answer) =>
  a !== b && !(isDenied(a) && isDenied(b)) && a !== 'unknown' && b !== 'unknown';

describe('policies with one undecided thing', () => {
  it('are answered "unknown" where the outcomes of the undecided thing differ', () => {
    let compared = 0;
    let different = 0;
    fc.assert(
      fc.property(policies, fc.nat(), fc.nat(), fc.boolean(), context, (drawn, ...[a, b, isWhole, given]) => {
        const { asker, granter, resources } = drawn;
        const deciders = decidersOf(resources, granter);
        const name = deciders[a % deciders.length] ?? '';
        const values = places({ [name]: (resources as Tree)[name] }).filter((path) => !isFixed(path));
        const path = values[b % values.length];
        const changed: object =
          path === undefined || (isWhole && !NEEDED.includes(name))
            ? { ...resources, [name]: { ...((resources as Tree)[name] as object), Condition: 'Open' } }
            : replaced(resources, path, (old) => ({
                'Fn::If': ['Open', old, otherwise(path, at(resources, path))],
              }));
        const answer = (value?: string) =>
          Iam.of(templates(changed, value)).can(
            asker,
            's3:GetObject',
            { resource: 'S/Bucket', path: 'k' },
            { context: given },
          ).answer;
        const [undecided, yes, no] = [answer(), answer('yes'), answer('no')];
        compared += 1;
        if (differ(yes, no)) different += 1;
        const isRight = !DEFINITE.includes(undecided) || (!differ(undecided, yes) && !differ(undecided, no));
        if (!isRight)
          throw new Error(`${isWhole ? name : String(path?.join('.'))}: ${undecided}, but ${yes} and ${no}`);
      }),
      { numRuns: RUNS },
    );
    if (process.env.IAM_RUNS !== undefined)
      console.log(`${compared} compared, ${different} with different outcomes`);
    // About one in four. A generator that seldom hits what decides would find no wrong answer.
    expect(different / compared).toBeGreaterThan(0.05);
  });
});
