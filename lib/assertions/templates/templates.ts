import type { Stage } from 'aws-cdk-lib';
import { sourcesIn, sourcesOf } from './assembly';
import {
  InvalidTemplate,
  NoSuchResource,
  type Assumptions,
  type Json,
  type LoadOptions,
  type OpenChoice,
  type Reference,
  type Resource,
  type TemplateSource,
} from './model';
import { mergeChoices, OpenChoices } from './open-choices';
import { Resolver, type Context } from './resolver';

const REFERENCE = /^⟨([^⟨⟩?][^⟨⟩]*)⟩$/;
const UNKNOWN = /⟨\?([^⟨⟩]*)⟩/;

/**
 * The resources of templates that are deployed together, with resolved references between stacks. All behavioural
 * assertions read them.
 */
export class Templates {
  /** All stacks of an app or stage. Synthesizes it, unless that is already done. */
  static fromApp(app: Stage, options: LoadOptions = {}): Templates {
    return new Templates(sourcesOf(app.synth()), options);
  }

  /** All stacks of a `cdk.out` folder. Throws `InvalidTemplate` for another folder. */
  static fromDirectory(directory: string, options: LoadOptions = {}): Templates {
    return new Templates(sourcesIn(directory), options);
  }

  /**
   * Plain templates by stack name, also without CDK. The name of a nested stack's template is `Parent/LogicalId`.
   */
  static fromTemplates(templates: Readonly<Record<string, unknown>>, options: LoadOptions = {}): Templates {
    return new Templates(
      Object.entries(templates).map(([name, template]) => ({ name, template })),
      options,
    );
  }

  /** All resources, in template order, without those whose condition is false. */
  readonly resources: readonly Resource[];
  /**
   * Why CloudFormation may create more than `resources`: macros, `Fn::ForEach`, nested stacks without a template here.
   * If there are any, "no resource has..." is unknown.
   */
  readonly unexpanded: readonly string[];
  private readonly byKey = new Map<string, Resource>();
  private readonly byPath = new Map<string, Resource>();
  private readonly byType = new Map<string, Resource[]>();
  private readonly readTypes = new Set<string>();

  /**
   * Throws `InvalidTemplate` for input that is no template, for two templates of one name, for an export of two stacks,
   * and for a value of a parameter that no template has.
   */
  constructor(
    private readonly sources: readonly TemplateSource[],
    private readonly options: LoadOptions = {},
    private readonly assumptions: Assumptions = new Map(),
  ) {
    const resolvers = new Map<string, Resolver>();
    const context: Context = {
      exports: new Map(),
      resolvers,
      assumptions,
      choices: new OpenChoices(),
      resolving: new Set(),
    };
    const nested = new Map<string, Readonly<Record<string, Json>>>();
    // The parent comes first, because it passes parameters. Its name is shorter.
    for (const source of [...sources].sort((a, b) => a.name.length - b.name.length)) {
      const { name } = source;
      if (resolvers.has(name)) throw new InvalidTemplate(`${name}: two templates have this name`);
      const passed = nested.get(name);
      const resolver = passed
        ? new Resolver({ ...source, stackName: `⟨${name}.AWS::StackName⟩` }, context, passed)
        : new Resolver(source, context, options.parameters ?? {});
      resolvers.set(name, resolver);
      for (const [child, parameters] of resolver.nestedStacks()) nested.set(child, parameters);
    }
    checkParameters(options.parameters ?? {}, [...resolvers.values()]);

    const inOrder = sources.flatMap(({ name }) => resolvers.get(name) ?? []);
    for (const resolver of inOrder) resolver.declareExports();
    const resources = inOrder.flatMap((resolver) => resolver.resources());
    this.unexpanded = [
      ...inOrder.flatMap((resolver) => resolver.unexpanded()),
      ...[...nested.keys()]
        .filter((name) => !resolvers.has(name))
        .map((name) => `${name}: a nested stack whose template is not here`),
    ];
    this.resources = resources;
    for (const resource of resources) {
      this.byKey.set(`${resource.stack}.${resource.logicalId}`, resource);
      const ofType = this.byType.get(resource.type);
      if (ofType) ofType.push(resource);
      else this.byType.set(resource.type, [resource]);
      // Without `/Resource`, two resources may have one path. The first one wins.
      if (!this.byPath.has(resource.path)) this.byPath.set(resource.path, resource);
    }
  }

