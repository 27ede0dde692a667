/** A prop or parameter whose value cannot be used. Its message is one line: which, what was got, what was expected. */
export class InvalidValue extends Error {
  constructor(name: string, got: unknown, expected: string) {
    super(`${name}: got ${JSON.stringify(got)}, expected ${expected}`);
  }
}
