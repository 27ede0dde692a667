import { CloudAssembly, type CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import type { TemplateSource } from '../../lib/assertions/templates';
import { sourcesIn } from '../../lib/assertions/templates/assembly';

/** What gets a page: a stack with those that it depends on. */
export interface Subject {
  /** Name of the stack, or of the template. */
  readonly name: string;
  /** Its own templates, then those of the stacks that it depends on. */
  readonly own: readonly TemplateSource[];
  readonly used: readonly TemplateSource[];
}

/** A subject for each stack of a cloud assembly. Throws `InvalidTemplate` when the folder is not one. */
export function subjectsIn(directory: string): Subject[] {
  const sources = sourcesIn(directory);
  const { stacksRecursively: stacks } = new CloudAssembly(directory);
  const names = new Set(stacks.map(({ hierarchicalId }) => hierarchicalId));
  const templatesOf = ({ hierarchicalId: id }: CloudFormationStackArtifact) =>
    sources.filter(({ name }) => name === id || (name.startsWith(`${id}/`) && !names.has(name)));
  return stacks.map((stack) => ({
    name: stack.hierarchicalId,
    own: templatesOf(stack),
    used: dependenciesOf(stack).flatMap(templatesOf),
  }));
}

function dependenciesOf(stack: CloudFormationStackArtifact): CloudFormationStackArtifact[] {
  const found = new Set<CloudFormationStackArtifact>();
  const visit = (one: CloudFormationStackArtifact) => {
    for (const dependency of one.dependencies) {
      if (!isStack(dependency) || found.has(dependency)) continue;
      found.add(dependency);
      visit(dependency);
    }
  };
  visit(stack);
  return [...found];
}

const isStack = (artifact: object): artifact is CloudFormationStackArtifact => 'stackName' in artifact;
