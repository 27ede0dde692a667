import type { Json, Resource } from './model';
import { Templates } from './templates';

/** `doubt`: the template leaves it open. */
export type Trilean = boolean | 'doubt';

/** A value that the templates leave open, and why. */
export class Undecided {
  constructor(readonly reason: string) {}
}

/**
 * What a property says: a value that is known, nothing (undefined), or something that is not known before deployment.
 * Every property is read by the functions here, so that a default is taken only for what is absent.
 */
export type Value<T> = T | undefined | Undecided;

/** CloudFormation takes "22" for 22. */
export const asNumber = (value: Json | undefined): Value<number> =>
  read(value, (known) => {
    const number = typeof known === 'string' && known.trim() !== '' ? Number(known) : known;
    return typeof number === 'number' && !Number.isNaN(number) ? number : undefined;
  });

/** CloudFormation takes "true" for true. */
export const asBoolean = (value: Json | undefined): Value<boolean> =>
  read(
    value,
    (known) => ({ true: true, false: false })[JSON.stringify(known).replaceAll('"', '').toLowerCase()],
  );

/** A text without references. */
export const asText = (value: Json | undefined): Value<string> =>
  read(value, (known) =>
    typeof known === 'number'
      ? String(known)
      : typeof known === 'string' && !isOpen(known)
        ? known
        : undefined,
  );

/** A flag, with its default. */
export function asFlag(value: Json | undefined, whenAbsent: Trilean): Trilean {
  const flag = asBoolean(value) ?? whenAbsent;
  return flag instanceof Undecided ? 'doubt' : flag;
}

/** Whether a text is one of some words; what it is by default when it is absent. */
export function isOneOf(value: Json | undefined, words: readonly string[], whenAbsent: boolean): Trilean {
  const text = asText(value);
  return text instanceof Undecided ? 'doubt' : text === undefined ? whenAbsent : words.includes(text);
}

/** The items; for a list that is not known, one item that is not known. */
export const asList = (value: Json | undefined): readonly Json[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];

/** The fields. Each field of an object that is not known is not known either. */
export function asRecord(value: Json | undefined): Readonly<Record<string, Json>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  if (value === undefined || value === null) return {};
  return new Proxy({}, { get: (_, name) => (typeof name === 'string' ? value : undefined) });
}

/** A value as it is written in a sentence. */
export const describe = (value: Json | undefined): string =>
  Templates.unknown(value) ??
  (typeof value === 'string' ? value.replace(/[⟨⟩]/g, '') : JSON.stringify(value ?? null));

export const conditionDoubt = (resource: Resource): string | undefined =>
  resource.undecidedCondition === undefined
    ? undefined
    : `${resource.path} exists only under condition ${resource.undecidedCondition}`;

/** The resource of some types that a value refers to, by Ref or by any attribute. Undefined for all others. */
export function target(
  templates: Templates,
  value: Json | undefined,
  ...types: readonly string[]
): Resource | undefined {
  const found = reference(templates, value, ...types);
  return found instanceof Undecided ? undefined : found;
}

/** Like `target`. Undecided when the value may refer to a resource of the templates. */
export function reference(
  templates: Templates,
  value: Json | undefined,
  ...types: readonly string[]
): Value<Resource> {
  const resource = templates.reference(value)?.resource;
  if (resource && types.includes(resource.type)) return resource;
  // What a custom resource returns may be the id of anything.
  const isCustom = resource && /^(Custom::|AWS::CloudFormation::CustomResource$)/.test(resource.type);
  if (isCustom || (!resource && value !== undefined && isOpen(value))) {
    return new Undecided(`${describe(value)} is not known before deployment`);
  }
  return undefined;
}

/** The resources of one type, by the resource that one of their properties refers to. */
export interface Owned {
  of(owner: Resource): readonly Resource[];
  /** Those of which it is not known to what they refer. They may belong to any owner. */
  readonly stray: readonly Resource[];
}

/** Groups the resources of some types by the resource that a property refers to. */
export function ownedBy(
  templates: Templates,
  types: readonly string[],
  property: (properties: Resource['properties']) => Json | undefined,
  ...owners: readonly string[]
): Owned {
  const groups = new Map<Resource, Resource[]>();
  const stray: Resource[] = [];
  for (const resource of types.flatMap((type) => templates.ofType(type))) {
    const owner = reference(templates, property(resource.properties), ...owners);
    if (owner instanceof Undecided) stray.push(resource);
    else if (owner) push(groups, owner, resource);
  }
  return { of: (owner) => groups.get(owner) ?? [], stray };
}

/**
 * More resources that may belong to any owner are read as one of which nothing is known. Each owner has all of them
 * otherwise, which takes quadratic time and memory.
 */
export const MANY_STRAY = 8;

export const strayDoubt = (resource: Resource): string =>
  `it is not known before deployment to what ${resource.path} belongs`;

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
    if (name !== undefined) push(groups, name, item);
  }
  return groups;
}

function push<K, T>(groups: Map<K, T[]>, key: K, item: T): void {
  const group = groups.get(key);
  if (group) group.push(item);
  else groups.set(key, [item]);
}

/** Whether a part of the value is known only after deployment: a reference, or a dynamic reference. */
const isOpen = (value: Json): boolean => typeof value === 'string' && /⟨|\{\{resolve:/.test(value);

function read<T>(value: Json | undefined, parse: (value: Json) => T | undefined): Value<T> {
  if (value === undefined || value === null) return undefined;
  return parse(value) ?? new Undecided(`${describe(value)} is not known before deployment`);
}
