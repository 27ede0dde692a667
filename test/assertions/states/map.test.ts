import { StateError, States } from '../../../lib/assertions/states';
import { chain, END, JSONATA, only, TASK } from './documented/row';

const echo = { [TASK]: (input: unknown) => input };
const work = chain({ Work: { Type: 'Task', Resource: TASK } });
const distributed = { ...work, ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' } };
const WRITER = { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: 'b' } };
const run = (fields: object, input: unknown, tasks = {}, machine = {}) =>
  States.fromDefinition(only({ Type: 'Map', ...fields }, machine)).run({
    input,
    tasks: { ...echo, ...tasks },
  });

describe('Map state', () => {
  it('says within which iterations a state runs, with the Context object of each', async () => {
    const inner = chain({
      Inner: {
        Type: 'Map',
        ItemProcessor: chain({
          X1: {
            Type: 'Pass',
            Parameters: { 'index.$': '$$.Map.Item.Index', 'value.$': '$$.Map.Item.Value' },
          },
        }),
      },
    });
    const execution = await run({ ItemProcessor: inner }, [['a', 'b'], ['c']]);
    expect(execution.entered('X1').map(({ within }) => within)).toEqual([
      'X[0]/Inner[0]',
      'X[0]/Inner[1]',
      'X[1]/Inner[0]',
    ]);
    expect(execution.output).toEqual([
      [
        { index: 0, value: 'a' },
        { index: 1, value: 'b' },
      ],
      [{ index: 0, value: 'c' }],
    ]);
  });

  it('takes Parameters as an older name of ItemSelector', async () => {
    const { output } = await run({ ItemProcessor: work, Parameters: { 'v.$': '$$.Map.Item.Value' } }, [1]);
    expect(output).toEqual([{ v: 1 }]);
  });

  it('fails with the error of its language when the items are no array', async () => {
    expect((await run({ ItemProcessor: work, ItemsPath: '$.a' }, { a: 1 })).error).toBe('States.Runtime');
    const jsonata = await run({ ItemProcessor: work, Items: '{% 1 %}' }, {}, {}, JSONATA);
    expect(jsonata.error).toBe('States.QueryEvaluationError');
  });

  it('does not model objects that an ItemReader reads', async () => {
    const ItemReader = { Resource: 'arn:aws:states:::s3:getObject', Parameters: {} };
    const result = run({ ItemProcessor: distributed, ItemReader }, {}, { 's3:getObject': () => ({ a: 1 }) });
    await expect(result).rejects.toThrow('objects as items of a Map state');
  });

  it('reads all items without MaxItems', async () => {
    const ItemReader = { Resource: 'arn:aws:states:::s3:getObject', Parameters: {} };
    const { output } = await run(
      { ItemProcessor: distributed, ItemReader },
      {},
      { 's3:getObject': () => [1, 2] },
    );
    expect(output).toEqual([1, 2]);
  });

  it('has batches without BatchInput, and none of no items', async () => {
    const fields = { ItemProcessor: distributed, ItemBatcher: { MaxItemsPerBatch: 2 } };
    expect((await run(fields, [1, 2])).output).toEqual([{ Items: [1, 2] }]);
    expect((await run(fields, [])).output).toEqual([]);
    const large = { ItemProcessor: distributed, ItemBatcher: { MaxInputBytesPerBatch: 1 } };
    expect((await run(large, ['a', 'b'])).output).toEqual([{ Items: ['a'] }, { Items: ['b'] }]);
  });

  it('counts the items of a failed batch, as a share of all items', async () => {
    const failing = {
      [TASK]: ({ Items }: { Items: number[] }) => {
        if (Items.includes(1)) throw new StateError('Bad', 'one');
      },
      's3:putObject': (input: unknown) => input,
    };
    const fields = (ToleratedFailurePercentage: number) => ({
      ItemProcessor: distributed,
      ItemBatcher: { MaxItemsPerBatch: 2 },
      ResultWriter: WRITER,
      ToleratedFailurePercentage,
    });
    const failed = await run(fields(49), [1, 2, 3, 4], failing);
    expect([failed.error, failed.cause]).toEqual([
      'States.ExceedToleratedFailureThreshold',
      '2 of 4 items failed; the last: Bad: one',
    ]);
    const { output } = await run(fields(50), [1, 2, 3, 4], failing);
    expect(output).toMatchObject({
      ResultWriterDetails: {
        Bucket: 'b',
        Results: [{ Status: 'FAILED', Error: 'Bad', Cause: 'one' }, { Status: 'SUCCEEDED' }],
      },
    });
  });

  it('fails when the results cannot be written', async () => {
    const fields = { ItemProcessor: distributed, ResultWriter: WRITER };
    const denied = {
      's3:putObject': () => {
        throw new StateError('S3.AccessDenied');
      },
    };
    expect((await run(fields, [1], denied)).error).toBe('States.ResultWriterFailed');
  });

  it('ends an Express child workflow after five minutes', async () => {
    const slow = {
      ...chain({ Slow: { Type: 'Wait', Seconds: 301 } }),
      ProcessorConfig: distributed.ProcessorConfig,
    };
    const { error, seconds, cause } = await run({ ItemProcessor: slow }, [1]);
    expect([error, seconds]).toEqual(['States.ExceedToleratedFailureThreshold', 300]);
    expect(cause).toContain('States.Timeout: iteration 0 ran longer');
  });

  it('starts no iteration after one has failed', async () => {
    const calls: unknown[] = [];
    const failing = {
      [TASK]: (item: number) => {
        calls.push(item);
        throw new StateError('Bad');
      },
    };
    await run({ ItemProcessor: work, MaxConcurrency: 1 }, [1, 2], failing);
    expect(calls).toEqual([1]);
  });

  it('refuses a child workflow that is larger than a payload', async () => {
    const fields = { ItemProcessor: work, ItemSelector: { 'all.$': '$', 'again.$': '$' } };
    const { error, cause } = await run(fields, ['x'.repeat(200_000)]);
    expect([error, cause]).toEqual(['States.DataLimitExceeded', expect.stringContaining('iteration 0')]);
  });
});

describe('error names', () => {
  const caught = async (names: string[], error: string, fields: object = {}) => {
    const machine = chain({
      X: { Type: 'Task', Resource: TASK, Catch: [{ ErrorEquals: names, Next: 'Y' }], ...fields, End: true },
      Y: END,
    });
    const tasks = {
      [TASK]: () => {
        throw new StateError(error);
      },
    };
    return (await States.fromDefinition(machine).run({ tasks })).status === 'SUCCEEDED';
  };

  it.each([
    [['States.Runtime'], 'States.Runtime', false],
    [['States.DataLimitExceeded'], 'States.DataLimitExceeded', true],
    [['States.TaskFailed'], 'States.DataLimitExceeded', false],
    [['States.Timeout'], 'States.HeartbeatTimeout', true],
    [['States.HeartbeatTimeout'], 'States.HeartbeatTimeout', true],
    [['States.HeartbeatTimeout'], 'States.Timeout', false],
    [['States.Timeout'], 'Other', false],
    [['Another'], 'States.HeartbeatTimeout', false],
    [['Other', 'Another'], 'Another', true],
  ] as const)('%j catches %s: %s', async (names, error, expected) => {
    expect(await caught([...names], error)).toBe(expected);
  });
});
