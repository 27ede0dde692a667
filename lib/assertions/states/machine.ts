import { catcherFor, Retries } from './errors';
import { jsonPathLanguage } from './jsonpath-language';
import { jsonataLanguage } from './jsonata-language';
import type { Language } from './language';
import { runMap } from './map';
import { InvalidDefinition, StateError, listOf, runtimeError, text, timestamp, withinQuota } from './model';
import type { Definition, Fields, Json, Scope } from './model';
import { Cancellation, isoTime, Variables, type Place, type Run } from './run';
import { newToken, runTask, waitsForToken, type Attempt } from './task';

/** How a state ended: its output, and the next state unless it was the last one. */
interface Outcome {
  readonly output: Json;
  readonly next?: string;
}

/** Runs states from StartAt until one is terminal, and returns its output. */
export async function runStates(run: Run, definition: Definition, input: Json, place: Place): Promise<Json> {
  let name = definition.StartAt;
  let data = input;
  for (;;) {
    place.cancellation.check();
    const state = definition.States[name];
    if (!state) throw new InvalidDefinition(`there is no state ${name}`);
    run.record(place, name, { type: 'StateEntered', data });
    const { output, next } = await new Visit(run, name, state, place, data).outcome();
    place.cancellation.check();
    withinQuota(output, `the output of ${name}`);
    run.record(place, name, { type: 'StateExited', data: output });
    if (next === undefined) return output;
    [name, data] = [next, output];
  }
}

/** One visit of a state, with all its attempts. */
class Visit {
  private readonly language: Language;
  private readonly enteredTime: string;

  constructor(
    private readonly run: Run,
    private readonly name: string,
    private readonly state: Fields,
    private readonly place: Place,
    private readonly input: Json,
  ) {
    this.language =
      (state.QueryLanguage ?? run.queryLanguage) === 'JSONata' ? jsonataLanguage : jsonPathLanguage;
    this.enteredTime = isoTime(run.clock.now);
  }

  outcome(): Promise<Outcome> {
    switch (this.state.Type) {
      case 'Pass':
        return this.pass();
      case 'Wait':
        return this.wait();
      case 'Choice':
        return this.choice();
      case 'Succeed':
        return this.succeed();
      case 'Fail':
        return this.fail();
      default:
        return this.withRetries();
    }
  }

  private async pass(): Promise<Outcome> {
    const scope = this.scope();
    const result = this.state.Result ?? (await this.language.arguments(this.state, scope));
    return this.leave(scope, await this.language.passOutput(this.state, scope, result), result);
  }

  private async wait(): Promise<Outcome> {
    const { language, state, run } = this;
    const scope = this.scope();
    const input = await language.arguments(state, scope);
    const seconds = await language.field(state, 'Seconds', scope, input);
    const until = await language.field(state, 'Timestamp', scope, input);
    const time = timestamp(until);
    if (seconds !== undefined ? !isCount(seconds) : time === undefined) {
      const got = JSON.stringify(seconds ?? until);
      throw this.invalid(`Wait: got ${got}, expected a count of seconds or a timestamp`);
    }
    await run.clock.sleep(
      seconds !== undefined ? Number(seconds) : Math.max(0, ((time ?? 0) - run.clock.now) / 1000),
    );
    return this.leave(scope, await language.passOutput(state, scope, input), input);
  }

  private async choice(): Promise<Outcome> {
    const { language, state } = this;
    const scope = this.scope();
    const input = await language.arguments(state, scope);
    const rule = await language.choose(listOf(state.Choices), scope, input);
    const next = rule ? rule.Next : state.Default;
    if (next === undefined)
      throw runtimeError('States.NoChoiceMatched: no rule matches and there is no Default');
    // The rule's own Output and Assign count, if a rule was chosen.
    const fields = rule ? { ...state, Output: rule.Output, Assign: rule.Assign } : state;
    const present = Object.fromEntries(
      Object.entries(fields).filter(([, value]) => value !== undefined),
    ) as Fields;
    const output = await language.passOutput(present, scope, input);
    this.place.variables.assign(await language.assign(present.Assign, scope, input));
    return { output, next: text(next) };
  }

  private async succeed(): Promise<Outcome> {
    const scope = this.scope();
    const input = await this.language.arguments(this.state, scope);
    return { output: await this.language.passOutput(this.state, scope, input) };
  }

