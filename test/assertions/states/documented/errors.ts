import { chain, END, failing, only, TASK, type Row } from './row';

const retry = (...Retry: readonly object[]) => only({ Type: 'Task', Resource: TASK, Retry });
const fail = (...errors: readonly string[]) => ({ [TASK]: failing(...errors) });
const TIMEOUT = ['States.Timeout', 'States.Timeout', 'States.Timeout', 'States.Timeout'];
const fallback = (Catch: readonly { Next: string; [field: string]: unknown }[], more: object = {}) =>
  chain({
    X: { Type: 'Task', Resource: TASK, Catch, ...more, End: true },
    ...Object.fromEntries(Catch.map(({ Next }) => [Next, END])),
  });
const java = [
  { ErrorEquals: ['java.lang.Exception'], ResultPath: '$.error-info', Next: 'RecoveryState' },
  { ErrorEquals: ['States.ALL'], Next: 'EndMachine' },
];
const exceptTimeout = retry(
  { ErrorEquals: ['States.Timeout'], MaxAttempts: 0 },
  { ErrorEquals: ['States.ALL'] },
);
const guide = 'https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html';

/** https://states-language.net/spec.html#errors, and the page of the developer guide. */
export const errors: readonly Row[] = [
  {
    says: 'When a state reports an error, the default course of action for the interpreter is to fail the whole state machine.',
    machine: chain({ X: { Type: 'Task', Resource: TASK }, Y: { Type: 'Pass' } }),
    tasks: fail('ErrorA'),
    error: 'ErrorA',
    states: ['X'],
  },
  {
    says: 'Here is an example of a Retrier which will make 2 retry attempts after waits of 3 and 6 seconds:',
    machine: retry({
      ErrorEquals: ['States.Timeout'],
      IntervalSeconds: 3,
      MaxAttempts: 2,
      BackoffRate: 2.0,
    }),
    tasks: fail(...TIMEOUT),
    error: 'States.Timeout',
    seconds: 9,
  },
  {
    says: 'In this case the Retrier will make the second attempt after 4 seconds, rather than 6 seconds:',
    machine: retry({
      ErrorEquals: ['States.Timeout'],
      IntervalSeconds: 3,
      MaxAttempts: 2,
      BackoffRate: 2.0,
      MaxDelaySeconds: 4,
    }),
    tasks: fail(...TIMEOUT),
    error: 'States.Timeout',
    seconds: 7,
  },
  {
    says: '(default value: 1) (default: 3) (default: 2.0)',
    when: 'the pauses are 1, 2 and 4 seconds',
    machine: retry({ ErrorEquals: ['ErrorA'] }),
    tasks: fail('ErrorA', 'ErrorA', 'ErrorA', 'ErrorA'),
    error: 'ErrorA',
    seconds: 7,
  },
  {
    says: 'Note that a "MaxAttempts" field whose value is 0 is legal, specifying that some error or errors should never be retried.',
    machine: exceptTimeout,
    tasks: fail('States.Timeout'),
    error: 'States.Timeout',
    seconds: 0,
  },
  {
    says: 'Here is an example of a Retrier which will retry any error except for "States.Timeout", using the default retry parameters.',
    machine: exceptTimeout,
    input: 'done',
    tasks: fail('ErrorA', 'ErrorB'),
    output: 'done',
    seconds: 3,
  },
  {
    says: 'Such a value MUST appear alone in the "ErrorEquals" array and MUST appear in the last Retrier in the "Retry" array.',
    when: 'it is not alone',
    machine: retry({ ErrorEquals: ['States.ALL', 'ErrorA'] }),
    refused: 'States.ALL must stand alone',
  },
  {
    says: 'Such a value MUST appear alone in the "ErrorEquals" array and MUST appear in the last Retrier in the "Retry" array.',
    when: 'it is not the last',
    machine: retry({ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['ErrorA'] }),
    refused: 'States.ALL must stand alone',
  },
  {
    says: 'The first two errors match the first retrier and cause waits of one and two seconds. The third error matches the second retrier and causes a wait of five seconds. The fourth error would match the first retrier but its "MaxAttempts" ceiling of two retries has already been reached, so that Retrier fails, and execution is redirected to the "Z" state via the "Catch" field.',
    machine: chain({
      X: {
        Type: 'Task',
        Resource: TASK,
        Next: 'Y',
        Retry: [
          { ErrorEquals: ['ErrorA', 'ErrorB'], IntervalSeconds: 1, BackoffRate: 2, MaxAttempts: 2 },
          { ErrorEquals: ['ErrorC'], IntervalSeconds: 5 },
        ],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Z' }],
      },
      Y: END,
      Z: END,
    }),
    tasks: fail('ErrorA', 'ErrorB', 'ErrorC', 'ErrorB'),
    states: ['X', 'Z'],
    seconds: 8,
    output: { Error: 'ErrorB', Cause: 'as told' },
  },
  {
    says: 'Note that once the interpreter transitions to another state in any way, all the Retrier parameters reset.',
    machine: chain({
      X: { Type: 'Task', Resource: TASK, Retry: [{ ErrorEquals: ['ErrorA'], MaxAttempts: 1 }], Next: 'More' },
      More: {
        Type: 'Choice',
        Choices: [{ Variable: '$.again', BooleanEquals: true, Next: 'Stop' }],
        Default: 'Again',
      },
      Again: { Type: 'Pass', Result: { again: true }, Next: 'X' },
      Stop: END,
    }),
    tasks: {
      [TASK]: ((odd) => (input: unknown) => {
        odd.fails = !odd.fails;
        if (odd.fails) throw Object.assign(new Error(), { name: 'ErrorA' });
        return input;
      })({ fails: false }),
    },
    input: { again: false },
    states: ['X', 'More', 'Again', 'X', 'More', 'Stop'],
    seconds: 2,
    output: { again: true },
  },
  {
    says: 'If the first Catcher matches the Error Name, the input to "RecoveryState" will be the original state input, with the Error Output as the value of the top-level "error-info" field.',
    machine: fallback(java),
    input: { order: 1 },
    tasks: fail('java.lang.Exception'),
    output: { order: 1, 'error-info': { Error: 'java.lang.Exception', Cause: 'as told' } },
    states: ['X', 'RecoveryState'],
  },
  {
    says: 'For any other error, the input to "EndMachine" will just be the Error Output.',
    machine: fallback(java),
    input: { order: 1 },
    tasks: fail('Other'),
    output: { Error: 'Other', Cause: 'as told' },
    states: ['X', 'EndMachine'],
  },
  {
    says: 'When a state has both "Retry" and "Catch" fields, the interpreter uses any appropriate Retriers first and only applies the matching Catcher transition if the retry policy fails to resolve the error.',
    machine: fallback(java, { Retry: [{ ErrorEquals: ['Other'], MaxAttempts: 1 }] }),
    tasks: fail('Other', 'Other'),
    states: ['X', 'EndMachine'],
    seconds: 1,
    output: { Error: 'Other', Cause: 'as told' },
  },
  {
    says: `${guide}: A States.Runtime error isn't retriable, and will always cause the execution to fail. A retry or catch on States.ALL won't catch States.Runtime errors.`,
    machine: fallback([{ ErrorEquals: ['States.ALL'], Next: 'EndMachine' }], { InputPath: '$.absent' }),
    tasks: fail(),
    error: 'States.Runtime',
  },
  {
    says: `${guide}: The States.ALL error type must appear alone in a Catcher and cannot catch the States.DataLimitExceeded terminal error or Runtime error types.`,
    machine: fallback([{ ErrorEquals: ['States.ALL'], Next: 'EndMachine' }]),
    tasks: { [TASK]: () => 'x'.repeat(256 * 1024) },
    error: 'States.DataLimitExceeded',
  },
  {
    says: `${guide}: When used in a retry or catch, States.TaskFailed acts as a wildcard that matches any known error name except for States.Timeout.`,
    when: 'another error',
    machine: fallback([{ ErrorEquals: ['States.TaskFailed'], Next: 'EndMachine' }]),
    tasks: fail('Lambda.TooManyRequestsException'),
    output: { Error: 'Lambda.TooManyRequestsException', Cause: 'as told' },
  },
  {
    says: `${guide}: When used in a retry or catch, States.TaskFailed acts as a wildcard that matches any known error name except for States.Timeout.`,
    when: 'States.Timeout',
    machine: fallback([{ ErrorEquals: ['States.TaskFailed'], Next: 'EndMachine' }]),
    tasks: fail('States.Timeout'),
    error: 'States.Timeout',
  },
  {
    says: `${guide}: The first retry takes place after waiting for three seconds. The second and third retry attempts take place after waiting for five seconds after the preceding retry attempt because of the maximum wait time limit set by MaxDelaySeconds.`,
    machine: retry({
      ErrorEquals: ['States.Timeout'],
      IntervalSeconds: 3,
      MaxAttempts: 3,
      BackoffRate: 2,
      MaxDelaySeconds: 5,
    }),
    tasks: fail(...TIMEOUT),
    error: 'States.Timeout',
    seconds: 13,
  },
];
