export type Answer = 'reachable' | 'not reachable' | 'unknown';

/** One component on the path, and the rule or route that let the packet pass. */
export interface Hop {
  readonly component: string;
  readonly allowedBy?: string;
  /** A hop of the reply. */
  readonly reply?: true;
}

/** Why one component blocks the packet, or what is not known about it. */
export interface Explanation {
  readonly component: string;
  readonly reason: string;
}

/** The answer for one path. */
export interface Verdict {
  readonly answer: Answer;
  /** The hops of the request, then those of the reply. Empty unless reachable. */
  readonly path: readonly Hop[];
  /** What blocks the packet, or what is not known. Empty when reachable. */
  readonly explanation: readonly Explanation[];
}

/** Reachable when one path is. */
export function anyOf(verdicts: readonly Verdict[]): Verdict {
  const found = verdicts.find(({ answer }) => answer === 'reachable');
  return (
    found ??
    merge(verdicts, verdicts.some(({ answer }) => answer === 'unknown') ? 'unknown' : 'not reachable')
  );
}

/** Reachable when all are, not reachable when none is, otherwise unknown. */
export function allOrNone(verdicts: readonly Verdict[]): Verdict {
  const [first] = verdicts;
  if (first && verdicts.every(({ answer }) => answer === first.answer)) {
    return first.answer === 'reachable' ? first : merge(verdicts, first.answer);
  }
  return merge(verdicts, 'unknown');
}

/** Reachable when all are, not reachable when one is not. */
export function allOf(verdicts: readonly Verdict[]): Verdict {
  const bad = verdicts.filter(({ answer }) => answer === 'not reachable');
  if (bad.length > 0) return merge(bad, 'not reachable');
  if (verdicts.some(({ answer }) => answer === 'unknown')) return merge(verdicts, 'unknown');
  return { answer: 'reachable', path: verdicts.flatMap(({ path }) => path), explanation: [] };
}

function merge(verdicts: readonly Verdict[], answer: Answer): Verdict {
  const relevant =
    answer === 'unknown' && verdicts.some((v) => v.answer === 'unknown')
      ? verdicts.filter((v) => v.answer === 'unknown' || v.answer === 'not reachable')
      : verdicts;
  const seen = new Map<string, Explanation>();
  for (const blame of relevant.flatMap(({ explanation }) => explanation)) {
    seen.set(`${blame.component}\n${blame.reason}`, blame);
  }
  return { answer, path: [], explanation: [...seen.values()] };
}

export const because = (answer: Verdict['answer'], component: string, reason: string): Verdict => ({
  answer,
  path: [],
  explanation: [{ component, reason }],
});

export const explanationText = ({ component, reason }: Explanation): string => `${component}: ${reason}`;
