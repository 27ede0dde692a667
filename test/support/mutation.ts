import { readFileSync, writeFileSync } from 'node:fs';
import type { App } from 'aws-cdk-lib';

/** One way to break what an architecture claims. `npm run mutate` sees whether its tests notice. */
export interface Mutation {
  /** What is broken, as a reader would say it. */
  readonly name: string;
  readonly apply: (template: TemplateEditor) => void;
}

interface RawResource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
}
interface RawTemplate {
  readonly Resources: Record<string, RawResource>;
}
interface EditableStack {
  readonly name: string;
  readonly file: string;
  readonly template: RawTemplate;
  /** Logical ids by construct path, without `/Resource`. */
  readonly logicalIds: ReadonlyMap<string, string>;
}

/** The synthesized templates of an app, by construct path, for changing them on disk. */
export class TemplateEditor {
  private readonly stacks: readonly EditableStack[];

  constructor(app: App) {
    this.stacks = app.synth().stacksRecursively.map((stack) => ({
      name: stack.hierarchicalId,
      file: stack.templateFullPath,
      template: JSON.parse(readFileSync(stack.templateFullPath, 'utf8')) as RawTemplate,
      logicalIds: new Map(
        stack
          .findMetadataByType('aws:cdk:logicalId')
          .map(({ path, data }) => [path.replace(/^\/|\/(Resource|Default)$/g, ''), data as string]),
      ),
    }));
  }

  /** The properties of a resource, to be changed in place. */
  properties(path: string): Record<string, unknown> {
    return this.find(path).resource.Properties;
  }

  ref(path: string): { Ref: string } {
    return { Ref: this.find(path).logicalId };
  }

  remove(path: string): void {
    const { template, logicalId } = this.find(path);
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a template is a dictionary
    delete template.Resources[logicalId];
  }

  add(stackName: string, logicalId: string, Type: string, Properties: Record<string, unknown>): void {
    const stack = this.stacks.find(({ name }) => name === stackName);
    if (!stack) throw new Error(`no stack ${stackName}`);
    stack.template.Resources[logicalId] = { Type, Properties };
  }

  save(): void {
    for (const { file, template } of this.stacks) writeFileSync(file, JSON.stringify(template));
  }

  private find(path: string): { template: RawTemplate; logicalId: string; resource: RawResource } {
    for (const { template, logicalIds } of this.stacks) {
      const logicalId = logicalIds.get(path);
      const resource = logicalId === undefined ? undefined : template.Resources[logicalId];
      if (logicalId !== undefined && resource) return { template, logicalId, resource };
    }
    throw new Error(`no resource at ${path}`);
  }
}

type Properties = Record<string, unknown>;

/** The three usual mutations, of resources at construct paths below `base`; below the app where it is left out. */
export function mutationsBelow(base?: string) {
  const at = (path: string) => (base === undefined ? path : `${base}/${path}`);
  return {
    /** The resources are missing. */
    removed: (name: string, ...paths: readonly string[]): Mutation => ({
      name,
      apply: (template) => {
        for (const path of paths) template.remove(at(path));
      },
    }),
    /** The resource has these properties instead of its own. `undefined` removes one. */
    changed: (
      name: string,
      path: string,
      properties: Properties | ((template: TemplateEditor) => Properties),
    ): Mutation => ({
      name,
      apply: (template) => {
        const changes = typeof properties === 'function' ? properties(template) : properties;
        Object.assign(template.properties(at(path)), changes);
      },
    }),
    /** The properties of the resource, as `edit` leaves them. */
    edited: (name: string, path: string, edit: (properties: Properties) => void): Mutation => ({
      name,
      apply: (template) => {
        edit(template.properties(at(path)));
      },
    }),
  };
}

/** Breaks a synthesized app in the one way that the environment names, where it names one. */
export function mutate(app: App): App {
  const { MUTATION_FILE, MUTATION_INDEX } = process.env;
  if (MUTATION_FILE === undefined) return app;
  const { mutations } = jest.requireActual<{ readonly mutations: readonly Mutation[] }>(MUTATION_FILE);
  const editor = new TemplateEditor(app);
  mutations[Number(MUTATION_INDEX)]?.apply(editor);
  editor.save();
  return app;
}
