import type { Json } from '../templates';
import type { Test } from './operators';

/** What one field must be: any of the tests. */
export interface FieldPattern {
  /** The values as they are written. */
  readonly written: readonly Json[];
  readonly tests: readonly Test[];
  /** Why there may be other tests. */
  readonly open?: string;
}

/** The fields that must all match, by their path: `detail.state`. */
export type Alternative = ReadonlyMap<string, FieldPattern>;

/** A compiled pattern. It matches if any of its alternatives does; there are several only with `$or`. */
export interface Pattern {
  readonly alternatives: readonly Alternative[];
  /** Why the whole pattern is not known. */
  readonly open?: string;
}
