import { unknown, YES, type Verdict } from '../iam/verdict';
import { Templates, type Json, type Resource } from '../templates';

/** Whether a resource is created at all. */
export const exists = ({ path, undecidedCondition }: Resource): Verdict =>
  undecidedCondition === undefined ? YES : unknown(`${path} exists only if ${undecidedCondition} is true`);

/** Construct path of the resource that a value refers to, else the value itself. */
export const pathOf = (templates: Templates, value: Json | undefined): string =>
  templates.reference(value)?.resource.path ??
  (typeof value === 'string' ? value : JSON.stringify(value ?? null));

export const flag = (value: Json | undefined): boolean => value === true || value === 'true';

/** A list of objects, or why it is not known. */
export function records(value: Json | undefined): {
  readonly items: readonly Readonly<Record<string, Json>>[];
  readonly open?: string;
} {
  if (value === undefined) return { items: [] };
  if (!Array.isArray(value)) return { items: [], open: Templates.unknown(value) ?? 'not a list' };
  const items = value.filter((item) => item !== null && typeof item === 'object' && !Array.isArray(item));
  const other = value.find((item) => typeof item === 'string');
  return {
    items: items as Record<string, Json>[],
    ...(other !== undefined && { open: Templates.unknown(other) ?? other }),
  };
}
