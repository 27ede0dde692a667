import type { Json } from '../templates';
import { isDeepStrictEqual } from 'node:util';
import type { Pair, Side } from './pair';

/** A property that differs: its path, and its text before and after. */
export interface Setting {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** The properties of a resource that differ. What only names the same resource by another logical id does not. */
export function settingsOf(pair: Pair, before: Json, after: Json): readonly Setting[] {
  return differences(before, after)
    .map(({ name, value: [old, now] }) => ({
      name,
      before: valueText(pair.before, old),
      after: valueText(pair.after, now),
    }))
    .filter((setting) => setting.before !== setting.after);
}

/** `HealthCheckConfig.ResourcePath /health, Name absent`: the values of one side. */
export const settingsText = (settings: readonly Setting[], side: 'before' | 'after'): string =>
  settings.map((setting) => `${setting.name} ${setting[side]}`).join(', ');

interface Difference {
  readonly name: string;
  readonly value: readonly [Json | undefined, Json | undefined];
}

function differences(before: Json | undefined, after: Json | undefined, name = ''): readonly Difference[] {
  if (isDeepStrictEqual(before, after)) return [];
  const isObject = (value: Json | undefined): value is Record<string, Json> =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isObject(before) || !isObject(after)) return [{ name, value: [before, after] }];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) =>
    differences(before[key], after[key], name === '' ? key : `${name}.${key}`),
  );
}

const valueText = (side: Side, value: Json | undefined): string =>
  value === undefined ? 'absent' : side.readable(typeof value === 'string' ? value : JSON.stringify(value));
