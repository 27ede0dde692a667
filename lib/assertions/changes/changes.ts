import type { Templates } from '../templates';
import { endpointPolicyChanges } from './endpoint-policies';
import { flowChanges } from './flows';
import { verdictOf, type Change, type Verdict } from './model';
import { nameChanges } from './names';
import { Pair } from './pair';
import { permissionChanges } from './permissions';
import { requestChanges } from './requests';
import { publicAccessChanges, roleChanges } from './roles';

/** What a change of templates does to behaviour. */
export interface BehaviourDiff {
  readonly verdict: Verdict;
  /** What opens first, then what is not decided any more, then the rest. */
  readonly changes: readonly Change[];
}

/**
 * What differs between the behaviour of two sets of templates: flows, also after the loss of each Availability Zone,
 * permissions, answers of Route 53, and what load balancers do with requests. Resources are matched by construct path. A resource whose path changed counts as
 * removed and added.
 */
export function behaviourDiff(before: Templates, after: Templates): BehaviourDiff {
  const pair = new Pair(before, after);
  const changes = [
    ...flowChanges(pair),
    ...permissionChanges(pair),
    ...roleChanges(pair),
    ...publicAccessChanges(pair),
    ...endpointPolicyChanges(pair),
    ...nameChanges(pair),
    ...requestChanges(pair),
  ];
  return { verdict: verdictOf(changes), changes: changes.toSorted((a, b) => rank(a) - rank(b)) };
}

const rank = ({ effect, mayOpen }: Change): number =>
  effect === 'opens'
    ? 0
    : mayOpen === true
      ? 1
      : effect === 'undecided'
        ? 2
        : effect === 'does not survive'
          ? 3
          : 4;
