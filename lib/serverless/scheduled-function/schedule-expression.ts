import { InvalidValue } from '../../shared/invalid-value';
import { parseCron, type Cron } from './cron';

/** A parsed schedule expression. Dates and times are those of the schedule's time zone. */
export type ScheduleExpression =
  | { readonly kind: 'cron'; readonly cron: Cron }
  | { readonly kind: 'rate'; readonly minutes: number }
  | { readonly kind: 'at'; readonly dateTime: Date };

const MINUTES = { minute: 1, hour: 60, day: 24 * 60 };

/**
 * Parses `cron(…)`, `rate(…)` or `at(…)` as EventBridge Scheduler documents them. Scheduler itself refuses a mistake only at
 * deployment. Throws `InvalidValue` with the given prop's name.
 *
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function parseSchedule(name: string, expression: string): ScheduleExpression {
  const [, kind, content = ''] = /^(cron|rate|at)\((.*)\)$/.exec(expression) ?? [];
  if (kind === 'cron') return { kind, cron: parseCron(name, expression, content.trim()) };
  if (kind === 'rate') return { kind, minutes: parseRate(name, expression, content) };
  if (kind === 'at') return { kind, dateTime: parseDateTime(name, expression, content) };
  throw new InvalidValue(
    name,
    expression,
    'an expression such as cron(0 6 * * ? *), rate(5 minutes) or at(2030-01-31T06:00:00)',
  );
}

function parseRate(name: string, expression: string, content: string): number {
  const [, value = '0', unit = '', plural] = /^(\d+)\s+(minute|hour|day)(s?)$/.exec(content.trim()) ?? [];
  const count = Number(value);
  // AWS's examples have both `rate(1 days)` and `rate(1 day)`.
  if (count === 0 || (count > 1 && !plural)) {
    throw new InvalidValue(
      name,
      expression,
      'a positive number of minutes, hours or days: rate(1 hour), rate(5 minutes)',
    );
  }
  return count * MINUTES[unit as keyof typeof MINUTES];
}

function parseDateTime(name: string, expression: string, content: string): Date {
  const isShaped = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(content);
  const dateTime = new Date(`${content}Z`);
  // 2030-02-30 matches the pattern, and Date reads it as 2030-03-02.
  if (!isShaped || Number.isNaN(dateTime.getTime()) || !dateTime.toISOString().startsWith(content)) {
    throw new InvalidValue(name, expression, 'a date and time that exist: at(2030-01-31T06:00:00)');
  }
  return dateTime;
}
