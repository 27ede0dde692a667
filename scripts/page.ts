import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { actionList } from '../lib/assertions/iam/action-list';
import { catalog, type Architecture } from '../lib/catalog';
import { callersPath, LOAD_OPTIONS, LOAD_USAGE, loadSources } from './load/load-templates';
import { bundle } from './page/bundle';
import { readClaims, testFilesOf } from './page/claims';
import { fileOf, indexOf, pageOf, type Details, type Shared } from './page/pages';
import { renderReadme } from './page/readme';
import { subjectsIn, type Subject } from './page/subjects';

const USAGE = `Usage: npm run page -- [options]

Writes a page for each stack, and an index. They open from the disk and need no network: index.html is the first.

  --out <folder>         where to write them; default: site
  --source-url <url>     where the sources can be seen, up to the folder that has lib; default: this folder
  --only <stack>         the page of this stack; may be repeated
${LOAD_USAGE}`;

const ROOT = resolve(__dirname, '..');

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      ...LOAD_OPTIONS,
      out: { type: 'string', default: 'site' },
      'source-url': { type: 'string' },
      only: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const out = callersPath(values.out);
  const { sources, parameters } = loadSources(values);
  const subjects =
    values.template === undefined
      ? subjectsIn(callersPath(values.app ?? 'cdk.out'))
      : [{ name: sources[0]?.name ?? '', own: sources, used: [] }];
  const { only } = values;
  const unknown = only.find((name) => !subjects.some((subject) => subject.name === name));
  if (unknown !== undefined) {
    throw new Error(`--only ${unknown}: expected one of ${subjects.map(({ name }) => name).join(', ')}`);
  }
  // As the catalogue lists them; stacks that it does not list stand last.
  const order = (name: string) => catalog.findIndex(({ stackName }) => stackName === name) + 1 || Infinity;
  const wanted = subjects
    .filter(({ name }) => only.length === 0 || only.includes(name))
    .sort((a, b) => order(a.name) - order(b.name) || 0);
  const isOwn = values.app === undefined && values.template === undefined;
  const link = sourceLinks(out, values['source-url']);
  const shared = await sharedOf(parameters);
  const pages = wanted.map((subject) =>
    pageOf(
      subject,
      isOwn ? detailsOf(subject, link, new Set(wanted.map(({ name }) => name))) : undefined,
      shared,
    ),
  );
  const names = new Map(pages.map(({ file, html }) => [file, html]));
  names.set('index.html', indexOf(isOwn ? 'AWS reference architectures' : 'Architectures', pages, shared));
  rmSync(join(out, 'index.html'), { force: true });
  mkdirSync(out, { recursive: true });
  for (const [file, html] of names) writeFileSync(join(out, file), html);
  console.log(`${pages.length} pages: open ${relative(process.cwd(), join(out, 'index.html'))}`);
}

async function sharedOf(parameters: Shared['parameters']): Promise<Shared> {
  const [mainScript, index] = await Promise.all([bundle('main'), bundle('index')]);
  return {
    style: readFileSync(join(ROOT, 'page/style.css'), 'utf8'),
    main: mainScript,
    index,
    actions: gzipSync(actionList(), { level: 9 }).toString('base64'),
    parameters,
  };
}

/** Where a file of this repository can be seen. */
function sourceLinks(out: string, url: string | undefined): (path: string) => string {
  if (url !== undefined) return (path) => `${url.replace(/\/$/, '')}/${path}`;
  return (path) => relative(out, join(ROOT, path)).split(sep).join('/');
}

/** What the catalogue and the folders of this repository say of a stack. Undefined for one that is not listed. */
function detailsOf(
  { name }: Subject,
  link: (path: string) => string,
  pages: ReadonlySet<string>,
): Details | undefined {
  const entry = catalog.find(({ stackName }) => stackName === name);
  if (!entry) return undefined;
  const folder = folderOf(entry);
  const readme = join(ROOT, folder, 'README.md');
  const tests = `test/${entry.domain}`;
  const files = testFilesOf(
    join(ROOT, tests),
    entry.id,
    catalog.map(({ id }) => id),
  );
  return {
    domain: entry.domain,
    source: link(folder),
    ...(existsSync(readme) && {
      readme: renderReadme(readFileSync(readme, 'utf8'), (href) => linkIn(folder, href, link, pages)),
    }),
    claims: files.map((file) => ({
      file: `${tests}/${file}`,
      url: link(`${tests}/${file}`),
      claims: readClaims(join(ROOT, tests, file)),
    })),
  };
}

const folderOf = ({ domain, id }: Architecture): string => `lib/${domain}/${id}`;

/** A link to another architecture leads to its page. */
function linkIn(
  folder: string,
  href: string,
  link: (path: string) => string,
  pages: ReadonlySet<string>,
): string {
  const [path = '', anchor] = href.split('#');
  const target = relative(ROOT, resolve(ROOT, folder, path))
    .split(sep)
    .join('/');
  const other = catalog.find((entry) => folderOf(entry) === target);
  if (other && pages.has(other.stackName)) return fileOf(other.stackName);
  return `${link(target)}${anchor === undefined ? '' : `#${anchor}`}`;
}

main().catch((error: unknown) => {
  console.error(`page: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 3;
});
