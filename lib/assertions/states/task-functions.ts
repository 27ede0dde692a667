import { StateError, type Json } from './model';

/** What a task function knows, and can do, besides its input. */
export interface Task {
  readonly resource: string;
  readonly state: string;
  /** 0 for the first attempt. */
  readonly attempt: number;
  /** The task token, where the resource ends with `.waitForTaskToken`. */
  readonly token?: string;
  /** Takes time of the virtual clock. */
  readonly sleep: (seconds: number) => Promise<void>;
  /** Does something later, by the virtual clock: a callback with the token, say. */
  readonly after: (seconds: number, action: () => void) => void;
  /** Tells Step Functions that this task still runs. */
  readonly heartbeat: () => void;
  /** The calls of the same names of the Step Functions API. They throw `TaskTimedOut` for a token that is closed. */
  readonly sendTaskSuccess: (token: string, output: Json) => void;
  readonly sendTaskFailure: (token: string, error: string, cause?: string) => void;
  readonly sendTaskHeartbeat: (token: string) => void;
}

/** Stands for a Lambda function or for an API call. It throws to fail: the name of the error is the error name. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each function knows the shape of its own input
export type TaskFunction = (input: any, task: Task) => unknown;

/**
 * Task functions by what they stand for:
 *
 * - the construct path of a Lambda function, such as `Shop/Orders/Function`: gets the event and returns the payload
 * - the end of the resource of a service integration, such as `dynamodb:putItem` or `aws-sdk:rekognition:detectLabels` or
 *   `sqs:sendMessage.waitForTaskToken`: gets the arguments and returns the response
 * - any other resource, as the definition has it
 */
export type TaskFunctions = Readonly<Record<string, TaskFunction>>;

/** The name of a resource for `TaskFunctions`: without the prefix of service integrations. */
export const resourceName = (resource: string): string => resource.replace(/^arn:[^:]*:states:::/, '');

/** A task function has no answer for this resource. */
export class MissingTask extends Error {
  constructor(resource: string, state: string, tasks: TaskFunctions) {
    const known = Object.keys(tasks).join(', ') || 'none';
    super(`state ${state}: no task function for ${resource}, got ${known}`);
  }
}

/** A JSON copy of what a function returned. Nothing is null, as in Lambda. */
export function asJson(value: unknown): Json {
  const json = JSON.stringify(value) as string | undefined;
  return json === undefined ? null : (JSON.parse(json) as Json);
}

/** The error of a state for what a task function threw. */
export function taskError(thrown: unknown, isFunction: boolean): StateError {
  const { name, message } = thrown instanceof Error ? thrown : { name: 'Error', message: String(thrown) };
  const reason = thrown instanceof StateError ? thrown.reason : message;
  // The runtime of Lambda reports an exception as JSON. Errors of the Lambda service itself are plain text.
  const exception = isFunction && !/^(Lambda|States|Sandbox)\./.test(name);
  return new StateError(name, exception ? JSON.stringify({ errorType: name, errorMessage: reason }) : reason);
}
