import type { Services } from '../model/services';

/** What a failure does to the services that events and requests pass. */
export interface Chain {
  /** The arrows that nothing passes any more: `from` and `to`, with a line break between. */
  readonly dead: ReadonlySet<string>;
  /** Elements that get nothing, with those that would have sent it. */
  readonly starved: ReadonlyMap<string, readonly string[]>;
}

/**
 * Nothing leaves or reaches an element that fails. An element all of whose events come from failed or starved elements
 * is starved. By the references in the templates: how long a queue keeps messages is not part of it.
 */
export function chain({ elements, arrows }: Services, failed: ReadonlySet<string>): Chain {
  const starved = new Map<string, readonly string[]>();
  const stopped = (id: string) => failed.has(id) || starved.has(id);
  for (let changed = failed.size > 0; changed;) {
    changed = false;
    for (const { id } of elements) {
      if (stopped(id)) continue;
      const sources = arrows.filter(({ to, kind }) => to === id && kind !== 'use').map(({ from }) => from);
      if (sources.length === 0 || !sources.every(stopped)) continue;
      starved.set(id, sources);
      changed = true;
    }
  }
  const dead = arrows.filter(({ from, to }) => stopped(from) || failed.has(to));
  return { dead: new Set(dead.map(({ from, to }) => `${from}\n${to}`)), starved };
}
