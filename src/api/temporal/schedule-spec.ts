/** From our schedule to Temporal's. Pure. Owns the translation; src/model/schedule.ts owns what may be said. */
import type { ScheduleSpec as TemporalSpec } from '@temporalio/client';
import type { ScheduleSpec } from '../../model/schedule.js';

/** ISO 8601: 1 = Monday. */
const DAYS = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'] as const;
type Day = (typeof DAYS)[number];

/** Weekdays and days of the month both given: the slot must match both, as in Temporal's own calendars. */
export function toTemporalSpec(spec: ScheduleSpec): TemporalSpec {
  const jitter = spec.jitterSeconds > 0 ? { jitter: spec.jitterSeconds * 1000 } : {};
  switch (spec.kind) {
    case 'interval':
      return { intervals: [{ every: spec.everyMinutes * 60_000 }], ...jitter };
    case 'cron':
      return { cronExpressions: [spec.cron.split(/\s+/).join(' ')], timezone: spec.timeZone, ...jitter };
    case 'calendar':
      return { calendars: [calendarOf(spec)], timezone: spec.timeZone, ...jitter };
  }
}

type CalendarSpec = Extract<ScheduleSpec, { kind: 'calendar' }>;

function calendarOf(spec: CalendarSpec): NonNullable<TemporalSpec['calendars']>[number] {
  const weekdays = unique(spec.weekdays).map(dayName);
  const daysOfMonth = unique(spec.daysOfMonth);
  return {
    hour: spec.hour,
    minute: spec.minute,
    ...(weekdays.length > 0 ? { dayOfWeek: weekdays } : {}),
    ...(daysOfMonth.length > 0 ? { dayOfMonth: daysOfMonth } : {}),
  };
}

function unique(values: readonly number[]): number[] {
  return [...new Set(values)].toSorted((a, b) => a - b);
}

function dayName(iso: number): Day {
  const day = DAYS[iso - 1];
  if (day === undefined) throw new RangeError(`no weekday ${iso}`);
  return day;
}
