import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as ts from 'typescript';
import { catalog } from '../../lib/catalog';
import { closureOf } from '../../scripts/copy/closure';

const root = join(__dirname, '../..');
const lib = join(root, 'lib');

/** As `cdk init app --language typescript` of the pinned CLI writes it. */
export const INIT_TEMPLATE = ts.readConfigFile(
  join(root, 'node_modules/aws-cdk/lib/init-templates/app/typescript/tsconfig.json'),
  (path) => readFileSync(path, 'utf8'),
).config as { compilerOptions: object };

/** An app with copies of all architectures, each in the folder below it that `folderOf` names. */
export function appWithCopies(
  app: string,
  tsconfig: { readonly compilerOptions: object },
  folderOf: (id: string) => string = () => 'lib',
): string {
  mkdirSync(app);
  writeFileSync(join(app, 'package.json'), JSON.stringify({ name: 'app', version: '0.1.0' }));
  writeFileSync(join(app, 'package-lock.json'), '{}');
  writeFileSync(join(app, 'tsconfig.json'), JSON.stringify(tsconfig));
  symlinkSync(join(root, 'node_modules'), join(app, 'node_modules'));
  for (const { domain, id } of catalog) {
    for (const file of closureOf(lib, `${domain}/${id}`).files) {
      mkdirSync(dirname(join(app, folderOf(id), file)), { recursive: true });
      cpSync(join(lib, file), join(app, folderOf(id), file));
    }
  }
  return app;
}
