import { InvalidValue } from '../../shared/invalid-value';

/** A parsed cron expression: the values of each field. */
export interface Cron {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly months: readonly number[];
  readonly years: readonly number[];
  /** Whether the day matches day-of-month or day-of-week. */
  readonly runsOn: (year: number, month: number, day: number) => boolean;
}

interface Field {
  readonly what: string;
  readonly low: number;
  readonly high: number;
  readonly names?: readonly string[];
}

const MINUTES: Field = { what: 'minutes', low: 0, high: 59 };
const HOURS: Field = { what: 'hours', low: 0, high: 23 };
const DAYS: Field = { what: 'day-of-month', low: 1, high: 31 };
const MONTHS: Field = {
  what: 'month',
  low: 1,
  high: 12,
  names: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
};
const WEEKDAYS: Field = {
  what: 'day-of-week',
  low: 1,
  high: 7,
  names: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'],
};
const YEARS: Field = { what: 'year', low: 1970, high: 2199 };

/**
 * Parses `minutes hours day-of-month month day-of-week year` as EventBridge Scheduler documents it. Throws `InvalidValue`
 * with the given prop's name for anything else.
 *
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
 */
export function parseCron(name: string, expression: string, fields: string): Cron {
  const refuse = (expected: string) => new InvalidValue(name, expression, expected);
  const [minutes, hours, day, month, weekday, year, ...more] = fields.split(/\s+/);
  if (!minutes || !hours || !day || !month || !weekday || !year || more.length > 0) {
    throw refuse('six fields, minutes hours day-of-month month day-of-week year, such as cron(0 6 * * ? *)');
  }
  // Scheduler requires a question mark in one of the two day fields.
  if ((day === '?') === (weekday === '?')) {
    throw refuse('? in one of day-of-month and day-of-week, and a value or * in the other');
  }
  return {
    minutes: values(MINUTES, minutes, refuse),
    hours: values(HOURS, hours, refuse),
    months: values(MONTHS, month, refuse),
    years: values(YEARS, year, refuse),
    runsOn: day === '?' ? weekdays(weekday, refuse) : days(day, refuse),
  };
}

type Refuse = (expected: string) => InvalidValue;

/** `*`, values, ranges and increments, separated by commas. */
function values(field: Field, text: string, refuse: Refuse): number[] {
  const { what, low, high } = field;
  const found = new Set<number>();
  for (const item of text.split(',')) {
    const [range = '', step, ...more] = item.split('/');
    const [first, last = first, ...rest] = range === '*' ? [low, high] : bounds(field, range);
    // Day-of-week has no increments.
    const isStep = step === undefined || (/^[1-9]\d*$/.test(step) && field !== WEEKDAYS);
    if (first === undefined || last === undefined || first > last || !isStep || [...more, ...rest].length > 0)
      throw refuse(expectation(field, item));
    const end = step !== undefined && !range.includes('-') ? high : last;
    for (let value = first; value <= end; value += Number(step ?? 1)) found.add(value);
  }
  if (found.size === 0) throw refuse(`${what} from ${low} to ${high}`);
  return [...found].sort((a, b) => a - b);
}

const bounds = (field: Field, range: string) => range.split('-').map((text) => number(field, text));

function number({ low, high, names = [] }: Field, text: string): number | undefined {
  const named = names.indexOf(text);
  if (named >= 0) return named + low;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value >= low && value <= high ? value : undefined;
}

function expectation({ what, low, high, names }: Field, item: string): string {
  const [first, last] = [names?.[0], names?.at(-1)];
  const or = first && last ? ` or ${first}-${last}` : '';
  const wildcards = what === WEEKDAYS.what ? ', - * ? L #' : what === DAYS.what ? ', - * ? / L W' : ', - * /';
  return `${what} as ${low}-${high}${or} with ${wildcards} instead of ${item || 'nothing'}`;
}

/** Day-of-month: `L` is the last day, `15W` the weekday (Monday to Friday) nearest to the 15th in that month. */
function days(text: string, refuse: Refuse): Cron['runsOn'] {
  if (text === 'L') return (year, month, day) => day === daysIn(year, month);
  const before = /^(\d+)W$/.exec(text)?.[1];
  const nearest = before === undefined ? undefined : number(DAYS, before);
  if (nearest !== undefined) {
    return (year, month, day) => day === nearestWeekday(year, month, nearest);
  }
  const listed = values(DAYS, text, refuse);
  return (_year, _month, day) => listed.includes(day);
}

/** Day-of-week: `L` is Saturday, `6L` the last Friday of the month, `2#1` its first Monday. */
function weekdays(text: string, refuse: Refuse): Cron['runsOn'] {
  const [, day = '', rule = ''] = /^(\w+?)(L|#[1-5])$/.exec(text) ?? [];
  const only = number(WEEKDAYS, day);
  if (only !== undefined) {
    return (year, month, date) => {
      if (weekdayOf(year, month, date) !== only) return false;
      return rule === 'L' ? date + 7 > daysIn(year, month) : Math.ceil(date / 7) === Number(rule.slice(1));
    };
  }
  const listed = text === 'L' ? [WEEKDAYS.high] : values(WEEKDAYS, text, refuse);
  return (year, month, date) => listed.includes(weekdayOf(year, month, date));
}

function nearestWeekday(year: number, month: number, day: number): number | undefined {
  const last = daysIn(year, month);
  if (day > last) return undefined;
  const weekday = weekdayOf(year, month, day);
  if (weekday === 7) return day === 1 ? 3 : day - 1;
  if (weekday === 1) return day === last ? day - 2 : day + 1;
  return day;
}

export const daysIn = (year: number, month: number): number =>
  new Date(Date.UTC(year, month, 0)).getUTCDate();

/** 1 is Sunday. */
const weekdayOf = (year: number, month: number, day: number): number =>
  new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;
