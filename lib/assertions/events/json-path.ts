import { isRecord } from '../templates/functions';
import type { Json } from '../templates';

const STEP = /\.([\w-]+)|\[(?:'([^']+)'|"([^"]+)"|(\d+))\]/gy;

/**
 * What a JSON path of an input transformer selects; undefined if the event has no such field. Knows dots, brackets and
 * indexes, and throws for any other path.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export function select(path: string, event: Json): Json | undefined {
  if (!path.startsWith('$')) throw invalid(path);
  let selected: Json | undefined = event;
  let end = 1;
  STEP.lastIndex = end;
  for (let step = STEP.exec(path); step; step = STEP.exec(path)) {
    end = STEP.lastIndex;
    const [, dotted, single, double, index] = step;
    if (index !== undefined) selected = Array.isArray(selected) ? selected[Number(index)] : undefined;
    else selected = isRecord(selected) ? selected[dotted ?? single ?? double ?? ''] : undefined;
  }
  if (end !== path.length) throw invalid(path);
  return selected;
}

const invalid = (path: string): Error =>
  new Error(`JSON path ${JSON.stringify(path)}: expected names and indexes, such as $.detail.items[0].id`);
