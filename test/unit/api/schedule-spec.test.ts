import { describe, expect, test } from 'vitest';
import { neverRuns, toTemporalSpec } from '../../../src/api/temporal/schedule-spec.js';
import { ScheduleSpec } from '../../../src/model/schedule.js';

describe('a schedule in the words of Temporal', () => {
  test('an interval is told in milliseconds, without jitter unless asked for', () => {
    const spec = toTemporalSpec(ScheduleSpec.parse({ kind: 'interval', everyMinutes: 90 }));

    expect(spec).toEqual({ intervals: [{ every: 5_400_000 }] });
  });

  test('jitter is told in milliseconds', () => {
    const spec = toTemporalSpec(ScheduleSpec.parse({ kind: 'interval', everyMinutes: 1, jitterSeconds: 30 }));

    expect(spec).toEqual({ intervals: [{ every: 60_000 }], jitter: 30_000 });
  });

  test('a cron keeps its time zone and loses surplus blanks', () => {
    const spec = toTemporalSpec(ScheduleSpec.parse({ kind: 'cron', cron: ' 0  3 * *   1-5 ', timeZone: 'Europe/Berlin' }));

    expect(spec).toEqual({ cronExpressions: ['0 3 * * 1-5'], timezone: 'Europe/Berlin' });
  });

  test('weekdays count from Monday, are sorted and said once', () => {
    const spec = toTemporalSpec(ScheduleSpec.parse({ kind: 'calendar', weekdays: [7, 1, 1], hour: 6, minute: 5, timeZone: 'America/New_York' }));

    expect(spec).toEqual({ calendars: [{ hour: 6, minute: 5, dayOfWeek: ['MONDAY', 'SUNDAY'] }], timezone: 'America/New_York' });
  });

  test('days of the month stand beside the time', () => {
    const spec = toTemporalSpec(ScheduleSpec.parse({ kind: 'calendar', daysOfMonth: [31, 1], hour: 0, minute: 0 }));

    expect(spec).toEqual({ calendars: [{ hour: 0, minute: 0, dayOfMonth: [1, 31] }], timezone: 'UTC' });
  });

  test('no weekday and no day of the month means every day', () => {
    const spec = toTemporalSpec(ScheduleSpec.parse({ kind: 'calendar', hour: 23, minute: 59 }));

    expect(spec).toEqual({ calendars: [{ hour: 23, minute: 59 }], timezone: 'UTC' });
  });
});

describe('a schedule that would never run', () => {
  test.each(['0 3 31 2 *', '0 3 30,31 FEB *', '0 0 31 4,6,9,11 *', '0 0 31 apr *'])('%s is found', (cron) => {
    expect(neverRuns(ScheduleSpec.parse({ kind: 'cron', cron }))).toBe(true);
  });

  test.each(['0 3 29 2 *', '0 3 31 * *', '0 3 * * *', '*/5 * * * 1-5', '0 0 31 2,3 *', '0 0 1-31/10 2 *', 'a b c d e', '0 0 L * *', '0 0 15/20 2 *'])('%s is left to Temporal', (cron) => {
    expect(neverRuns(ScheduleSpec.parse({ kind: 'cron', cron }))).toBe(false);
  });
});
