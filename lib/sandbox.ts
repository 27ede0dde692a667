import { Tags, Validations, type App, type Stack } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { catalog, type Sandbox } from './catalog';
import type { Parameters } from './parameters';

/**
 * Adds one stack for each architecture to the app, tagged with the architecture's id, and has cdk-nag's AwsSolutions
 * and Serverless packs check them during synthesis.
 */
export function addSandbox(app: App, parameters: Parameters, architectures = catalog): void {
  const stacks: Stack[] = [];
  const sandbox: Sandbox = {
    parameters,
    stack: (type) => {
      const found = stacks.find((stack) => stack instanceof type);
      if (!found)
        throw new Error(`${type.name} comes later in the catalogue than the architecture that uses it`);
      return found as InstanceType<typeof type>;
    },
  };
  for (const { id, stackName, create } of architectures) {
    const stack = create(app, stackName, sandbox);
    Tags.of(stack).add('architecture', id);
    stacks.push(stack);
  }
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
}