  private async fail(): Promise<Outcome> {
    const { language, state, input } = this;
    const scope = this.scope();
    const error = await language.field(state, 'Error', scope, input);
    const cause = await language.field(state, 'Cause', scope, input);
    for (const value of [error, cause]) {
      if (value !== undefined && typeof value !== 'string') {
        throw this.invalid(`Fail: got ${JSON.stringify(value)}, expected a string`);
      }
    }
    throw new StateError(text(error), text(cause));
  }

  /** A Task, Parallel or Map state: retriers first, then catchers. */
  private async withRetries(): Promise<Outcome> {
    const { run, place, name, state } = this;
    const retries = new Retries(state, run.random);
    for (;;) {
      const token = state.Type === 'Task' && waitsForToken(state) ? newToken(run) : undefined;
      const scope = this.scope(retries.count, token);
      try {
        return await this.work(scope, retries.count, token);
      } catch (error) {
        if (!(error instanceof StateError) || place.cancellation.isCancelled) throw error;
        const delay = retries.delay(error);
        if (delay === undefined) return this.caught(error, scope);
        run.record(place, name, { type: 'RetryScheduled', error: error.error, cause: error.reason, delay });
        await run.clock.sleep(delay);
        place.cancellation.check();
      }
    }
  }

  private async work(scope: Scope, retryCount: number, token?: string): Promise<Outcome> {
    const { run, name, state, place, language } = this;
    const input = withinQuota(await language.arguments(state, scope), `the input of ${name}`);
    const attempt: Attempt = { run, name, state, place, language, scope, retryCount, token };
    const result =
      state.Type === 'Task'
        ? await runTask(attempt, input)
        : state.Type === 'Map'
          ? await runMap(attempt, input, (...branch) => runStates(run, ...branch))
          : await this.parallel(input);
    const output = withinQuota(await language.resultOutput(state, scope, result), `the output of ${name}`);
    return this.leave({ ...scope, result }, output, result);
  }

  /** Runs all branches at once. The first error ends them all. */
  private async parallel(input: Json): Promise<Json> {
    const { run, name, state, place } = this;
    const cancellation = new Cancellation(place.cancellation);
    const branches = listOf(state.Branches) as unknown as readonly Definition[];
    return Promise.all(
      branches.map(async (branch, index) => {
        const within = `${place.within === '' ? '' : `${place.within}/`}${name}[${index}]`;
        const variables = new Variables(place.variables);
        try {
          return await runStates(run, branch, input, { ...place, within, variables, cancellation });
        } catch (error) {
          cancellation.cancel();
          throw error;
        }
      }),
    );
  }

  private async caught(error: StateError, scope: Scope): Promise<Outcome> {
    const { run, place, name, language } = this;
    const catcher = catcherFor(this.state, error);
    if (!catcher) throw error;
    run.record(place, name, { type: 'ErrorCaught', error: error.error, cause: error.reason });
    const errorOutput = { Error: error.error, Cause: error.reason };
    const output = await language.catchOutput(catcher, scope, errorOutput);
    place.variables.assign(await language.assign(catcher.Assign, { ...scope, errorOutput }, errorOutput));
    return { output, next: text(catcher.Next) };
  }

  /** Assigns the variables, which the next state sees, and goes on. */
  private async leave(scope: Scope, output: Json, dollar: Json): Promise<Outcome> {
    const { state, place } = this;
    place.cancellation.check();
    place.variables.assign(await this.language.assign(state.Assign, scope, dollar));
    return { output, ...(state.Next !== undefined && { next: text(state.Next) }) };
  }

  private scope(retryCount = 0, token?: string): Scope {
    const { run, place, name, enteredTime, input } = this;
    return {
      input,
      variables: place.variables.all,
      context: {
        ...run.context,
        ...place.context,
        State: { Name: name, EnteredTime: enteredTime, RetryCount: retryCount },
        ...(token !== undefined && { Task: { Token: token } }),
      },
      random: run.random,
      now: run.clock.now,
    };
  }

  private invalid(reason: string): StateError {
    return this.language === jsonataLanguage
      ? new StateError('States.QueryEvaluationError', reason)
      : runtimeError(reason);
  }
}

const isCount = (value: Json): boolean => typeof value === 'number' && Number.isInteger(value) && value >= 0;
