import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from 'aws-cdk-lib';
import { Templates } from '../../lib/assertions/templates';
import { catalog } from '../../lib/catalog';
import { TemplateEditor, type Mutation } from './mutation';
import { sandbox } from './sandbox';

export interface MutatedTemplates {
  readonly architecture: string;
  readonly mutation: string;
  readonly before: Templates;
  readonly after: Templates;
}

/** The table of mutations of an architecture; empty where it has none. */
export function mutationsOf(architecture: string): readonly Mutation[] {
  const domain = catalog.find(({ id }) => id === architecture)?.domain ?? '';
  const file = join(__dirname, '..', domain, `${architecture}.mutations.ts`);
  if (!existsSync(file)) return [];
  return jest.requireActual<{ readonly mutations: readonly Mutation[] }>(file).mutations;
}

/** The templates of an architecture and what it uses, before and after each of its mutations that is wanted. */
export function* mutatedTemplates(
  architecture: string,
  isWanted: (name: string) => boolean,
  parameters: Readonly<Record<string, unknown>> = {},
): Generator<MutatedTemplates> {
  const wanted = mutationsOf(architecture).filter(({ name }) => isWanted(name));
  if (wanted.length === 0) return;
  const app = sandbox(parameters, architecture);
  const { directory } = app.synth();
  const before = Templates.fromDirectory(directory);
  const originals = filesOf(app);
  for (const { name, apply } of wanted) {
    const editor = new TemplateEditor(app);
    apply(editor);
    editor.save();
    yield { architecture, mutation: name, before, after: Templates.fromDirectory(directory) };
    for (const [file, text] of originals) writeFileSync(file, text);
  }
}

const filesOf = (app: App): ReadonlyMap<string, string> =>
  new Map(
    app
      .synth()
      .stacksRecursively.map(({ templateFullPath: file }) => [file, readFileSync(file, 'utf8')] as const),
  );
