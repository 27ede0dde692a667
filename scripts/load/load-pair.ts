import { existsSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Templates } from '../../lib/assertions/templates';
import { callersPath, loadTemplates, type LoadValues } from './load-templates';

/** Options of a command that compares two sets of templates, for `parseArgs`. */
export const PAIR_OPTIONS = {
  before: { type: 'string', multiple: true },
  after: { type: 'string', multiple: true },
  parameter: { type: 'string', multiple: true },
  region: { type: 'string' },
  account: { type: 'string' },
} as const;

export interface PairValues {
  readonly before?: readonly string[];
  readonly after?: readonly string[];
  readonly parameter?: readonly string[];
  readonly region?: string;
  readonly account?: string;
}

/** The templates of both states. Throws an error of one line for what cannot be used. */
export function loadPair({
  before,
  after = ['cdk.out'],
  ...values
}: PairValues): readonly [Templates, Templates] {
  if (before === undefined)
    throw new Error('expected --before <folder or template>; --help says what it can be');
  const [old, now] = sameNames(sourceOf('--before', before), sourceOf('--after', after));
  const { parameter = [], ...place } = values;
  const load = (source: Source, parameters: readonly string[]) =>
    loadTemplates({ ...source, ...(source.app === undefined && place), parameter: parameters });
  const isAssembly = old.app !== undefined && now.app !== undefined;
  if (isAssembly && (place.region ?? place.account) !== undefined) {
    throw new Error('--region and --account go with templates: a cloud assembly has its own');
  }
  const both = [load(old, []), load(now, [])] as const;
  if (parameter.length === 0) return both;
  // A parameter may be new, or gone.
  const nameOf = (text: string) => text.slice(0, Math.max(0, text.indexOf('=')));
  const known = new Set(both.flatMap(({ parameterNames }) => parameterNames));
  const stray = parameter.find((text) => !known.has(nameOf(text)));
  if (stray !== undefined) {
    throw new Error(
      nameOf(stray) === ''
        ? `--parameter ${stray}: expected <key>=<value>`
        : `--parameter ${nameOf(stray)}: no template has it, expected one of ${[...known].join(', ') || 'none'}`,
    );
  }
  const given = ({ parameterNames }: Templates) =>
    parameter.filter((text) => parameterNames.includes(nameOf(text)));
  return [load(old, given(both[0])), load(now, given(both[1]))];
}

type Source = Pick<LoadValues, 'app' | 'template'>;

/** A folder is a cloud assembly; everything else are templates. */
function sourceOf(option: string, given: readonly string[]): Source {
  const [first = '', ...others] = given;
  const isFolder = (path: string) =>
    existsSync(callersPath(path)) && statSync(callersPath(path)).isDirectory();
  if (others.length === 0 && isFolder(first)) return { app: first };
  const folder = given.find(isFolder);
  if (folder !== undefined) throw new Error(`${option} ${folder}: expected one folder, or templates`);
  const missing = given.find((path) => !existsSync(callersPath(path.replace(/^[A-Za-z][A-Za-z0-9-]*=/, ''))));
  if (missing !== undefined) throw new Error(`${option} ${missing}: no such file or folder`);
  return { template: given };
}

/** One template on each side is the same stack, whatever the files are called. */
function sameNames(old: Source, now: Source): readonly [Source, Source] {
  const [[before, ...more], [after, ...rest]] = [old.template ?? [], now.template ?? []];
  const isNamed = (path: string) => /^[A-Za-z][A-Za-z0-9-]*=/.test(path);
  if (before === undefined || after === undefined || more.length + rest.length > 0) return [old, now];
  if (isNamed(before) || isNamed(after)) return [old, now];
  const name = basename(after).replace(/(\.template)?\.(json|ya?ml|template)$/i, '');
  const stack = /^[A-Za-z][A-Za-z0-9-]*$/.test(name) ? name : 'Stack';
  return [{ template: [`${stack}=${before}`] }, { template: [`${stack}=${after}`] }];
}
