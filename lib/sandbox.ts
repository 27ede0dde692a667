import { Aspects, Tags, Validations, type Stack, type Stage, type StackProps } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import type { Construct } from 'constructs';
import { select, type Architecture, type Sandbox } from './catalog';
import type { Parameters } from './parameters';
import { ProviderLogs } from './shared/provider-logs';

/**
 * Adds to an app (or a stage) one stack for each architecture that `parameters.only` selects, tagged with the architecture's id, and has
 * cdk-nag's AwsSolutions and Serverless packs check them during synthesis.
 */
export function addSandbox(
  app: Stage,
  parameters: Parameters,
  architectures = select(parameters.only),
): void {
  const stacks = new Map<string, Stack>();
  for (const architecture of architectures) {
    const { id, stackName, uses = [], props } = architecture;
    const stack: Sandbox['stack'] = (used) => {
      const found = uses.includes(used) ? stacks.get(used) : undefined;
      if (!found) throw new Error(`${id} uses ${used}, which must be in its \`uses\` and stand before it`);
      return found as never;
    };
    const created = new (stackClass(architecture))(app, stackName, props?.({ parameters, stack }));
    Tags.of(created).add('architecture', id);
    stacks.set(id, created);
  }
  Aspects.of(app).add(new ProviderLogs());
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
}

type StackClass = new (scope: Construct, id: string, props?: StackProps) => Stack;

/** Loads the file of an architecture's stack. */
function stackClass({ domain, id, stackName }: Architecture): StackClass {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load every architecture
  const exported = require(`./${domain}/${id}/${id}-stack`) as Readonly<
    Record<string, StackClass | undefined>
  >;
  const found = exported[`${stackName}Stack`];
  if (!found) throw new Error(`lib/${domain}/${id}/${id}-stack.ts exports no ${stackName}Stack`);
  return found;
}
