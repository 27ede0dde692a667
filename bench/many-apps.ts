/** The catalogue more than once, under other stack names: as many architectures as `ARCHITECTURES` says. */
import { App, Stage, Validations } from 'aws-cdk-lib';
import { catalog } from '../lib/catalog';
import { readParameters } from '../lib/parameters';
import { addSandbox } from '../lib/sandbox';
import { ChangedTemplatesValidator } from '../bin/changed-templates';

const app = new App();
let left = Number(process.env.ARCHITECTURES);
for (let copy = 1; left > 0; copy++) {
  // Each copy in a stage of its own, which makes its names and its assembly apart.
  addSandbox(new Stage(app, `Copy${copy}`), readParameters({}), catalog.slice(0, left));
  left -= catalog.length;
}
Validations.of(app).addPlugins(new ChangedTemplatesValidator(`${app.outdir}/valid-templates.json`));
