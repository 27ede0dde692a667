import type { Json } from '../templates';

export type { Json };

/** An object of the Amazon States Language: a state, a retrier, a choice rule. */
export type Fields = Readonly<Record<string, Json>>;

/** A state machine, a branch of a Parallel state, or the ItemProcessor of a Map state. */
export interface Definition {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, Fields>>;
  readonly QueryLanguage?: 'JSONPath' | 'JSONata';
  /** Seconds. @default - the quota of the workflow's type: a year, or five minutes */
  readonly TimeoutSeconds?: number;
}

/** The definition is not one that Step Functions accepts. */
export class InvalidDefinition extends Error {}

/** The definition or the question needs something that this evaluator does not model. */
export class NotModelled extends Error {}

/**
 * An error of a state, by the name that retriers and catchers match. A task function throws it to fail as a service does:
 * `throw new StateError('Rekognition.ThrottlingException', 'Rate exceeded')`.
 */
export class StateError extends Error {
  constructor(
    /** The error name, such as `States.Timeout`. */
    readonly error: string,
    /** A text for people. @default - none */
    readonly reason = '',
  ) {
    super(reason === '' ? error : `${error}: ${reason}`);
    this.name = error;
  }
}

/** What an expression can see. */
export interface Scope {
  /** The input of the state. */
  readonly input: Json;
  /** The Context object: `$$` in JSONPath, `$states.context` in JSONata. */
  readonly context: Fields;
  readonly variables: Fields;
  /** The result of a Task, Parallel or Map state: `$states.result`. */
  readonly result?: Json;
  /** The Error Output in a catcher: `$states.errorOutput`. */
  readonly errorOutput?: Json;
  /** 0 to 1, for functions that return random values. */
  readonly random: () => number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The quota of a payload, in bytes of UTF-8: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
export const PAYLOAD_BYTES = 256 * 1024;

export const bytesOf = (value: Json): number => Buffer.byteLength(JSON.stringify(value));

/** The value, unless it is larger than a payload may be. */
export function withinQuota(value: Json, what: string): Json {
  const bytes = bytesOf(value);
  if (bytes <= PAYLOAD_BYTES) return value;
  throw new StateError(
    'States.DataLimitExceeded',
    `${what} has ${bytes} bytes, the quota is ${PAYLOAD_BYTES}`,
  );
}

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value as text; nothing for no value. */
export const text = (value: Json | undefined): string =>
  typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);

/** The objects in a list, such as `Retry`, `Catch` and `Choices`. */
export const listOf = (value: Json | undefined): readonly Fields[] =>
  Array.isArray(value) ? value.filter(isFields) : [];

/**
 * Step Functions reports failures of paths, intrinsic functions and choices as `States.Runtime`. The specification of the
 * language has names of their own for them, which the developer guide calls reserved; the cause begins with that name.
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
export const runtimeError = (reason: string): StateError => new StateError('States.Runtime', reason);

const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** Milliseconds since 1970; undefined for what is no timestamp of the States Language. */
export function timestamp(value: Json | undefined): number | undefined {
  if (typeof value !== 'string' || !TIMESTAMP.test(value)) return undefined;
  const parsed = Date.parse(value);
  return Number.isNaN(parsed) ? undefined : parsed;
}
