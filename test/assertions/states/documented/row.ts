import type { TaskFunctions } from '../../../../lib/assertions/states';

/** A sentence of a document, a state machine and an input for which it applies, and what becomes of it. */
export interface Row {
  readonly says: string;
  /** Tells apart the rows of one sentence. */
  readonly when?: string;
  readonly machine: object;
  readonly input?: unknown;
  readonly tasks?: TaskFunctions;
  readonly output?: unknown;
  /** The error name of an execution that fails. */
  readonly error?: string;
  /** The error of a definition that is refused. */
  readonly refused?: string;
  /** All states that were entered, in order. */
  readonly states?: readonly string[];
  /** How long the execution took, in seconds. */
  readonly seconds?: number;
}

/** A machine of one state, called X. States that it names are Pass states. */
export const only = (state: object, machine: object = {}) => {
  const { End = true, ...fields } = { ...state } as Record<string, unknown>;
  const isTerminal = ['Choice', 'Succeed', 'Fail'].includes(String(fields.Type)) || 'Next' in fields;
  return { StartAt: 'X', States: { X: isTerminal ? fields : { ...fields, End } }, ...machine };
};

/** States one after the other, each with its name; the last one ends. */
export const chain = (states: Readonly<Record<string, object>>, machine: object = {}) => {
  const names = Object.keys(states);
  const linked = Object.entries(states).map(([name, state], index) => {
    const next = names[index + 1];
    const isLinked = 'Next' in state || 'End' in state || ('Type' in state && state.Type === 'Choice');
    const isTerminal = 'Type' in state && ['Succeed', 'Fail'].includes(String(state.Type));
    const link = isLinked || isTerminal ? {} : next === undefined ? { End: true } : { Next: next };
    return [name, { ...state, ...link }];
  });
  return { StartAt: names[0], States: Object.fromEntries(linked) as object, ...machine };
};

/** A state that succeeds: the target of a transition. */
export const END = { Type: 'Succeed' };

export const TASK = 'arn:aws:states:us-east-1:123456789012:task:X';
export const JSONATA = { QueryLanguage: 'JSONata' };

/** A task function that throws these errors, one after the other, and then returns its input. */
export const failing = (...errors: readonly string[]) => {
  const left = [...errors];
  return (input: unknown) => {
    const name = left.shift();
    if (name !== undefined) throw Object.assign(new Error('as told'), { name });
    return input;
  };
};
