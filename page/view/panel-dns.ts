import { RECORD_TYPES } from '../../lib/assertions/dns/model';
import type { Templates } from '../../lib/assertions/templates';
import type { Answer, DnsQuery } from '../../lib/assertions/dns';
import { namedIn, namesWithPolicies } from '../behaviour/answers';
import { downFor } from '../behaviour/world';
import { readable } from '../model/names';
import type { App } from './app';
import { h } from './dom';
import { choices, errorText, field } from './fields';

/** The panel that answers as Route 53 would, while what fails fails. */
export function dnsPanel(app: App): HTMLElement {
  const { dns, templates } = app.world;
  const names = [...new Set(dns.zones.flatMap(({ records }) => records.flatMap(({ name }) => name ?? [])))];
  const name = field('Name', {
    list: 'names',
    value: namesWithPolicies(app.world)[0]?.name ?? names[0] ?? '',
  });
  const type = h(
    'select',
    { 'aria-label': 'Type' },
    ...RECORD_TYPES.map((one) =>
      h('option', one === 'A' ? { value: one, selected: true } : { value: one }, one),
    ),
  );
  const country = field('Country', { placeholder: 'FR or US-CA', size: '8' });
  const region = field('Region', { placeholder: 'eu-west-1', size: '10' });
  const address = field('Address', { placeholder: '203.0.113.7', size: '14' });
  const vpcs = templates.ofType('AWS::EC2::VPC').map(({ path }) => path);
  const vpc = h(
    'select',
    { 'aria-label': 'Asked from' },
    h('option', { value: '' }, 'from the internet'),
    ...vpcs.map((path) => h('option', { value: path }, `from ${path}`)),
  );
  const answer = h('div', { class: 'answer', 'aria-live': 'polite' });
  const query = (): DnsQuery => {
    const [place, state] = [country.input.value.toUpperCase(), country.input.value.includes('-')];
    return {
      name: name.input.value,
      type: type.value,
      from: {
        ...(place !== '' && (state ? { subdivision: place } : { country: place })),
        ...(region.input.value !== '' && { region: region.input.value }),
        ...(address.input.value !== '' && { address: address.input.value }),
      },
      ...(vpc.value !== '' && { vpc: vpc.value }),
      down: namedIn(app.world, downFor(app.world, app.faults)),
    };
  };
  const ask = () => {
    if (name.input.value === '') return;
    try {
      const answers = dns.answers(query());
      app.showAnswer(answers.flatMap(({ records }) => records.map(({ resource }) => resource)));
      answer.replaceChildren(...answers.map((one) => answerBlock(one, templates)));
    } catch (error) {
      app.showAnswer([]);
      answer.replaceChildren(h('p', { class: 'error' }, errorText(error)));
    }
  };
  const form = h(
    'form',
    { class: 'form' },
    name.label,
    h('div', { class: 'line' }, type, vpcs.length > 0 && vpc),
    h('div', { class: 'line' }, country.label, region.label, address.label),
    h('div', { class: 'line' }, h('button', { type: 'submit' }, 'Ask Route 53')),
    choices('names', names),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    ask();
  });
  app.onPick((picked) => {
    if (app.mode !== 'dns' || picked.kind !== 'element') return;
    const record = dns.zones
      .flatMap(({ records }) => records)
      .find(({ path }) => path === picked.element.path);
    if (record?.name === undefined) return;
    name.input.value = record.name;
    type.value = record.type;
    ask();
  });
  app.onChange(() => {
    if (app.mode === 'dns') ask();
  });
  return h(
    'div',
    {},
    h(
      'p',
      { class: 'hint' },
      'Type a name. Click a record or a health check: what it monitors fails, and the answer follows.',
    ),
    form,
    answer,
  );
}

function answerBlock({ status, records, reasons, probability }: Answer, templates: Templates): HTMLElement {
  const often = probability < 0.9999 ? `, in ${Math.round(probability * 1000) / 10} % of queries` : '';
  return h(
    'div',
    { class: 'dns-answer' },
    h('p', { class: `verdict ${status === 'NOERROR' ? 'reachable' : 'unknown'}` }, `${status}${often}`),
    h(
      'ul',
      { class: 'records' },
      ...records.map(({ name, ttl, type, values, aliasTarget, setIdentifier }) =>
        h(
          'li',
          {},
          h('code', {}, [name, ttl, type].filter((part) => part !== undefined).join(' ')),
          ' ',
          aliasTarget === undefined
            ? readable(values.join(', '), templates) || '(assigned by Route 53)'
            : `alias of ${readable(aliasTarget, templates)}`,
          setIdentifier === undefined ? '' : h('span', { class: 'set' }, ` ${setIdentifier}`),
        ),
      ),
    ),
    h('ul', { class: 'reasons' }, ...reasons.map((reason) => h('li', {}, readable(reason, templates)))),
  );
}
