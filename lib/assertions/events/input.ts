import { isRecord, text } from '../templates/functions';
import { Templates, type Json } from '../templates';
import { select } from './json-path';

/** What a target receives. A string says why it is not known. */
export type Input = { readonly known: Json } | { readonly unknown: string };

/** What the reserved variables of an input transformer stand for. */
export interface RuleVariables {
  readonly ruleArn: string;
  readonly ruleName: string;
}

const RESERVED = 'aws.events.';

/**
 * What EventBridge passes to a target: the event, a part of it, a constant or a rendered template.
 * Throws for a target that EventBridge refuses.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export function inputOf(target: Readonly<Record<string, Json>>, event: Json, rule: RuleVariables): Input {
  const { Input, InputPath, InputTransformer } = target;
  const given = Object.entries({ Input, InputPath, InputTransformer }).filter(([, one]) => one !== undefined);
  if (given.length > 1)
    throw new Error(`target: got ${given.map(([name]) => name).join(' and ')}, expected one`);
  const open = Templates.unknown(given[0]?.[1]);
  if (open !== undefined) return { unknown: open };
  if (typeof Input === 'string') return parsed(Input, 'Input');
  if (typeof InputPath === 'string') {
    const part = select(InputPath, event);
    return part === undefined ? { unknown: `the event has nothing at ${InputPath}` } : { known: part };
  }
  if (isRecord(InputTransformer)) return transformed(InputTransformer, event, rule);
  return { known: event };
}

function transformed(transformer: Readonly<Record<string, Json>>, event: Json, rule: RuleVariables): Input {
  const { InputTemplate, InputPathsMap = {} } = transformer;
  if (typeof InputTemplate !== 'string' || InputTemplate.length > 8192) {
    throw new Error('InputTemplate: expected text of at most 8192 characters');
  }
  const paths = Object.entries(isRecord(InputPathsMap) ? InputPathsMap : {});
  if (paths.length > 100)
    throw new Error(`InputPathsMap: got ${paths.length} variables, expected at most 100`);
  const variables = new Map<string, Json | undefined>([
    ['aws.events.rule-arn', rule.ruleArn],
    ['aws.events.rule-name', rule.ruleName],
    ['aws.events.event', event],
    ['aws.events.event.json', JSON.stringify(event)],
    ['aws.events.event.ingestion-time', isRecord(event) ? event.time : undefined],
  ]);
  for (const [name, path] of paths) {
    if (name.startsWith(RESERVED) || typeof path !== 'string')
      throw new Error(`InputPathsMap: invalid variable ${name}`);
    variables.set(name, select(path, event));
  }
  return render(InputTemplate, variables);
}

/** Variables inside quotes become text, others JSON. EventBridge does not escape what it inserts. */
function render(template: string, variables: ReadonlyMap<string, Json | undefined>): Input {
  const problems: string[] = [];
  let quoted = false;
  const rendered = template.replace(/\\.|"|<([\w.-]+)>/gs, (part, name?: string) => {
    if (part === '"') quoted = !quoted;
    if (name === undefined || !variables.has(name)) return part;
    const value = variables.get(name);
    if (value === undefined) {
      if (!quoted) problems.push(`the event has no value for <${name}>`);
      return '';
    }
    if (!quoted) return JSON.stringify(value);
    if (value !== null && typeof value === 'object')
      problems.push(`<${name}> is no text, and stands in quotes`);
    return text(value);
  });
  if (problems[0] !== undefined) return { unknown: problems[0] };
  return parsed(rendered, 'the rendered InputTemplate');
}

function parsed(json: string, what: string): Input {
  try {
    return { known: JSON.parse(json) as Json };
  } catch {
    return { unknown: `${what} is no JSON: ${json.slice(0, 80)}` };
  }
}
