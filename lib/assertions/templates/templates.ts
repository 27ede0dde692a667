import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Stage } from 'aws-cdk-lib';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import {
  InvalidTemplate,
  type Json,
  type LoadOptions,
  type Reference,
  type Resource,
  type TemplateSource,
} from './model';
import { Resolver, type Context } from './resolver';

const REFERENCE = /^⟨([^⟨⟩?]+)⟩$/;
const UNKNOWN = /⟨\?([^⟨⟩]*)⟩/;

/**
 * The resources of one or more templates that are deployed together, cross-stack references resolved.
 * The input of every behavioural assertion.
 */
export class Templates {
  /** Every stack of an app or stage. Synthesizes it, unless that was done already. */
  static fromApp(app: Stage, options: LoadOptions = {}): Templates {
    return Templates.fromCloudAssembly(app.synth(), options);
  }

  /** Every stack of a synthesized `cdk.out`. Throws `InvalidTemplate` when the folder is not one. */
  static fromDirectory(directory: string, options: LoadOptions = {}): Templates {
    if (!existsSync(join(directory, 'manifest.json'))) {
      throw new InvalidTemplate(`${directory}: expected a cloud assembly (cdk.out), found no manifest.json`);
    }
    return Templates.fromCloudAssembly(new CloudAssembly(directory), options);
  }

  /** Bare templates by stack name; CDK need not have made them. */
  static fromTemplates(templates: Readonly<Record<string, unknown>>, options: LoadOptions = {}): Templates {
    return new Templates(
      Object.entries(templates).map(([name, template]) => ({ name, template })),
      options,
    );
  }

  private static fromCloudAssembly(assembly: CloudAssembly, options: LoadOptions): Templates {
    const known = (value: string) => (value.startsWith('unknown-') ? undefined : value);
    return new Templates(
      assembly.stacksRecursively.map((stack) => ({
        name: stack.hierarchicalId,
        template: stack.template as unknown,
        region: known(stack.environment.region),
        account: known(stack.environment.account),
        directory: dirname(stack.templateFullPath),
      })),
      options,
    );
  }

  /** All resources, in template order. Those whose condition is false are left out. */
  readonly resources: readonly Resource[];
  private readonly byKey = new Map<string, Resource>();
  private readonly byPath = new Map<string, Resource>();

  /** Throws `InvalidTemplate` for something that is not a template, and for an export that two stacks own. */
  constructor(sources: readonly TemplateSource[], options: LoadOptions = {}) {
    const context: Context = { exports: new Map(), resolvers: new Map() };
    for (const source of sources) addResolver(source, context, options.parameters ?? {});
    for (const resolver of context.resolvers.values()) resolver.declareExports();
    const resources = [...context.resolvers.values()].flatMap((resolver) => resolver.resources());
    this.resources = resources;
    for (const resource of resources) {
      this.byKey.set(`${resource.stack}.${resource.logicalId}`, resource);
      // Two resources of one path: an L2 and its default child, whose `/Resource` is cut. The first one wins.
      if (!this.byPath.has(resource.path)) this.byPath.set(resource.path, resource);
    }
  }

  /** The resources of one CloudFormation type. */
  ofType(type: string): readonly Resource[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  /**
   * The resource at a construct path (with or without `/Resource`), or `Stack/LogicalId`, or `Stack.LogicalId`.
   * Throws an error that names the nearest paths when there is none.
   */
  at(path: string): Resource {
    const trimmed = path.replace(/^\//, '').replace(/\/(Resource|Default)$/, '');
    const found =
      this.byPath.get(trimmed) ??
      this.byKey.get(trimmed) ??
      this.byKey.get(trimmed.replace(/\/([^/]+)$/, '.$1'));
    if (found) return found;
    throw new Error(`${path}: no such resource. ${this.nearest(trimmed)}`);
  }

  /** The resources at or below a construct path; empty when there are none. */
  below(path: string): readonly Resource[] {
    const prefix = path.replace(/\/$/, '');
    return this.resources.filter((r) => r.path === prefix || r.path.startsWith(`${prefix}/`));
  }

  /** What a value points to, when it is exactly one reference to a resource of these templates. */
  reference(value: Json | undefined): Reference | undefined {
    const key = typeof value === 'string' ? REFERENCE.exec(value)?.[1] : undefined;
    if (key === undefined) return undefined;
    // Neither stack names nor logical ids contain a dot, attributes do (`Endpoint.Address`).
    const [stack, logicalId, ...attribute] = key.split('.');
    const resource = this.byKey.get(`${stack}.${logicalId}`);
    return resource && { resource, attribute: attribute.length > 0 ? attribute.join('.') : undefined };
  }

  /** Why a value could not be resolved; undefined when it could be. Looks into strings, lists and objects. */
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
    const words = path.toLowerCase().split(/[/.]/);
    const ranked = this.resources
      .map(({ path: candidate }) => ({
        candidate,
        score: words.filter((word) => candidate.toLowerCase().includes(word)).length,
      }))
      .sort((a, b) => b.score - a.score)
      .slice(0, 5);
    return ranked.length === 0
      ? 'The templates have no resources.'
      : `Nearest of ${this.resources.length}: ${ranked.map(({ candidate }) => candidate).join(', ')}`;
  }
}

function addResolver(
  source: TemplateSource,
  context: Context,
  parameters: Readonly<Record<string, Json>>,
): void {
  if (context.resolvers.has(source.name)) {
    throw new InvalidTemplate(`${source.name}: two templates have this name`);
  }
  const resolver = new Resolver(source, context, parameters);
  context.resolvers.set(source.name, resolver);
  for (const [logicalId, nested] of resolver.nestedStacks()) {
    const file = source.directory && join(source.directory, basename(nested.assetPath));
    if (!file || !existsSync(file)) continue; // GetAtt Outputs.* of this nested stack stays unknown
    addResolver(
      {
        ...source,
        name: `${source.name}/${logicalId}`,
        template: JSON.parse(readFileSync(file, 'utf8')) as unknown,
      },
      context,
      nested.parameters,
    );
  }
}
