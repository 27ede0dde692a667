import { evaluate } from './jsonata';
import type { Language } from './language';
import { StateError, text, type Fields, type Json } from './model';

/** States in JSONata: Arguments, Output, Assign, Condition. */
export const jsonataLanguage: Language = {
  arguments: async ({ Arguments }, scope) =>
    Arguments === undefined ? scope.input : evaluate(Arguments, scope),
  resultOutput: async ({ Output }, scope, result) =>
    Output === undefined ? result : evaluate(Output, { ...scope, result }),
  passOutput: async ({ Output }, scope) => (Output === undefined ? scope.input : evaluate(Output, scope)),
  catchOutput: async ({ Output }, scope, errorOutput) =>
    Output === undefined ? errorOutput : evaluate(Output, { ...scope, errorOutput }),
  assign: async (fields, scope) => (await evaluate(fields ?? {}, scope)) as Fields,
  field: async (fields, name, scope) => {
    const value = fields[name];
    return value === undefined ? undefined : evaluate(value, scope);
  },
  template: async (value, scope): Promise<Json> => evaluate(value, scope),
  choose: async (rules, scope) => {
    for (const rule of rules) {
      const condition = await evaluate(rule.Condition ?? null, scope);
      if (condition === true) return rule;
      if (condition !== false) {
        const got = JSON.stringify(condition);
        throw new StateError('States.QueryEvaluationError', `Condition ${text(rule.Condition)}: got ${got}`);
      }
    }
    return undefined;
  },
};
