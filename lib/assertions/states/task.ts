import { StateError, text, withinQuota, type Fields, type Json, type Scope } from './model';
import { uuid } from './intrinsic-functions';
import type { Language } from './language';
import type { Place, Run } from './run';
import { asJson, MissingTask, resourceName, taskError, type Task, type TaskFunction } from './task-functions';

/** One attempt of a Task state. */
export interface Attempt {
  readonly run: Run;
  readonly name: string;
  readonly state: Fields;
  readonly place: Place;
  readonly language: Language;
  readonly scope: Scope;
  readonly retryCount: number;
  readonly token?: string;
}

export const waitsForToken = ({ Resource }: Fields): boolean => text(Resource).endsWith('.waitForTaskToken');

export const newToken = (run: Run): string => `token-${uuid(run.random)}`;

/** Calls the function that stands for the resource, within the timeouts of the state. */
export async function runTask(attempt: Attempt, input: Json): Promise<Json> {
  const { run, name, state, place, language, scope } = attempt;
  const callee = calleeOf(attempt, input);
  const [timeout, heartbeat] = await Promise.all(
    ['TimeoutSeconds', 'HeartbeatSeconds'].map(async (field) =>
      seconds(await language.field(state, field, scope, input), field),
    ),
  );
  run.record(place, name, { type: 'TaskScheduled', resource: callee.name, data: callee.recorded });
  try {
    const work = withHeartbeat(attempt, heartbeat, (beat) => call(attempt, callee, beat));
    const result = await run.limited(work, timeout, () => {
      return new StateError('States.Timeout', `${name} ran longer than ${timeout ?? 0} seconds`);
    });
    withinQuota(result, `the result of ${callee.name}`);
    run.record(place, name, { type: 'TaskSucceeded', resource: callee.name, data: result });
    return result;
  } catch (error) {
    if (error instanceof StateError) {
      const { error: errorName, reason } = error;
      run.record(place, name, {
        type: 'TaskFailed',
        resource: callee.name,
        error: errorName,
        cause: reason,
      });
    }
    throw error;
  } finally {
    if (attempt.token !== undefined) run.waiting.delete(attempt.token);
  }
}

interface Callee {
  readonly name: string;
  readonly isFunction: boolean;
  readonly recorded: Json;
  readonly call: (task: Task) => unknown;
}

/** Which function stands for the resource, and what it gets. */
function calleeOf({ run, name, state }: Attempt, input: Json): Callee {
  const resource = text(state.Resource);
  const integration = resourceName(resource);
  const given = (key: string | undefined): TaskFunction | undefined =>
    key !== undefined && Object.hasOwn(run.tasks, key) ? run.tasks[key] : undefined;
  const direct = run.pathOf(resource);
  const invoked =
    /^lambda:invoke(\.|$)/.test(integration) &&
    typeof input === 'object' &&
    input !== null &&
    !Array.isArray(input)
      ? input
      : undefined;
  const path = direct ?? run.pathOf(invoked?.FunctionName);
  const stub = given(path);
  if (path !== undefined && stub) {
    if (!invoked)
      return { name: path, isFunction: true, recorded: input, call: (task) => stub(asJson(input), task) };
    const payload = invoked.Payload ?? {};
    const call = async (task: Task) => ({
      ExecutedVersion: '$LATEST',
      StatusCode: 200,
      Payload: asJson(await stub(asJson(payload), task)),
    });
    return { name: path, isFunction: true, recorded: payload, call };
  }
  const other = given(integration) ?? given(resource);
  if (!other)
    throw new MissingTask(path === undefined ? integration : `${path} or ${integration}`, name, run.tasks);
  const isFunction = /^(lambda:|arn:[^:]*:lambda:)/.test(integration);
  return { name: integration, isFunction, recorded: input, call: (task) => other(asJson(input), task) };
}

/** Calls the function, and waits for the token where the resource says so. */
async function call(
  attempt: Attempt,
  { call: work, isFunction }: Callee,
  heartbeat: () => void,
): Promise<Json> {
  const { run, token } = attempt;
  const callback =
    token === undefined
      ? undefined
      : new Promise<Json>((resolve, reject) => {
          run.waiting.set(token, {
            succeed: resolve,
            fail: (error, cause) => {
              reject(new StateError(error, cause));
            },
            heartbeat,
          });
        });
  // The callback may fail while the function still runs.
  callback?.catch(() => undefined);
  const result = run.clock.work(async () => {
    try {
      return asJson(await work(taskOf(attempt, heartbeat)));
    } catch (error) {
      throw taskError(error, isFunction);
    }
  });
  if (!callback) return result;
  // The state ends with the callback or with an error of the call, whichever comes first.
  return Promise.race([callback, result.then(() => callback)]);
}

function taskOf({ run, name, state, token, retryCount }: Attempt, heartbeat: () => void): Task {
  const waiting = (given: string) => {
    const found = run.waiting.get(given);
    if (!found) throw new StateError('TaskTimedOut', `no task waits for the token ${given}`);
    return found;
  };
  return {
    resource: text(state.Resource),
    state: name,
    attempt: retryCount,
    ...(token !== undefined && { token }),
    sleep: (duration) => run.clock.sleepWorking(duration),
    after: (duration, action) => {
      run.clock.after(duration, action);
    },
    heartbeat,
    sendTaskSuccess: (given, output) => {
      waiting(given).succeed(asJson(output));
      run.waiting.delete(given);
    },
    sendTaskFailure: (given, error, cause = '') => {
      waiting(given).fail(error, cause);
      run.waiting.delete(given);
    },
    sendTaskHeartbeat: (given) => {
      waiting(given).heartbeat();
    },
  };
}

/** Fails the work when the last heartbeat is longer ago than it may be. */
function withHeartbeat(
  { run, name }: Attempt,
  interval: number | undefined,
  work: (heartbeat: () => void) => Promise<Json>,
): Promise<Json> {
  if (interval === undefined) return work(() => undefined);
  return new Promise((resolve, reject) => {
    const expect = () =>
      run.clock.after(interval, () => {
        reject(
          new StateError('States.HeartbeatTimeout', `${name} sent no heartbeat for ${interval} seconds`),
        );
      });
    let cancel = expect();
    work(() => {
      cancel();
      cancel = expect();
    })
      .then(resolve, reject)
      .finally(() => {
        cancel();
      });
  });
}

function seconds(value: Json | undefined, field: string): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
  throw new StateError(
    'States.Runtime',
    `${field}: got ${JSON.stringify(value)}, expected a positive integer`,
  );
}
