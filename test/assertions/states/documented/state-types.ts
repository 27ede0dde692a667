import { chain, END, only, TASK, type Row } from './row';

const same = (input: unknown) => input;
const choice = (
  Choices: readonly { Next: string; [field: string]: unknown }[],
  more: { Default?: string } = {},
) => {
  const targets = [...Choices.map(({ Next }) => Next), more.Default ?? []].flat();
  const ends = Object.fromEntries(targets.map((name) => [name, END]));
  return chain({ X: { Type: 'Choice', Choices, ...more }, ...ends });
};
const dispatch = choice(
  [
    { Not: { Variable: '$.type', StringEquals: 'Private' }, Next: 'Public' },
    {
      And: [
        { Variable: '$.value', IsPresent: true },
        { Variable: '$.value', IsNumeric: true },
        { Variable: '$.value', NumericGreaterThanEquals: 20 },
        { Variable: '$.value', NumericLessThan: 30 },
      ],
      Next: 'ValueInTwenties',
    },
    { Variable: '$.rating', NumericGreaterThanPath: '$.auditThreshold', Next: 'StartAudit' },
  ],
  { Default: 'RecordEvent' },
);
const matches = (StringMatches: string) =>
  choice([{ Variable: '$', StringMatches, Next: 'Yes' }], { Default: 'No' });
const wildcards = (
  [
    ['foo*.log', 'foo23.log', 'Yes'],
    ['*.log', 'zebra.log', 'Yes'],
    ['foo*.*', 'foobar.zebra', 'Yes'],
    ['foo*.log', 'foo23xlog', 'No'],
    ['foo\\*', 'foo*', 'Yes'],
    ['foo\\*', 'foobar', 'No'],
    ['foo\\\\*', 'foo\\bar', 'Yes'],
  ] as const
).map(([pattern, input, next]) => ({
  says: 'The expression yields true if the data value selected by the Variable Path matches the value, where "*" in the value matches zero or more characters.',
  when: `${pattern} of ${input}: ${next}`,
  machine: matches(pattern),
  input,
  output: input,
  states: ['X', next],
}));

const parallel = (Branches: readonly object[], more: object = {}) => ({
  Type: 'Parallel',
  Branches,
  ...more,
});
const branch = (name: string, Resource: string) => chain({ [name]: { Type: 'Task', Resource } });
const arithmetic = {
  'task:Add': ([a, b]: [number, number]) => a + b,
  'task:Subtract': ([a, b]: [number, number]) => a - b,
};
const math = [
  branch('Add', 'arn:aws:states:::task:Add'),
  branch('Subtract', 'arn:aws:states:::task:Subtract'),
];
const slowly = {
  [TASK]: async (_: unknown, { sleep }: { sleep: (seconds: number) => Promise<void> }) => {
    await sleep(400);
  },
};

