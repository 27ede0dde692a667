/**
 * Whether something holds. `conditional`: it depends on condition keys that the question does not give. `unknown`: it
 * depends on something that the templates do not say.
 */
export type Truth = 'yes' | 'no' | 'conditional' | 'unknown';

/** A truth, with its reasons: conditions, or values that could not be resolved. */
export interface Verdict {
  readonly truth: Truth;
  readonly why: readonly string[];
}

export const YES: Verdict = { truth: 'yes', why: [] };
export const NO: Verdict = { truth: 'no', why: [] };
export const unknown = (why: string): Verdict => ({ truth: 'unknown', why: [why] });
export const conditional = (why: string): Verdict => ({ truth: 'conditional', why: [why] });
export const decided = (holds: boolean): Verdict => (holds ? YES : NO);

/** Whether all hold. One `no` decides, also if others are unknown. */
export const all = (verdicts: readonly Verdict[]): Verdict =>
  strongest(verdicts, ['no', 'unknown', 'conditional'], YES);

/** Whether at least one holds. One `yes` decides, also if others are unknown. */
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
