/** `cdk deploy` runs this when the asset bucket lacks the bundle. It prints the path of a zip file. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle, LAMBDA, zip } from './bundle';

const path = join(mkdtempSync(join(tmpdir(), 'thumbnail-pipeline-')), 'handler.zip');
writeFileSync(path, zip(bundle(LAMBDA)));
console.log(path);
