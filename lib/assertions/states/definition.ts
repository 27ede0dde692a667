import { Templates, type Resource } from '../templates';
import { checkDefinition, type WorkflowType } from './check';
import { InvalidDefinition, isFields, NotModelled, type Definition, type Json } from './model';

/**
 * The definition of a state machine in a template. What exists only once deployed stands as a placeholder, always the same
 * for the same resource: `⟨Stack.LogicalId.Arn⟩`.
 */
export function readDefinition({ properties, path }: Resource): {
  definition: Definition;
  type: WorkflowType;
} {
  const { Definition: object, DefinitionString, DefinitionSubstitutions, StateMachineType } = properties;
  const given = object ?? DefinitionString;
  if (given === undefined) {
    throw new NotModelled(
      `${path}: expected Definition or DefinitionString, got ${Object.keys(properties).join(', ')}`,
    );
  }
  const text = typeof given === 'string' ? given : JSON.stringify(given);
  const reason = text.startsWith('⟨?') ? Templates.unknown(text) : undefined;
  if (reason !== undefined) throw new NotModelled(`${path}: the definition is not known: ${reason}`);
  const values = isFields(DefinitionSubstitutions) ? DefinitionSubstitutions : {};
  return parseDefinition(
    text.replace(/\$\{(\w+)\}/g, (whole, name: string) => substitute(values[name], whole)),
    {
      type: StateMachineType === 'EXPRESS' ? 'EXPRESS' : 'STANDARD',
      path,
    },
  );
}

/** Text inside of a JSON string. */
function substitute(value: Json | undefined, otherwise: string): string {
  if (value === undefined) return otherwise;
  return typeof value === 'string' ? JSON.stringify(value).slice(1, -1) : JSON.stringify(value);
}

/** Parses and checks a definition. */
export function parseDefinition(
  text: string,
  { type, path }: { readonly type: WorkflowType; readonly path: string },
): { definition: Definition; type: WorkflowType } {
  let definition: unknown;
  try {
    definition = JSON.parse(text);
  } catch (error) {
    throw new InvalidDefinition(`${path}: the definition is no JSON: ${(error as Error).message}`);
  }
  const fields = ['StartAt', 'States', 'QueryLanguage', 'TimeoutSeconds', 'Comment', 'Version'];
  const stray = isFields(definition)
    ? Object.keys(definition).find((name) => !fields.includes(name))
    : 'none';
  if (stray !== undefined) throw new InvalidDefinition(`${path}: a state machine has no field ${stray}`);
  try {
    checkDefinition(definition as Definition, type);
  } catch (error) {
    if (error instanceof InvalidDefinition || error instanceof NotModelled)
      error.message = `${path}: ${error.message}`;
    throw error;
  }
  return { definition: definition as Definition, type };
}
