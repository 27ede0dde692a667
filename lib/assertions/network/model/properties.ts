import { Templates, type Json, type Resource } from '../../templates';

/** Readers of resolved property values: CloudFormation takes "22" for 22 and "true" for true. */
export const asText = (value: Json | undefined): string | undefined =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;

export function asNumber(value: Json | undefined): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && !Number.isNaN(number) ? number : undefined;
}

export const asBoolean = (value: Json | undefined): boolean | undefined =>
  value === true || value === 'true' ? true : value === false || value === 'false' ? false : undefined;

export const asList = (value: Json | undefined): readonly Json[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];

export const asRecord = (value: Json | undefined): Readonly<Record<string, Json>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};

/** How a value that could not be resolved, or that names nothing in the templates, stands in a sentence. */
export const describe = (value: Json | undefined): string =>
  Templates.unknown(value) ?? asText(value)?.replace(/[⟨⟩]/g, '') ?? JSON.stringify(value ?? null);

export const conditionDoubt = (resource: Resource): string | undefined =>
  resource.undecidedCondition === undefined
    ? undefined
    : `${resource.path} exists only under condition ${resource.undecidedCondition}`;

/** The resource that a value refers to, by Ref or by any of its attributes, when it is of that type. */
export function target(
  templates: Templates,
  value: Json | undefined,
  ...types: readonly string[]
): Resource | undefined {
  const resource = templates.reference(value)?.resource;
  return resource && types.includes(resource.type) ? resource : undefined;
}

/** One component for each resource of some types. */
export function each<T>(
  templates: Templates,
  types: readonly string[],
  make: (resource: Resource) => T | undefined,
): Map<Resource, T> {
  const made = new Map<Resource, T>();
  for (const type of types) {
    for (const resource of templates.ofType(type)) {
      const component = make(resource);
      if (component !== undefined) made.set(resource, component);
    }
  }
  return made;
}

/** Groups values under the key of each. */
export function groupBy<K, T>(items: Iterable<T>, key: (item: T) => K | undefined): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const name = key(item);
    if (name === undefined) continue;
    const group = groups.get(name);
    if (group) group.push(item);
    else groups.set(name, [item]);
  }
  return groups;
}
