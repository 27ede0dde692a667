import type { Instant, Metric } from './question';

const STATISTICS: Readonly<Record<string, (values: readonly number[]) => number>> = {
  Average: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  Sum: (values) => values.reduce((sum, value) => sum + value, 0),
  Maximum: (values) => Math.max(...values),
  Minimum: (values) => Math.min(...values),
};

export const isStatistic = (statistic: string): boolean => Object.hasOwn(STATISTICS, statistic);

/** The data points of the metrics that policies look at, minute by minute. */
export class Data {
  private readonly points = new Map<string, (number | undefined)[]>();

  /** @param names metrics as `namespace/name`. Throws for one without data points. */
  constructor(names: readonly string[], given: Readonly<Record<string, Metric>>) {
    this.metrics = new Map(names.map((name) => [name, seriesOf(name, given)]));
  }

  private readonly metrics: ReadonlyMap<string, Metric>;

  /** Adds the data points of one minute. */
  record(instant: Instant): void {
    for (const [name, metric] of this.metrics) {
      const list = this.points.get(name) ?? [];
      list.push(valueAt(metric, instant));
      this.points.set(name, list);
    }
  }

  /** The data point of a minute, 1 or more. */
  at(name: string, minute: number): number | undefined {
    return this.points.get(name)?.[minute - 1];
  }

  /** The data point of a period that begins after a minute. */
  aggregated(name: string, statistic: string, after: number, minutes: number): number | undefined {
    const values = (this.points.get(name) ?? [])
      .slice(after, after + minutes)
      .filter((value) => value !== undefined);
    return values.length === 0 ? undefined : STATISTICS[statistic]?.(values);
  }
}

function seriesOf(name: string, given: Readonly<Record<string, Metric>>): Metric {
  const short = name.slice(name.lastIndexOf('/') + 1);
  const metric = given[name] ?? given[short];
  if (metric) return metric;
  const have = Object.keys(given).join(', ') || 'none';
  throw new Error(`metrics: got ${have}, expected the data points of ${short} too`);
}

function valueAt(metric: Metric, instant: Instant): number | undefined {
  const value =
    typeof metric === 'function' ? metric(instant) : metric[Math.min(instant.minute, metric.length) - 1];
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}
