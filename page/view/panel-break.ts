import { answerInShort, namesWithPolicies } from '../behaviour/answers';
import type { FlowState } from '../behaviour/flows';
import { chain } from '../behaviour/chain';
import { isFine, isGone, NO_FAULTS, type Faults, type World } from '../behaviour/world';
import { groupBy } from '../../lib/assertions/templates/properties';
import { readable } from '../model/names';
import type { App } from './app';
import { h } from './dom';

/** More names than this are asked one by one, in the panel of DNS. */
const MAX_NAMES = 12;

/** The panel that says what survives. */
export function breakPanel(app: App, status: HTMLElement): HTMLElement {
  const panel = h('div', {});
  const names = namesWithPolicies(app.world);
  const asked = names.length <= MAX_NAMES ? names : [];
  const usual = asked.map((query) => answerInShort(app.world, NO_FAULTS, query));
  const refresh = () => {
    panel.replaceChildren(
      failing(app),
      ...paths(app),
      ...answers(app.world, app.faults, asked, usual),
      ...events(app),
    );
    const changed = panel.querySelectorAll('[data-state="changed"]').length;
    const dns = changed > 0 ? ` Route 53 answers differently for ${changed} of ${asked.length} names.` : '';
    status.textContent = summary(app) + dns;
  };
  app.onPick((picked) => {
    if (app.mode === 'break' || app.mode === 'dns') app.toggle(picked);
  });
  app.onChange(refresh);
  refresh();
  return panel;
}

function failing(app: App): HTMLElement {
  const { faults } = app;
  if (isFine(faults)) {
    const { vpcs, zones, services } = app.world.drawing;
    const things = [
      vpcs.length > 0 ? 'an Availability Zone, a gateway, an instance' : '',
      zones.some(({ checks }) => checks.length > 0) ? 'a health check' : '',
      services.arrows.length > 0 ? 'a service' : '',
    ].filter((part) => part !== '');
    const words =
      things.length > 0 ? `Click ${things.join(', ')}: it fails.` : 'Nothing here can fail by itself.';
    return h('p', { class: 'hint' }, `Everything works. ${words}`);
  }
  const chip = (name: string, title: string, without: () => Faults) => {
    const button = h('button', { type: 'button', class: 'chip', title: `Repair ${title}` }, `${name} ✕`);
    button.addEventListener('click', () => {
      app.set(without());
    });
    return button;
  };
  const minus = (set: ReadonlySet<string>, value: string) => new Set([...set].filter((one) => one !== value));
  const all = h('button', { type: 'button', class: 'link' }, 'Repair all');
  all.addEventListener('click', () => {
    app.set(NO_FAULTS);
  });
  const paths = [...faults.paths];
  return h(
    'div',
    { class: 'failing' },
    h('strong', {}, 'Fails: '),
    ...[...faults.zones].map((zone) =>
      chip(zone, zone, () => ({ ...faults, zones: minus(faults.zones, zone) })),
    ),
    ...paths
      .slice(0, 8)
      .map((path) => chip(app.nameOf(path), path, () => ({ ...faults, paths: minus(faults.paths, path) }))),
    paths.length > 8 && h('span', {}, ` and ${paths.length - 8} more `),
    all,
  );
}

/** What dies stands first. */
const ORDER: readonly FlowState['status'][] = ['not reachable', 'unknown', 'reachable', 'gone'];
const SIGNS = { reachable: '✓', 'not reachable': '✕', unknown: '?', gone: '–' } as const;

function paths(app: App): HTMLElement[] {
  const rank = (states: readonly FlowState[]) =>
    Math.min(...states.map(({ status }) => ORDER.indexOf(status)));
  const groups = [...groupBy(app.now, ({ flow }) => flow.group)].sort(([, a], [, b]) => rank(a) - rank(b));
  if (groups.length === 0) return [];
  return [
    h('h3', {}, 'Paths'),
    h('ul', { class: 'paths' }, ...groups.map(([name, states]) => pathRow(app, name, states))),
  ];
}

