import type { BehaviourDiff } from './changes';
import type { Behaviour, Change } from './model';

const MOST_NAMES = 3;

/** A few names, and how many more there are. Subnets of one VPC are one name. */
export function listed(all: readonly string[], most = MOST_NAMES): string {
  const names = withoutSiblings(all);
  if (names.length <= most + 1) return names.join(', ');
  return `${names.slice(0, most).join(', ')} and ${String(names.length - most)} more`;
}

const SUBNET = /^anything in (.+)\/[^/]+?( with a public address)?$/;

/** `anything in 9 subnets of Network/Vpc` for more than two of them. */
function withoutSiblings(names: readonly string[]): readonly string[] {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const [, parent, suffix = ''] = SUBNET.exec(name) ?? [];
    const key = parent === undefined ? name : `subnets of ${parent}${suffix}`;
    groups.set(key, [...(groups.get(key) ?? []), name]);
  }
  return [...groups].flatMap(([key, members]) =>
    members.length > 2 ? [`anything in ${String(members.length)} ${key}`] : members,
  );
}

/** `internet -> Web/Instance: tcp 22`, `path /users -> Web/Alb: https 443`, `Web/Role: s3:GetObject on Web/Uploads/*`, `www.example.com A`. */
export function subjectText({ area, subjects, what, objects, when }: Change): string {
  const circumstance = when === undefined ? '' : `, ${when}`;
  if (area === 'name') return `${listed(subjects)} ${what.join(', ')} from ${listed(objects)}${circumstance}`;
  if (area === 'permission')
    return `${listed(subjects)}: ${listed(what, 6)} on ${listed(objects)}${circumstance}`;
  return `${listed(subjects)} -> ${listed(objects)}: ${what.join(', ')}`;
}

/** What happened to it. */
export function effectText({ area, effect, when = '', before, after }: Change): string {
  const zone = when.replace(/^without /, '');
  if (area === 'availability') {
    if (effect === 'survives') return `survives the loss of ${zone} now`;
    if (effect === 'does not survive') return `survives the loss of ${zone}: no longer`;
    return `survives the loss of ${zone}: ${before.answer === 'reachable' ? 'yes before' : 'no before'}, now undecided`;
  }
  if (effect !== 'undecided') return effect;
  // Of requests that are too many to ask.
  if (before.answer === after.answer) return after.answer;
  return `was ${before.answer}, now ${after.answer === 'unknown' ? 'undecided' : after.answer}`;
}

const PLURALS: readonly (readonly [string, (change: Change) => boolean])[] = [
  ['flow opens', ({ area, effect }) => area === 'flow' && effect === 'opens'],
  ['request opens', ({ area, effect }) => area === 'request' && effect === 'opens'],
  ['permission appears', ({ area, effect }) => area === 'permission' && effect === 'opens'],
  ['may open', ({ mayOpen }) => mayOpen === true],
  ['flow closes', ({ area, effect }) => area === 'flow' && effect === 'closes'],
  ['request closes', ({ area, effect }) => area === 'request' && effect === 'closes'],
  ['permission vanishes', ({ area, effect }) => area === 'permission' && effect === 'closes'],
  ['does not survive the loss of an Availability Zone', ({ effect }) => effect === 'does not survive'],
  ['survives the loss of an Availability Zone', ({ effect }) => effect === 'survives'],
  ['answers differently', ({ effect }) => effect === 'answers differently'],
  ['undecided', ({ effect, mayOpen }) => effect === 'undecided' && mayOpen !== true],
];

/** `2 × flow opens, 1 × permission vanishes`. */
export function summary({ changes }: BehaviourDiff): string {
  if (changes.length === 0) return 'No flow, request, permission or name changes.';
  return PLURALS.flatMap(([text, is]) => {
    const count = changes.filter(is).length;
    return count === 0 ? [] : [`${String(count)} × ${text}`];
  }).join(', ');
}

/** The changes as text, with the reasons of both states. */
export function toText(diff: BehaviourDiff): string {
  const side = (name: string, { answer, because }: Behaviour) => {
    const reasons = because.length === 0 ? [] : [`because ${because.join('\n            and ')}`];
    return [`  ${name} ${[answer, ...reasons].join('\n            ')}`];
  };
  const lines = diff.changes.flatMap((change) => [
    '',
    `${subjectText(change)}: ${effectText(change)}`,
    ...side('before:', change.before),
    ...side('after: ', change.after),
  ]);
  return [summary(diff), ...lines].join('\n');
}
