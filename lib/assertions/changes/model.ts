/** What a change is about. `availability`: a flow after the loss of one Availability Zone. */
export type Area = 'flow' | 'availability' | 'request' | 'permission' | 'name';

/**
 * - `opens`: a flow or a permission that did not exist, or of which that was not known. Of requests: they reach a target
 *   group, and nothing answered them before, or only an identity provider did.
 * - `closes`: it does not exist any more. Of requests: they reached a target group, and nothing answers them now.
 * - `survives`, `does not survive`: a flow that exists before and after, without an Availability Zone.
 * - `answers differently`: a name, or a load balancer to requests.
 * - `undecided`: it was decided before, and is not any more. With `mayOpen`, it may have opened.
 */
export type Effect =
  'opens' | 'closes' | 'survives' | 'does not survive' | 'answers differently' | 'undecided';

/** One side of a change. */
export interface Behaviour {
  /** `reachable`, `forward to Shop/Carts`, `allowed`, the records that are answered, ... */
  readonly answer: string;
  /** The rules, routes and statements that decide it, or what is not known. */
  readonly because: readonly string[];
}

/** What changed, in one sentence: `subjects` may do `what` to `objects`. */
export interface Change {
  readonly area: Area;
  readonly effect: Effect;
  /** Sources of a flow, requests such as `path /users`, principals, or names. */
  readonly subjects: readonly string[];
  /** Traffic such as `tcp 22` and `https 443`, actions, or the type of a record. */
  readonly what: readonly string[];
  /** Destinations of a flow, load balancers, resources, or where the query comes from. */
  readonly objects: readonly string[];
  /** The circumstance: `without eu-west-1a`, `with Site/Primary down`. */
  readonly when?: string;
  readonly before: Behaviour;
  readonly after: Behaviour;
  /** An undecided flow, request or permission that did not exist before. */
  readonly mayOpen?: true;
}

export type Verdict = 'opens' | 'may open' | 'nothing opens';

/** Whether something opens. What is not decided any more may open. */
export function verdictOf(changes: readonly Change[]): Verdict {
  if (changes.some(({ effect }) => effect === 'opens')) return 'opens';
  return changes.some(({ mayOpen }) => mayOpen === true) ? 'may open' : 'nothing opens';
}
