import { isOperator } from './choice';
import { CATCHER, DISTRIBUTED_ONLY, fieldsOf, NAME_LENGTH, RETRIER } from './fields';
import { parseIntrinsic } from './intrinsics';
import { checkExpression, expressionsIn, type Available } from './jsonata';
import { parsePath } from './jsonpath';
import {
  InvalidDefinition,
  isFields,
  listOf,
  NotModelled,
  text,
  type Definition,
  type Fields,
  type Json,
} from './model';

/** How a workflow is run: https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html */
export type WorkflowType = 'STANDARD' | 'EXPRESS';

/**
 * Throws `InvalidDefinition` for what Step Functions refuses, and `NotModelled` for a field that this evaluator does not have,
 * before anything runs. `asl-validator` checks more of the former.
 */
export function checkDefinition(definition: Definition, type: WorkflowType): void {
  new Checker(definition.QueryLanguage ?? 'JSONPath', type).states(definition, []);
}

class Checker {
  private readonly names = new Set<string>();

  constructor(
    private readonly queryLanguage: string,
    private readonly type: WorkflowType,
  ) {}

  states({ StartAt, States }: Definition, outer: readonly string[]): void {
    if (!isFields(States)) throw new InvalidDefinition('expected States');
    const names = Object.keys(States);
    if (!names.includes(StartAt)) throw new InvalidDefinition(`StartAt: there is no state ${StartAt}`);
    const assigned = Object.values(States).flatMap(assignedBy);
    const again = assigned.find((variable) => outer.includes(variable) || variable === 'states');
    if (again !== undefined) {
      throw new InvalidDefinition(`Assign: ${again} is a variable of an outer scope, or reserved`);
    }
    for (const [name, state] of Object.entries(States)) {
      if (name.length > NAME_LENGTH)
        throw new InvalidDefinition(`state ${name}: more than ${NAME_LENGTH} characters`);
      if (this.names.has(name)) throw new InvalidDefinition(`state ${name}: another state has this name`);
      this.names.add(name);
      this.state(name, state, names, [...outer, ...assigned]);
    }
  }

  private state(name: string, state: Fields, names: readonly string[], variables: readonly string[]): void {
    const where = `state ${name}`;
    const language = text(state.QueryLanguage ?? this.queryLanguage);
    if (this.queryLanguage === 'JSONata' && language !== 'JSONata') {
      throw new InvalidDefinition(`${where}: a state machine in JSONata has no states in ${language}`);
    }
    const type = text(state.Type);
    known(where, state, fieldsOf(language, type), `a ${type} state in ${language}`);
    this.transitions(where, state, names);
    const handlers = [...listOf(state.Retry), ...listOf(state.Catch)];
    for (const retrier of listOf(state.Retry)) known(where, retrier, RETRIER, 'a retrier');
    for (const catcher of listOf(state.Catch)) known(where, catcher, CATCHER, 'a catcher');
    for (const { ErrorEquals } of handlers) wildcards(where, ErrorEquals, [state.Retry, state.Catch]);
    if (language === 'JSONata') jsonata(where, state);
    else jsonPath(where, state);
    if (type === 'Task') this.task(where, state);
    if (type === 'Parallel')
      for (const branch of listOf(state.Branches)) this.branch(where, branch, variables);
    if (type === 'Map') this.map(where, state, variables);
  }

  private transitions(where: string, state: Fields, names: readonly string[]): void {
    const isTerminal = ['Succeed', 'Fail', 'Choice'].includes(text(state.Type));
    if (!isTerminal && (state.Next === undefined) === (state.End !== true)) {
      throw new InvalidDefinition(`${where}: expected either Next or "End": true`);
    }
    const rules = [...listOf(state.Choices), ...listOf(state.Catch)];
    if (state.Type === 'Choice' && listOf(state.Choices).length === 0) {
      throw new InvalidDefinition(`${where}: expected Choices`);
    }
    const absent = rules.find(({ Next }) => Next === undefined);
    if (absent) throw new InvalidDefinition(`${where}: expected Next in ${JSON.stringify(absent)}`);
    for (const next of [state.Next, state.Default, ...rules.map(({ Next }) => Next)]) {
      if (next !== undefined && !names.includes(text(next))) {
        throw new InvalidDefinition(`${where}: there is no state ${text(next)} beside it`);
      }
    }
  }

  private task(where: string, { Resource }: Fields): void {
    if (typeof Resource !== 'string') throw new InvalidDefinition(`${where}: expected Resource`);
    if (this.type === 'EXPRESS' && /\.(sync(:2)?|waitForTaskToken)$/.test(Resource)) {
      throw new InvalidDefinition(`${where}: an Express workflow cannot wait for ${Resource}`);
    }
  }

