import { actionsMatching, texts, wildcard } from '../iam';
import type { Json } from '../templates';
import type { Pair } from './pair';

/** Actions of one pattern that all statements of both sides treat alike. */
export interface ActionClass {
  readonly actions: readonly string[];
}

/** S3 decides about actions on objects and on buckets by different resources. */
const OBJECT = /object|abortmultipartupload|listmultipartuploadparts/i;

/** Splits patterns of actions into classes, so that one action stands for all that are decided alike. */
export class ActionClasses {
  private readonly patterns: readonly RegExp[];
  private readonly known = new Map<string, readonly ActionClass[]>();

  constructor(pair: Pair) {
    const written = pair.sides.flatMap(({ templates }) =>
      templates.resources.flatMap(({ properties }) => actionsIn(properties)),
    );
    this.patterns = [...new Set(written.map((one) => one.toLowerCase()))]
      .filter((one) => one !== '*')
      .map(wildcard);
  }

  of(pattern: string): readonly ActionClass[] {
    const known = this.known.get(pattern);
    if (known) return known;
    const classes = new Map<string, string[]>();
    const actions = /[*?]/.test(pattern) ? actionsMatching(pattern) : [pattern];
    for (const action of actions) {
      const [service = ''] = action.split(':');
      const matched = this.patterns.map((one) => (one.test(action) ? '1' : '0')).join('');
      const key = `${service} ${String(OBJECT.test(action))} ${matched}`;
      const group = classes.get(key);
      if (group) group.push(action);
      else classes.set(key, [action]);
    }
    const made = [...classes.values()].map((group) => ({ actions: group }));
    this.known.set(pattern, made);
    return made;
  }
}

/** Every Action and NotAction anywhere in a value. */
function actionsIn(value: Json | undefined): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(actionsIn);
  if (typeof value === 'string') return value.includes('"Statement"') ? actionsIn(parsed(value)) : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    key === 'Action' || key === 'NotAction' ? [...texts(item), ...actionsIn(item)] : actionsIn(item),
  );
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}
