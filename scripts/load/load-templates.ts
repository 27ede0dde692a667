import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { Templates, type TemplateSource } from '../../lib/assertions/templates';
import { sourcesIn } from '../../lib/assertions/templates/assembly';
import { parseTemplate } from './parse-template';

/** Options of the commands that ask about templates, for `parseArgs`. */
export const LOAD_OPTIONS = {
  app: { type: 'string' },
  template: { type: 'string', multiple: true },
  parameter: { type: 'string', multiple: true },
  region: { type: 'string' },
  account: { type: 'string' },
} as const;

/** What `--help` says of them. */
export const LOAD_USAGE = `  --app <folder>         a synthesized cloud assembly; default: cdk.out
  --template <file>      a CloudFormation template in YAML or JSON, instead of --app; may be repeated.
                         <stack name>=<file> names its stack; default: the file's name.
                         A nested stack's template is read from its TemplateURL if that is a file.
  --parameter <key>=<value>   a template parameter; default: the template's own default; may be repeated
  --region, --account    where the templates of --template are deployed; default: not known`;

export interface LoadValues {
  readonly app?: string;
  readonly template?: readonly string[];
  readonly parameter?: readonly string[];
  readonly region?: string;
  readonly account?: string;
}

/** A path of the caller's. npm runs scripts in the package's folder, and says where it was called. */
export const callersPath = (path: string): string => resolve(process.env.INIT_CWD ?? process.cwd(), path);

/** The templates that the options name. Throws an error of one line for what cannot be used. */
export function loadTemplates(values: LoadValues): Templates {
  const { sources, parameters } = loadSources(values);
  return new Templates(sources, { parameters });
}

/** The same, as they were read. */
export function loadSources({ app, template, parameter = [], region, account }: LoadValues): {
  readonly sources: readonly TemplateSource[];
  readonly parameters: Readonly<Record<string, string>>;
} {
  if (app !== undefined && template !== undefined) {
    throw new Error('expected --app or --template, got both');
  }
  const parameters = Object.fromEntries(parameter.map(keyAndValue));
  if (template === undefined) {
    if (region !== undefined || account !== undefined) {
      throw new Error('--region and --account go with --template: a cloud assembly has its own');
    }
    return { sources: sourcesIn(callersPath(app ?? 'cdk.out')), parameters };
  }
  const files = namesOf(template);
  const sources = files.flatMap(({ name, path }) => withNested(name, path, files));
  checkAllowedValues(sources, parameters);
  return { sources: sources.map((source) => ({ ...source, region, account })), parameters };
}

function keyAndValue(text: string): [string, string] {
  const equals = text.indexOf('=');
  if (equals < 1) throw new Error(`--parameter ${text}: expected <key>=<value>`);
  return [text.slice(0, equals), text.slice(equals + 1)];
}

interface TemplateFile {
  readonly name: string;
  readonly path: string;
}

/** A name for each file: the given one, else the file's, with as many folders as tell it from the others. */
function namesOf(given: readonly string[]): TemplateFile[] {
  const files = given.map((text) => {
    const [, name, file = text] = /^([A-Za-z][A-Za-z0-9-]*)=(.+)$/.exec(text) ?? [];
    return { name, path: callersPath(file) };
  });
  const repeated = files.find(({ path }, index) => files.findIndex((other) => other.path === path) < index);
  if (repeated) throw new Error(`--template ${repeated.path}: given twice`);
  const suffix = (path: string, parts: number) =>
    path
      .replace(/(\.template)?\.(json|ya?ml|template)$/i, '')
      .split(sep)
      .slice(-parts)
      .join('-');
  const isUnique = (path: string, parts: number) =>
    files.every(
      (other) => other.path === path || (other.name ?? suffix(other.path, parts)) !== suffix(path, parts),
    );
  return files.map(({ name, path }) => {
    if (name !== undefined) return { name, path };
    let parts = 1;
    while (!isUnique(path, parts) && parts < path.split(sep).length) parts++;
    return { name: suffix(path, parts), path };
  });
}

interface NestedStack {
  readonly Type?: string;
  readonly Properties?: { readonly TemplateURL?: unknown };
}

/** A template, and those of its nested stacks that are files. */
function withNested(name: string, path: string, given: readonly TemplateFile[]): TemplateSource[] {
  const template = readTemplate(path);
  const resources = Object.entries(
    (template as { Resources?: Readonly<Record<string, NestedStack | undefined>> }).Resources ?? {},
  );
  const nested = resources.flatMap(([logicalId, resource]) => {
    const url = resource?.Properties?.TemplateURL;
    if (resource?.Type !== 'AWS::CloudFormation::Stack' || typeof url !== 'string') return [];
    const child = join(dirname(path), url);
    // A template that the caller names is a stack of its own; this file is one of another stack, or loops.
    if (/^https?:/.test(url) || !existsSync(child) || given.some((file) => file.path === child)) return [];
    return withNested(`${name}/${logicalId}`, child, [...given, { name, path }]);
  });
  return [{ name, template }, ...nested];
}

function readTemplate(path: string): unknown {
  const shown = relative(process.env.INIT_CWD ?? process.cwd(), path) || path;
  try {
    if (statSync(path).isDirectory()) throw new Error('it is a folder; --app reads a cloud assembly');
    return parseTemplate(readFileSync(path, 'utf8'));
  } catch (error) {
    const { message: reason } = error as Error;
    throw new Error(`--template ${shown}: expected a CloudFormation template in YAML or JSON: ${reason}`, {
      cause: error,
    });
  }
}

interface ParameterDeclaration {
  readonly AllowedValues?: readonly unknown[];
  readonly AllowedPattern?: string;
}

/** CloudFormation refuses other values before it creates anything. */
function checkAllowedValues(
  sources: readonly TemplateSource[],
  parameters: Readonly<Record<string, string>>,
): void {
  for (const { template } of sources) {
    const { Parameters = {} } = template as {
      Parameters?: Readonly<Record<string, ParameterDeclaration | undefined>>;
    };
    for (const [key, value] of Object.entries(parameters)) {
      const { AllowedValues, AllowedPattern } = Parameters[key] ?? {};
      if (AllowedValues && !AllowedValues.map(String).includes(value)) {
        throw new Error(`--parameter ${key}: got ${value}, expected one of ${AllowedValues.join(', ')}`);
      }
      if (AllowedPattern !== undefined && !new RegExp(`^(?:${AllowedPattern})$`).test(value)) {
        throw new Error(`--parameter ${key}: got ${value}, expected text that matches ${AllowedPattern}`);
      }
    }
  }
}
