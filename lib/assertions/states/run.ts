import type { VirtualClock } from './clock';
import type { HistoryEvent } from './execution';
import type { Definition, Fields, Json } from './model';
import type { TaskFunctions } from './task-functions';

/** The quota of the history of a Standard workflow. */
const EVENTS = 25_000;

/** Tells the states of a branch that their results are no longer wanted. */
export class Cancellation {
  private cancelled = false;

  constructor(private readonly outer?: Cancellation) {}

  cancel(): void {
    this.cancelled = true;
  }

  get isCancelled(): boolean {
    return this.cancelled || this.outer?.isCancelled === true;
  }

  /** Ends the branch, if its result is no longer wanted. No catcher matches the error. */
  check(): void {
    if (this.isCancelled) throw new Error('The branch was cancelled');
  }
}

/** The variables of a branch; those of the states around it can be read. */
export class Variables {
  private readonly own = new Map<string, Json>();

  constructor(private readonly outer?: Variables) {}

  get all(): Fields {
    return { ...this.outer?.all, ...Object.fromEntries(this.own) };
  }

  assign(values: Fields): void {
    for (const [name, value] of Object.entries(values)) this.own.set(name, value);
  }
}

/** Where a state runs. */
export interface Place {
  readonly within: string;
  readonly variables: Variables;
  readonly cancellation: Cancellation;
  /** What iterations add to the Context object. */
  readonly context: Fields;
}

/** Runs the states of a branch or of an iteration, and returns its output. */
export type RunBranch = (definition: Definition, input: Json, place: Place) => Promise<Json>;

/** A task that waits for its token. */
export interface Waiting {
  readonly succeed: (output: Json) => void;
  readonly fail: (error: string, cause: string) => void;
  readonly heartbeat: () => void;
}

/** What all states of one execution share. */
export class Run {
  readonly history: HistoryEvent[] = [];
  readonly waiting = new Map<string, Waiting>();
  private readonly start: number;

  constructor(
    readonly clock: VirtualClock,
    readonly random: () => number,
    readonly tasks: TaskFunctions,
    /** `Execution` and `StateMachine` of the Context object. */
    readonly context: Fields,
    /** The construct path that a placeholder in the definition stands for. */
    readonly pathOf: (value: Json | undefined) => string | undefined,
    readonly queryLanguage: 'JSONPath' | 'JSONata',
  ) {
    this.start = clock.now;
  }

  get seconds(): number {
    return (this.clock.now - this.start) / 1000;
  }

  record(place: Place, state: string, event: Omit<HistoryEvent, 'seconds' | 'within' | 'state'>): void {
    if (this.history.length >= EVENTS) {
      throw new Error(
        `The history has more than ${EVENTS} events, the quota of Step Functions; last: ${state}`,
      );
    }
    this.history.push({ seconds: this.seconds, within: place.within, state, ...event });
  }

  /** The result of the work, unless it takes longer than a number of seconds. */
  limited<T>(work: Promise<T>, seconds: number | undefined, timeout: () => Error): Promise<T> {
    if (seconds === undefined) return work;
    return new Promise((resolve, reject) => {
      const cancel = this.clock.after(seconds, () => {
        reject(timeout());
      });
      work.then(resolve, reject).finally(cancel);
    });
  }
}

/** A time as the Context object has it. */
export const isoTime = (milliseconds: number): string => new Date(milliseconds).toISOString();
