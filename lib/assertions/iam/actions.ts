import { actionList } from './action-list';

/** Action names, by service prefix and lowercase name. */
let actions: ReadonlyMap<string, ReadonlyMap<string, string>> | undefined;

function load(): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const lines = actionList().split('\n');
  return new Map(
    lines.map((line) => {
      const [service = '', ...names] = line.split(' ');
      return [service, new Map(names.map((name) => [name.toLowerCase(), name]))] as const;
    }),
  );
}

/**
 * The message for an action that AWS does not have; otherwise undefined. Actions are not case-sensitive.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export function actionProblem(action: string): string | undefined {
  actions ??= load();
  const [service = '', name = ''] = action.toLowerCase().split(':');
  const ofService = actions.get(service);
  if (!ofService) return `${action}: AWS has no service ${service}`;
  if (ofService.has(name)) return undefined;
  const [nearest] = [...ofService].sort(([a], [b]) => distance(name, a) - distance(name, b));
  return `${action}: ${service} has no such action${nearest === undefined ? '' : `; the nearest is ${service}:${nearest[1]}`}. npm run iam:actions renews the list`;
}

/** Levenshtein distance: the number of letters to add, remove or change. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
