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
  const options = new Map(templates.openChoices().map((choice) => [choice.subject, choice]));
  return combinations.map((assumptions) => ({
    templates: templates.assuming(assumptions),
    text: [...assumptions]
      .map(([subject, value]) => describe(value, options.get(subject), subject))
      .join(', '),
  }));
}

function describe(value: string | undefined, choice: OpenChoice | undefined, subject: string): string {
  const name = subject.replace(/[⟨⟩?]/g, '');
  if (value !== undefined) return `${name} is ${value}`;
  return `${name} is not ${choice?.options.join(' or ') ?? ''}`;
}
