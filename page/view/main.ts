import { readWorld } from '../behaviour/world';
import { DATA_ID, type PageData } from '../data';
import { App, type Mode } from './app';
import { byId, h } from './dom';
import { breakPanel } from './panel-break';
import { dnsPanel } from './panel-dns';
import { reachPanel } from './panel-reach';
import { rolesPanel } from './panel-roles';

const MODES: Readonly<Record<Mode, string>> = { break: 'Break', reach: 'Reach', dns: 'DNS', roles: 'Roles' };

function start(): void {
  const data = JSON.parse(byId(DATA_ID).textContent) as PageData;
  const app = new App(readWorld(data.sources, data.parameters), data.icons);
  const { drawing, templates } = app.world;
  const panels: Partial<Record<Mode, HTMLElement>> = {
    break: breakPanel(app, byId('status')),
    ...(drawing.vpcs.length > 0 && { reach: reachPanel(app) }),
    ...(drawing.zones.length > 0 && { dns: dnsPanel(app) }),
    ...(templates.ofType('AWS::IAM::Role').length > 0 && { roles: rolesPanel(app, data.actions) }),
  };
  showTabs(app, panels);
  const place = byId('drawing');
  app.show(place);
  let width = place.clientWidth;
  new ResizeObserver(() => {
    if (Math.abs(place.clientWidth - width) < 8) return;
    width = place.clientWidth;
    app.show(place);
  }).observe(place);
  document.documentElement.dataset.ready = 'true';
}

/** https://www.w3.org/WAI/ARIA/apg/patterns/tabs/ */
function showTabs(app: App, panels: Partial<Record<Mode, HTMLElement>>): void {
  const modes = (Object.keys(MODES) as Mode[]).filter((mode) => panels[mode]);
  const tabs = modes.map((mode) =>
    h(
      'button',
      { type: 'button', role: 'tab', id: `tab-${mode}`, 'aria-controls': `panel-${mode}` },
      MODES[mode],
    ),
  );
  const choose = (index: number) => {
    app.mode = modes[index] ?? 'break';
    tabs.forEach((tab, i) => {
      tab.setAttribute('aria-selected', String(i === index));
      tab.tabIndex = i === index ? 0 : -1;
    });
    for (const mode of modes) panels[mode]?.toggleAttribute('hidden', mode !== app.mode);
    byId('drawing').dataset.mode = app.mode;
    app.showPath([]);
    app.showAnswer([]);
  };
  tabs.forEach((tab, i) => {
    tab.addEventListener('click', () => {
      choose(i);
    });
    tab.addEventListener('keydown', ({ key }) => {
      const step = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
      if (step === 0) return;
      const next = (i + step + tabs.length) % tabs.length;
      choose(next);
      tabs[next]?.focus();
    });
  });
  for (const mode of modes) {
    const panel = panels[mode];
    panel?.setAttribute('role', 'tabpanel');
    panel?.setAttribute('id', `panel-${mode}`);
    panel?.setAttribute('aria-labelledby', `tab-${mode}`);
  }
  byId('panel').append(
    h('div', { role: 'tablist', 'aria-label': 'Questions' }, ...tabs),
    ...modes.flatMap((mode) => panels[mode] ?? []),
  );
  choose(0);
}

start();
