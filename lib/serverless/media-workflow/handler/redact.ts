/** Where a text has something, as Comprehend says it: in characters, not in UTF-16 code units. */
export interface Span {
  readonly BeginOffset: number;
  readonly EndOffset: number;
  readonly Type: string;
}

export interface Entity extends Span {
  readonly Text: string;
  readonly Score: number;
}

/** The text, with each personal datum replaced by its type: `[NAME]`. */
export function redact(text: string, personal: readonly Span[]): string {
  const characters = Array.from(text);
  // From the end, so that the offsets before stay right. What overlaps is replaced as one.
  for (const { BeginOffset, EndOffset, Type } of merged(personal).reverse()) {
    characters.splice(BeginOffset, EndOffset - BeginOffset, `[${Type}]`);
  }
  return characters.join('');
}

/** The entities that share no character with a personal datum. */
export function withoutPersonal(entities: readonly Entity[], personal: readonly Span[]): Entity[] {
  return entities.filter(
    (entity) =>
      !personal.some(
        ({ BeginOffset, EndOffset }) => entity.BeginOffset < EndOffset && BeginOffset < entity.EndOffset,
      ),
  );
}

function merged(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.BeginOffset - b.BeginOffset)) {
    const last = result.at(-1);
    if (!last || last.EndOffset <= span.BeginOffset) result.push(span);
    else result[result.length - 1] = { ...last, EndOffset: Math.max(last.EndOffset, span.EndOffset) };
  }
  return result;
}
