import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { check, type HookEvent } from './check';
import { requests } from './requests';

const { FUNCTION_NAME, QUALIFIER } = process.env;
if (!FUNCTION_NAME || !QUALIFIER) throw new Error('expected FUNCTION_NAME and QUALIFIER in the environment');
const settings = {
  lambda: new LambdaClient({ maxAttempts: 2 }),
  codedeploy: new CodeDeployClient({ maxAttempts: 5 }),
  functionName: FUNCTION_NAME,
  qualifier: QUALIFIER,
  requests,
  milliseconds: 90_000,
};

/** Lifecycle hook of CodeDeploy, before and after traffic is shifted. */
export const handler = (event: HookEvent): Promise<void> => check(event, settings);
