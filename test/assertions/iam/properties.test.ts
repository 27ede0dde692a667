import fc from 'fast-check';
import type { Answer, RequestContext } from '../../../lib/assertions/iam';
import { match } from '../../../lib/assertions/iam/glob';
import { arnOf, bucket, bucketPolicy, document, iamOf, join, ref, resource, role } from './builders';

const pattern = fc.constantFrom(
  '*',
  arnOf('Bucket'),
  join(arnOf('Bucket'), '/*'),
  join(arnOf('Bucket'), '/a/*'),
  join(arnOf('Bucket'), '/${aws:PrincipalTag/t}/*'),
  join(arnOf('Other'), '/*'),
  'arn:aws:s3:::store/*',
  ref('Missing'),
);
const condition = fc.constantFrom(
  undefined,
  { Bool: { 'aws:SecureTransport': 'true' } },
  { StringNotEquals: { 'aws:PrincipalTag/t': 'a' } },
  { Null: { 'aws:PrincipalTag/t': 'true' } },
);
const statement = (Effect: 'Allow' | 'Deny') =>
  fc
    .record({
      action: fc.constantFrom('s3:GetObject', 's3:*', 's3:Put*', '*'),
      resource: pattern,
      isNotAction: fc.boolean(),
      isNotResource: fc.boolean(),
      Condition: condition,
    })
    .map(({ action, resource, isNotAction, isNotResource, Condition }) => ({
      Effect,
      [isNotAction ? 'NotAction' : 'Action']: action,
      [isNotResource ? 'NotResource' : 'Resource']: resource,
      ...(Condition && { Condition }),
    }));
const principal = fc.constantFrom<unknown>(
  '*',
  { AWS: '*' },
  { AWS: arnOf('Role') },
  { AWS: arnOf('OtherRole') },
);
const either = fc.oneof(statement('Allow'), statement('Deny'));
const to = (one: typeof either) =>
  fc.tuple(one, principal).map(([found, Principal]) => ({ ...found, Principal }));

const setup = fc.record({
  identity: fc.array(either, { maxLength: 3 }),
  bucketPolicy: fc.array(to(either), { maxLength: 2 }),
  boundary: fc.option(fc.array(either, { minLength: 1, maxLength: 2 }), { nil: undefined }),
});
type Setup = typeof setup extends fc.Arbitrary<infer T> ? T : never;
const context = fc.constantFrom<RequestContext>(
  {},
  { 'aws:SecureTransport': 'true' },
  { 'aws:PrincipalTag/t': 'a' },
  { 'aws:PrincipalTag/t': null },
);

function ask({ identity, bucketPolicy: policy, boundary }: Setup, given: RequestContext): Answer {
  const iam = iamOf({
    Bucket: bucket,
    Other: bucket,
    OtherRole: role([]),
    Role: role(identity, boundary && { PermissionsBoundary: ref('Boundary') }),
    ...(boundary && {
      Boundary: resource('AWS::IAM::ManagedPolicy', { PolicyDocument: document(...boundary) }),
    }),
    Policy: bucketPolicy(ref('Bucket'), ...policy),
  });
  return iam.can('S/Role', 's3:GetObject', { resource: 'S/Bucket', path: 'a/k' }, { context: given }).answer;
}

/** From surely denied to surely allowed. */
const rank: Readonly<Record<Answer, number>> = {
  'explicit deny': 0,
  'implicit deny': 0,
  conditional: 1,
  unknown: 1,
  allowed: 2,
};
const RUNS = { numRuns: 60 };

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
describe('any policies', () => {
  it('allow nothing more with one more Deny', () => {
    fc.assert(
      fc.property(setup, statement('Deny'), to(statement('Deny')), context, (before, deny, denyTo, given) => {
        const without = rank[ask(before, given)];
        expect(rank[ask({ ...before, identity: [...before.identity, deny] }, given)]).toBeLessThanOrEqual(
          without,
        );
        const inBucket = { ...before, bucketPolicy: [...before.bucketPolicy, denyTo] };
        expect(rank[ask(inBucket, given)]).toBeLessThanOrEqual(without);
      }),
      RUNS,
    );
  });

  it('allow nothing less with one more Allow', () => {
    fc.assert(
      fc.property(
        setup,
        statement('Allow'),
        to(statement('Allow')),
        context,
        (before, allow, allowTo, given) => {
          const without = rank[ask(before, given)];
          expect(
            rank[ask({ ...before, identity: [...before.identity, allow] }, given)],
          ).toBeGreaterThanOrEqual(without);
          const inBucket = { ...before, bucketPolicy: [...before.bucketPolicy, allowTo] };
          expect(rank[ask(inBucket, given)]).toBeGreaterThanOrEqual(without);
        },
      ),
      RUNS,
    );
  });

  it('allow nothing more with a boundary', () => {
    fc.assert(
      fc.property(setup, context, (any, given) => {
        expect(rank[ask(any, given)]).toBeLessThanOrEqual(rank[ask({ ...any, boundary: undefined }, given)]);
      }),
      RUNS,
    );
  });

  it('answer the same in any order of their statements', () => {
    fc.assert(
      fc.property(setup, context, (any, given) => {
        const reversed = {
          ...any,
          identity: any.identity.toReversed(),
          bucketPolicy: any.bucketPolicy.toReversed(),
        };
        expect(ask(reversed, given)).toBe(ask(any, given));
      }),
      RUNS,
    );
  });

  it('keep the answers allowed and denied when the context gives more keys', () => {
    fc.assert(
      fc.property(setup, context, (any, given) => {
        const without = ask(any, {});
        if (without !== 'conditional' && without !== 'unknown')
          expect(rank[ask(any, given)]).toBe(rank[without]);
      }),
      RUNS,
    );
  });
});

describe('patterns', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ':', '/'), maxLength: 6 });
  const glob = fc.string({ unit: fc.constantFrom('a', 'b', ':', '/', '*', '?'), maxLength: 6 });
  const toRegExp = (pattern: string) => new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);

  it('match as the same regular expression does', () => {
    fc.assert(
      fc.property(glob, text, (pattern, subject) => {
        expect(match(pattern, subject).truth).toBe(toRegExp(pattern).test(subject) ? 'yes' : 'no');
      }),
      { numRuns: 300 },
    );
  });

  it('decide about a symbol only what holds for each value of it', () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 3 });
    const part = fc.constantFrom('a', 'b', ':', '/', '*', '?', '⟨S.A⟩');
    const parts = fc.array(part, { maxLength: 6 }).map((list) => list.join(''));
    fc.assert(
      fc.property(parts, parts, name, (pattern, written, value) => {
        const subject = written.replaceAll('*', 'a').replaceAll('?', 'b');
        const deployed = (symbolic: string) => symbolic.replaceAll('⟨S.A⟩', value);
        const { truth } = match(pattern, subject);
        const actual = toRegExp(deployed(pattern)).test(deployed(subject));
        if (truth !== 'unknown') expect(actual).toBe(truth === 'yes');
      }),
      { numRuns: 500 },
    );
  });
});