/** https://states-language.net/spec.html#statetypes */
export const stateTypes: readonly Row[] = [
  {
    says: 'The Pass State (identified by "Type":"Pass") by default passes its input to its output, performing no work.',
    machine: only({ Type: 'Pass' }),
    input: { a: 1 },
    output: { a: 1 },
  },
  {
    says: 'If present, its value is treated as the output of a virtual task, and placed as prescribed by the "ResultPath" field, if any, to be passed on to the next state.',
    machine: only({
      Type: 'Pass',
      Result: { 'x-datum': 0.381018, 'y-datum': 622.2269926397355 },
      ResultPath: '$.coords',
    }),
    input: { georefOf: 'Home' },
    output: { georefOf: 'Home', coords: { 'x-datum': 0.381018, 'y-datum': 622.2269926397355 } },
  },
  {
    says: 'If the state runs longer than the specified timeout, or if more time than the specified heartbeat elapses between heartbeats from the task, then the interpreter fails the state with a States.Timeout Error Name.',
    machine: only({ Type: 'Task', Resource: TASK, TimeoutSeconds: 300 }),
    tasks: slowly,
    error: 'States.Timeout',
    seconds: 300,
  },
  {
    says: 'States.HeartbeatTimeout: A Task State failed to heartbeat for a time longer than the "HeartbeatSeconds" value.',
    machine: only({ Type: 'Task', Resource: TASK, TimeoutSeconds: 300, HeartbeatSeconds: 60 }),
    tasks: slowly,
    error: 'States.HeartbeatTimeout',
    seconds: 60,
  },
  {
    says: 'A JSONPath Task State MAY have "TimeoutSecondsPath" and "HeartbeatSecondsPath" fields which MUST be Reference Paths',
    machine: only({ Type: 'Task', Resource: TASK, TimeoutSecondsPath: '$.limit' }),
    input: { limit: 7 },
    tasks: slowly,
    error: 'States.Timeout',
    seconds: 7,
  },
  {
    says: 'If the machine runs longer than the specified time, then the interpreter fails the machine with a States.Timeout Error Name.',
    machine: only({ Type: 'Wait', Seconds: 10 }, { TimeoutSeconds: 9 }),
    error: 'States.Timeout',
    seconds: 9,
  },
  {
    says: 'Then the interpreter will transition to the "ValueInTwenties" state, based on the "value" field.',
    machine: dispatch,
    input: { type: 'Private', value: 22 },
    output: { type: 'Private', value: 22 },
    states: ['X', 'ValueInTwenties'],
  },
  {
    says: 'it returns the inverse of the boolean to which the Choice Rule evaluates.',
    machine: dispatch,
    input: { type: 'Open' },
    output: { type: 'Open' },
    states: ['X', 'Public'],
  },
  {
    says: 'For those operators that end with "Path", the value MUST be a Path, to be applied to the state\'s effective input to yield a value to be compared with the value yielded by the Variable path.',
    machine: dispatch,
    input: { type: 'Private', rating: 5, auditThreshold: 4 },
    output: { type: 'Private', rating: 5, auditThreshold: 4 },
    states: ['X', 'StartAudit'],
  },
  {
    says: 'that state will execute if none of the Choice Rules match.',
    machine: dispatch,
    input: { type: 'Private', rating: 4, auditThreshold: 4 },
    output: { type: 'Private', rating: 4, auditThreshold: 4 },
    states: ['X', 'RecordEvent'],
  },
  {
    says: 'In this case, if the Variable-field Path fails to match anything in the input no exception is thrown and the Choice Rule just returns false.',
    machine: choice([{ Variable: '$.absent', IsPresent: true, Next: 'Yes' }], { Default: 'No' }),
    states: ['X', 'No'],
    output: {},
  },
  {
    says: 'if the values are not both of the appropriate type (String, number, boolean, or Timestamp) the comparison will return false.',
    machine: choice([{ Variable: '$', NumericEquals: 5, Next: 'Yes' }], { Default: 'No' }),
    input: '5',
    output: '5',
    states: ['X', 'No'],
  },
  {
    says: 'Note that a field which is thought of as a timestamp could be matched by a string-typed comparator.',
    when: 'the same instant in two zones is one timestamp and two strings',
    machine: choice(
      [
        { Variable: '$', StringEquals: '2016-03-14T01:59:00Z', Next: 'No' },
        { Variable: '$', TimestampEquals: '2016-03-14T01:59:00Z', Next: 'Yes' },
      ],
      { Default: 'No' },
    ),
    input: '2016-03-14T02:59:00+01:00',
    output: '2016-03-14T02:59:00+01:00',
    states: ['X', 'Yes'],
  },
  ...wildcards,
  {
    says: 'The interpreter will raise a runtime States.NoChoiceMatched error if a Choice State fails to match a Choice Rule and no "Default" transition was specified.',
    when: 'States.Runtime in Step Functions, whose guide calls the name reserved',
    machine: choice([{ Variable: '$.a', IsPresent: true, Next: 'Yes' }]),
    error: 'States.Runtime',
  },
  {
    says: 'A Wait State (identified by "Type":"Wait") causes the interpreter to delay the machine from continuing for a specified time.',
    machine: only({ Type: 'Wait', Seconds: 10 }),
    output: {},
    seconds: 10,
  },
  {
    says: 'This waits until an absolute time:',
    machine: only({ Type: 'Wait', Timestamp: '2026-01-01T01:00:00Z' }),
    output: {},
    seconds: 3600,
  },
  {
    says: 'This example uses a Reference Path to look up the timestamp from data that might look like { "expirydate": "2016-03-14T01:59:00Z" }:',
    when: 'which is in the past',
    machine: only({ Type: 'Wait', TimestampPath: '$.expirydate' }),
    input: { expirydate: '2016-03-14T01:59:00Z' },
    output: { expirydate: '2016-03-14T01:59:00Z' },
    seconds: 0,
  },
  {
    says: 'The output of a JSONPath Succeed State is the same as its input, possibly modified by "InputPath" and/or "OutputPath".',
    machine: only({ Type: 'Succeed', InputPath: '$.a', OutputPath: '$.b' }),
    input: { a: { b: 5 } },
    output: 5,
  },
  {
    says: 'The Fail State (identified by "Type":"Fail") terminates the machine and marks it as a failure.',
    machine: only({ Type: 'Fail', Error: 'ErrorA', Cause: 'Kaiju attack' }),
    error: 'ErrorA',
  },
  {
    says: 'Here is an example that sets the Error and Cause values dynamically from the state input rather than using static values:',
    machine: only({ Type: 'Fail', ErrorPath: '$.Error', CausePath: '$.Cause' }),
    input: { Error: 'ErrorB', Cause: 'told' },
    error: 'ErrorB',
  },
  {
    says: 'A JSONPath Fail state MAY have "ErrorPath" and "CausePath" fields whose values MUST be Reference Paths or Intrinsic Functions',
    machine: only({ Type: 'Fail', ErrorPath: "States.Format('Error{}', $.code)" }),
    input: { code: 7 },
    error: 'Error7',
  },
  {
    says: 'The output of "Add" would be 5, that of "Subtract" would be 1, and the output of the Parallel State would be a JSON array:',
    machine: only(parallel(math)),
    input: [3, 2],
    tasks: arithmetic,
    output: [5, 1],
  },
  {
    says: 'wait until each branch terminates (reaches a terminal state) before processing the Parallel State\'s "Next" field.',
    machine: chain({
      X: parallel([chain({ A: { Type: 'Wait', Seconds: 5 } }), chain({ B: { Type: 'Wait', Seconds: 9 } })]),
      Y: { Type: 'Pass' },
    }),
    output: [{}, {}],
    states: ['X', 'A', 'B', 'Y'],
    seconds: 9,
  },
  {
    says: 'If any branch fails, due to an unhandled error or by transitioning to a Fail State, the entire Parallel State is considered to have failed and all the branches are terminated.',
    machine: only(
      parallel([
        chain({ A: { Type: 'Wait', Seconds: 5 }, B: { Type: 'Fail', Error: 'ErrorA' } }),
        chain({ C: { Type: 'Wait', Seconds: 6 }, D: { Type: 'Task', Resource: TASK } }),
      ]),
    ),
    error: 'ErrorA',
    states: ['X', 'A', 'C', 'B'],
    seconds: 5,
  },
  {
    says: 'Unlike a Fail State, a Succeed State within a Parallel merely terminates its own branch.',
    machine: chain({ X: parallel([chain({ A: END }), branch('B', TASK)]), Y: { Type: 'Pass' } }),
    tasks: { [TASK]: same },
    input: 1,
    output: [1, 1],
    states: ['X', 'A', 'B', 'Y'],
  },
  {
    says: 'states in a branch\'s "States" field can transition only to each other, and no state outside of that "States" field can transition into it.',
    machine: chain({ X: parallel([chain({ A: { Type: 'Pass', Next: 'Y' } })]), Y: END }),
    refused: 'there is no state Y beside it',
  },
  {
    says: 'The value of the "Next" field MUST exactly and case-sensitively match the name of another state.',
    machine: chain({ X: { Type: 'Pass', Next: 'y' }, Y: END }),
    refused: 'there is no state y beside it',
  },
  {
    says: 'The state name MUST be unique within the scope of the entire state machine',
    machine: chain({ X: parallel([chain({ X: { Type: 'Pass' } })]) }),
    refused: 'state X: another state has this name',
  },
];
