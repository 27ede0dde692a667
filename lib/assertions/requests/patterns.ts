interface PatternOptions {
  readonly caseSensitive: boolean;
  /** Whether `\*` and `\?` stand for the characters themselves. @default false */
  readonly escapes?: boolean;
}

/**
 * Whether a text matches a pattern: `*` is any number of characters, `?` is one.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
 */
export function matchesPattern(pattern: string, text: string, options: PatternOptions): boolean {
  const fold = (value: string) => (options.caseSensitive ? value : value.toLowerCase());
  const tokens = (options.escapes === true ? /\\[*?]|[^]/gu : /[^]/gu)[Symbol.match](fold(pattern)) ?? [];
  const characters = Array.from(fold(text));
  // Positions of the pattern that the text so far can have reached.
  let reached = closure(tokens, new Set([0]));
  for (const character of characters) {
    const next = new Set<number>();
    for (const at of reached) {
      const token = tokens[at];
      if (token === '*') next.add(at);
      else if (token === '?' || token?.replace(/^\\(?=.)/, '') === character) next.add(at + 1);
    }
    reached = closure(tokens, next);
  }
  return reached.has(tokens.length);
}

/** With the positions behind each `*`, which may stand for nothing. */
function closure(tokens: readonly string[], positions: ReadonlySet<number>): Set<number> {
  const all = new Set(positions);
  for (const at of all) if (tokens[at] === '*') all.add(at + 1);
  return all;
}
