import { Arns } from '../../../lib/assertions/iam/arns';
import {
  canonicalContext,
  evaluate,
  hasEffect,
  matchesAction,
  statementsOf,
  texts,
  type Statement,
} from '../../../lib/assertions/iam/statements';
import { Templates, type Json } from '../../../lib/assertions/templates';
import { allow, deny, document } from './builders';

const read = (value: unknown, undecided?: string) => statementsOf('P', value as Json | undefined, undecided);
const arns = new Arns(
  Templates.fromTemplates({ S: { Resources: { Vpce: { Type: 'AWS::EC2::VPCEndpoint' } } } }),
);

describe('iam: the statements of a policy document', () => {
  it.each<[unknown, Partial<Omit<Statement, 'elements'> & { elements: object }>[]]>([
    [undefined, []],
    [null, []],
    [document(), []],
    [{ Statement: allow('a') }, [{ policy: 'P', id: '0', hasVariables: false }]],
    [
      document(allow('a'), { ...allow('b'), Sid: 'Second' }),
      [{ id: '0', hasVariables: true }, { id: 'Second' }],
    ],
    [document({ ...allow('a'), Sid: '' }), [{ id: '0' }]],
    [JSON.stringify(document(allow('a'))), [{ id: '0', hasVariables: true, elements: allow('a') }]],
    [{ Version: '2008-10-17', Statement: [allow('a')] }, [{ hasVariables: false }]],
    ['text', [{ id: 'document', hasVariables: false, elements: {}, undecided: 'P is no policy document' }]],
    [[], [{ id: 'document', undecided: 'P is no policy document' }]],
    [{}, [{ id: 'document', undecided: 'P is no policy document' }]],
    ['⟨?why⟩', [{ id: 'document', undecided: 'why' }]],
    [document('⟨?why⟩'), [{ id: '0', undecided: 'why', elements: {} }]],
    [document(allow('a'), 'x'), [{}, { id: '1', undecided: 'statement 1 of P is no statement' }]],
    [{ Statement: [null] }, [{ undecided: 'statement 0 of P is no statement' }]],
    [{ Statement: [['a']] }, [{ undecided: 'statement 0 of P is no statement' }]],
    [document({ ...allow('a'), Effect: '⟨?why⟩' }), [{ undecided: 'why' }]],
  ])('of %j', (value, expected) => {
    const found = read(value);
    expect(found).toHaveLength(expected.length);
    expect(found).toMatchObject(expected);
  });

  it('are undecided when the policy is', () => {
    expect(read(document(allow('a')), 'open')).toMatchObject([{ undecided: 'open' }]);
    expect(read(document(allow('a')))[0]).not.toHaveProperty('undecided');
  });

  it.each([
    [allow('a'), undefined, true, false],
    [deny('a'), undefined, false, true],
    [{ Action: 'a' }, undefined, false, false],
    [{ Action: 'a' }, 'open', true, true],
    [allow('a'), 'open', true, false],
    [deny('a'), 'open', false, true],
    [{ ...allow('a'), Effect: '⟨?why⟩' }, undefined, true, true],
  ])('%j, undecided %s: allows %s, denies %s', (statement, undecided, allows, denies) => {
    const [found] = read(document(statement), undecided);
    expect(found && [hasEffect(found, 'Allow'), hasEffect(found, 'Deny')]).toEqual([allows, denies]);
  });

  it.each([
    [{ Action: 's3:getobject' }, 'yes'],
    [{ Action: ['s3:Put*', 'S3:GET*'] }, 'yes'],
    [{ Action: 's3:Put*' }, 'no'],
    [{ Action: [] }, 'no'],
    [{ NotAction: 's3:Put*' }, 'yes'],
    [{ NotAction: ['s3:Put*', 's3:Get*'] }, 'no'],
    [{}, 'no'],
  ])('%j matches the action s3:GetObject: %s', (elements, truth) => {
    const [found] = read(document({ Effect: 'Allow', ...elements }));
    expect(found && matchesAction(found, 's3:GetObject').truth).toBe(truth);
  });

  it.each<[object, string, string[]]>([
    [allow('a', 'r'), 'yes', []],
    [allow('a', ['x', 'r*']), 'yes', []],
    [allow('a', 'x'), 'no', []],
    [allow('b', 'r'), 'no', []],
    [allow('a', undefined), 'yes', []],
    [{ Effect: 'Allow', Action: 'a' }, 'yes', []],
    [{ Effect: 'Allow', Action: 'a', NotResource: 'x' }, 'yes', []],
    [{ Effect: 'Allow', Action: 'a', NotResource: ['x', 'r'] }, 'no', []],
    [
      { Effect: 'Allow', Action: 'a', NotResource: '${none}' },
      'unknown',
      ['NotResource has a policy variable that the request has no value for'],
    ],
    [{ Effect: 'Allow', Action: 'a', NotResource: ['${none}', 'r'] }, 'no', []],
    [{ Action: 'a' }, 'unknown', ['statement 0 of P has no Effect']],
    [allow('a', 'r', { Condition: { Bool: { k: 'true' } } }), 'yes', []],
    [allow('a', 'r', { Condition: { Bool: { k: 'false' } } }), 'no', []],
    [allow('a', 'r', { Condition: { Bool: { other: 'true' } } }), 'conditional', ['Bool other true']],
    [allow('a', '${name}'), 'yes', []],
    [allow('a', '${ NAME }'), 'yes', []],
    [allow('a', '${none}'), 'no', []],
    [allow('a', "${none, 'r'}"), 'yes', []],
    [allow('a', "${list,'r'}"), 'yes', []],
    [allow('a', '${list}'), 'no', []],
    [allow('a', "${name,'x'}"), 'yes', []],
    [allow('a', '${star}'), 'no', []],
    [allow('a', '${*}'), 'no', []],
    [allow('a', '${other}'), 'conditional', ['${other} in ⟨$other⟩']],
  ])('%j: %s %j', (statement, truth, why) => {
    const [found] = read(document(statement));
    const context = { name: 'r', none: null, list: ['r', 's'], star: '*', k: 'true' };
    expect(found && evaluate(found, { action: 'a', resource: 'r', context }, arns)).toEqual({ truth, why });
  });

  it.each(['*', '?', '$'])('read ${%s} as the character itself', (character) => {
    const [found] = read(document(allow('a', `x\${${character}}`)));
    const matches = (resource: string) =>
      found && evaluate(found, { action: 'a', resource, context: {} }, arns).truth;
    expect(matches(`x${character}`)).toBe('yes');
    expect(matches('xy')).toBe('no');
  });

  it('do not replace variables without the current version', () => {
    const [found] = read({ Statement: allow('a', '${name}') });
    const request = { action: 'a', resource: 'r', context: { name: 'r' } };
    expect(found && evaluate(found, request, arns).truth).toBe('no');
  });

  it('are unknown when the policy is undecided and the statement matches', () => {
    const request = { action: 'a', resource: 'r', context: {} };
    const verdict = (statement: object) => {
      const [found] = read(document(statement), 'open');
      return found && evaluate(found, request, arns);
    };
    expect(verdict(allow('a', 'r'))).toEqual({ truth: 'unknown', why: ['open'] });
    expect(verdict(allow('a', 'x'))).toEqual({ truth: 'no', why: [] });
    expect(verdict({ Action: 'a' })).toEqual({ truth: 'unknown', why: ['open'] });
  });

  it('have texts, and lists of texts', () => {
    expect(texts(undefined)).toEqual([]);
    expect(texts(null)).toEqual([]);
    expect(texts('a')).toEqual(['a']);
    expect(texts(['a', 1, { b: 2 }])).toEqual(['a', '1', '{"b":2}']);
  });
});

describe('iam: the context of a request', () => {
  it('has the id of an endpoint or a VPC, not its ARN', () => {
    const arn = 'arn:aws:ec2:eu-west-1:111111111111:vpc-endpoint/vpce-1';
    expect(
      canonicalContext(
        {
          'aws:SourceVpce': arn,
          'AWS:sourcevpc': [arn, 'vpc-2'],
          'aws:SourceArn': arn,
          xaws: null,
          empty: '',
        },
        arns,
      ),
    ).toEqual({
      'aws:SourceVpce': 'vpce-1',
      'AWS:sourcevpc': ['vpce-1', 'vpc-2'],
      'aws:SourceArn': arn,
      xaws: null,
      empty: '',
    });
    expect(canonicalContext({ 'aws:SourceVpceX': arn }, arns)).toEqual({ 'aws:SourceVpceX': arn });
    expect(canonicalContext({ 'aws:SourceVpce': '⟨S.Vpce⟩' }, arns)).toEqual({
      'aws:SourceVpce': '⟨=S.Vpce⟩',
    });
  });
});
