import { listOf, NotModelled, StateError, type Fields, type Json } from './model';

/** Errors that no wildcard matches: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
const TERMINAL = ['States.Runtime', 'States.DataLimitExceeded'];

/** Whether an error name is one of those that a retrier or a catcher names: a list, as `checkDefinition` requires. */
export function matchesError(names: Json | undefined, error: string): boolean {
  if (error === 'States.Runtime') return false;
  return (names as readonly Json[]).some((name) => {
    if (name === 'States.BranchFailed') {
      throw new NotModelled('States.BranchFailed: AWS does not say which errors of a branch it matches');
    }
    if (name === error) return true;
    if (TERMINAL.includes(error)) return false;
    if (name === 'States.ALL') return true;
    // "matches any known error name except for States.Timeout"
    if (name === 'States.TaskFailed') return error !== 'States.Timeout';
    // "or failed to send a heartbeat for a period longer than the HeartbeatSeconds value"
    return name === 'States.Timeout' && error === 'States.HeartbeatTimeout';
  });
}

/** The catcher that handles an error. */
export const catcherFor = (state: Fields, { error }: StateError): Fields | undefined =>
  listOf(state.Catch).find(({ ErrorEquals }) => matchesError(ErrorEquals, error));

/** The attempts of one visit of a state: each retrier counts for itself. */
export class Retries {
  private readonly attempts = new Map<Fields, number>();
  /** Number of retries until now: `$$.State.RetryCount`. */
  count = 0;

  constructor(
    private readonly state: Fields,
    private readonly random: () => number,
  ) {}

  /** Seconds until the next attempt; undefined where the error is not retried. */
  delay({ error }: StateError): number | undefined {
    const retrier = listOf(this.state.Retry).find(({ ErrorEquals }) => matchesError(ErrorEquals, error));
    if (!retrier) return undefined;
    const attempt = this.attempts.get(retrier) ?? 0;
    if (attempt >= Number(retrier.MaxAttempts ?? 3)) return undefined;
    this.attempts.set(retrier, attempt + 1);
    this.count++;
    const { IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds = Infinity, JitterStrategy } = retrier;
    const backoff = Math.min(
      Number(IntervalSeconds) * Number(BackoffRate) ** attempt,
      Number(MaxDelaySeconds),
    );
    return JitterStrategy === 'FULL' ? backoff * this.random() : backoff;
  }
}
