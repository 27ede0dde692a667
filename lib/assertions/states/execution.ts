import type { Json } from './model';

/** Something that happened in an execution. */
export interface HistoryEvent {
  readonly type:
    | 'StateEntered'
    | 'StateExited'
    | 'TaskScheduled'
    | 'TaskSucceeded'
    | 'TaskFailed'
    | 'RetryScheduled'
    | 'ErrorCaught';
  readonly state: string;
  /** The branches and iterations around the state, such as `Analyse[0]/Pages[3]`. Empty at the top level. */
  readonly within: string;
  /** Seconds since the execution started, by the virtual clock. */
  readonly seconds: number;
  /** The input of a state, the output of a state, the arguments or the result of a task. */
  readonly data?: Json;
  readonly resource?: string;
  readonly error?: string;
  readonly cause?: string;
  /** Seconds until the next attempt. */
  readonly delay?: number;
}

/** One call of a task. */
export interface TaskCall {
  readonly state: string;
  readonly within: string;
  readonly seconds: number;
  readonly resource: string;
  readonly input: Json;
}

export type Status = 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT';

/** A finished execution: how it ended, and what happened when. */
export class Execution {
  constructor(
    readonly status: Status,
    /** The output of an execution that succeeded. */
    readonly output: Json | undefined,
    /** The error name of an execution that did not. */
    readonly error: string | undefined,
    readonly cause: string | undefined,
    readonly history: readonly HistoryEvent[],
    /** How long it took, in seconds, by the virtual clock. */
    readonly seconds: number,
  ) {}

  /** The names of the states that were entered, in order; those in branches and iterations too. */
  get states(): readonly string[] {
    return this.of('StateEntered').map(({ state }) => state);
  }

  /** The visits of a state: when, with which input. */
  entered(state: string): readonly HistoryEvent[] {
    return this.of('StateEntered').filter((event) => event.state === state);
  }

  /** The outputs of a state, in order. */
  outputs(state: string): readonly Json[] {
    return this.of('StateExited').flatMap((event) => (event.state === state ? [event.data ?? null] : []));
  }

  /** The calls of a resource, such as `dynamodb:putItem`, or of all. Each attempt is one. */
  calls(resource?: string): readonly TaskCall[] {
    return this.of('TaskScheduled')
      .filter((event) => resource === undefined || event.resource === resource)
      .map((event) => ({
        state: event.state,
        within: event.within,
        seconds: event.seconds,
        resource: event.resource ?? '',
        input: event.data ?? null,
      }));
  }

  /** Seconds of each pause before a retry of a state, in order. */
  pauses(state: string): readonly number[] {
    return this.of('RetryScheduled').flatMap((event) => (event.state === state ? [event.delay ?? 0] : []));
  }

  /** The history, one line for each event. */
  toString(): string {
    const lines = this.history.map(({ seconds, type, within, state, resource, error, cause }) =>
      [`${seconds}s`, type, within === '' ? state : `${within}/${state}`, resource, error, cause]
        .filter((part) => part !== undefined)
        .join(' '),
    );
    const end = [this.status, this.error, this.cause].filter((part) => part !== undefined).join(' ');
    return [...lines, `${this.seconds}s ${end}`].join('\n');
  }

  private of(type: HistoryEvent['type']): readonly HistoryEvent[] {
    return this.history.filter((event) => event.type === type);
  }
}
