import type { Place, Question, Reachability } from '../../lib/assertions/network';
import { INTERNET, elementsOf } from '../model/drawing';
import { readable } from '../model/names';
import type { App, Picked } from './app';
import { choices, errorText, field } from './fields';
import { h } from './dom';

/** The panel that follows one connection. */
export function reachPanel(app: App): HTMLElement {
  const { drawing } = app.world;
  const subnets = drawing.vpcs.flatMap(({ tiers }) => tiers.flatMap((tier) => tier.subnets));
  const list = choices('places', [
    INTERNET,
    ...drawing.vpcs
      .flatMap(elementsOf)
      .flatMap(({ id, members }) => [id, ...(members.length > 1 ? members : [])]),
    ...subnets.map(({ path }) => path),
    ...new Set(app.world.model.endpoints.map(({ service }) => `service:${service}`)),
  ]);
  const from = field('From', { list: 'places', placeholder: 'click a place, or type one' });
  const to = field('To', { list: 'places', placeholder: 'then a second one' });
  const port = field('Port', { inputmode: 'numeric', placeholder: 'all', size: '6' });
  const protocol = h(
    'select',
    { 'aria-label': 'Protocol' },
    ...['tcp', 'udp', 'icmp'].map((name) => h('option', { value: name }, name)),
  );
  const answer = h('div', { class: 'answer', 'aria-live': 'polite' });
  const ask = () => {
    if (from.input.value === '' || to.input.value === '') return;
    try {
      show(app, answer, questionOf());
    } catch (error) {
      app.showPath([]);
      answer.replaceChildren(h('p', { class: 'error' }, errorText(error)));
    }
  };
  const questionOf = (): Question => ({
    source: placeOf(app, from.input.value),
    destination: placeOf(app, to.input.value),
    protocol: protocol.value as 'tcp',
    ...(port.input.value !== '' && protocol.value !== 'icmp' && { port: Number(port.input.value) }),
  });
  const form = h(
    'form',
    { class: 'form' },
    from.label,
    to.label,
    h('div', { class: 'line' }, port.label, protocol, h('button', { type: 'submit' }, 'Follow')),
    list,
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    ask();
  });
  app.onPick((picked) => {
    if (app.mode !== 'reach') return;
    const name = nameOf(picked);
    if (name === undefined) return;
    if (from.input.value === '' || to.input.value !== '') {
      from.input.value = name;
      to.input.value = '';
      answer.replaceChildren(h('p', { class: 'hint' }, 'Now click where it should go.'));
      app.showPath([], [], [name]);
    } else {
      to.input.value = name;
      if (port.input.value === '') port.input.value = usualPort(app, to.input.value);
      ask();
    }
  });
  app.onChange(() => {
    if (app.mode === 'reach') ask();
  });
  return h(
    'div',
    {},
    h(
      'p',
      { class: 'hint' },
      'Click two places: the first opens a connection to the second. What fails stays failed.',
    ),
    form,
    answer,
  );
}

const nameOf = (picked: Picked): string | undefined =>
  picked.kind === 'element' ? picked.element.id : picked.kind === 'subnet' ? picked.path : undefined;

/** The text in a field stands for an element of the drawing, a service, an address or a construct path. */
function placeOf(app: App, text: string): Place {
  const element = app.elementAt(text);
  if (text.startsWith('service:')) return { service: text.slice('service:'.length) };
  if (!element || element.type === INTERNET) return text;
  const [only, ...more] = element.members;
  if (only === undefined || more.length > 0) return element.members;
  return element.subnet === undefined ? only : { interfaceOf: only, subnet: element.subnet };
}

/** The port that a resource is known to be connected on. */
function usualPort(app: App, id: string): string {
  const path = app.elementAt(id)?.path ?? id;
  const pair = app.world.pairs.find(({ destination, port }) => destination === path && port !== undefined);
  return String(pair?.port ?? 443);
}

function show(app: App, answer: HTMLElement, question: Question): void {
  const result: Reachability = app.network.canReach(question);
  const steps = app.atlas.steps(result.path, question);
  const chosen = [question.source, question.destination].flatMap((place) =>
    typeof place === 'string' ? app.atlas.idsFor(place) : [],
  );
  app.showPath(
    steps,
    result.explanation.map(({ component }) => component),
    chosen,
  );
  const hops = result.path.map(({ component, allowedBy, reply }) =>
    h(
      'li',
      reply ? { class: 'reply' } : {},
      reply ? 'reply: ' : '',
      h('b', {}, component),
      allowedBy === undefined ? '' : `: ${readable(allowedBy, app.world.templates)}`,
    ),
  );
  const reasons = result.explanation.map(({ component, reason }) =>
    h('li', {}, h('b', {}, component), `: ${readable(reason, app.world.templates)}`),
  );
  answer.replaceChildren(
    h('p', { class: `verdict ${result.answer.replace(' ', '-')}` }, result.answer),
    h('ol', { class: 'hops' }, ...(result.answer === 'reachable' ? hops : reasons)),
  );
}
