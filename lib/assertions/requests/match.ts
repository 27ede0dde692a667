import { Undecided } from '../templates/properties';

/** Whether a request matches, or why that is not known. */
export type Match = boolean | Undecided;

/** True when one is, false when none is. */
export function oneOf(matches: readonly Match[]): Match {
  return matches.includes(true) || (matches.find((match) => match instanceof Undecided) ?? false);
}

/** True when all are, false when one is not. */
export function allOf(matches: readonly Match[]): Match {
  return matches.includes(false) ? false : (matches.find((match) => match instanceof Undecided) ?? true);
}

/** What all variants agree on. */
export function agreed(matches: readonly boolean[], reason: string): Match {
  const [first = false] = matches;
  return matches.every((match) => match === first) ? first : new Undecided(reason);
}
