import type { Fields, Json, Scope } from './model';

/** JSONPath has its values at once, JSONata later. */
type Eventually<T> = T | Promise<T>;

/** What differs between states in JSONPath and in JSONata. */
export interface Language {
  /** The input of the work: of the task, of the branches, of the choice. */
  arguments(state: Fields, scope: Scope): Eventually<Json>;
  /** The output of a Task, Parallel or Map state from its result. */
  resultOutput(state: Fields, scope: Scope, result: Json): Eventually<Json>;
  /** The output of a Pass, Wait, Choice or Succeed state. */
  passOutput(state: Fields, scope: Scope, input: Json): Eventually<Json>;
  /** The output of a catcher. */
  catchOutput(catcher: Fields, scope: Scope, errorOutput: Json): Eventually<Json>;
  /** New values of variables. `dollar` is what `$` means in JSONPath. */
  assign(fields: Json | undefined, scope: Scope, dollar: Json): Eventually<Fields>;
  /** A value that is given directly, by an expression, or by the path in the field `<name>Path`. */
  field(fields: Fields, name: string, scope: Scope, input: Json): Eventually<Json | undefined>;
  /** An object with expressions in it, such as `ItemSelector`. */
  template(value: Json, scope: Scope, input: Json): Eventually<Json>;
  /** The first choice rule that matches. */
  choose(rules: readonly Fields[], scope: Scope, input: Json): Eventually<Fields | undefined>;
}