function pathRow(app: App, name: string, states: readonly FlowState[]): HTMLElement {
  const count = (status: FlowState['status']) => states.filter((one) => one.status === status).length;
  const [alive, dead, gone] = [count('reachable'), count('not reachable'), count('gone')];
  const state =
    dead > 0 ? 'not reachable' : count('unknown') > 0 ? 'unknown' : alive > 0 ? 'reachable' : 'gone';
  const words = [
    states.length > 1 && alive > 0 ? `${alive === states.length ? 'all' : alive} of ${states.length}` : '',
    gone > 0 ? `${gone} gone with what fails` : '',
    dead > 0 ? `${dead} dead` : '',
  ].filter((part) => part !== '');
  const shown = states.find((one) => one.status === 'reachable') ?? states[0];
  const button = h(
    'button',
    { type: 'button', class: 'row', title: 'Show on the drawing' },
    h('span', { class: `sign ${state.replace(' ', '-')}`, 'aria-hidden': 'true' }, SIGNS[state]),
    h('span', {}, name),
    h('span', { class: 'count' }, words.join(', ')),
  );
  button.addEventListener('click', () => {
    if (shown)
      app.showPath(
        shown.steps,
        shown.reasons.map(({ component }) => component),
      );
  });
  const reasons = states
    .filter(({ status }) => status === 'not reachable' || status === 'unknown')
    .flatMap(({ flow, reasons: why, status }) => {
      const [first] = why;
      return first
        ? [
            {
              zone: flow.zone,
              status,
              text: `${shortText(first.component)}: ${readable(first.reason, app.world.templates)}`,
            },
          ]
        : [];
    });
  const unique = [...groupBy(reasons, ({ text }) => text)];
  return h(
    'li',
    { 'data-state': state },
    button,
    ...unique
      .slice(0, 3)
      .map(([text, all]) =>
        h('p', { class: 'reason' }, `${all.map(({ zone }) => zone).join(', ')}: ${text}`),
      ),
  );
}

/** Construct paths in a reason, without the stack and the parts that all have in common. */
const shortText = (component: string): string => component.split('/').slice(-2).join('/');

function answers(
  world: World,
  faults: Faults,
  names: readonly { readonly name: string; readonly type: string }[],
  usual: readonly string[],
): HTMLElement[] {
  if (names.length === 0) return [];
  const rows = names.map((query, i) => {
    const now = isFine(faults) ? (usual[i] ?? '') : answerInShort(world, faults, query);
    const changed = now !== usual[i];
    return h(
      'li',
      { 'data-state': changed ? 'changed' : 'same', 'data-name': query.name },
      h('span', { class: 'name' }, `${query.name} ${query.type}`),
      h('span', { class: 'now' }, now),
      changed && h('span', { class: 'was' }, `before: ${usual[i] ?? ''}`),
    );
  });
  return [h('h3', {}, 'Route 53 answers'), h('ul', { class: 'answers' }, ...rows)];
}

/** The arrows between services, as text. */
function events(app: App): HTMLElement[] {
  const { services } = app.world.drawing;
  if (services.arrows.length === 0) return [];
  const failed = failedIn(app);
  const { dead, starved } = chain(services, failed);
  const label = (id: string) => app.elementAt(id)?.label ?? id;
  const rows = services.arrows
    .map(({ from, to, label: what }) => ({ from, to, what, isDead: dead.has(`${from}\n${to}`) }))
    .sort((a, b) => Number(b.isDead) - Number(a.isDead));
  const without = [...starved].map(([id, sources]) =>
    h('li', {}, `${label(id)} gets nothing: its events come only from ${sources.map(label).join(', ')}`),
  );
  return [
    h('h3', {}, 'Events, requests and data'),
    ...(without.length > 0 ? [h('ul', { class: 'starved' }, ...without)] : []),
    h(
      'ul',
      { class: 'events' },
      ...rows.map(({ from, to, what, isDead }) =>
        h(
          'li',
          { 'data-state': isDead ? 'dead' : 'alive' },
          h('span', { class: `sign ${isDead ? 'not-reachable' : 'reachable'}` }, isDead ? '✕ ' : '✓ '),
          `${label(from)} to ${label(to)}: ${what}`,
        ),
      ),
    ),
  ];
}

function failedIn({ world, faults }: App): ReadonlySet<string> {
  const failed = world.drawing.services.elements.filter(({ members, subnet }) =>
    members.every((path) => isGone(world, faults, path, subnet)),
  );
  return new Set(failed.map(({ id }) => id));
}

function summary(app: App): string {
  const { faults, now } = app;
  if (isFine(faults)) return 'Everything works.';
  const what = [...faults.zones, ...[...faults.paths].map((path) => app.nameOf(path))];
  const count = (status: FlowState['status']) => now.filter((one) => one.status === status).length;
  const fails = `${what.slice(0, 3).join(', ')}${what.length > 3 ? ` and ${what.length - 3} more` : ''} ${what.length > 1 ? 'fail' : 'fails'}.`;
  if (now.length === 0) return fails;
  const dead = count('not reachable');
  const unknown = count('unknown');
  return [
    fails,
    dead === 0 ? 'No other path dies.' : `${dead} of ${now.length} paths ${dead === 1 ? 'is' : 'are'} dead.`,
    `${count('reachable')} survive, ${count('gone')} went with what fails.`,
    unknown > 0 ? `${unknown} unknown.` : '',
  ]
    .filter((part) => part !== '')
    .join(' ');
}
