import type { Iam } from '../../lib/assertions/iam';
import type { Resource, Templates } from '../../lib/assertions/templates';
import type { Arrow, Element } from './elements';
import { elementFor } from './vpcs';
import { linksOf, type Link } from './links';
import { distinctNames } from './names';
import { permissionLinks } from './permissions';
import { isPlumbing, providers } from './plumbing';

/** What is in no subnet, and how events, requests and data go from one to the next. */
export interface Services {
  readonly elements: readonly Element[];
  readonly arrows: readonly Arrow[];
}

/** So many elements of one type with the same arrows are drawn one by one; more of them as one. */
const MAX_ALIKE = 3;

/** @param elsewhere paths that are drawn in a VPC: they are drawn here too if an arrow connects them to a service */
export function drawServices(templates: Templates, iam: Iam, elsewhere: ReadonlySet<string>): Services {
  const provided = providers(templates);
  const drawable = (resource: Resource) => !isPlumbing(resource) && !provided.has(resource);
  const candidates = new Map(
    templates.resources.filter(drawable).map((resource) => [resource.path, resource]),
  );
  const links = unique([
    ...permissionLinks(templates, iam, [...candidates.values()]),
    ...templates.resources.flatMap((resource) => linksOf(templates, resource)),
  ]).filter(({ from, to }) => candidates.has(from) && candidates.has(to));
  const connected = new Set(
    links
      .filter(({ from, to }) => !elsewhere.has(from) || !elsewhere.has(to))
      .flatMap(({ from, to }) => [from, to]),
  );
  // An alarm that tells nobody is one of many settings.
  const shown = [...candidates.values()].filter(
    ({ path, type }) => connected.has(path) || !(elsewhere.has(path) || type === 'AWS::CloudWatch::Alarm'),
  );
  const paths = new Set(shown.map(({ path }) => path));
  const names = distinctNames([...paths]);
  return together(
    shown.map((resource) => named(elementFor(resource), names)),
    links
      .filter(({ from, to }) => paths.has(from) && paths.has(to))
      .map((link) => ({ ...link, from: idOf(link.from), to: idOf(link.to) })),
  );
}

/** An element whose type is its name keeps it. */
const named = (element: Element, names: ReadonlyMap<string, string>): Element => ({
  ...element,
  id: idOf(element.path),
  label: element.detail === '' ? element.label : (names.get(element.path) ?? element.label),
});

const idOf = (path: string): string => `service ${path}`;

/** One link for each pair: an event before a use, and a use only where no event leads either way. */
function unique(links: readonly Link[]): Link[] {
  const byPair = new Map<string, Link>();
  const rank = { event: 0, failure: 1, use: 2 };
  for (const link of [...links].sort((a, b) => rank[a.kind] - rank[b.kind])) {
    if (link.from === link.to) continue;
    const [there, back] = [`${link.from}\n${link.to}`, `${link.to}\n${link.from}`];
    if (byPair.has(there) || (link.kind === 'use' && byPair.has(back))) continue;
    byPair.set(there, link);
  }
  return [...byPair.values()];
}

/** Elements of one type with the same arrows become one, when there are many. */
function together(elements: readonly Element[], arrows: readonly Arrow[]): Services {
  const neighbours = new Map<string, string[]>(elements.map(({ id }) => [id, []]));
  for (const { from, to, kind } of arrows) {
    neighbours.get(from)?.push(`to ${to} ${kind}`);
    neighbours.get(to)?.push(`from ${from} ${kind}`);
  }
  const alike = new Map<string, Element[]>();
  for (const element of elements) {
    const key = [element.type, ...(neighbours.get(element.id) ?? []).sort()].join('\n');
    alike.set(key, [...(alike.get(key) ?? []), element]);
  }
  const standsFor = new Map<string, string>();
  const result = [...alike.values()].flatMap((all) => {
    const [first] = all;
    if (!first || all.length <= MAX_ALIKE) return all;
    for (const { id } of all) standsFor.set(id, first.id);
    const name = first.detail === '' ? first.label : first.detail;
    return [
      { ...first, label: `${all.length} × ${name}`, detail: '', members: all.flatMap((one) => one.members) },
    ];
  });
  const moved = arrows.map((arrow) => ({
    ...arrow,
    from: standsFor.get(arrow.from) ?? arrow.from,
    to: standsFor.get(arrow.to) ?? arrow.to,
  }));
  const once = new Map<string, Arrow>();
  for (const arrow of moved) {
    const pair = `${arrow.from}\n${arrow.to}`;
    const labels = new Set([...(once.get(pair)?.label.split(', ') ?? []), ...arrow.label.split(', ')]);
    once.set(pair, { ...arrow, label: [...labels].join(', ') });
  }
  return { elements: result, arrows: [...once.values()] };
}
