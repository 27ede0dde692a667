import type { Dns, RecordSet, Zone } from '../dns';
import { askedName } from './dns-queries';
import type { Change } from './model';
import type { Pair, Side } from './pair';
import { settingsOf, settingsText } from './settings';

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
    const settings = settingsOf(pair, old.properties, now.properties);
    return [
      {
        area: 'name',
        effect: 'undecided',
        subjects: names.length > 0 ? names : [path],
        what: [...new Set(records.map(({ type }) => type))],
        objects: ['the internet'],
        before: { answer: settingsText(settings, 'before'), because: [path] },
        after: { answer: settingsText(settings, 'after'), because: [path] },
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
