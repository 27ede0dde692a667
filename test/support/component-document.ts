import Ajv from 'ajv';

const name = { type: 'string', pattern: '^[A-Za-z0-9_-]+$' };

/** https://docs.aws.amazon.com/imagebuilder/latest/userguide/toe-use-documents.html */
const SCHEMA = {
  type: 'object',
  required: ['schemaVersion', 'phases'],
  additionalProperties: false,
  properties: {
    name: { type: 'string' },
    description: { type: 'string' },
    schemaVersion: { enum: ['1.0', 1] },
    parameters: { type: 'array' },
    constants: { type: 'array' },
    phases: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['name', 'steps'],
        additionalProperties: false,
        properties: {
          name: { enum: ['build', 'validate', 'test', 'container-host-test'] },
          steps: {
            type: 'array',
            minItems: 1,
            items: {
              type: 'object',
              required: ['name', 'action', 'inputs'],
              additionalProperties: false,
              properties: {
                name,
                action: { const: 'ExecuteBash' },
                timeoutSeconds: { type: 'integer', minimum: -1 },
                onFailure: { enum: ['Abort', 'Continue', 'Ignore'] },
                maxAttempts: { type: 'integer', minimum: 1 },
                inputs: {
                  type: 'object',
                  required: ['commands'],
                  additionalProperties: false,
                  properties: { commands: { type: 'array', minItems: 1, items: { type: 'string' } } },
                },
              },
            },
          },
        },
      },
    },
  },
};

interface Document {
  readonly phases: readonly {
    readonly name: string;
    readonly steps: readonly { readonly name: string; readonly inputs: { readonly commands: string[] } }[];
  }[];
}

const validate = new Ajv({ allErrors: true }).compile<Document>(SCHEMA);

/** What Image Builder would refuse in a component document. Of the action modules it knows `ExecuteBash` only. */
export function faultsOf(document: unknown): readonly string[] {
  if (!validate(document)) {
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
  }
  const { phases } = document;
  const lists = [phases, ...phases.map(({ steps }) => steps)];
  return lists.flatMap((list) => {
    const names = list.map((one) => one.name);
    return names.filter((one, index) => names.indexOf(one) < index).map((one) => `${one} twice`);
  });
}

/** The scripts of a phase of component documents, in the order in which they run. */
export function scriptsOf(documents: readonly unknown[], phase: string): readonly string[] {
  return (documents as readonly Document[])
    .flatMap(({ phases }) => phases.filter(({ name: one }) => one === phase))
    .flatMap(({ steps }) => steps.map(({ inputs }) => inputs.commands.join('\n')));
}
