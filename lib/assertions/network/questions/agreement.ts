import type { Explanation, Verdict } from '../forwarding/verdict';

/**
 * The answer that all cases of what the templates leave open agree on; unknown where they do not. Undefined: a place does
 * not exist in that case.
 */
export function agreement(
  cases: readonly { readonly text: string }[],
  verdicts: readonly (Verdict | undefined)[],
): Verdict {
  const [first, ...others] = verdicts;
  if (first && others.every((other) => other?.answer === first.answer)) return first;
  const explanation = cases.flatMap(({ text }, i): Explanation[] => {
    const verdict = verdicts[i];
    const reason = verdict ? `it is ${verdict.answer}` : 'source or destination does not exist';
    return [{ component: `if ${text}`, reason }, ...(verdict?.explanation ?? [])];
  });
  return { answer: 'unknown', path: [], explanation };
}
