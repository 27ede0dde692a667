import type { OpenChoice } from './model';

/** Collects the open choices that a resource or condition depends on while it is resolved. */
export class OpenChoices {
  private collected: OpenChoice[] = [];

  note(choice: OpenChoice): void {
    this.collected.push(choice);
  }

  /** The result, and the choices that were noted meanwhile. They count for what is being resolved around it too. */
  during<T>(resolve: () => T): [T, readonly OpenChoice[]] {
    const outer = this.collected;
    this.collected = [];
    const result = resolve();
    const inner = this.collected;
    this.collected = [...outer, ...inner];
    return [result, inner];
  }
}

/** One choice for each subject, with the options of all. */
export function mergeChoices(choices: Iterable<OpenChoice>): readonly OpenChoice[] {
  const merged = new Map<string, OpenChoice>();
  for (const { subject, options, closed } of choices) {
    const known = merged.get(subject);
    merged.set(subject, {
      subject,
      // A list of all values (closed) leaves out those that are only compared with.
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
