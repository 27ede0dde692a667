import type { Templates } from '../templates';
import { seeded } from '../dns/random';
import type { WorkflowType } from './check';
import { VirtualClock } from './clock';
import { parseDefinition, readDefinition } from './definition';
import { Execution } from './execution';
import { runStates } from './machine';
import { DURATION } from './map';
import { bytesOf, PAYLOAD_BYTES, StateError, type Definition, type Json } from './model';
import { Cancellation, isoTime, Run, Variables } from './run';
import { asJson, type TaskFunctions } from './task-functions';

/** One execution of a state machine. */
export interface ExecutionOptions {
  /** @default {} */
  readonly input?: unknown;
  /** What the tasks do. A task without a function is an error. @default - none */
  readonly tasks?: TaskFunctions;
  /** Decides jitter and random values: the same for the same seed. @default 1 */
  readonly seed?: number;
  /** When the virtual clock starts. @default '2026-01-01T00:00:00Z' */
  readonly startTime?: string;
  /** The name of the execution. @default 'execution' */
  readonly name?: string;
}

/** Runs the definition of a state machine, without an account: tasks are functions, and waiting takes no time. */
export class States {
  /** The state machine at a construct path. Throws for a definition that Step Functions refuses, or that is not modelled. */
  static of(templates: Templates, path: string): States {
    const { definition, type } = readDefinition(templates.at(path));
    const pathOf = (value: Json | undefined) => {
      // A version or an alias stands after the ARN of the function.
      const arn = typeof value === 'string' ? /^⟨[^⟨⟩]*⟩/.exec(value)?.[0] : undefined;
      return templates.reference(arn)?.resource.path;
    };
    return new States(definition, type, pathOf);
  }

  /** A definition as an object. */
  static fromDefinition(definition: unknown, type: WorkflowType = 'STANDARD'): States {
    const parsed = parseDefinition(JSON.stringify(definition), { type, path: 'definition' });
    return new States(parsed.definition, type, () => undefined);
  }

  private constructor(
    readonly definition: Definition,
    readonly type: WorkflowType,
    private readonly pathOf: (value: Json | undefined) => string | undefined,
  ) {}

  /** Runs an execution to its end. Rejects for a task without a function, and for what is not modelled. */
  async run(options: ExecutionOptions = {}): Promise<Execution> {
    const { tasks = {}, seed = 1, startTime = '2026-01-01T00:00:00Z', name = 'execution' } = options;
    const input = asJson(options.input ?? {});
    const { definition, type } = this;
    const bytes = bytesOf(input);
    if (bytes > PAYLOAD_BYTES)
      throw new Error(`input: got ${bytes} bytes, expected at most ${PAYLOAD_BYTES}`);

    const clock = new VirtualClock(Date.parse(startTime));
    const context = {
      Execution: {
        Id: `arn:aws:states:us-east-1:111111111111:execution:machine:${name}`,
        Input: input,
        Name: name,
        RoleArn: 'arn:aws:iam::111111111111:role/machine',
        StartTime: isoTime(clock.now),
      },
      StateMachine: { Id: 'arn:aws:states:us-east-1:111111111111:stateMachine:machine', Name: 'machine' },
    };
    const language = definition.QueryLanguage ?? 'JSONPath';
    const run = new Run(clock, seeded(seed), tasks, context, this.pathOf, language);
    const cancellation = new Cancellation();
    const place = { within: '', variables: new Variables(), cancellation, context: {} };
    const limit = definition.TimeoutSeconds ?? DURATION[type];
    const timedOut = new StateError('States.Timeout', `the execution ran longer than ${limit} seconds`);
    const end = (status: Execution['status'], output?: Json, error?: StateError) =>
      new Execution(status, output, error?.error, error?.reason, run.history, run.seconds);
    try {
      const output = await clock.run(
        run.limited(runStates(run, definition, input, place), limit, () => timedOut),
      );
      return end('SUCCEEDED', output);
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      cancellation.cancel();
      return end(error === timedOut ? 'TIMED_OUT' : 'FAILED', undefined, error);
    }
  }
}