  /** The open choices of the resources that were read by `ofType`. */
  openChoices(): readonly OpenChoice[] {
    const resources = [...this.readTypes].flatMap((type) => this.byType.get(type) ?? []);
    return mergeChoices(resources.flatMap(({ openChoices }) => openChoices ?? []));
  }

  /** The same templates under assumptions for open choices. */
  assuming(assumptions: Assumptions): Templates {
    return new Templates(this.sources, this.options, new Map([...this.assumptions, ...assumptions]));
  }

  /** The resources of one CloudFormation type. */
  ofType(type: string): readonly Resource[] {
    this.readTypes.add(type);
    return this.byType.get(type) ?? [];
  }

  /**
   * The resource at a construct path (with or without `/Resource`), or `Stack/LogicalId`, or `Stack.LogicalId`.
   * Throws for a path without a resource. The message names similar paths.
   */
  at(path: string): Resource {
    const given = path.replace(/^\//, '');
    const trimmed = given.replace(/\/(Resource|Default)$/, '');
    const found =
      // A construct with the id Resource: one `/Resource` belongs to its path.
      this.byPath.get(given) ??
      this.byPath.get(trimmed) ??
      this.byKey.get(trimmed) ??
      this.byKey.get(trimmed.replace(/\/([^/]+)$/, '.$1'));
    if (found) return found;
    throw new NoSuchResource(`${path}: no such resource. ${this.nearest(trimmed)}`);
  }

  /** The resources at or below a construct path. */
  below(path: string): readonly Resource[] {
    const prefix = path.replace(/\/$/, '');
    return this.resources.filter((r) => r.path === prefix || r.path.startsWith(`${prefix}/`));
  }

  /** The resource that a value refers to, if the value is exactly one reference. */
  reference(value: Json | undefined): Reference | undefined {
    const parts = (typeof value === 'string' ? REFERENCE.exec(value)?.[1] : undefined)?.split('.') ?? [];
    // Stack names and attributes may contain dots; logical ids do not.
    for (let dot = 1; dot < parts.length; dot++) {
      const resource = this.byKey.get(parts.slice(0, dot + 1).join('.'));
      const attribute = parts.slice(dot + 1).join('.');
      if (resource) return { resource, attribute: attribute === '' ? undefined : attribute };
    }
    return undefined;
  }

  /** Why a value, or a part of it, could not be resolved. Undefined, if all of it is resolved. */
  static unknown(value: Json | undefined): string | undefined {
    if (typeof value === 'string') return UNKNOWN.exec(value)?.[1];
    if (value === null || typeof value !== 'object') return undefined;
    for (const item of Object.values(value)) {
      const reason = Templates.unknown(item);
      if (reason !== undefined) return reason;
    }
    return undefined;
  }

  private nearest(path: string): string {
    const ranked = this.resources
      .map(({ path: candidate }) => ({ candidate, score: similarity(path, candidate) }))
      .sort((a, b) => b.score - a.score)
      .slice(0, 5);
    return ranked.length === 0
      ? 'The templates have no resources.'
      : `Nearest of ${this.resources.length}: ${ranked.map(({ candidate }) => candidate).join(', ')}`;
  }
}

/** Similarity of two names, 0 to 1: Dice's coefficient of their pairs of letters. */
function similarity(one: string, other: string): number {
  const pairs = (text: string) =>
    new Set(
      Array.from({ length: Math.max(0, text.length - 1) }, (_, i) => text.slice(i, i + 2).toLowerCase()),
    );
  const [a, b] = [pairs(one), pairs(other)];
  return (2 * [...a].filter((pair) => b.has(pair)).length) / (a.size + b.size);
}

function checkParameters(given: Readonly<Record<string, string>>, resolvers: readonly Resolver[]): void {
  const known = [...new Set(resolvers.flatMap((resolver) => resolver.parameterNames()))];
  const stray = Object.keys(given).find((name) => !known.includes(name));
  if (stray !== undefined) {
    throw new InvalidTemplate(
      `parameter ${stray}: no template has it, expected one of ${known.join(', ') || 'none'}`,
    );
  }
}
