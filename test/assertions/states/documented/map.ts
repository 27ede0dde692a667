import { chain, only, TASK, type Row } from './row';

const RESOURCE = 'arn:aws:lambda:us-east-1:123456789012:function:ship-val';
const shipped = [
  { prod: 'R31', 'dest-code': 9511, quantity: 1344 },
  { prod: 'S39', 'dest-code': 9511, quantity: 40 },
  { prod: 'R31', 'dest-code': 9833, quantity: 12 },
];
const input = {
  'ship-date': '2016-03-14T01:59:00Z',
  detail: { 'delivery-partner': 'UQS', shipped },
};
const validate = chain({ Validate: { Type: 'Task', Resource: RESOURCE } });
const same = { [RESOURCE]: (item: unknown) => ({ seen: item }) };
const seen = (items: readonly unknown[]) => items.map((item) => ({ seen: item }));

interface Clock {
  readonly sleep: (seconds: number) => Promise<void>;
}
/** Takes as many seconds as the item says. */
const sleeper = {
  [TASK]: async (seconds: number, { sleep }: Clock) => {
    await sleep(Math.abs(seconds));
    if (seconds < 0) throw Object.assign(new Error(), { name: 'Negative' });
    return seconds;
  },
};
const work = chain({ Work: { Type: 'Task', Resource: TASK } });
const each = (fields: object) => only({ Type: 'Map', ItemProcessor: work, ...fields });
const distributed = { ...work, ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } };
const many = (fields: object) => only({ Type: 'Map', ItemProcessor: distributed, ...fields });
const writer = { ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: 'b' } } };
const writing = {
  ...sleeper,
  's3:putObject': ({ Bucket, Results }: { Bucket: string; Results: { Status: string }[] }) => ({
    Bucket,
    Key: Results.map(({ Status }) => Status[0]).join(''),
  }),
};
const written = (Key: string) => ({ MapRunArn: 'map-run-of-X', ResultWriterDetails: { Bucket: 'b', Key } });

