// First, so that what the other imports load is kept.
import './compile-cache';
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { readParameters } from '../lib/parameters';
import { addSandbox } from '../lib/sandbox';
import { InvalidValue } from '../lib/shared/invalid-value';
import { ChangedTemplatesValidator } from './changed-templates';

try {
  const app = new App();
  addSandbox(app, readParameters(app.node.getAllContext() as Record<string, unknown>));
  if (process.env.CDK_VALIDATION !== 'false') {
    Validations.of(app).addPlugins(new ChangedTemplatesValidator(join(app.outdir, 'valid-templates.json')));
  }
} catch (error) {
  // A parameter that cannot be used is the reader's to mend: one line, no stack trace. Nothing is synthesized,
  // since that happens when this process ends without an error.
  if (!(error instanceof InvalidValue)) throw error;
  console.error(error.message);
  process.exit(1);
}
