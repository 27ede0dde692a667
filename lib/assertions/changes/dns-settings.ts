import type { Dns, RecordSet, Zone } from '../dns';
import type { Json } from '../templates';
import { isDeepStrictEqual } from 'node:util';
import { askedName } from './dns-queries';
import type { Change } from './model';
import type { Pair, Side } from './pair';

const SETTINGS = ['AWS::Route53::HealthCheck', 'AWS::Route53::RecordSet', 'AWS::Route53::RecordSetGroup'];

/**
 * Records and health checks that differ, where no query that was asked shows it: the page that a health check asks for,
 * the bias of a geoproximity record. The answers to other queries, or at other times, may differ.
 */
export function silentChanges(
  pair: Pair,
  sides: readonly [Dns, Dns],
  found: readonly Change[],
): readonly Change[] {
  const shown = new Set(found.flatMap(({ subjects }) => subjects));
  return [...pair.changed].flatMap((path): Change[] => {
    const [old, now] = pair.both((side) => side.byPath.get(path));
    if (!old || !now || !SETTINGS.includes(old.type)) return [];
    const records = [...recordsOf(pair.before, sides[0], path), ...recordsOf(pair.after, sides[1], path)];
    const names = [...new Set(records.flatMap(({ name }) => name ?? []))];
    if (names.some((name) => shown.has(askedName(name)))) return [];
    const [before, after] = settings(old.properties, now.properties)
      .map(({ name, value }, i) => ({ name, value, i }))
      .reduce<[string[], string[]]>(
        ([first, second], { name, value }) => [
          [...first, `${name} ${text(pair.before, value[0])}`],
          [...second, `${name} ${text(pair.after, value[1])}`],
        ],
        [[], []],
      );
    return [
      {
        area: 'name',
        effect: 'undecided',
        subjects: names.length > 0 ? names : [path],
        what: [...new Set(records.map(({ type }) => type))],
        objects: ['the internet'],
        before: { answer: before.join(', '), because: [path] },
        after: { answer: after.join(', '), because: [path] },
      },
    ];
  });
}

/** The records that a resource is, or that use it as their health check. */
function recordsOf(side: Side, { zones }: Dns, path: string): readonly RecordSet[] {
  return zones
    .flatMap((zone: Zone) => zone.records)
    .filter(({ resource, healthCheck }) => {
      const check = side.templates.reference(healthCheck)?.resource;
      return side.pathOf(resource) === path || (check !== undefined && side.pathOf(check) === path);
    });
}

interface Setting {
  readonly name: string;
  readonly value: readonly [Json | undefined, Json | undefined];
}

/** The properties that differ, each by its path. */
function settings(before: Json | undefined, after: Json | undefined, name = ''): readonly Setting[] {
  if (isDeepStrictEqual(before, after)) return [];
  const isObject = (value: Json | undefined): value is Record<string, Json> =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isObject(before) || !isObject(after)) return [{ name, value: [before, after] }];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) => settings(before[key], after[key], name === '' ? key : `${name}.${key}`));
}

const text = (side: Side, value: Json | undefined): string =>
  value === undefined ? 'absent' : side.readable(typeof value === 'string' ? value : JSON.stringify(value));
