import { Undecided, type Value } from '../templates/properties';

/** A part of an answer, or why it is not known. */
export type Known<T> = T | Undecided;

/** Thrown where a part of an answer depends on a value that the templates leave open. `settle` catches it. */
class Open extends Error {}

export function open(reason: string): never {
  throw new Open(reason);
}

/** The value of a property that is known or absent. */
export function known<T>(value: Value<T>): T | undefined {
  return value instanceof Undecided ? open(value.reason) : value;
}

/** What `read` returns, or why that is not known. */
export function settle<T>(read: () => T): Known<T> {
  try {
    return read();
  } catch (error) {
    if (error instanceof Open) return new Undecided(error.message);
    throw error;
  }
}
