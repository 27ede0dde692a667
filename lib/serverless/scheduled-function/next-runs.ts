import { daysIn, type Cron } from './cron';
import { parseSchedule } from './schedule-expression';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/**
 * The next times at which EventBridge Scheduler runs a schedule, all later than `after`. A rate starts at `after`, as it
 * does at a deployment.
 *
 * Scheduler skips a local time that does not exist when clocks go forward. It runs once, the first time, for a local time
 * that exists twice when clocks go back. https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#daylist-savings-time
 */
export function nextRuns(expression: string, timeZone: string, after: Date, count: number): Date[] {
  const schedule = parseSchedule('expression', expression);
  if (schedule.kind === 'rate') {
    return Array.from({ length: count }, (_, index) => {
      return new Date(after.getTime() + (index + 1) * schedule.minutes * MINUTE);
    });
  }
  const zone = new Zone(timeZone);
  const runs: Date[] = [];
  const times =
    schedule.kind === 'at' ? [schedule.dateTime.getTime()] : localTimes(schedule.cron, zone.local(after));
  for (const local of times) {
    if (runs.length === count) break;
    const instant = zone.instant(local);
    if (instant !== undefined && instant > after.getTime()) runs.push(new Date(instant));
  }
  return runs;
}

/** Local times of a cron expression, from the day of `from` on. Each is the UTC timestamp of the same digits. */
function* localTimes(cron: Cron, from: number): Generator<number> {
  const start = Math.floor(from / DAY) * DAY;
  for (const year of cron.years.filter((one) => one >= new Date(start).getUTCFullYear())) {
    for (const month of cron.months) {
      for (let day = 1; day <= daysIn(year, month); day++) {
        const midnight = Date.UTC(year, month - 1, day);
        if (midnight < start || !cron.runsOn(year, month, day)) continue;
        for (const hour of cron.hours) {
          for (const minute of cron.minutes) yield midnight + (hour * 60 + minute) * MINUTE;
        }
      }
    }
  }
}

/** Converts between instants and local times. */
class Zone {
  private readonly format: Intl.DateTimeFormat;

  constructor(timeZone: string) {
    this.format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  /** Local time of an instant, as the UTC timestamp of the same digits. */
  local(instant: Date | number): number {
    const parts = this.format.formatToParts(instant);
    const value = (type: Intl.DateTimeFormatPartTypes) =>
      Number(parts.find((part) => part.type === type)?.value);
    return Date.UTC(
      value('year'),
      value('month') - 1,
      value('day'),
      value('hour'),
      value('minute'),
      value('second'),
    );
  }

  /** The first instant of a local time. Undefined when clocks skip it. */
  instant(local: number): number | undefined {
    // No zone is a day or more from UTC, and none changes its offset twice in two days.
    const offsets = [local - DAY, local + DAY].map((around) => this.local(around) - around);
    const instants = offsets
      .map((offset) => local - offset)
      .filter((instant) => this.local(instant) === local);
    return instants.length > 0 ? Math.min(...instants) : undefined;
  }
}
