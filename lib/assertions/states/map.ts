import {
  NotModelled,
  StateError,
  bytesOf,
  isFields,
  withinQuota,
  type Definition,
  type Fields,
  type Json,
} from './model';
import { Cancellation, Variables, type Place, type RunBranch } from './run';
import { runTask, type Attempt } from './task';

/** How many iterations run at once where MaxConcurrency does not say less. */
const CONCURRENCY = { INLINE: 40, DISTRIBUTED: 10_000 };
/** The longest time that a child workflow of a type may take, in seconds. */
export const DURATION = { EXPRESS: 5 * 60, STANDARD: 365 * 24 * 60 * 60 };

/** Runs the ItemProcessor for each item, and returns the outputs in the order of the items. */
export async function runMap(attempt: Attempt, input: Json, branch: RunBranch): Promise<Json> {
  const { state, language, scope, run } = attempt;
  const processor = (state.ItemProcessor ?? state.Iterator) as unknown as Definition & Fields;
  const { Mode = 'INLINE', ExecutionType = 'STANDARD' } = isFields(processor.ProcessorConfig)
    ? processor.ProcessorConfig
    : {};
  const isDistributed = Mode === 'DISTRIBUTED';
  const inputs = await inputsOf(attempt, input);
  const tolerance = await toleranceOf(attempt, input);
  const limit = Number((await language.field(state, 'MaxConcurrency', scope, input)) ?? 0);
  const concurrency = Math.min(
    limit === 0 ? Infinity : limit,
    CONCURRENCY[isDistributed ? 'DISTRIBUTED' : 'INLINE'],
  );

  const cancellation = new Cancellation(attempt.place.cancellation);
  const total = inputs.reduce((sum, { items }) => sum + items, 0);
  const results: Fields[] = [];
  let failed = 0;
  const queue = inputs.entries();
  const iterate = async (index: number, { value, context, items }: Iteration): Promise<void> => {
    const place = placeOf(attempt, index, cancellation, isDistributed ? undefined : context);
    try {
      withinQuota(value, `the input of iteration ${index}`);
      const seconds = isDistributed ? DURATION[ExecutionType as keyof typeof DURATION] : undefined;
      const late = () => new StateError('States.Timeout', `iteration ${index} ran longer than its type may`);
      results[index] = { Output: await run.limited(branch(processor, value, place), seconds, late) };
    } catch (error) {
      if (!(error instanceof StateError) || !isDistributed) {
        cancellation.cancel();
        throw error;
      }
      failed += items;
      results[index] = { Error: error.error, Cause: error.reason };
      if (tolerance(failed, total)) return;
      cancellation.cancel();
      const reason = `${failed} of ${total} items failed; the last: ${error.message}`;
      throw new StateError('States.ExceedToleratedFailureThreshold', reason);
    }
  };
  const worker = async (): Promise<void> => {
    for (let iteration = queue.next(); !iteration.done; iteration = queue.next()) {
      if (cancellation.isCancelled) return;
      await iterate(...iteration.value);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, inputs.length) }, worker));
  return writeResults(attempt, input, results, failed);
}

interface Iteration {
  readonly value: Json;
  readonly context: Fields;
  /** How many items it has. */
  readonly items: number;
}

function placeOf(
  { place, name }: Attempt,
  index: number,
  cancellation: Cancellation,
  context?: Fields,
): Place {
  return {
    within: `${place.within === '' ? '' : `${place.within}/`}${name}[${index}]`,
    // A child workflow of a distributed Map state cannot read the variables of its parent.
    variables: new Variables(context ? place.variables : undefined),
    cancellation,
    context: { ...place.context, ...context },
  };
}

