import { asBoolean, asNumber, asText, describe, Undecided, type Value } from '../templates/properties';
import type { Json } from '../templates';

/** Reads properties, and collects why some are not known. */
export class Reader {
  readonly open: string[] = [];

  /** The number; NaN if it is not known. */
  number(what: string, value: Json | undefined, whenAbsent: number): number {
    return this.known(what, asNumber(value), NaN) ?? whenAbsent;
  }

  /** The number, or undefined if there is none. */
  optional(what: string, value: Json | undefined): number | undefined {
    return this.known(what, asNumber(value), NaN);
  }

  /** The text; empty if it is not known. */
  text(what: string, value: Json | undefined, whenAbsent: string): string {
    return this.known(what, asText(value), '') ?? whenAbsent;
  }

  flag(what: string, value: Json | undefined, whenAbsent: boolean): boolean {
    return this.known(what, asBoolean(value), whenAbsent) ?? whenAbsent;
  }

  /** The items. A list that is not known has none. */
  list(what: string, value: Json | undefined): readonly Json[] {
    if (value === undefined || value === null) return [];
    if (Array.isArray(value)) return value;
    this.open.push(`${what}: ${describe(value)} is not known before deployment`);
    return [];
  }

  private known<T>(what: string, value: Value<T>, instead: T): T | undefined {
    if (!(value instanceof Undecided)) return value;
    this.open.push(`${what}: ${value.reason}`);
    return instead;
  }
}
