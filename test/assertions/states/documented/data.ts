import { chain, only, TASK, type Row } from './row';

const same = (input: unknown) => input;
const pass = (fields: object) => only({ Type: 'Pass', ...fields });
const task = (fields: object) => only({ Type: 'Task', Resource: TASK, ...fields });
const add = { [TASK]: ({ val1, val2 }: { val1: number; val2: number }) => val1 + val2 };
const tree = { foo: 123, bar: ['a', 'b', 'c'], car: { cdr: true } };
const master = { master: { detail: [1, 2, 3] } };

/** https://states-language.net/spec.html, sections on data and on JSONPath. */
export const data: readonly Row[] = [
  {
    says: 'If no input is provided, the default is an empty JSON object, {}.',
    machine: pass({}),
    output: {},
  },
  {
    says: "The output from the machine's terminal state is treated as its output.",
    machine: task({}),
    input: { val1: 3, val2: 4 },
    tasks: add,
    output: 7,
  },
  {
    says: 'When two states are linked by a transition, the output from the first state is passed as input to the second state.',
    machine: chain({
      A: { Type: 'Pass', Result: { val1: 3, val2: 4 } },
      B: { Type: 'Task', Resource: TASK },
    }),
    tasks: add,
    output: 7,
  },
  ...(
    [
      ['$.foo', 123],
      ['$.bar', ['a', 'b', 'c']],
      ['$.car.cdr', true],
    ] as const
  ).map(([InputPath, output]) => ({
    says: 'Then the following Reference Paths would return:',
    when: InputPath,
    machine: pass({ InputPath }),
    input: tree,
    output,
  })),
  ...(
    [
      ['$.store.book', { store: { book: 1 } }],
      ['$.store\\.book', { 'store.book': 1 }],
      ['$.\\stor\\e.boo\\k', { store: { book: 1 } }],
      ['$.store.book.title', { store: { book: { title: 1 } } }],
      ['$.foo.\\.bar', { foo: { '.bar': 1 } }],
      ['$.foo\\@bar.baz\\[\\[.\\?pretty', { 'foo@bar': { 'baz[[': { '?pretty': 1 } } }],
      ['$.&Ж中.\uD800\uDF46', { '&Ж中': { '\uD800\uDF46': 1 } }],
      ['$.ledgers.branch[0].pending.count', { ledgers: { branch: [{ pending: { count: 1 } }] } }],
      ['$.ledgers.branch[0]', { ledgers: { branch: [1] } }],
      ["$['store']['book']", { store: { book: 1 } }],
      ["$['store'][0]['book']", { store: [{ book: 1 }] }],
    ] as const
  ).map(([InputPath, input]) => ({
    says: 'Here are some examples of acceptable Reference Path syntax:',
    when: InputPath,
    machine: pass({ InputPath }),
    input,
    output: 1,
  })),
  {
    says: 'No processing needs to be performed and the payload is identical to the Payload Template.',
    machine: task({ Parameters: { first: 88, second: 99 } }),
    tasks: { [TASK]: same },
    output: { first: 88, second: 99 },
  },
  {
    says: 'In this case, the effective input to the code identified in the "Resource" field would be as follows:',
    machine: task({
      Parameters: {
        flagged: true,
        parts: { 'first.$': '$.vals[0]', 'last3.$': '$.vals[-3:]' },
        'weekday.$': '$.DayOfWeek',
        'formattedOutput.$': "States.Format('Today is {}', $.DayOfWeek)",
      },
    }),
    input: { flagged: 7, vals: [0, 10, 20, 30, 40, 50], DayOfWeek: 'TUESDAY' },
    tasks: { [TASK]: same },
    output: {
      flagged: true,
      parts: { first: 0, last3: [30, 40, 50] },
      weekday: 'TUESDAY',
      formattedOutput: 'Today is TUESDAY',
    },
  },
  {
    says: 'In this case, the Path is applied to the Context Object and is the new field value.',
    machine: pass({ Parameters: { 'name.$': '$$.State.Name', 'since.$': '$$.Execution.StartTime' } }),
    output: { name: 'X', since: '2026-01-01T00:00:00.000Z' },
  },
  {
    says: 'A JSON object MUST NOT have duplicate field names after fields ending with the characters ".$" are renamed to strip the ".$" suffix.',
    machine: pass({ Parameters: { a: 1, 'a.$': '$.a' } }),
    refused: 'both a and a.$',
  },
  {
    says: 'When this happens, to produce the effective input, the interpreter gathers the texts into an array',
    machine: pass({ InputPath: '$.a[0,1]' }),
    input: { a: [1, 2, 3, 4] },
    output: [1, 2],
  },
  {
    says: 'The same rule applies to OutputPath processing; if the OutputPath result contains multiple values, the effective output is a JSON array containing all of them.',
    machine: pass({ OutputPath: '$.a[?(@ > 2)]' }),
    input: { a: [1, 2, 3, 4] },
    output: [3, 4],
  },
  {
    says: 'then in the output the detail field would be overwritten:',
    machine: pass({ Result: 6, ResultPath: '$.master.detail' }),
    input: master,
    output: { master: { detail: 6 } },
  },
  {
    says: 'producing a chain of new fields containing result and sum:',
    machine: pass({ Result: 6, ResultPath: '$.master.result.sum' }),
    input: master,
    output: { master: { detail: [1, 2, 3], result: { sum: 6 } } },
  },
  {
    says: 'If the value of InputPath is null, that means that the raw input is discarded, and the effective input for the state is an empty JSON object, {}.',
    machine: pass({ InputPath: null }),
    input: master,
    output: {},
  },
  {
    says: "If the value of ResultPath is null, that means that the state's result is discarded and its raw input becomes its result.",
    machine: task({ ResultPath: null }),
    input: { val1: 3, val2: 4 },
    tasks: add,
    output: { val1: 3, val2: 4 },
  },
  {
    says: 'If the value of OutputPath is null, that means the input and result are discarded, and the effective output from the state is an empty JSON object, {}.',
    machine: pass({ OutputPath: null }),
    input: master,
    output: {},
  },
  {
    says: 'In this case, the output would be:',
    machine: task({ InputPath: '$.numbers', ResultPath: '$.sum' }),
    input: { title: 'Numbers to add', numbers: { val1: 3, val2: 4 } },
    tasks: add,
    output: { title: 'Numbers to add', numbers: { val1: 3, val2: 4 }, sum: 7 },
  },
  {
    says: 'The value of "ResultSelector" MUST be a Payload Template, whose input is the result, and whose payload replaces and becomes the effective result.',
    machine: task({ ResultSelector: { 'first.$': '$.list[0]' }, ResultPath: '$.found' }),
    input: { kept: true },
    tasks: { [TASK]: () => ({ list: ['a', 'b'], noise: 1 }) },
    output: { kept: true, found: { first: 'a' } },
  },
  {
    says: 'Suppose the output from the Task is "Hi!", and the value of the "ResultPath" field is "$.b.greeting". Then the output from the state would be:',
    machine: task({ ResultPath: '$.b.greeting' }),
    input: { a: 1 },
    tasks: { [TASK]: () => 'Hi!' },
    output: { a: 1, b: { greeting: 'Hi!' } },
  },
  {
    says: 'Suppose a state\'s input is the string "foo", and its "ResultPath" field has the value "$.x". Then ResultPath cannot apply and the interpreter fails the machine with an Error Name of "States.ResultPathMatchFailure".',
    machine: pass({ Result: 1, ResultPath: '$.x' }),
    input: 'foo',
    error: 'States.ResultPathMatchFailure',
  },
  {
    says: 'The value of "ResultPath" MUST NOT begin with "$$"',
    machine: pass({ ResultPath: '$$.x' }),
    refused: 'no Reference Path',
  },
];
