// First, so that what the other imports load is kept.
import './compile-cache';
import { App } from 'aws-cdk-lib';
import { readParameters } from '../lib/parameters';
import { addSandbox } from '../lib/sandbox';
import { InvalidValue } from '../lib/shared/invalid-value';

try {
  const app = new App();
  addSandbox(app, readParameters(app.node.getAllContext() as Record<string, unknown>));
} catch (error) {
  // A parameter that cannot be used is the reader's to mend: one line, no stack trace. Nothing is synthesized,
  // since that happens when this process ends without an error.
  if (!(error instanceof InvalidValue)) throw error;
  console.error(error.message);
  process.exit(1);
}
