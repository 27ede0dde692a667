const MINUTE = 60_000;

/** A cron expression, an interval, or one time. */
export type Schedule =
  /** `runs` gets a date whose UTC digits are those of the local time. */
  | { readonly runs: (local: Date) => boolean; readonly timeZone: string }
  | { readonly everyMinutes: number }
  | { readonly at: number };

type Field = (value: number) => boolean;

/** Times are in milliseconds since 1970. */
export interface Window {
  /** The action also runs at this time itself. */
  readonly from?: number;
  readonly until?: number;
}

/** Whether a schedule runs at `time`, one of the minutes. An interval counts from `start`, when it is created. */
export function runsAt(schedule: Schedule, time: number, start: number, { from, until }: Window): boolean {
  const isNow = (moment: number) => time >= moment && time - moment < MINUTE;
  if (until !== undefined && time > until) return false;
  if (from !== undefined && time < from) return false;
  if (from !== undefined && isNow(from)) return true;
  if ('at' in schedule) return isNow(schedule.at);
  if ('everyMinutes' in schedule) {
    const passed = Math.round((time - (from ?? start)) / MINUTE);
    return passed > 0 && passed % schedule.everyMinutes === 0;
  }
  return schedule.runs(new Date(time + offset(time, schedule.timeZone)));
}

/** Five fields in Unix cron syntax: minute, hour, day of the month, month, day of the week. */
export function parseCrontab(expression: string, timeZone: string): Schedule {
  const [minute, hour, day, month, weekday, ...rest] = expression.trim().split(/\s+/);
  if (weekday === undefined || rest.length > 0) throw refused(expression, 'five fields, such as 0 17 * * 5');
  return cron(expression, timeZone, { minute, hour, day, month, weekday, sunday: 0 });
}

/** `at(...)`, `rate(...)` or `cron(...)` of Application Auto Scaling. */
export function parseExpression(expression: string, timeZone: string): Schedule {
  const [, kind, inside = ''] = /^(at|rate|cron)\((.*)\)$/.exec(expression) ?? [];
  if (kind === 'at') {
    const at = utcOf(inside, timeZone);
    if (Number.isNaN(at)) throw refused(expression, 'a time such as at(2026-01-31T17:00:00)');
    return { at };
  }
  if (kind === 'rate') {
    const [, count, unit] = /^(\d+) (minute|hour|day)s?$/.exec(inside) ?? [];
    const minutes = { minute: 1, hour: 60, day: 1440 }[unit ?? ''];
    if (minutes === undefined) throw refused(expression, 'an interval such as rate(5 minutes)');
    return { everyMinutes: Number(count) * minutes };
  }
  const [minute, hour, day, month, weekday, year, ...rest] = inside.trim().split(/\s+/);
  if (kind !== 'cron' || year === undefined || rest.length > 0) {
    throw refused(expression, 'at(...), rate(...) or cron(...) with six fields');
  }
  return cron(expression, timeZone, { minute, hour, day, month, weekday, year, sunday: 1 });
}

interface Fields {
  readonly minute?: string;
  readonly hour?: string;
  readonly day?: string;
  readonly month?: string;
  readonly weekday?: string;
  readonly year?: string;
  /** The number of Sunday: 0 in Unix, 1 in AWS's own cron. */
  readonly sunday: number;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

function cron(expression: string, timeZone: string, fields: Fields): Schedule {
  const { minute = '', hour = '', day = '', month = '', weekday = '', year = '*', sunday } = fields;
  const parse = (text: string, from: number, to: number, names: readonly string[] = [], first = 0) =>
    fieldOf(expression, text, from, to, names, first);
  const [minutes, hours, days] = [parse(minute, 0, 59), parse(hour, 0, 23), parse(day, 1, 31)];
  const [months, years] = [parse(month, 1, 12, MONTHS, 1), parse(year, 1970, 2199)];
  const weekdays = parse(weekday, sunday, 7, WEEKDAYS, sunday);
  // In Unix cron, Sunday is 0 and 7. The action runs on either of both days if both are given.
  const onWeekday = (value: number) =>
    weekdays(value + sunday) || (sunday === 0 && value === 0 && weekdays(7));
  const either = sunday === 0 && day !== '*' && weekday !== '*';
  return {
    timeZone,
    runs: (local) => {
      const [onDay, onThatWeekday] = [days(local.getUTCDate()), onWeekday(local.getUTCDay())];
      return (
        minutes(local.getUTCMinutes()) &&
        hours(local.getUTCHours()) &&
        months(local.getUTCMonth() + 1) &&
        years(local.getUTCFullYear()) &&
        (either ? onDay || onThatWeekday : onDay && onThatWeekday)
      );
    },
  };
}

function fieldOf(
  expression: string,
  text: string,
  from: number,
  to: number,
  names: readonly string[],
  first: number,
): Field {
  const numberOf = (word: string): number => {
    const name = names.indexOf(word.toUpperCase());
    const value = name === -1 && /^\d+$/.test(word) ? Number(word) : name === -1 ? NaN : name + first;
    if (value >= from && value <= to) return value;
    throw refused(expression, `${from} to ${to}, *, ranges, lists and steps in place of ${text}`);
  };
  const parts = text.split(',').map((part): Field => {
    const [range = '', step] = part.split('/');
    const every = step === undefined ? 1 : numberOf(step);
    const [low, high] =
      range === '*' || range === '?' ? [from, to] : range.split('-').map((word) => numberOf(word));
    const start = low ?? NaN;
    const end = high ?? (step === undefined ? start : to);
    return (value) => value >= start && value <= end && (value - start) % every === 0;
  });
  return (value) => parts.some((part) => part(value));
}

const formats = new Map<string, Intl.DateTimeFormat>();

function offset(time: number, timeZone: string): number {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset', hour: 'numeric' });
  formats.set(timeZone, format);
  const name = format.formatToParts(time).find(({ type }) => type === 'timeZoneName')?.value;
  const [, sign, hours, minutes] = /GMT([+-])(\d+):(\d+)/.exec(name ?? '') ?? [];
  return sign === undefined ? 0 : Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes)) * MINUTE;
}

/** The time of an `at` expression, which is local to its time zone. */
function utcOf(text: string, timeZone: string): number {
  const time = Date.parse(`${text}Z`);
  return Number.isNaN(time) ? NaN : time - offset(time - offset(time, timeZone), timeZone);
}

const refused = (expression: string, expected: string): Error =>
  new Error(`schedule ${JSON.stringify(expression)}: expected ${expected}`);
