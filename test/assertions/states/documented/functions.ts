import { only, type Row } from './row';

const NINE = { inputArray: [1, 2, 3, 4, 5, 6, 7, 8, 9] };

const examples: readonly (readonly [says: string, call: string, input: unknown, output: unknown])[] = [
  [
    'The interpreter returns the first-argument string with each {} replaced by the Value of the positionally-corresponding argument in the Intrinsic Function.',
    "States.Format('Your name is {}, we are in the year {}', $.name, 2020)",
    { name: 'Foo', zebra: 'stripe' },
    'Your name is Foo, we are in the year 2020',
  ],
  [
    'Here is an example of an Intrinsic Function named "States.Format" being used to prepare data:',
    "States.Format('Welcome to {} {}\\'s playlist.', $.firstName, $.lastName)",
    { firstName: 'Ann', lastName: 'Lee' },
    "Welcome to Ann Lee's playlist.",
  ],
  [
    'If necessary, the { and } characters can be escaped respectively as \\\\{ and \\\\}.',
    "States.Format('\\{{}\\} is {}', $.a, null)",
    { a: true },
    '{true} is null',
  ],
  [
    'Note that in the previous example, the first argument of States.Format could have been a Path that yielded the formatting template string.',
    'States.Format($.template, $.name)',
    { name: 'Arnav', template: 'Hello, my name is {}.' },
    'Hello, my name is Arnav.',
  ],
  [
    'The interpreter applies a JSON parser to the Value and returns its parsed JSON form.',
    'States.StringToJson($.someString)',
    { someString: '{"number": 20}' },
    { number: 20 },
  ],
  [
    'The interpreter returns a string which is a JSON text representing the data identified by the Path.',
    'States.JsonToString($.someJson)',
    { someJson: { name: 'Foo', year: 2020 } },
    '{"name":"Foo","year":2020}',
  ],
  [
    'The interpreter returns a JSON array containing the Values of the arguments, in the order provided.',
    "States.Array('Foo', 2020, $.someJson, null)",
    { someJson: { random: 'abcdefg' } },
    ['Foo', 2020, { random: 'abcdefg' }, null],
  ],
  [
    'Use the States.ArrayPartition function to divide the array into chunks of four values:',
    'States.ArrayPartition($.inputArray,4)',
    NINE,
    [[1, 2, 3, 4], [5, 6, 7, 8], [9]],
  ],
  [
    'Because the value stored in lookingFor is included in the inputArray, States.ArrayContains returns the following result:',
    'States.ArrayContains($.inputArray, $.lookingFor)',
    { ...NINE, lookingFor: 5 },
    true,
  ],
  [
    'will create an array with a first value of 1, a final value of 9, and values in between the first and final values increase by two for each item:',
    'States.ArrayRange(1, 9, 2)',
    {},
    [1, 3, 5, 7, 9],
  ],
  [
    'In this example, States.ArrayGetItem would return the following result:',
    'States.ArrayGetItem($.inputArray, $.index)',
    { ...NINE, index: 5 },
    6,
  ],
  [
    'In this example, States.ArrayLength would return the following JSON object that represents the array length:',
    'States.ArrayLength($.inputArray)',
    NINE,
    9,
  ],
  [
    'The States.ArrayUnique function can be used to remove duplicate values from the array:',
    'States.ArrayUnique($.inputArray)',
    { inputArray: [1, 2, 3, 3, 3, 3, 3, 3, 4] },
    [1, 2, 3, 4],
  ],
  [
    'The States.Base64Encode function returns the following encoded data in response:',
    'States.Base64Encode($.input)',
    { input: 'Data to encode' },
    'RGF0YSB0byBlbmNvZGU=',
  ],
  [
    'Use the States.Base64Decode function to decode the base64 string to a human-readable string:',
    'States.Base64Decode($.base64)',
    { base64: 'RGF0YSB0byBlbmNvZGU=' },
    'Data to encode',
  ],
  [
    'The States.Hash function returns the following hash value in response (the document lacks a digit)',
    'States.Hash($.Data, $.Algorithm)',
    { Data: 'input data', Algorithm: 'SHA-1' },
    'aaff4a450a104cd177d28d18d74485e8cae074b7',
  ],
  [
    "In the merged JSON object output, the json2 object's field a replaces the json1 object's field a.",
    'States.JsonMerge($.json1, $.json2, false)',
    { json1: { a: { a1: 1, a2: 2 }, b: 2 }, json2: { a: { a3: 1, a4: 2 }, c: 3 } },
    { a: { a3: 1, a4: 2 }, b: 2, c: 3 },
  ],
  [
    'The States.MathAdd function would return the following number in response:',
    'States.MathAdd($.value1, $.step)',
    { value1: 111, step: -1 },
    110,
  ],
  [
    'The States.StringSplit function returns the following string array as result:',
    'States.StringSplit($.inputString, $.splitter)',
    { inputString: '1,2,3,4,5', splitter: ',' },
    ['1', '2', '3', '4', '5'],
  ],
  [
    'The value of an argument which is an Intrinsic Function is the result of the function invocation.',
    "States.Format('{}.{}', States.ArrayGetItem(States.StringSplit($.Arn, '/'), 1), States.MathAdd(1, 2))",
    { Arn: 'image/recipe' },
    'recipe.3',
  ],
  [
    'If you use this function with the same seed value, it returns an identical number.',
    'States.ArrayLength(States.ArrayUnique(States.Array(States.MathRandom(1, 999, 7), States.MathRandom(1, 999, 7))))',
    {},
    1,
  ],
];

