import type { Json, Resource, Templates } from '../../lib/assertions/templates';

/** The resources that a value refers to, alone or inside longer text. */
export function referencedBy(templates: Templates, value: Json | undefined): Resource[] {
  if (value === undefined) return [];
  const tokens = new Set(JSON.stringify(value).match(/⟨[^⟨⟩?][^⟨⟩]*⟩/g) ?? []);
  return [...tokens].flatMap((token) => templates.reference(token)?.resource ?? []);
}

/** The resources that a value refers to, each with the names of the properties on the way to it. */
export function referencesIn(
  templates: Templates,
  value: Json,
  keys: readonly string[],
): { readonly resource: Resource; readonly keys: readonly string[] }[] {
  if (Array.isArray(value)) return value.flatMap((item) => referencesIn(templates, item, keys));
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, item]) => referencesIn(templates, item, [...keys, key]));
  return referencedBy(templates, value).map((resource) => ({ resource, keys }));
}
