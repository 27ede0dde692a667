import * as fc from 'fast-check';
import { nextRuns } from '../../../lib/serverless/scheduled-function/next-runs';
import { parseSchedule } from '../../../lib/serverless/scheduled-function/schedule-expression';

const runs = (expression: string, timeZone: string, after: string, count = 3) =>
  nextRuns(expression, timeZone, new Date(after), count).map((run) =>
    run.toISOString().replace(':00.000Z', 'Z'),
  );

describe('a schedule expression', () => {
  it.each([
    ['cron(0 6 * * ? *)', ['2026-11-22T06:00Z', '2026-11-23T06:00Z', '2026-11-24T06:00Z']],
    ['cron(*/20 6 * * ? *)', ['2026-11-22T06:00Z', '2026-11-22T06:20Z', '2026-11-22T06:40Z']],
    ['cron(1/10 9-10 ? * * *)', ['2026-11-21T09:01Z', '2026-11-21T09:11Z', '2026-11-21T09:21Z']],
    ['cron(0-30/15 8 * * ? *)', ['2026-11-21T08:00Z', '2026-11-21T08:15Z', '2026-11-21T08:30Z']],
    ['cron(0 0 ? * MON-WED *)', ['2026-11-23T00:00Z', '2026-11-24T00:00Z', '2026-11-25T00:00Z']],
    ['cron(0 0 ? * 7,1 *)', ['2026-11-22T00:00Z', '2026-11-28T00:00Z', '2026-11-29T00:00Z']],
    ['cron(0 0 1 JAN,JUL ? *)', ['2027-01-01T00:00Z', '2027-07-01T00:00Z', '2028-01-01T00:00Z']],
    ['cron(0 0 L * ? *)', ['2026-11-30T00:00Z', '2026-12-31T00:00Z', '2027-01-31T00:00Z']],
    ['cron(0 0 29 2 ? *)', ['2028-02-29T00:00Z', '2032-02-29T00:00Z', '2036-02-29T00:00Z']],
    // The 1st is a Friday; 1 May is a Saturday, so that Monday the 3rd is nearest in May; 1 August is a Sunday.
    ['cron(0 0 1W 1,5,8 ? *)', ['2027-01-01T00:00Z', '2027-05-03T00:00Z', '2027-08-02T00:00Z']],
    // 31 January is a Sunday, 31 July a Saturday; the months without a 31st have none.
    ['cron(0 0 31W 1,4,7 ? *)', ['2027-01-29T00:00Z', '2027-07-30T00:00Z', '2028-01-31T00:00Z']],
    ['cron(15 10 ? * 6L 2026-2027)', ['2026-11-27T10:15Z', '2026-12-25T10:15Z', '2027-01-29T10:15Z']],
    ['cron(0 0 ? * L *)', ['2026-11-28T00:00Z', '2026-12-05T00:00Z', '2026-12-12T00:00Z']],
    ['cron(0 8 ? * 3#2 *)', ['2026-12-08T08:00Z', '2027-01-12T08:00Z', '2027-02-09T08:00Z']],
    ['cron(0 8 ? * FRI#5 *)', ['2027-01-29T08:00Z', '2027-04-30T08:00Z', '2027-07-30T08:00Z']],
    ['rate(5 minutes)', ['2026-11-21T06:45Z', '2026-11-21T06:50Z', '2026-11-21T06:55Z']],
    ['rate(1 hour)', ['2026-11-21T07:40Z', '2026-11-21T08:40Z', '2026-11-21T09:40Z']],
    ['rate(1 days)', ['2026-11-22T06:40Z', '2026-11-23T06:40Z', '2026-11-24T06:40Z']],
    ['at(2026-12-24T18:00:00)', ['2026-12-24T18:00Z']],
    ['at(2020-01-01T00:00:00)', []],
  ])('%s runs when EventBridge Scheduler runs it', (expression, expected) => {
    expect(runs(expression, 'Etc/UTC', '2026-11-21T06:40:00Z')).toEqual(expected);
  });

  it.each([
    ['cron(0 3 * * *)', 'six fields, minutes hours day-of-month month day-of-week year'],
    ['cron(0 0 3 * * ? *)', 'six fields'],
    ['cron(0 3 * * * *)', '? in one of day-of-month and day-of-week, and a value or * in the other'],
    ['cron(0 3 1 * MON *)', '? in one of'],
    ['cron(0 3 ? * ? *)', '? in one of'],
    ['cron(60 3 * * ? *)', 'minutes as 0-59 with , - * / instead of 60'],
    ['cron(0 24 * * ? *)', 'hours as 0-23'],
    ['cron(0 3 0 * ? *)', 'day-of-month as 1-31 with , - * ? / L W instead of 0'],
    ['cron(0 3 32W * ? *)', 'day-of-month'],
    ['cron(0 3 1,L * ? *)', 'day-of-month'],
    ['cron(0 3 * 13 ? *)', 'month as 1-12 or JAN-DEC'],
    ['cron(0 3 * januar ? *)', 'month as 1-12 or JAN-DEC with , - * / instead of januar'],
    ['cron(0 3 ? * 0 *)', 'day-of-week as 1-7 or SUN-SAT with , - * ? L # instead of 0'],
    ['cron(0 3 ? * 8 *)', 'day-of-week'],
    ['cron(0 3 ? * 3#6 *)', 'day-of-week'],
    ['cron(0 3 ? * 3#1,6#3 *)', 'day-of-week'],
    ['cron(0 3 ? * 2/2 *)', 'day-of-week'],
    ['cron(0 3 * * ? 1969)', 'year as 1970-2199'],
    ['cron(0 9-5 * * ? *)', 'hours'],
    ['cron(0/0 3 * * ? *)', 'minutes'],
    ['cron(0/ 3 * * ? *)', 'minutes'],
    ['cron(0,,5 3 * * ? *)', 'minutes as 0-59 with , - * / instead of nothing'],
    ['cron(? 3 * * ? *)', 'minutes'],
    ['0 6 * * ? *', 'an expression such as cron(0 6 * * ? *), rate(5 minutes) or at(2030-01-31T06:00:00)'],
    ['cron(0 6 * * ? *', 'an expression such as cron(0 6'],
    ['rate(0 minutes)', 'a positive number of minutes, hours or days'],
    ['rate(5 minute)', 'a positive number of minutes, hours or days: rate(1 hour), rate(5 minutes)'],
    ['rate(1.5 hours)', 'a positive number'],
    ['rate(30 seconds)', 'a positive number'],
    ['at(2026-02-30T00:00:00)', 'a date and time that exist'],
    ['at(2026-11-21)', 'a date and time that exist'],
    ['at(2026-11-21T06:00:00Z)', 'a date and time that exist'],
    ['', 'an expression such as cron(0 6'],
  ])('%s is refused', (expression, expected) => {
    expect(() => parseSchedule('schedule', expression)).toThrow(
      `schedule: got "${expression}", expected ${expected}`,
    );
  });

  it('runs at every minute of its fields and at no other', () => {
    const field = (low: number, high: number) =>
      fc.uniqueArray(fc.integer({ min: low, max: high }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(field(0, 59), field(0, 23), field(1, 7), (minutes, hours, days) => {
        const expression = `cron(${minutes.join()} ${hours.join()} ? * ${days.join()} *)`;
        const after = Date.parse('2026-11-21T06:40:00Z');
        const expected: string[] = [];
        for (let time = after + 60_000; expected.length < 5; time += 60_000) {
          const date = new Date(time);
          const runsThen =
            minutes.includes(date.getUTCMinutes()) &&
            hours.includes(date.getUTCHours()) &&
            days.includes(date.getUTCDay() + 1);
          if (runsThen) expected.push(date.toISOString());
        }
        const found = nextRuns(expression, 'Etc/UTC', new Date(after), 5);
        expect(found.map((run) => run.toISOString())).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });

  it('runs a daily schedule within a day of any instant, in any time zone', () => {
    const zones = fc.constantFrom('Etc/UTC', 'Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Asia/Kathmandu');
    const instants = fc.date({
      noInvalidDate: true,
      min: new Date('2020-01-01T00:00:00Z'),
      max: new Date('2060-01-01T00:00:00Z'),
    });
    fc.assert(
      fc.property(zones, instants, (timeZone, after) => {
        const [first, second] = nextRuns('cron(30 12 * * ? *)', timeZone, after, 2).map(Number);
        const wait = Number(first) - after.getTime();
        expect(wait).toBeGreaterThan(0);
        expect(wait).toBeLessThanOrEqual(24 * 60 * 60_000);
        expect(Number(second) - Number(first)).toBe(24 * 60 * 60_000);
      }),
    );
  });
});

describe('daylight saving time', () => {
  it('keeps a run at its local time', () => {
    expect(runs('cron(0 6 * * ? *)', 'America/New_York', '2026-10-31T00:00:00Z')).toEqual([
      '2026-10-31T10:00Z',
      '2026-11-01T11:00Z',
      '2026-11-02T11:00Z',
    ]);
  });

  // The example of EventBridge Scheduler's documentation, 2:30 in Los Angeles, and one in the other hemisphere.
  it.each([
    [
      'America/Los_Angeles',
      '2026-03-07T00:00:00Z',
      ['2026-03-07T10:30Z', '2026-03-09T09:30Z', '2026-03-10T09:30Z'],
    ],
    [
      'Australia/Sydney',
      '2026-10-02T16:00:00Z',
      ['2026-10-02T16:30Z', '2026-10-04T15:30Z', '2026-10-05T15:30Z'],
    ],
  ])('skips a run at a local time that does not exist, in %s', (timeZone, after, expected) => {
    expect(runs('cron(30 2 * * ? *)', timeZone, after)).toEqual(expected);
  });

  it.each([
    [
      '30 1',
      'America/Los_Angeles',
      '2026-10-31T00:00:00Z',
      ['2026-10-31T08:30Z', '2026-11-01T08:30Z', '2026-11-02T09:30Z'],
    ],
    [
      '30 2',
      'Europe/Berlin',
      '2026-10-24T00:00:00Z',
      ['2026-10-24T00:30Z', '2026-10-25T00:30Z', '2026-10-26T01:30Z'],
    ],
  ])('runs once at a local time that exists twice: %s in %s', (time, timeZone, after, expected) => {
    expect(runs(`cron(${time} * * ? *)`, timeZone, after)).toEqual(expected);
  });

  it('does not change a rate: rate(1 day) is 24 hours', () => {
    expect(runs('rate(1 day)', 'America/New_York', '2026-10-31T10:00:00Z', 2)).toEqual([
      '2026-11-01T10:00Z',
      '2026-11-02T10:00Z',
    ]);
  });
});