const failing: readonly (readonly [says: string, call: string, input?: unknown])[] = [
  ['The Value MUST NOT be a JSON array or object.', "States.Format('{}', $.list)", { list: [] }],
  [
    'There MUST be as many remaining arguments in the Intrinsic Function as there are occurrences of {}.',
    "States.Format('{}{}', 1)",
  ],
  ['The newly generated array MUST NOT contain more than 1000 items.', 'States.ArrayRange(1, 1001, 1)'],
  ['The third argument MUST NOT be zero.', 'States.ArrayRange(1, 2, 0)'],
  ['All arguments MUST be integer values.', 'States.MathAdd(1.5, 2)'],
  [
    'This function takes a data string of up to 10,000 characters to encode as its only argument.',
    'States.Base64Encode($.long)',
    { long: 'x'.repeat(10_001) },
  ],
  [
    'Currently, Step Functions only supports the shallow merging mode',
    'States.JsonMerge($.a, $.a, true)',
    { a: {} },
  ],
];

const refused: readonly (readonly [says: string, call: string, refused: string])[] = [
  [
    'All Intrinsic Functions defined by this specification have names that begin with "States.".',
    'States.Nothing()',
    'expected an intrinsic function',
  ],
  [
    'The Intrinsic Function name MUST be followed immediately by a list of zero or more arguments, enclosed by "(" and ")", and separated by commas.',
    'States.Array(1 2)',
    'expected',
  ],
  [
    'If an open escape backslash \\ is found in the Intrinsic Function, the interpreter will throw a runtime error.',
    "States.Format('a\\b')",
    'after \\',
  ],
  [
    'https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html: you can nest up to 10 intrinsic functions',
    `${'States.Array('.repeat(11)}${')'.repeat(11)}`,
    'at most 10',
  ],
];

const call = (expression: string) => only({ Type: 'Pass', Parameters: { 'foo.$': expression } });

/** https://states-language.net/spec.html#appendix-b */
export const functions: readonly Row[] = [
  ...examples.map(([says, when, input, foo]) => ({
    says,
    when,
    machine: call(when),
    input,
    output: { foo },
  })),
  ...failing.map(([says, when, input]) => ({
    says,
    when,
    machine: call(when),
    input,
    error: 'States.Runtime',
  })),
  ...refused.map(([says, when, why]) => ({ says, when, machine: call(when), refused: why })),
];
