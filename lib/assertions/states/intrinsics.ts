import { parsePath, requirePath } from './jsonpath';
import { InvalidDefinition, runtimeError, type Json, type Scope } from './model';
import { ESCAPED, functions, plain } from './intrinsic-functions';

/** A parsed argument of an intrinsic function. */
export type Expression =
  | { readonly literal: Json }
  | { readonly path: string }
  | { readonly name: string; readonly parameters: readonly Expression[] };

/** "You can nest up to 10 intrinsic functions": https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html */
const NESTING = 10;

/** Parses `States.Format('{}', $.a)`. Throws `InvalidDefinition` for what is no intrinsic function. */
export function parseIntrinsic(text: string): Expression {
  const parser = new Parser(text);
  const expression = parser.call(1);
  parser.end();
  return expression;
}

/** The value of an intrinsic function. */
export function evaluateIntrinsic(expression: Expression, scope: Scope, input: Json): Json {
  if ('literal' in expression) return expression.literal;
  if ('path' in expression) return requirePath(expression.path, scope, input);
  const values = expression.parameters.map((parameter) => evaluateIntrinsic(parameter, scope, input));
  const run = functions[expression.name];
  if (!run) throw new InvalidDefinition(`${expression.name}: no such intrinsic function`);
  try {
    return run(
      expression.name === 'States.Format'
        ? values
        : values.map((v) => (typeof v === 'string' ? plain(v) : v)),
      scope.random,
    );
  } catch (error) {
    throw runtimeError(`States.IntrinsicFailure: ${expression.name}: ${(error as Error).message}`);
  }
}

class Parser {
  private at = 0;

  constructor(private readonly text: string) {}

  call(depth: number): Expression {
    if (depth > NESTING) throw this.refuse(`at most ${NESTING} nested functions`);
    const name = this.take(/[A-Za-z0-9._]+/y);
    if (name === undefined || !Object.hasOwn(functions, name)) throw this.refuse('an intrinsic function');
    if (this.take(/\(\s*/y) === undefined) throw this.refuse('(');
    const parameters: Expression[] = [];
    if (this.take(/\s*\)/y) !== undefined) return { name, parameters };
    for (;;) {
      parameters.push(this.argument(depth));
      if (this.take(/\s*\)/y) !== undefined) return { name, parameters };
      if (this.take(/\s*,\s*/y) === undefined) throw this.refuse(', or )');
    }
  }

  end(): void {
    if (this.at !== this.text.length) throw this.refuse('the end');
  }

  private argument(depth: number): Expression {
    if (this.text[this.at] === "'") return { literal: this.string() };
    if (this.text[this.at] === '$') return this.path();
    const literal = this.take(/(?:-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?=\s*[,)])/y);
    return literal === undefined ? this.call(depth + 1) : { literal: JSON.parse(literal) as Json };
  }

  private path(): Expression {
    const path = this.take(/\$(?:\[(?:'(?:\\.|[^'\\])*'|[^\]'])*\]|\\.|[^,)\s[\\])*/y) ?? '';
    parsePath(path);
    return { path };
  }

  private string(): string {
    let value = '';
    for (this.at++; this.text[this.at] !== "'"; this.at++) {
      let character = this.text[this.at];
      if (character === '\\') {
        character = this.text[++this.at];
        if (character === undefined || !"'{}\\".includes(character))
          throw this.refuse("one of ' { } \\ after \\");
        character = ESCAPED[character] ?? character;
      }
      if (character === undefined) throw this.refuse("a closing '");
      value += character;
    }
    this.at++;
    return value;
  }

  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    this.at += found?.length ?? 0;
    return found;
  }

  private refuse(expected: string): InvalidDefinition {
    return new InvalidDefinition(`${this.text}: expected ${expected} at character ${this.at}`);
  }
}
