import { mutationsBelow, type Mutation } from '../support/mutation';

const { removed, changed, edited } = mutationsBelow('MediaWorkflow/Workflow');

/** A value with a text replaced in each string of it. */
function replaceIn(value: unknown, from: string, to: string): unknown {
  if (typeof value === 'string') return value.replaceAll(from, to);
  if (Array.isArray(value)) return value.map((item) => replaceIn(item, from, to));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaceIn(item, from, to)]));
}

/** The definition with one text replaced by another. */
const replaced = (name: string, from: string, to: string): Mutation =>
  edited(name, 'StateMachine', (properties) => {
    const before = properties.DefinitionString;
    properties.DefinitionString = replaceIn(before, from, to);
    if (JSON.stringify(before) === JSON.stringify(properties.DefinitionString)) {
      throw new Error(`${name}: the definition has no ${from}`);
    }
  });

const allowed = (name: string, policy: string, Action: string, Resource: unknown = '*'): Mutation =>
  edited(name, policy, (properties) => {
    (properties.PolicyDocument as { Statement: unknown[] }).Statement.push({
      Effect: 'Allow',
      Action,
      Resource,
    });
  });

export const mutations: readonly Mutation[] = [
  replaced('audio goes the way of documents', "'mp3':'audio'", "'mp3':'document'"),
  replaced('an unknown kind is taken for text', "$k : 'unknown'", "$k : 'text'"),
  replaced('a throttled service is not asked again', '"MaxAttempts":6', '"MaxAttempts":0'),
  replaced('pauses do not grow', '"BackoffRate":2', '"BackoffRate":1'),
  replaced('pauses are the same in all executions', '"FULL"', '"NONE"'),
  replaced('a failed execution ends without a record', '"Next":"RecordFailure"', '"Next":"Failed"'),
  replaced('a payload that is too large is not caught', 'States.DataLimitExceeded', 'Other'),
  replaced(
    'a failed page fails the upload',
    '"PageFailed":{"Type":"Succeed"}',
    '"PageFailed":{"Type":"Fail","Error":"PageFailed"}',
  ),
  replaced(
    'every event analyses its upload',
    'attribute_not_exists(id) OR ',
    'attribute_not_exists(id) OR #status = #status OR ',
  ),
  replaced('a failed upload is never analysed again', '#status = :failed OR ', ''),
  replaced('a lost answer loses the upload', ' OR (#status = :running AND #execution = :execution)', ''),
  replaced(
    'a page is not withheld in a language without redaction',
    '"Default":"Withhold"',
    '"Default":"AnalyseText"',
  ),
  replaced('the text before redaction is translated', '"Text":"{% $written %}"', '"Text":"{% $text %}"'),
  replaced('a job that never ends is asked for without end', 'Polls >= 480', 'Polls >= 48000'),
  edited('the function does not redact', 'Page/Function', (properties) => {
    (properties.Environment as { Variables: Record<string, string> }).Variables.REDACT = 'false';
  }),
  allowed('the state machine may read every bucket', 'Role/DefaultPolicy', 's3:GetObject'),
  allowed('the state machine may use other services', 'Role/DefaultPolicy', 'polly:SynthesizeSpeech'),
  allowed('a function may read every table', 'Page/Role/DefaultPolicy', 'dynamodb:GetItem'),
  allowed('a function may delete uploads', 'Split/Role/DefaultPolicy', 's3:DeleteObject'),
  edited('Step Functions of every account may use the role', 'Role', (properties) => {
    const { Statement } = properties.AssumeRolePolicyDocument as { Statement: Record<string, unknown>[] };
    for (const statement of Statement) delete statement.Condition;
  }),
  changed('uploads send no events', 'Media/Uploads', { NotificationConfiguration: undefined }),
  edited('results start executions', 'Media/Results', (properties) => {
    properties.NotificationConfiguration = { EventBridgeConfiguration: { EventBridgeEnabled: true } };
  }),
  edited('objects of every bucket start executions', 'Uploaded', (properties) => {
    delete (properties.EventPattern as Record<string, unknown>).detail;
  }),
  edited('an event that starts no execution is lost', 'Uploaded', (properties) => {
    for (const target of properties.Targets as Record<string, unknown>[]) delete target.DeadLetterConfig;
  }),
  edited('the log has the texts', 'StateMachine', (properties) => {
    (properties.LoggingConfiguration as Record<string, unknown>).IncludeExecutionData = true;
  }),
  changed('texts before redaction are kept', 'Media/Work', { LifecycleConfiguration: undefined }),
  changed('results may be made public', 'Media/Results', { PublicAccessBlockConfiguration: undefined }),
  removed('plain text may be used', 'Media/Uploads/Policy'),
  removed('no alarm for failed executions', 'Alarms/Failed'),
  removed('no alarm for executions that take too long', 'Alarms/TimedOut'),
  removed('no alarm for dead letters', 'DeadLetters/Alarm'),
  changed('executions end after five minutes', 'StateMachine', { StateMachineType: 'EXPRESS' }),
];
