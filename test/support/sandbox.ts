import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { readParameters } from '../../lib/parameters';
import { addSandbox } from '../../lib/sandbox';
import { mutate } from './mutation';

const { context: flags } = JSON.parse(readFileSync(join(__dirname, '../../cdk.json'), 'utf8')) as {
  context: Record<string, unknown>;
};

/** An app with this repository's feature flags, which bundles no assets. */
export function newApp(): App {
  return new App({ context: { ...flags, 'aws:cdk:bundling-stacks': [] }, analyticsReporting: false });
}

/**
 * The catalogue, wired as `bin/` wires it, for parameters given as on the command line. A test names the architecture
 * that it is about; those that it uses are added. Without a name, all of them.
 */
export function sandbox(parameters: Readonly<Record<string, unknown>> = {}, ...only: string[]): App {
  const app = newApp();
  addSandbox(app, readParameters({ ...parameters, only }));
  return mutate(app);
}

/** One stack of an app, by name. */
export function stackOf(app: App, name: string): Stack {
  const stack = app.node.findChild(name);
  if (!Stack.isStack(stack)) throw new Error(`${name} is not a stack`);
  return stack;
}
