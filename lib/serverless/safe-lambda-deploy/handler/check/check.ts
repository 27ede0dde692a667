import { isDeepStrictEqual } from 'node:util';
import {
  PutLifecycleEventHookExecutionStatusCommand,
  type CodeDeployClient,
} from '@aws-sdk/client-codedeploy';
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { RecordedRequest } from './requests';

/** What CodeDeploy sends to a lifecycle hook. */
export interface HookEvent {
  readonly DeploymentId: string;
  readonly LifecycleEventHookExecutionId: string;
}

export interface CheckSettings {
  readonly lambda: Pick<LambdaClient, 'send'>;
  readonly codedeploy: Pick<CodeDeployClient, 'send'>;
  readonly functionName: string;
  /** Version or alias that must answer. */
  readonly qualifier: string;
  readonly requests: readonly RecordedRequest[];
  /** Time for all requests together. It ends before the timeout of the check, which must still report. */
  readonly milliseconds: number;
}

/**
 * Sends the requests, and tells CodeDeploy whether all answers are right. It tells CodeDeploy about any error too:
 * otherwise the deployment waits for an hour before it fails.
 *
 * @see https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html
 */
export async function check(event: HookEvent, settings: CheckSettings): Promise<void> {
  const failures: string[] = [];
  const abortSignal = AbortSignal.timeout(settings.milliseconds);
  for (const recorded of settings.requests) {
    const failure = await failureOf(recorded, settings, abortSignal);
    if (failure !== undefined) failures.push(`${recorded.name}: ${failure}`);
  }
  // A check that asks nothing would accept every version.
  if (settings.requests.length === 0) failures.push('there are no recorded requests');
  const status = failures.length === 0 ? 'Succeeded' : 'Failed';
  console.log({ message: 'check', qualifier: settings.qualifier, status, failures });
  await settings.codedeploy.send(
    new PutLifecycleEventHookExecutionStatusCommand({
      deploymentId: event.DeploymentId,
      lifecycleEventHookExecutionId: event.LifecycleEventHookExecutionId,
      status,
    }),
  );
}

/** Why an answer is wrong. Undefined for a right one. */
async function failureOf(
  recorded: RecordedRequest,
  settings: CheckSettings,
  abortSignal: AbortSignal,
): Promise<string | undefined> {
  try {
    const { FunctionError, Payload } = await settings.lambda.send(
      new InvokeCommand({
        FunctionName: settings.functionName,
        Qualifier: settings.qualifier,
        Payload: JSON.stringify(recorded.request),
      }),
      { abortSignal },
    );
    const text = Buffer.from(Payload ?? []).toString();
    if (FunctionError !== undefined) return `function error ${text}`;
    const answer = JSON.parse(text) as Record<string, unknown>;
    const wrong = Object.entries(recorded.answer).filter(
      ([key, expected]) => !isDeepStrictEqual(answer[key], expected),
    );
    return wrong.length === 0
      ? undefined
      : `expected ${JSON.stringify(Object.fromEntries(wrong))}, got ${text}`;
  } catch (error) {
    return String(error);
  }
}