/** The input of each iteration: an item, a selected item, or a batch of items. */
async function inputsOf(attempt: Attempt, input: Json): Promise<Iteration[]> {
  const { state, language, scope } = attempt;
  const source = isFields(state.ItemReader) ? await readItems(attempt, state.ItemReader, input) : input;
  const items = (await language.field(state, 'Items', scope, source)) ?? source;
  if (!Array.isArray(items)) {
    if (isFields(items) && isFields(state.ItemReader))
      throw new NotModelled('objects as items of a Map state');
    const error =
      'ItemsPath' in state || !('Items' in state) ? 'States.Runtime' : 'States.QueryEvaluationError';
    throw new StateError(error, `the items are no array, but ${JSON.stringify(items).slice(0, 100)}`);
  }
  const selector = state.ItemSelector ?? (state.Items === undefined ? state.Parameters : undefined);
  const selected = await Promise.all(
    items.map(async (Value, Index) => {
      const context = { Map: { Item: { Index, Value } } };
      const within = { ...scope, context: { ...scope.context, ...context } };
      const value = selector === undefined ? Value : await language.template(selector, within, input);
      return { value, context, items: 1 };
    }),
  );
  return isFields(state.ItemBatcher) ? batches(attempt, state.ItemBatcher, selected, input) : selected;
}

async function readItems(attempt: Attempt, reader: Fields, input: Json): Promise<Json> {
  const { language, scope } = attempt;
  const config = isFields(reader.ReaderConfig) ? reader.ReaderConfig : {};
  const limit = await language.field(config, 'MaxItems', scope, input);
  const items = await callService(attempt, reader, input, {}, 'States.ItemReaderFailed');
  return Array.isArray(items) && typeof limit === 'number' ? items.slice(0, limit) : items;
}

/** Calls the resource of an ItemReader or a ResultWriter. */
async function callService(
  attempt: Attempt,
  service: Fields,
  input: Json,
  more: Fields,
  error: string,
): Promise<Json> {
  const { language, scope } = attempt;
  const given = await language.template(service.Arguments ?? service.Parameters ?? {}, scope, input);
  const state = { Type: 'Task', Resource: service.Resource ?? '' };
  try {
    return await runTask({ ...attempt, state }, { ...(given as Fields), ...more });
  } catch (thrown) {
    throw thrown instanceof StateError ? new StateError(error, thrown.message) : thrown;
  }
}

async function batches(
  { language, scope }: Attempt,
  batcher: Fields,
  items: readonly Iteration[],
  input: Json,
): Promise<Iteration[]> {
  const [count, bytes] = await Promise.all(
    ['MaxItemsPerBatch', 'MaxInputBytesPerBatch'].map(async (field) =>
      Number((await language.field(batcher, field, scope, input)) ?? Infinity),
    ),
  );
  const shared: Fields =
    batcher.BatchInput === undefined
      ? {}
      : { BatchInput: await language.template(batcher.BatchInput, scope, input) };
  const found: Iteration[] = [];
  let batch: Json[] = [];
  const close = () => {
    if (batch.length > 0)
      found.push({ value: { ...shared, Items: batch }, context: {}, items: batch.length });
    batch = [];
  };
  for (const { value } of items) {
    const size = bytesOf({ ...shared, Items: [...batch, value] });
    if (batch.length >= (count ?? Infinity) || size > (bytes ?? Infinity)) close();
    batch.push(value);
  }
  close();
  return found;
}

/** Whether a number of failed items is tolerated. */
async function toleranceOf({ state, language, scope }: Attempt, input: Json) {
  const count = await language.field(state, 'ToleratedFailureCount', scope, input);
  const percentage = await language.field(state, 'ToleratedFailurePercentage', scope, input);
  return (failed: number, total: number): boolean => {
    if (count === undefined && percentage === undefined) return failed === 0;
    return failed <= Number(count ?? Infinity) && (failed / total) * 100 <= Number(percentage ?? 100);
  };
}

async function writeResults(
  attempt: Attempt,
  input: Json,
  results: readonly Fields[],
  failed: number,
): Promise<Json> {
  const { ResultWriter } = attempt.state;
  if (!isFields(ResultWriter)) {
    if (failed === 0) return results.map(({ Output }) => Output ?? null);
    throw new NotModelled(
      `state ${attempt.name}: the result of a Map state with tolerated failures and no ResultWriter`,
    );
  }
  const Results = results.map((result) => ({
    Status: 'Output' in result ? 'SUCCEEDED' : 'FAILED',
    ...result,
  }));
  const written = await callService(attempt, ResultWriter, input, { Results }, 'States.ResultWriterFailed');
  return { MapRunArn: `map-run-of-${attempt.name}`, ResultWriterDetails: written };
}