/** https://states-language.net/spec.html#map-state */
export const map: readonly Row[] = [
  {
    says: 'In the previous example, the "ship-val" Lambda function will be executed once for each element of the "shipped" field.',
    machine: only({
      Type: 'Map',
      InputPath: '$.detail',
      ItemsPath: '$.shipped',
      MaxConcurrency: 0,
      ItemProcessor: validate,
      ResultPath: '$.detail.shipped',
    }),
    input,
    tasks: same,
    output: { ...input, detail: { ...input.detail, shipped: seen(shipped) } },
  },
  {
    says: 'In the previous example, the raw input to one iteration, as specified by "ItemSelector", will be:',
    when: 'JSONPath',
    machine: only({
      Type: 'Map',
      InputPath: '$.detail',
      ItemsPath: '$.shipped',
      ItemSelector: { 'parcel.$': '$$.Map.Item.Value', 'courier.$': '$.delivery-partner' },
      ItemProcessor: validate,
    }),
    input,
    tasks: same,
    output: seen(shipped.map((parcel) => ({ parcel, courier: 'UQS' }))),
  },
  {
    says: 'In the previous example, the raw input to one iteration, as specified by "ItemSelector", will be:',
    when: 'JSONata, in which a name with a hyphen needs quotes',
    machine: only(
      {
        Type: 'Map',
        Items: '{% $states.input.detail.shipped %}',
        ItemSelector: {
          parcel: '{% $states.context.Map.Item.Value %}',
          courier: '{% $states.input.detail.`delivery-partner` %}',
        },
        ItemProcessor: validate,
        Output: { numItemsProcessed: '{% $count($states.input.detail.shipped) %}' },
      },
      { QueryLanguage: 'JSONata' },
    ),
    input,
    tasks: same,
    output: { numItemsProcessed: 3 },
  },
  {
    says: 'If a Map State has neither an "InputPath" nor an "ItemReader" nor an "ItemsPath" field, the items array will be the raw input, which MUST be a JSON array.',
    when: 'it is no array',
    machine: each({}),
    input: { a: 1 },
    tasks: sleeper,
    error: 'States.Runtime',
  },
  {
    says: 'an integer field named "Index" whose value is the (zero-based) array index being processed',
    machine: only({
      Type: 'Map',
      ItemSelector: { 'index.$': '$$.Map.Item.Index' },
      ItemProcessor: validate,
    }),
    input: ['a', 'b'],
    tasks: same,
    output: seen([{ index: 0 }, { index: 1 }]),
  },
  {
    says: 'Its default value is zero, which places no limit on invocation parallelism and requests the interpreter to execute the iterations as concurrently as possible.',
    machine: each({}),
    input: [3, 1, 2],
    tasks: sleeper,
    output: [3, 1, 2],
    seconds: 3,
  },
  {
    says: 'https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html: In this mode, the Map state supports up to 40 concurrent iterations.',
    machine: each({}),
    input: Array.from({ length: 41 }, () => 1),
    tasks: sleeper,
    output: Array.from({ length: 41 }, () => 1),
    seconds: 2,
  },
  {
    says: 'If "MaxConcurrency" has a non-zero value, the interpreter will not allow the number of concurrent iterations to exceed that value.',
    machine: each({ MaxConcurrency: 2 }),
    input: [3, 1, 2],
    tasks: sleeper,
    output: [3, 1, 2],
    seconds: 3,
  },
  {
    says: 'will not start an iteration until the previous iteration has completed execution.',
    machine: each({ ItemsPath: '$.items', MaxConcurrencyPath: '$.limit' }),
    input: { limit: 1, items: [3, 1, 2] },
    tasks: sleeper,
    output: [3, 1, 2],
    seconds: 6,
  },
  {
    says: 'If any iteration fails, due to an unhandled error or by transitioning to a Fail state, the entire Map State is considered to have failed and all the iterations are terminated.',
    machine: each({ MaxConcurrency: 2 }),
    input: [3, -1, 2],
    tasks: sleeper,
    error: 'Negative',
    states: ['X', 'Work', 'Work'],
    seconds: 1,
  },
  {
    says: 'Its default value is zero, which means the Map State will fail if any (i.e. more than 0%) of its items fail.',
    machine: many({}),
    input: [1, -1],
    tasks: sleeper,
    error: 'States.ExceedToleratedFailureThreshold',
  },
  {
    says: 'A "ToleratedFailurePercentage" value of 100 means the interpreter will continue starting iterations even if all items fail.',
    machine: many({ ToleratedFailurePercentage: 100, MaxConcurrency: 1, ...writer }),
    input: [-1, -1, -1],
    tasks: writing,
    output: written('FFF'),
    seconds: 3,
  },
  {
    says: 'If a "ToleratedFailurePercentage" field and a "ToleratedFailureCount" field are both specified, the Map State will fail if either threshold is breached.',
    machine: many({ ToleratedFailurePercentage: 50, ToleratedFailureCount: 1, ...writer }),
    input: [-1, -1, 1, 1],
    tasks: writing,
    error: 'States.ExceedToleratedFailureThreshold',
  },
  {
    says: 'If a "ToleratedFailurePercentage" field and a "ToleratedFailureCount" field are both specified, the Map State will fail if either threshold is breached.',
    when: 'neither is',
    machine: many({ ToleratedFailurePercentage: 50, ToleratedFailureCount: 1, ...writer }),
    input: [1, -1, 1, 1],
    tasks: writing,
    output: written('SFSS'),
  },
  {
    says: 'The interpreter will limit the number of items to the maximum number of items specified by the ReaderConfig\'s "MaxItems" field.',
    machine: many({
      ItemReader: {
        Resource: 'arn:aws:states:::s3:getObject',
        Parameters: { Bucket: 'b', Key: 'k' },
        ReaderConfig: { InputType: 'JSON', MaxItems: 2 },
      },
    }),
    tasks: { ...sleeper, 's3:getObject': () => [1, 2, 3] },
    output: [1, 2],
  },
  {
    says: 'A Map state failed to read all items as specified by the "ItemReader" field.',
    machine: many({ ItemReader: { Resource: 'arn:aws:states:::s3:getObject', Parameters: {} } }),
    tasks: {
      's3:getObject': () => {
        throw new Error('no such key');
      },
    },
    error: 'States.ItemReaderFailed',
  },
  {
    says: 'The interpreter will limit each sub-array to the maximum number of items specified by the "MaxItemsPerBatch" field',
    machine: many({ ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { unit: 'kg' } } }),
    input: [1, 2, 3],
    tasks: { [TASK]: (batch: unknown) => batch },
    output: [
      { BatchInput: { unit: 'kg' }, Items: [1, 2] },
      { BatchInput: { unit: 'kg' }, Items: [3] },
    ],
  },
  {
    says: 'and to the maximum size in bytes specified by the "MaxInputBytesPerBatch" field.',
    machine: many({ ItemBatcher: { MaxInputBytesPerBatch: 21 } }),
    input: ['aaaa', 'b', 'ccc'],
    tasks: { [TASK]: ({ Items }: { Items: unknown[] }) => Items },
    output: [['aaaa'], ['b', 'ccc']],
  },
];
