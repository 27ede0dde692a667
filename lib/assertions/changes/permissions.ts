import { match } from '../iam';
import { ActionClasses } from './action-classes';
import { Candidates, type Candidate } from './candidates';
import { Decisions, type PermissionAnswer, type PermissionState } from './decisions';
import { managedPolicyChanges, managedPoliciesOf } from './managed-policies';
import type { Change, Effect } from './model';
import type { Pair } from './pair';

interface States {
  readonly before: PermissionState;
  readonly after: PermissionState;
}

/** A candidate of which some actions changed in one way. */
interface Found extends States {
  readonly candidate: Candidate;
  /** The pattern where all of its actions have one answer now, else the actions that changed. */
  readonly actions: readonly string[];
}

/** The permissions that appear, vanish, or are not decided any more, by the policies of both sides. */
export function permissionChanges(pair: Pair): readonly Change[] {
  if (pair.changed.size === 0) return [];
  const candidates = new Candidates(pair).all();
  const decisions = new Decisions(pair, candidates, managedPoliciesOf(pair));
  const classes = new ActionClasses(pair);
  const found = candidates.flatMap((candidate) => compare(candidate, classes, decisions));
  return [...grouped(found.filter((one) => !isCovered(one, found))), ...managedPolicyChanges(pair)];
}

function compare(candidate: Candidate, classes: ActionClasses, decisions: Decisions): readonly Found[] {
  const groups = new Map<string, Found>();
  const answers = new Set<PermissionAnswer>();
  let count = 0;
  for (const { actions } of classes.of(candidate.action)) {
    const [action] = actions;
    const both = action === undefined ? undefined : decisions.of({ ...candidate, action });
    if (!both) continue;
    answers.add(both.after.answer);
    count += actions.length;
    if (effectOf(both) === undefined) continue;
    const key = `${both.before.answer} ${both.after.answer}`;
    const known = groups.get(key);
    if (known) groups.set(key, { ...known, actions: [...known.actions, ...actions] });
    else groups.set(key, { candidate, ...both, actions });
  }
  const changed = [...groups.values()].reduce((sum, { actions }) => sum + actions.length, 0);
  // The pattern says it all where its actions are answered alike now, and most of them were not before.
  const isWhole = answers.size === 1 && groups.size === 1 && changed * 2 > count;
  return [...groups.values()].map((one) => (isWhole ? { ...one, actions: [candidate.action] } : one));
}

const NONE: readonly PermissionAnswer[] = ['denied'];

/** Undefined where nothing changed. What was allowed on conditions or in part, and is allowed now, opens. */
function effectOf({
  before: { answer: old, because: oldReasons },
  after: { answer: now, because },
}: States): Effect | undefined {
  if (old === now) {
    return now === 'allowed on conditions' && String(oldReasons) !== String(because)
      ? 'undecided'
      : undefined;
  }
  if (now === 'allowed') return 'opens';
  if (now === 'unknown') return 'undecided';
  if (now === 'denied' || old === 'allowed') return 'closes';
  return NONE.includes(old) ? 'opens' : 'undecided';
}

/** Whether another change says the same about more actions or resources. */
function isCovered(one: Found, all: readonly Found[]): boolean {
  const { principal, resource } = one.candidate;
  return all.some((other) => {
    if (other === one || other.candidate.principal !== principal || effectOf(other) !== effectOf(one))
      return false;
    // Less is said about what was allowed in part already.
    if (other.before.answer !== one.before.answer && other.before.answer === 'partly allowed') return false;
    const isWider = match(other.candidate.resource, resource).truth === 'yes';
    const isSameResource = other.candidate.resource === resource;
    const covers = one.actions.every((action) =>
      other.actions.some((pattern) => match(pattern.toLowerCase(), action.toLowerCase()).truth === 'yes'),
    );
    const isSame = isSameResource && String(other.actions) === String(one.actions);
    return isWider && covers && (!isSame || all.indexOf(other) < all.indexOf(one));
  });
}

/** One change for each set of actions of one principal, and for all resources and principals of whom it says the same. */
function grouped(found: readonly Found[]): readonly Change[] {
  const byResource = new Map<string, Found>();
  for (const one of found) {
    const { principal, resource } = one.candidate;
    const key = JSON.stringify([principal, resource, effectOf(one), one.before, one.after]);
    const known = byResource.get(key);
    byResource.set(
      key,
      known ? { ...known, actions: [...new Set([...known.actions, ...one.actions])] } : one,
    );
  }
  const changes = new Map<string, Change>();
  for (const { candidate, actions, ...both } of byResource.values()) {
    const effect = effectOf(both) ?? 'undecided';
    const key = JSON.stringify([candidate.principal, actions, effect, both.before, both.after]);
    const known = changes.get(key);
    const mayOpen = effect === 'undecided' && both.before.answer !== 'allowed';
    changes.set(key, {
      area: 'permission',
      effect,
      subjects: [nameOf(candidate.principal)],
      what: [...actions].sort(),
      objects: [...(known?.objects ?? []), readableArn(candidate.resource)],
      before: both.before,
      after: both.after,
      ...(mayOpen && { mayOpen }),
    });
  }
  return [...changes.values()];
}

const nameOf = (principal: string): string => (principal === '*' ? 'anyone' : readableArn(principal));

/** `Shop/Uploads/small/*` for `arn:aws:s3:::⟨=Shop/Uploads⟩/small/*`. */
export function readableArn(arn: string): string {
  return arn
    .replace(/^arn:.*⟨[=*]([^⟨⟩]*\/[^⟨⟩]*)⟩/u, (_, path: string) => path)
    .replace(/^⟨[=*]([^⟨⟩]*)⟩/u, (_, path: string) => path.replace(/\.Arn$/, ''))
    .replace(/⟨[=*#]?([^⟨⟩]*)⟩/gu, (_, name: string) => `<${name}>`);
}
