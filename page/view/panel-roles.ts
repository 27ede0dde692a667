import { unpackActions } from '../browser/action-list';
import type { Templates } from '../../lib/assertions/templates';
import { pathInStack, readable } from '../model/names';
import type { App } from './app';
import { h } from './dom';
import { choices, errorText, field } from './fields';

const MAX_SHOWN = 40;

/** The panel that asks whether a role may do something. */
export function rolesPanel(app: App, actions: string): HTMLElement {
  const { templates, iam } = app.world;
  const principals = ['AWS::IAM::Role', 'AWS::IAM::User', 'AWS::Lambda::Function'].flatMap((type) =>
    templates.ofType(type).map(({ path }) => path),
  );
  const who = field('Who', { list: 'principals', placeholder: 'click a function, or type a role' });
  const action = field('Action', { placeholder: 's3:GetObject' });
  const resource = field('Resource', {
    list: 'resources',
    placeholder: 'click it, or type a path or an ARN',
  });
  const answer = h('div', { class: 'answer', 'aria-live': 'polite' });
  const granted = h('div', {});
  const ask = async () => {
    if (who.input.value === '' || action.input.value === '' || resource.input.value === '') return;
    try {
      await unpackActions(actions);
      const [path = '', inside] = resource.input.value.split('#');
      const decision = iam.can(
        who.input.value,
        action.input.value,
        inside === undefined ? path : { resource: path, path: inside },
      );
      const tone =
        decision.answer === 'allowed'
          ? 'reachable'
          : decision.answer.endsWith('deny')
            ? 'not-reachable'
            : 'unknown';
      answer.replaceChildren(
        h('p', { class: `verdict ${tone}` }, decision.answer),
        h(
          'ul',
          { class: 'reasons' },
          ...decision.reasons.map((reason) => h('li', {}, readable(reason, app.world.templates))),
          ...decision.statements.map(({ effect, policy, id }) =>
            h('li', {}, `${effect} in `, h('b', {}, pathInStack(policy)), `, statement ${id}`),
          ),
        ),
      );
    } catch (error) {
      answer.replaceChildren(h('p', { class: 'error' }, errorText(error)));
    }
  };
  const list = () => {
    granted.replaceChildren();
    if (who.input.value === '') return;
    try {
      granted.append(permissionList(iam.permissions(who.input.value), templates));
    } catch (error) {
      granted.append(h('p', { class: 'hint' }, errorText(error)));
    }
  };
  const form = h(
    'form',
    { class: 'form' },
    who.label,
    action.label,
    resource.label,
    h('div', { class: 'line' }, h('button', { type: 'submit' }, 'May it?')),
    choices('principals', principals),
    choices('resources', ['*', ...templates.resources.map(({ path }) => path)]),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void ask();
  });
  who.input.addEventListener('change', list);
  app.onPick((picked) => {
    if (app.mode !== 'roles' || picked.kind !== 'element') return;
    const { path, type } = picked.element;
    if (/Function$|Service$|Instance$|StateMachine$/.test(type) && who.input.value === '') {
      who.input.value = path;
      list();
    } else {
      resource.input.value = path;
      void ask();
    }
  });
  return h(
    'div',
    {},
    h(
      'p',
      { class: 'hint' },
      'Choose who asks, an action and a resource. <path>#<key> names an object in a bucket. Requests use TLS.',
    ),
    form,
    answer,
    granted,
  );
}

function permissionList(
  permissions: readonly {
    readonly action: string;
    readonly resource: string;
    readonly condition?: unknown;
  }[],
  templates: Templates,
): HTMLElement {
  const rows = permissions
    .slice(0, MAX_SHOWN)
    .map(({ action, resource, condition }) =>
      h(
        'li',
        {},
        h('code', {}, action),
        ` on ${readable(pathInStack(resource), templates)}`,
        condition === undefined
          ? ''
          : h('small', {}, ` if ${readable(JSON.stringify(condition), templates)}`),
      ),
    );
  const more = permissions.length - rows.length;
  return h(
    'details',
    { open: true },
    h('summary', {}, `What its policies allow (${permissions.length})`),
    h('ul', { class: 'permissions' }, ...rows, more > 0 && h('li', {}, `and ${more} more`)),
  );
}
