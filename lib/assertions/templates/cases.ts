import type { Assumptions, OpenChoice } from './model';
import type { Templates } from './templates';

/** The templates under one combination of assumptions. */
export interface Case {
  readonly templates: Templates;
  /** `parameter Stage of Shop is prod`; empty for the only case. */
  readonly text: string;
}

/** With more combinations than this, the remaining choices stay undecided. */
const MAX_CASES = 64;

/**
 * The templates for each combination of open choices (conditions, parameters) of the resource types read so far. One of
 * the cases is deployed. An answer is certain if it is the same in all cases.
 */
export function casesOf(templates: Templates): readonly Case[] {
  let combinations: readonly Assumptions[] = [new Map()];
  for (const choice of templates.openChoices()) {
    const values = choice.closed ? choice.options : [...choice.options, undefined];
    if (combinations.length * values.length > MAX_CASES) continue;
    combinations = combinations.flatMap((one) =>
      values.map((value) => new Map([...one, [choice.subject, value]])),
    );
  }
  if (combinations.length === 1) return [{ templates, text: '' }];
  return combinations.map((assumptions) => ({
    templates: templates.assuming(assumptions),
    text: templates
      .openChoices()
      .filter(({ subject }) => assumptions.has(subject))
      .map((choice) => describe(choice, assumptions.get(choice.subject)))
      .join(', '),
  }));
}

function describe({ subject, options }: OpenChoice, value: string | undefined): string {
  const name = subject.replace(/[⟨⟩?]/g, '');
  return value === undefined ? `${name} is not ${options.join(' or ')}` : `${name} is ${value}`;
}
