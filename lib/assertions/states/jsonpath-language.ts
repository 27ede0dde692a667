import { matchesRule } from './choice';
import { evaluateIntrinsic, parseIntrinsic } from './intrinsics';
import { requirePath, writePath } from './jsonpath';
import type { Language } from './language';
import { isFields, runtimeError, text, type Fields, type Json, type Scope } from './model';

/** A path that may be absent (`$`) or null (an empty object). */
function applyPath(path: Json | undefined, scope: Scope, input: Json): Json {
  if (path === undefined) return input;
  return path === null ? {} : requirePath(text(path), scope, input);
}

/** A path or an intrinsic function. */
export function applyExpression(text: string, scope: Scope, input: Json): Json {
  return text.startsWith('$')
    ? requirePath(text, scope, input)
    : evaluateIntrinsic(parseIntrinsic(text), scope, input);
}

/** A payload template: fields whose names end with `.$` are expressions. */
function applyTemplate(template: Json, scope: Scope, input: Json): Json {
  if (Array.isArray(template)) return template.map((item) => applyTemplate(item, scope, input));
  if (!isFields(template)) return template;
  return Object.fromEntries(
    Object.entries(template).map(([name, value]) =>
      name.endsWith('.$')
        ? [name.slice(0, -2), parameter(name, text(value), scope, input)]
        : [name, applyTemplate(value, scope, input)],
    ),
  );
}

function parameter(name: string, expression: string, scope: Scope, input: Json): Json {
  try {
    return applyExpression(expression, scope, input);
  } catch (error) {
    const { message } = error as Error;
    if (message.includes('IntrinsicFailure') || !message.includes('Invalid path')) throw error;
    throw runtimeError(`States.ParameterPathFailure: ${name}: ${expression} selects nothing`);
  }
}

const resultPath = (fields: Fields, scope: Scope, result: Json): Json => {
  const path = fields.ResultPath;
  if (path === undefined) return result;
  return path === null ? scope.input : writePath(text(path), scope.input, result);
};

/** States in JSONPath: InputPath, Parameters, ResultSelector, ResultPath, OutputPath. */
export const jsonPathLanguage: Language = {
  arguments: (state, scope) => {
    const input = applyPath(state.InputPath, scope, scope.input);
    // In a Map state, Parameters is an older name of ItemSelector.
    const { Parameters, Type } = state;
    return Parameters === undefined || Type === 'Map' ? input : applyTemplate(Parameters, scope, input);
  },
  resultOutput: (state, scope, result) => {
    const { ResultSelector, OutputPath } = state;
    const selected = ResultSelector === undefined ? result : applyTemplate(ResultSelector, scope, result);
    return applyPath(OutputPath, scope, resultPath(state, scope, selected));
  },
  passOutput: (state, scope, input) =>
    applyPath(state.OutputPath, scope, state.Type === 'Pass' ? resultPath(state, scope, input) : input),
  catchOutput: (catcher, scope, errorOutput) => resultPath(catcher, scope, errorOutput),
  assign: (fields, scope, dollar) => applyTemplate(fields ?? {}, scope, dollar) as Fields,
  field: (fields, name, scope, input) => {
    const path = fields[`${name}Path`];
    return path === undefined ? fields[name] : applyExpression(text(path), scope, input);
  },
  template: (value, scope, input) => applyTemplate(value, scope, input),
  choose: (rules, scope, input) => rules.find((rule) => matchesRule(rule, scope, input)),
};
