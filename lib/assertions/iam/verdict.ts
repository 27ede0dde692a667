/**
 * Whether something holds: `conditional` on keys of the request that the question did not give, or `unknown` because
 * the templates do not say.
 */
export type Truth = 'yes' | 'no' | 'conditional' | 'unknown';

/** A truth, with the conditions that it depends on or what could not be resolved. */
export interface Verdict {
  readonly truth: Truth;
  readonly why: readonly string[];
}

export const YES: Verdict = { truth: 'yes', why: [] };
export const NO: Verdict = { truth: 'no', why: [] };
export const unknown = (why: string): Verdict => ({ truth: 'unknown', why: [why] });
export const conditional = (why: string): Verdict => ({ truth: 'conditional', why: [why] });
export const decided = (holds: boolean): Verdict => (holds ? YES : NO);

/** All of them hold. One that does not decides it, whatever the others are. */
export const all = (verdicts: readonly Verdict[]): Verdict =>
  strongest(verdicts, ['no', 'unknown', 'conditional'], YES);

/** One of them holds. One that does decides it, whatever the others are. */
export const any = (verdicts: readonly Verdict[]): Verdict =>
  strongest(verdicts, ['yes', 'unknown', 'conditional'], NO);

export function not({ truth, why }: Verdict): Verdict {
  if (truth === 'yes') return NO;
  return truth === 'no' ? YES : { truth, why };
}

function strongest(verdicts: readonly Verdict[], order: readonly Truth[], otherwise: Verdict): Verdict {
  for (const truth of order) {
    const found = verdicts.filter((verdict) => verdict.truth === truth);
    if (found.length > 0) return { truth, why: [...new Set(found.flatMap(({ why }) => why))] };
  }
  return otherwise;
}
