import type { OpenChoice } from './model';

/** Collects the open choices that are read while a resource or condition is resolved. */
export class OpenChoices {
  private collected: OpenChoice[] = [];

  note(choice: OpenChoice): void {
    this.collected.push(choice);
  }

  /** The result, with the choices that were read. They also count for the resource or condition around it. */
  during<T>(resolve: () => T): [T, readonly OpenChoice[]] {
    const outer = this.collected;
    this.collected = [];
    const result = resolve();
    const inner = this.collected;
    this.collected = [...outer, ...inner];
    return [result, inner];
  }
}

/** Merges choices of the same subject: one choice with the options of all. */
export function mergeChoices(choices: Iterable<OpenChoice>): readonly OpenChoice[] {
  const merged = new Map<string, OpenChoice>();
  for (const { subject, options, closed } of choices) {
    const known = merged.get(subject);
    merged.set(subject, {
      subject,
      // A closed choice has all possible values. Other values in comparisons do not count.
      options:
        known?.closed === true
          ? known.options
          : closed
            ? options
            : [...new Set([...(known?.options ?? []), ...options])],
      closed: closed || known?.closed === true,
    });
  }
  return [...merged.values()];
}
