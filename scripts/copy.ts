import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { catalog } from '../lib/catalog';
import packageJson from '../package.json';
import { closureOf } from './copy/closure';

const USAGE = `Usage: npm run copy -- <architecture> <folder>

Copies an architecture into the lib folder of a CDK app, with what it imports: parts of lib/shared, and constructs of
other architectures. Prints the npm packages that it needs. Overwrites nothing: if a file there differs, nothing is copied.

Example: npm run copy -- thumbnail-pipeline ../my-app/lib`;

function main(args: readonly string[]): number {
  if (args.includes('--help')) {
    console.log(USAGE);
    return 0;
  }
  const [id, folder, ...rest] = args;
  if (id === undefined || folder === undefined || rest.length > 0) {
    throw new Error('expected an architecture and a folder; --help shows an example');
  }
  const architecture = catalog.find((entry) => entry.id === id);
  if (!architecture) {
    throw new Error(
      `architecture: got ${id}, expected one of ${catalog.map((entry) => entry.id).join(', ')}`,
    );
  }
  const lib = join(__dirname, '../lib');
  // npm runs scripts in the package's folder, and says where it was called.
  const target = resolve(process.env.INIT_CWD ?? process.cwd(), folder);
  const { domain, stackName } = architecture;
  const { files, packages } = closureOf(lib, `${domain}/${id}`);

  const differing = files.filter((file) => {
    const there = join(target, file);
    return existsSync(there) && !readFileSync(there).equals(readFileSync(join(lib, file)));
  });
  if (differing.length > 0) {
    throw new Error(
      `${target} has other files of these names, and nothing was copied: ${differing.join(', ')}`,
    );
  }
  const install = packages.map(withRange).join(' ');
  for (const file of files) {
    mkdirSync(dirname(join(target, file)), { recursive: true });
    cpSync(join(lib, file), join(target, file));
  }

  const shown = relative(process.env.INIT_CWD ?? process.cwd(), target) || '.';
  console.log(`Copied ${files.length} files to ${shown}:\n${files.map((file) => `  ${file}`).join('\n')}\n`);
  if (install !== '') console.log(`Install:\n  npm install ${install}\n`);
  console.log(
    `Use the stack, or the construct as the stack does (aws-cdk-lib ${packageJson.dependencies['aws-cdk-lib']}):\n` +
      `  import { ${stackName}Stack } from '../lib/${domain}/${id}/${id}-stack';`,
  );
  return 0;
}

function withRange(name: string): string {
  const ranges: Readonly<Record<string, string>> = packageJson.devDependencies;
  const range = ranges[name];
  if (range === undefined) throw new Error(`package.json does not have ${name}`);
  return `${name}@${range}`;
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  console.error(`copy: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
