import type { RequestContext } from '../../../lib/assertions/iam';
import { evaluateCondition } from '../../../lib/assertions/iam/conditions';
import { NO_VALUE } from '../../../lib/assertions/iam/glob';
import { allow, arnOf, bucket, deny, iamOf, resource, role } from './builders';

/** The answer for a role whose only statement has this condition. */
const answer = (Condition: object, context: RequestContext = {}) =>
  iamOf({ Role: role([allow('s3:GetObject', '*', { Condition })]) }).can(
    'S/Role',
    's3:GetObject',
    'arn:aws:s3:::b/k',
    {
      context,
    },
  ).answer;

const KEY = 'aws:RequestTag/Team';
const YES = 'allowed';
const NO = 'implicit deny';

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
describe('condition operators', () => {
  it.each<[string, string, [matching: string, other: string]]>([
    ['StringEquals', 'Core', ['Core', 'core']],
    ['StringEquals', 'C*', ['C*', 'Core']],
    ['StringNotEquals', 'Core', ['core', 'Core']],
    ['StringEqualsIgnoreCase', 'Core', ['cORE', 'Cores']],
    ['StringNotEqualsIgnoreCase', 'Core', ['Cores', 'cORE']],
    ['StringLike', 'C?r*', ['Core', 'core']],
    ['StringNotLike', 'C?r*', ['core', 'Core']],
    ['NumericEquals', '10', ['10.0', '11']],
    ['NumericNotEquals', '10', ['11', '10']],
    ['NumericLessThan', '10', ['9', '10']],
    ['NumericLessThanEquals', '10', ['10', '11']],
    ['NumericGreaterThan', '10', ['11', '10']],
    ['NumericGreaterThanEquals', '10', ['10', '9']],
    ['DateEquals', '2026-01-01T00:00:00Z', ['2026-01-01T01:00:00+01:00', '2026-01-02T00:00:00Z']],
    ['DateNotEquals', '2026-01-01T00:00:00Z', ['2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z']],
    ['DateLessThan', '2026-01-01T00:00:00Z', ['2025-12-31T23:59:59Z', '2026-01-01T00:00:00Z']],
    ['DateLessThanEquals', '2026-01-01T00:00:00Z', ['2026-01-01T00:00:00Z', '2026-01-01T00:00:01Z']],
    ['DateGreaterThan', '1767225600', ['2026-01-01T00:00:01Z', '2026-01-01T00:00:00Z']],
    ['DateGreaterThanEquals', '2026-01-01T00:00:00Z', ['1767225600', '1767225599']],
    ['Bool', 'true', ['True', 'false']],
    ['BinaryEquals', 'QmluYXJ5', ['QmluYXJ5', 'Qmlu']],
    ['IpAddress', '203.0.113.0/24', ['203.0.113.255', '203.0.114.0']],
    ['IpAddress', '203.0.113.7', ['203.0.113.7', '203.0.113.8']],
    ['IpAddress', '2001:db8::/32', ['2001:db8:1::1', '2001:db9::1']],
    ['IpAddress', '0.0.0.0/0', ['1.2.3.4', '2001:db8::1']],
    ['NotIpAddress', '203.0.113.0/24', ['203.0.114.0', '203.0.113.255']],
    [
      'ArnEquals',
      'arn:aws:sns:*:111111111111:topic-?',
      ['arn:aws:sns:x:111111111111:topic-1', 'arn:aws:sns:x:111111111111:topic'],
    ],
    [
      'ArnLike',
      'arn:aws:sns:*:111111111111:*',
      ['arn:aws:sns:eu-west-1:111111111111:t:s', 'arn:aws:sns:x:y:111111111111:t'],
    ],
    ['ArnNotEquals', 'arn:aws:sns:*:*:a', ['arn:aws:sns:x:y:b', 'arn:aws:sns:x:y:a']],
    ['ArnNotLike', 'arn:aws:sns:*:*:a*', ['arn:aws:sns:x:y:b', 'arn:aws:sns:x:y:a']],
  ])('%s %s', (operator, value, [matching, other]) => {
    const condition = { [operator]: { [KEY]: value } };
    expect(answer(condition, { [KEY]: matching })).toBe(YES);
    expect(answer(condition, { [KEY]: other })).toBe(NO);
    expect(answer(condition)).toBe('conditional');
  });

  it('ArnLike matches each part of an ARN separately: * does not match a colon', () => {
    const condition = { ArnLike: { [KEY]: 'arn:aws:sns:*:t' } };
    expect(answer(condition, { [KEY]: 'arn:aws:sns:x:y:t' })).toBe(NO);
  });

  it('Null compares whether the request has the key', () => {
    expect(answer({ Null: { [KEY]: 'true' } }, { [KEY]: null })).toBe(YES);
    expect(answer({ Null: { [KEY]: 'true' } }, { [KEY]: 'x' })).toBe(NO);
    expect(answer({ Null: { [KEY]: 'false' } }, { [KEY]: 'x' })).toBe(YES);
    expect(answer({ Null: { [KEY]: false } }, { [KEY]: null })).toBe(NO);
    expect(answer({ Null: { [KEY]: 'true' } })).toBe('conditional');
  });

  it.each(['StringEquals', 'StringLike', 'Bool', 'ArnLike', 'NumericEquals', 'IpAddress'])(
    '%s does not hold for a missing key',
    (operator) => {
      expect(answer({ [operator]: { [KEY]: 'x' } }, { [KEY]: null })).toBe(NO);
    },
  );

  it.each(['StringNotEquals', 'StringNotLike', 'ArnNotLike', 'NotIpAddress'])(
    '%s holds for a missing key',
    (operator) => {
      expect(answer({ [operator]: { [KEY]: 'x' } }, { [KEY]: null })).toBe(YES);
    },
  );

  it('...IfExists holds when the key is missing, and otherwise compares', () => {
    const condition = { StringEqualsIfExists: { [KEY]: 'x' } };
    expect(answer(condition, { [KEY]: null })).toBe(YES);
    expect(answer(condition, { [KEY]: 'x' })).toBe(YES);
    expect(answer(condition, { [KEY]: 'y' })).toBe(NO);
    expect(answer(condition)).toBe('conditional');
  });

  it('unknown operators and values that cannot be compared are unknown', () => {
    expect(answer({ StringSounds: { [KEY]: 'x' } }, { [KEY]: 'x' })).toBe('unknown');
    expect(answer({ NumericEquals: { [KEY]: 'many' } }, { [KEY]: '1' })).toBe('unknown');
    expect(answer({ IpAddress: { [KEY]: 'here' } }, { [KEY]: '10.0.0.1' })).toBe('unknown');
    expect(answer({ StringEquals: 'x' })).toBe('unknown');
  });
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
describe('several operators, keys and values', () => {
  it('need every operator and every key, and one of the values', () => {
    const condition = { StringEquals: { a: ['1', '2'], b: '3' }, Bool: { c: 'true' } };
    expect(answer(condition, { a: '2', b: '3', c: 'true' })).toBe(YES);
    expect(answer(condition, { a: '4', b: '3', c: 'true' })).toBe(NO);
    expect(answer(condition, { a: '2', b: '4', c: 'true' })).toBe(NO);
    expect(answer(condition, { a: '2', b: '3', c: 'false' })).toBe(NO);
  });

  it('hold for a negated operator if no value matches', () => {
    const condition = { StringNotEquals: { a: ['1', '2'] } };
    expect(answer(condition, { a: '3' })).toBe(YES);
    expect(answer(condition, { a: '2' })).toBe(NO);
    expect(answer(condition, { a: ['2', '3'] })).toBe(NO);
  });

  it('fail if one fails, also if others are unknown', () => {
    expect(answer({ StringEquals: { a: '1', b: '2' } }, { a: '0' })).toBe(NO);
    expect(answer({ StringEquals: { a: '1', b: '2' } }, { a: '1' })).toBe('conditional');
  });

  it('have case-insensitive keys', () => {
    expect(answer({ Bool: { 'AWS:securetransport': 'true' } }, { 'aws:SecureTransport': 'true' })).toBe(YES);
  });

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
  it('ForAllValues holds if all values of the request match, or if it has none', () => {
    const condition = { 'ForAllValues:StringEquals': { k: ['a', 'b'] } };
    expect(answer(condition, { k: ['a', 'b'] })).toBe(YES);
    expect(answer(condition, { k: ['a', 'c'] })).toBe(NO);
    expect(answer(condition, { k: null })).toBe(YES);
    expect(answer(condition, { k: [] })).toBe(YES);
    expect(answer(condition)).toBe('conditional');
  });

  it('ForAnyValue holds if one value of the request matches; with none it fails', () => {
    const condition = { 'ForAnyValue:StringLike': { k: ['a*', 'b'] } };
    expect(answer(condition, { k: ['c', 'ab'] })).toBe(YES);
    expect(answer(condition, { k: ['c', 'd'] })).toBe(NO);
    expect(answer(condition, { k: null })).toBe(NO);
    expect(answer({ 'ForAnyValue:StringNotEquals': { k: 'a' } }, { k: ['a', 'b'] })).toBe(YES);
    expect(answer({ 'ForAnyValue:StringNotEquals': { k: 'a' } }, { k: null })).toBe(NO);
    expect(answer({ 'ForAllValues:StringNotEquals': { k: 'a' } }, { k: ['a', 'b'] })).toBe(NO);
  });
});

describe('conditional answers', () => {
  const insecure = { Condition: { Bool: { 'aws:SecureTransport': 'false' } } };
  const Role = role([allow('s3:GetObject'), deny('s3:*', '*', insecure)]);
  const ask = (context: RequestContext, defaults?: RequestContext) =>
    iamOf({ Role }, { context: defaults }).can('S/Role', 's3:GetObject', 'arn:aws:s3:::b/k', { context });

  it('name the condition of the statement', () => {
    expect(ask({})).toMatchObject({
      answer: 'conditional',
      reasons: ['Bool aws:SecureTransport false'],
      statements: [
        { effect: 'Deny', id: '1' },
        { effect: 'Allow', id: '0' },
      ],
    });
  });

  it('are decided by the context of the request or of IamOptions', () => {
    expect(ask({ 'aws:SecureTransport': 'true' }).answer).toBe('allowed');
    expect(ask({ 'aws:SecureTransport': 'false' }).answer).toBe('explicit deny');
    expect(ask({}, { 'aws:SecureTransport': 'true' }).answer).toBe('allowed');
    expect(ask({ 'aws:SecureTransport': 'false' }, { 'aws:SecureTransport': 'true' }).answer).toBe(
      'explicit deny',
    );
  });

  it('are unknown instead if anything else is unknown', () => {
    const both = role([allow('s3:GetObject'), deny('s3:*', '*', insecure), deny('s3:*', { Ref: 'Missing' })]);
    expect(iamOf({ Role: both }).can('S/Role', 's3:GetObject', 'arn:aws:s3:::b/k').answer).toBe('unknown');
    const either = role([allow('s3:GetObject', { Ref: 'Missing' }), deny('s3:*', '*', insecure)]);
    expect(iamOf({ Role: either }).can('S/Role', 's3:GetObject', 'arn:aws:s3:::b/k').answer).toBe('unknown');
  });

  it('are a deny instead if the condition changes nothing', () => {
    const either = role([allow('s3:GetObject'), deny('s3:*', '*', insecure), deny('s3:GetObject')]);
    expect(iamOf({ Role: either }).can('S/Role', 's3:GetObject', 'arn:aws:s3:::b/k').answer).toBe(
      'explicit deny',
    );
    expect(iamOf({ Role }).can('S/Role', 's3:PutObject', 'arn:aws:s3:::b/k').answer).toBe('implicit deny');
  });
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
describe('the context that every request has', () => {
  const listing = (key: string, value: unknown) =>
    allow('s3:ListBucket', '*', { Condition: { StringEquals: { [key]: value } } });
  const list = (identity: object) =>
    iamOf({ Id: identity, Bucket: bucket }).can('S/Id', 's3:ListBucket', 'S/Bucket').answer;

  it.each([
    ['aws:PrincipalArn', arnOf('Id'), arnOf('Bucket')],
    ['aws:PrincipalAccount', { Ref: 'AWS::AccountId' }, 'none'],
    ['aws:ResourceAccount', { Ref: 'AWS::AccountId' }, 'none'],
    ['aws:PrincipalIsAWSService', 'false', 'true'],
    ['aws:PrincipalType', 'AssumedRole', 'User'],
  ])('%s', (key, value, other) => {
    expect(list(role([listing(key, value)]))).toBe(YES);
    expect(list(role([listing(key, other)]))).toBe(NO);
  });

  it('aws:username, for users', () => {
    const user = (name: string) =>
      resource('AWS::IAM::User', {
        UserName: name,
        Policies: [{ PolicyName: 'P', PolicyDocument: { Statement: listing('aws:username', 'carlos') } }],
      });
    expect(list(user('carlos'))).toBe(YES);
    expect(list(user('maria'))).toBe(NO);
  });
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
describe('policy variables', () => {
  const own = (resource: string, Version?: string) => {
    const PolicyDocument = { Version, Statement: allow('s3:GetObject', resource) };
    const Policies = [{ PolicyName: 'P', PolicyDocument }];
    return iamOf({
      User: resource === '' ? {} : { Type: 'AWS::IAM::User', Properties: { UserName: 'carlos', Policies } },
    });
  };
  const read = (pattern: string, key: string, context: RequestContext = {}, version = '2012-10-17') =>
    own(`arn:aws:s3:::b/${pattern}`, version).can('S/User', 's3:GetObject', `arn:aws:s3:::b/${key}`, {
      context,
    }).answer;

  it('take the value of a key of the request', () => {
    expect(read('${aws:username}/*', 'carlos/x')).toBe(YES);
    expect(read('${aws:username}/*', 'maria/x')).toBe(NO);
    expect(read('${aws:PrincipalTag/team}/*', 'core/x', { 'aws:PrincipalTag/team': 'core' })).toBe(YES);
  });

  it('are conditional on a key that the question does not give', () => {
    expect(read('${aws:PrincipalTag/team}/*', 'core/x')).toBe('conditional');
    expect(read('home/${aws:PrincipalTag/team}/*', 'work/x')).toBe(NO);
  });

  it('match nothing if the request has no such key and the variable no default', () => {
    const none = { 'aws:PrincipalTag/team': null };
    expect(read('${aws:PrincipalTag/team}/*', 'core/x', none)).toBe(NO);
    expect(read("${aws:PrincipalTag/team, 'core'}/*", 'core/x', none)).toBe(YES);
    expect(read("${aws:PrincipalTag/team, 'core'}/*", 'ops/x', none)).toBe(NO);
  });

  it('have no wildcards in their values; ${*}, ${?} and ${$} are the characters', () => {
    expect(read('${aws:username}/*', 'maria/x', { 'aws:username': '*' })).toBe(NO);
    expect(read('${*}/${?}${$}', '*/?$')).toBe(YES);
    expect(read('${*}', 'x')).toBe(NO);
  });

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
  it('are plain text in a document of version 2008-10-17', () => {
    expect(read('${aws:username}', 'carlos', {}, '2008-10-17')).toBe(NO);
    expect(read('${aws:username}', '${aws:username}', {}, '2008-10-17')).toBe(YES);
  });

  it('work in the values of conditions', () => {
    const Condition = { StringLike: { 's3:prefix': '${aws:PrincipalTag/team}/*' } };
    const context = { 's3:prefix': 'core/x', 'aws:PrincipalTag/team': 'core' };
    expect(answer(Condition, context)).toBe(YES);
    expect(answer(Condition, { ...context, 's3:prefix': 'ops/x' })).toBe(NO);
  });
});

describe('the reason of a condition', () => {
  const evaluate = (condition: unknown, context: RequestContext = {}) =>
    evaluateCondition(condition as Parameters<typeof evaluateCondition>[0], context, (text) => text);

  it.each<[unknown, string]>([
    [null, 'the condition null'],
    ['x', 'the condition "x"'],
    [['x'], 'the condition ["x"]'],
    [{ StringEquals: 'x' }, 'the condition StringEquals "x"'],
    [{ StringEquals: null }, 'the condition StringEquals null'],
    [{ StringEquals: ['x'] }, 'the condition StringEquals ["x"]'],
    [{ StringSounds: { k: 'x' } }, 'the condition operator StringSounds'],
    [{ xStringEqualsIfExist: { k: 'x' } }, 'the condition operator xStringEqualsIfExist'],
    [{ NumericEquals: { k: 'many' } }, 'whether 1 compares to many'],
    [{ IpAddress: { k: 'here' } }, 'whether 1 is in here'],
    [{ StringEquals: { k: '⟨?why⟩' } }, 'the value of StringEquals k: why'],
    [{ Null: { k: 'a⟨?why⟩' } }, 'the value of Null k'],
    [
      { StringNotEquals: { k: ['x', NO_VALUE] } },
      'StringNotEquals k: the request has no value for a policy variable',
    ],
  ])('%j is unknown', (condition, why) => {
    expect(evaluate(condition, { k: '1' })).toEqual({ truth: 'unknown', why: [why] });
  });

  it('names the operator, the key and the values when the request lacks the key', () => {
    expect(evaluate({ StringEquals: { k: ['a', 'b'] } })).toEqual({
      truth: 'conditional',
      why: ['StringEquals k a or b'],
    });
  });

  it.each<[string, string[], RequestContext['k'], string]>([
    ['StringNotEquals', ['x', NO_VALUE], null, 'unknown'],
    ['StringNotEquals', ['1', NO_VALUE], '1', 'no'],
    ['StringEquals', ['1', NO_VALUE], '1', 'yes'],
    ['StringEquals', [NO_VALUE], null, 'no'],
    ['StringEquals', ['⟨?why⟩', '1'], '1', 'yes'],
    ['StringEquals', ['a⟨?why⟩'], '1', 'no'],
    ['ForAnyValue:StringEquals', ['1'], null, 'no'],
    ['ForAnyValue:StringEqualsIfExists', ['1'], null, 'yes'],
    ['ForAnyValue:StringNotEquals', ['1'], null, 'no'],
    ['ForAnyValue:StringNotEquals', ['1'], ['1', '2'], 'yes'],
    ['ForAllValues:StringEquals', ['1'], null, 'yes'],
    ['ForAllValues:StringEquals', ['1'], ['1', '2'], 'no'],
    ['StringNotEquals', ['1'], ['1', '2'], 'no'],
    ['StringEquals', ['1'], [], 'no'],
    ['ArnLike', ['arn:aws:sns:a:b:c:*'], 'arn:aws:sns:a:b:c:d:e', 'yes'],
    ['ArnLike', ['arn:aws:sns:a:b:c:x:e'], 'arn:aws:sns:a:b:c:d:e', 'no'],
    ['ArnLike', ['arn:aws:sns:a:b'], 'arn:aws:sns:a:b', 'no'],
    ['ArnLike', ['arn:aws:sns:⟨AWS::Region⟩:b:c'], 'arn:aws:sns:⟨AWS::Region⟩:b:c', 'yes'],
    ['ArnLike', ['*'], 'not an ARN', 'yes'],
    ['IpAddress', ['10.0.0.0/8'], '2001:db8::1', 'no'],
  ])('%s %j with %j is %s', (operator, values, given, truth) => {
    expect(evaluate({ [operator]: { k: values } }, { k: given }).truth).toBe(truth);
  });
});