  private map(where: string, state: Fields, variables: readonly string[]): void {
    const processor = state.ItemProcessor ?? state.Iterator;
    if (!isFields(processor)) throw new InvalidDefinition(`${where}: expected ItemProcessor`);
    const config = isFields(processor.ProcessorConfig) ? processor.ProcessorConfig : {};
    const isDistributed = config.Mode === 'DISTRIBUTED';
    const stray = DISTRIBUTED_ONLY.find((field) => field in state);
    if (!isDistributed && stray !== undefined) {
      throw new InvalidDefinition(`${where}: ${stray} is for the distributed mode`);
    }
    if (isFields(state.ResultWriter) && 'WriterConfig' in state.ResultWriter) {
      throw new NotModelled(`${where}: WriterConfig of a ResultWriter`);
    }
    const inner = isDistributed && config.ExecutionType === 'EXPRESS' ? 'EXPRESS' : this.type;
    const checker = new Checker(this.queryLanguage, inner);
    for (const name of this.names) checker.names.add(name);
    checker.branch(where, processor, isDistributed ? [] : variables);
    for (const name of checker.names) this.names.add(name);
  }

  private branch(where: string, branch: Fields, variables: readonly string[]): void {
    known(where, branch, ['StartAt', 'States', 'Comment', 'ProcessorConfig'], 'a branch');
    this.states(branch as unknown as Definition, variables);
  }
}

function known(where: string, fields: Fields, names: readonly string[] | undefined, what: string): void {
  if (!names) throw new InvalidDefinition(`${where}: there is no ${what}`);
  const stray = Object.keys(fields).find((name) => !names.includes(name));
  if (stray !== undefined) throw new NotModelled(`${where}: field ${stray} of ${what} is not modelled`);
}

const assignedBy = (state: Fields): string[] =>
  [state, ...listOf(state.Choices), ...listOf(state.Catch)].flatMap(({ Assign }) =>
    isFields(Assign) ? Object.keys(Assign).map((name) => name.replace(/\.\$$/, '')) : [],
  );

function wildcards(where: string, names: Json | undefined, lists: readonly (Json | undefined)[]): void {
  if (!Array.isArray(names) || names.length === 0) {
    throw new InvalidDefinition(`${where}: expected error names in ErrorEquals`);
  }
  if (!names.includes('States.ALL')) return;
  const isLast = lists.some((list) => listOf(list).at(-1)?.ErrorEquals === names);
  if (names.length > 1 || !isLast) {
    throw new InvalidDefinition(`${where}: States.ALL must stand alone, in the last element`);
  }
}

/** Fields of a JSONata state that hold states, not values. */
const NESTED = ['ItemProcessor', 'Branches', 'Catch', 'Choices'];

function jsonata(where: string, state: Fields): void {
  const check = (value: Json | undefined, available: Available) => {
    for (const expression of expressionsIn(value)) checkExpression(expression, available, where);
  };
  const hasResult = ['Task', 'Parallel', 'Map'].includes(text(state.Type));
  for (const [field, value] of Object.entries(state)) {
    if (NESTED.includes(field)) continue;
    check(value, hasResult && ['Output', 'Assign'].includes(field) ? 'result' : undefined);
  }
  for (const rule of listOf(state.Choices)) {
    known(where, rule, ['Condition', 'Next', 'Output', 'Assign', 'Comment'], 'a choice rule in JSONata');
    check(rule, undefined);
  }
  for (const catcher of listOf(state.Catch)) check(catcher, 'errorOutput');
}

function jsonPath(where: string, fields: Fields): void {
  for (const [name, value] of Object.entries(fields)) {
    if (['ItemProcessor', 'Iterator', 'Branches', 'Result'].includes(name)) continue;
    if (Array.isArray(value)) for (const item of listOf(value)) jsonPath(where, item);
    else if (isFields(value)) {
      if (`${name}.$` in fields) throw new InvalidDefinition(`${where}: both ${name} and ${name}.$`);
      jsonPath(where, value);
    } else if (typeof value === 'string') expression(where, name, value);
    if (name.endsWith('.$') && name.slice(0, -2) in fields) {
      throw new InvalidDefinition(`${where}: both ${name.slice(0, -2)} and ${name}`);
    }
  }
  for (const rule of listOf(fields.Choices)) operators(where, rule);
}

function expression(where: string, name: string, value: string): void {
  if (name === 'ResultPath' && (/^\$[^.[]/.test(value) || !parsePath(value).definite)) {
    throw new InvalidDefinition(`${where}: ResultPath ${value} is no Reference Path in the input`);
  }
  const isExpression = name.endsWith('.$') || name.endsWith('Path') || name === 'Variable';
  if (!isExpression) return;
  if (value.startsWith('$')) parsePath(value);
  else parseIntrinsic(value);
}

function operators(where: string, rule: Fields): void {
  const inner = [...listOf(rule.And), ...listOf(rule.Or), ...(isFields(rule.Not) ? [rule.Not] : [])];
  for (const each of inner) operators(where, each);
  const found = Object.keys(rule).filter((name) => isOperator(name));
  const others = ['Variable', 'Next', 'Assign', 'Comment', 'And', 'Or', 'Not'];
  known(where, rule, [...others, ...found], 'a choice rule in JSONPath');
  if (inner.length === 0 && (found.length !== 1 || typeof rule.Variable !== 'string')) {
    throw new InvalidDefinition(`${where}: expected Variable and one operator in ${JSON.stringify(rule)}`);
  }
}
