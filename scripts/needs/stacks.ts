import { CloudAssembly, type CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';

export interface Resource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** A stack of a cloud assembly. */
export interface DeployedStack {
  readonly name: string;
  readonly resources: readonly Resource[];
}

interface Template {
  readonly Resources?: Readonly<Record<string, { Type: string; Properties?: Record<string, unknown> }>>;
}

/** The named stacks and those that they depend on, which `cdk deploy` deploys too. All stacks, when no name is given. */
export function stacksToDeploy(directory: string, names: readonly string[]): DeployedStack[] {
  const { stacks } = new CloudAssembly(directory);
  const find = (name: string) => {
    const stack = stacks.find(({ stackName }) => stackName === name);
    if (stack) return stack;
    throw new Error(
      `stack: got ${name}, expected one of ${stacks.map(({ stackName }) => stackName).join(', ')}`,
    );
  };
  const deployed = new Set<CloudFormationStackArtifact>();
  const visit = (stack: CloudFormationStackArtifact) => {
    for (const { id } of stack.dependencies) {
      const dependency = stacks.find((other) => other.id === id);
      if (dependency) visit(dependency);
    }
    deployed.add(stack);
  };
  for (const stack of names.length === 0 ? stacks : names.map(find)) visit(stack);
  return [...deployed].map(({ stackName, template }) => ({
    name: stackName,
    resources: Object.entries((template as Template).Resources ?? {}).map(([logicalId, resource]) => ({
      logicalId,
      type: resource.Type,
      properties: resource.Properties ?? {},
    })),
  }));
}

/** Resources of a type in all stacks. */
export function ofType(stacks: readonly DeployedStack[], type: string): Resource[] {
  return stacks.flatMap(({ resources }) => resources.filter((resource) => resource.type === type));
}

/** The resource of the same stack that a property refers to by `Ref` or `Fn::GetAtt`. */
export function referenced({ resources }: DeployedStack, value: unknown): Resource | undefined {
  const { Ref, 'Fn::GetAtt': getAtt } = (value ?? {}) as { Ref?: unknown; 'Fn::GetAtt'?: unknown };
  const logicalId: unknown = Ref ?? (Array.isArray(getAtt) ? getAtt[0] : undefined);
  return resources.find((resource) => resource.logicalId === logicalId);
}
