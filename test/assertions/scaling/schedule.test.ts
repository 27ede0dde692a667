import {
  parseCrontab,
  parseExpression,
  runsAt,
  type Schedule,
} from '../../../lib/assertions/scaling/schedule';

const runs = (schedule: Schedule, time: string, window = {}) => {
  const start = Date.parse('2026-01-01T00:00:00Z');
  return runsAt(schedule, Date.parse(time), start, window);
};
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
// 4 January 2026 is a Sunday.
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const two = (number: number) => String(number).padStart(2, '0');

describe('scaling: schedules', () => {
  it.each(MONTHS.map((name, index) => [name, index + 1] as const))('%s is month %i', (name, month) => {
    const schedule = parseCrontab(`0 0 1 ${name} *`, 'Etc/UTC');
    const found = MONTHS.map((_, index) => runs(schedule, `2026-${two(index + 1)}-01T00:00:00Z`));
    expect(found.indexOf(true)).toBe(month - 1);
    expect(found.filter(Boolean)).toHaveLength(1);
  });

  it.each(WEEKDAYS.map((name, index) => [name, index] as const))('%s is weekday %i', (name, weekday) => {
    for (const schedule of [
      parseCrontab(`0 0 * * ${name}`, 'Etc/UTC'),
      parseCrontab(`0 0 * * ${weekday}`, 'Etc/UTC'),
      parseExpression(`cron(0 0 ? * ${name} *)`, 'Etc/UTC'),
      parseExpression(`cron(0 0 ? * ${weekday + 1} *)`, 'Etc/UTC'),
    ]) {
      const found = WEEKDAYS.map((_, index) => runs(schedule, `2026-01-${two(4 + index)}T00:00:00Z`));
      expect(found.indexOf(true)).toBe(weekday);
      expect(found.filter(Boolean)).toHaveLength(1);
    }
  });

  it.each([
    ['at(2026-07-01T17:00:00)', 'Europe/Berlin', '2026-07-01T15:00:00Z'],
    ['at(2026-01-01T17:00:00)', 'America/New_York', '2026-01-01T22:00:00Z'],
    ['rate(2 hours)', 'Etc/UTC', '2026-01-01T04:00:00Z'],
    ['rate(1 day)', 'Etc/UTC', '2026-01-02T00:00:00Z'],
  ])('%s in %s runs at %s, and not an hour around it', (expression, timeZone, time) => {
    const schedule = parseExpression(expression, timeZone);
    expect(runs(schedule, time)).toBe(true);
    for (const hours of [-1, 1]) {
      expect(runs(schedule, new Date(Date.parse(time) + 3_600_000 * hours).toISOString())).toBe(false);
    }
  });

  it('a window has a start, at which it runs, and an end', () => {
    const schedule = parseCrontab('  30  *  * * * ', 'Etc/UTC');
    const window = { from: Date.parse('2026-01-01T02:00:00Z'), until: Date.parse('2026-01-01T04:30:00Z') };
    const at = (time: string) => runs(schedule, `2026-01-01T${time}:00Z`, window);
    expect(['01:30', '02:00', '02:01', '02:30', '04:30', '05:30'].map(at)).toEqual([
      ...[false, true, false, true, true, false],
    ]);
  });

  it.each([
    '0 0 1 1',
    '0 0 1 1 1 1',
    '0 0 1 13 *',
    '0 0 0 1 *',
    'x 0 1 1 *',
    '5x 0 1 1 *',
    'x5 0 1 1 *',
    '60 0 1 1 *',
  ])('refuses the crontab %s', (expression) => {
    expect(() => parseCrontab(expression, 'Etc/UTC')).toThrow(
      `schedule ${JSON.stringify(expression)}: expected`,
    );
  });

  it.each([
    'cron(0 0 ? * 0 *)',
    'cron(0 0 ? * 1 * *)',
    'cron(0 0 ? * 1 *) ',
    'kron(0 0 ? * 1 *)',
    'rate(5 weeks)',
    'at(soon)',
  ])('refuses the expression %s', (expression) => {
    expect(() => parseExpression(expression, 'Etc/UTC')).toThrow('expected');
  });
});
