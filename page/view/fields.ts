import { h } from './dom';

/** A labelled text field. */
export function field(
  name: string,
  attributes: Readonly<Record<string, string | undefined>> = {},
): { readonly label: HTMLLabelElement; readonly input: HTMLInputElement } {
  const input = h('input', { type: 'text', autocomplete: 'off', spellcheck: 'false', ...attributes });
  return { input, label: h('label', {}, h('span', {}, name), input) };
}

/** A list has this many entries at most: a browser shows it at each key. */
const MAX_CHOICES = 1500;

export const choices = (id: string, values: readonly string[]): HTMLDataListElement =>
  h('datalist', { id }, ...[...new Set(values)].slice(0, MAX_CHOICES).map((value) => h('option', { value })));

export const errorText = (error: unknown): string => (error instanceof Error ? error.message : String(error));
