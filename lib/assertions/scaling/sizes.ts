/** A change of the desired capacity. */
export interface Activity {
  /** Minutes since the start. */
  readonly minute: number;
  readonly from: number;
  readonly to: number;
  /** Construct path of the policy or scheduled action. */
  readonly by: string;
  readonly why: string;
}

/** One course of events that AWS's documentation and the templates allow. */
export interface Run {
  /** `if parameter Stage of App is prod`; empty for the only one. */
  readonly when: string;
  /** Desired capacity after each minute, from minute 0. */
  readonly sizes: readonly number[];
  readonly activities: readonly Activity[];
}

/** Smallest and largest desired capacity that are possible. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

/** The desired capacity, minute by minute. */
export class Sizes {
  constructor(
    readonly runs: readonly Run[],
    /** Why the sizes are not known. */
    readonly unknown: readonly string[],
  ) {}

  /** What the desired capacity may be after a minute. Throws if it is not known, and for a minute out of range. */
  range(minute: number): Range {
    if (this.unknown.length > 0) throw new Error(`unknown: ${this.unknown.join('; ')}`);
    const sizes = this.runs.map((run) => run.sizes[minute]).filter((size) => size !== undefined);
    if (sizes.length === 0) throw new Error(`minute: got ${minute}, expected one that was simulated`);
    return { least: Math.min(...sizes), most: Math.max(...sizes) };
  }

  /** The desired capacity after a minute. Throws if AWS's documentation or the templates allow more than one. */
  at(minute: number): number {
    const { least, most } = this.range(minute);
    if (least === most) return least;
    throw new Error(`unknown: ${least} to ${most} after ${minute} minutes\n${this.toString()}`);
  }

  toString(): string {
    if (this.unknown.length > 0) return `unknown\n${this.unknown.map((why) => `  ${why}`).join('\n')}`;
    return this.runs
      .flatMap(({ when, sizes, activities }) => [
        `${when === '' ? '' : `${when}: `}${sizes[0] ?? ''} at first`,
        ...activities.map(
          ({ minute, from, to, by, why }) => `  ${minute} min: ${from} to ${to}, ${by}: ${why}`,
        ),
      ])
      .join('\n');
  }
}
