/** A state of the Amazon States Language, in JSONata. */
export type State = Readonly<Record<string, unknown>>;

/** Errors that another attempt does not change. */
const PERMANENT = [
  'TooManyPages',
  'Comprehend.UnsupportedLanguageException',
  'DynamoDB.ConditionalCheckFailedException',
  'Rekognition.ImageTooLargeException',
  'Rekognition.InvalidImageFormatException',
  'States.QueryEvaluationError',
  'Textract.BadDocumentException',
  'Textract.DocumentTooLargeException',
  'Textract.UnsupportedDocumentException',
  'Transcribe.BadRequestException',
  'Transcribe.ConflictException',
  'Translate.UnsupportedLanguagePairException',
];

/** Every other error is retried: up to six times, within about two minutes, at random moments so that executions spread. */
const RETRY = [
  { ErrorEquals: PERMANENT, MaxAttempts: 0 },
  {
    ErrorEquals: ['States.ALL'],
    IntervalSeconds: 2,
    MaxAttempts: 6,
    BackoffRate: 2,
    MaxDelaySeconds: 60,
    JitterStrategy: 'FULL',
  },
];

/** Goes on at `next` after any error. `States.ALL` does not match a payload that is too large. */
export const catchAll = (next: string): State[] =>
  [['States.DataLimitExceeded'], ['States.ALL']].map((ErrorEquals) => ({
    ErrorEquals,
    Output: { error: '{% $states.errorOutput.Error %}', cause: '{% $states.errorOutput.Cause %}' },
    Next: next,
  }));

/** A call of a service or of a function, which is retried. `resource` is `rekognition:detectLabels`. */
export const call = (partition: string, resource: string, Arguments: unknown, more: State): State => ({
  Type: 'Task',
  Resource: `arn:${partition}:states:::${resource}`,
  Arguments,
  TimeoutSeconds: 120,
  Retry: RETRY,
  ...more,
});

/** One after the other, in one branch: each state that names no other goes to the next one, and the last one ends. */
export function sequence(states: Readonly<Record<string, State>>): State {
  const names = Object.keys(states);
  const linked = Object.entries(states).map(([name, state], index) => {
    const isLinked =
      'Next' in state || 'End' in state || ['Choice', 'Succeed', 'Fail'].includes(String(state.Type));
    const next = names[index + 1];
    return [name, isLinked ? state : { ...state, ...(next === undefined ? { End: true } : { Next: next }) }];
  });
  return { StartAt: names[0], States: Object.fromEntries(linked) as unknown };
}

/** Branches that run at the same time, each of one state. */
export const atOnce = (branches: Readonly<Record<string, State>>, more: State): State => ({
  Type: 'Parallel',
  Branches: Object.entries(branches).map(([name, state]) => sequence({ [name]: state })),
  ...more,
});

/** How to start a job, and how to ask for its state. */
export interface Job {
  readonly name: string;
  readonly start: State;
  readonly get: State;
  /** Gives the job's state from the answer of `get`. */
  readonly status: string;
  readonly succeeded: readonly string[];
  readonly failed: readonly string[];
  /** The state after the job. */
  readonly next: string;
}

const POLL_SECONDS = 15;
/** Two hours. */
const MOST_POLLS = 480;

/** A job of a service that takes minutes: started, then asked for every 15 seconds. Waiting costs nothing but the state transitions. */
export function job({ name, start, get, status, succeeded, failed, next }: Job): Record<string, State> {
  const is = (states: readonly string[]) =>
    `{% $${name}Status in ${JSON.stringify(states).replaceAll('"', "'")} %}`;
  return {
    [`Start${name}`]: {
      ...start,
      Assign: { ...(start.Assign as object | undefined), [`${name}Polls`]: 0 },
      Next: `WaitFor${name}`,
    },
    [`WaitFor${name}`]: { Type: 'Wait', Seconds: POLL_SECONDS, Next: `Get${name}` },
    [`Get${name}`]: {
      ...get,
      Assign: {
        [`${name}Status`]: `{% $states.result.${status} %}`,
        [`${name}Polls`]: `{% $${name}Polls + 1 %}`,
      },
      Output: '{% $states.input %}',
      Next: `Is${name}Done`,
    },
    [`Is${name}Done`]: {
      Type: 'Choice',
      Choices: [
        { Condition: is(succeeded), Next: next },
        { Condition: is(failed), Next: `${name}Failed` },
        { Condition: `{% $${name}Polls >= ${MOST_POLLS} %}`, Next: `${name}TakesTooLong` },
      ],
      Default: `WaitFor${name}`,
    },
    [`${name}Failed`]: {
      Type: 'Fail',
      Error: `${name}Failed`,
      Cause: `{% 'The job ended as ' & $${name}Status %}`,
    },
    [`${name}TakesTooLong`]: {
      Type: 'Fail',
      Error: `${name}TakesTooLong`,
      Cause: 'The job has not ended after two hours',
    },
  };
}
