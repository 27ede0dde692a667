import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runScript } from '../../support/script';
import { allow, arnOf, bucket, join as text, resource, role } from './builders';

describe('iam: the command', () => {
  const folder = mkdtempSync(join(tmpdir(), 'iam-'));
  const template = join(folder, 'Shop.json');
  const command = (...words: readonly string[]) => runScript('iam', ['--template', template, ...words]);
  const ask = (action: string, on: string, ...more: readonly string[]) =>
    command('--principal', 'Shop/Role', '--action', action, '--resource', on, ...more);

  beforeAll(() => {
    const tls = { Condition: { Bool: { 'aws:SecureTransport': 'true' } } };
    const Resources = {
      Bucket: bucket,
      Role: role([
        allow('s3:GetObject', text(arnOf('Bucket'), '/small/*')),
        allow('s3:ListBucket', arnOf('Bucket'), tls),
        allow('sqs:SendMessage'),
      ]),
      Job: resource('AWS::Lambda::Function', { Role: arnOf('Role') }),
    };
    writeFileSync(template, JSON.stringify({ Resources }));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('prints the answer and the statements that decide it', () => {
    const { status, stdout } = command(
      ...['--principal', 'Shop/Job', '--action', 's3:GetObject', '--resource', 'Shop/Bucket#small/cat.webp'],
    );
    expect(status).toBe(0);
    expect(stdout).toBe(
      'allowed: Shop/Role s3:GetObject on Shop/Bucket small/cat.webp\n  Allow in Shop/Role (Inline), statement 0\n',
    );
  });

  it.each<[string, number, readonly [string, string, ...string[]]]>([
    ['allowed', 0, ['s3:GetObject', 'Shop/Bucket#small/a']],
    ['allowed by the context', 0, ['s3:ListBucket', 'Shop/Bucket', '--context', 'aws:SecureTransport=true']],
    ['denied', 1, ['s3:GetObject', 'Shop/Bucket#large/a']],
    ['denied without a key', 1, ['s3:ListBucket', 'Shop/Bucket', '--context', 'aws:SecureTransport=']],
    ['conditional', 2, ['s3:ListBucket', 'Shop/Bucket']],
    ['unknown', 2, ['sqs:SendMessage', 'arn:aws:sqs:eu-west-1:222222222222:jobs']],
    ['an action that AWS does not have', 3, ['s3:GetObjects', 'Shop/Bucket']],
    ['a resource that is not there', 3, ['s3:ListBucket', 'Shop/Buckets']],
  ])('has an exit code for %s', (_, status, [action, on, ...more]) => {
    expect(ask(action, on, ...more).status).toBe(status);
  });

  it('prints the answer as JSON', () => {
    expect(JSON.parse(ask('s3:GetObject', 'Shop/Bucket#small/a', '--json').stdout)).toEqual({
      question: 'Shop/Role s3:GetObject on Shop/Bucket small/a',
      answer: 'allowed',
      statements: [{ effect: 'Allow', policy: 'Shop/Role (Inline)', id: '0' }],
      reasons: [],
    });
  });

  it('lists what each role may do', () => {
    const { status, stdout } = command('--list');
    expect(status).toBe(0);
    expect(stdout).toBe(
      [
        'Shop/Role',
        '  sqs:SendMessage on *',
        '  s3:ListBucket on Shop/Bucket if {"Bool":{"aws:SecureTransport":"true"}}',
        '  s3:GetObject on Shop/Bucket/small/*',
        '',
      ].join('\n'),
    );
    expect(JSON.parse(command('--list', '--json').stdout)).toMatchObject([
      { principal: 'Shop/Role', permissions: [{ action: 'sqs:SendMessage', resource: '*' }, {}, {}] },
    ]);
  });

  it.each<[string, readonly string[], string]>([
    ['nothing', [], 'iam: expected --principal, --action and --resource, or --list'],
    ['a context without a value', ['--context', 'x'], 'iam: --context x: expected <key>=<value>'],
  ])('prints one line for %s', (_, words, message) => {
    const given = words.length === 0 ? command() : ask('s3:ListBucket', 'Shop/Bucket', ...words);
    expect(given.stderr).toMatch(/^[^\n]*\n$/);
    expect(given).toMatchObject({
      status: 3,
      stdout: '',
      stderr: expect.stringContaining(message) as string,
    });
  });
});
