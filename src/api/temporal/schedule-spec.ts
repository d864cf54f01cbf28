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

const LONGEST = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/** A cron of 31 February is well formed, and Temporal takes it; the scan would silently never come. */
export function neverRuns(spec: ScheduleSpec): boolean {
  if (spec.kind !== 'cron') return false;
  const [, , days = '*', months = '*'] = spec.cron.trim().split(/\s+/);
  const [dayList, monthList] = [numbersOf(days, 31), numbersOf(namesToNumbers(months), 12)];
  if (dayList === null || monthList === null) return false;
  return !monthList.some((month) => dayList.some((day) => day <= (LONGEST[month - 1] ?? 0)));
}

function namesToNumbers(field: string): string {
  return field.toUpperCase().replace(/[A-Z]{3}/g, (name) => String(MONTHS.indexOf(name) + 1));
}

/** Null where the field is not a list of numbers, ranges and steps; whether it is right is Temporal's to say. */
function numbersOf(field: string, highest: number): number[] | null {
  const numbers: number[] = [];
  for (const part of field.split(',')) {
    const match = /^(?:(\*|\?)|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part);
    if (match === null) return null;
    const [from, step] = [match[1] ? 1 : Number(match[2]), Number(match[4] ?? 1)];
    const to = match[1] || (match[3] === undefined && match[4] !== undefined) ? highest : Number(match[3] ?? match[2]);
    if (step < 1 || to > highest) return null;
    for (let number = from; number <= to; number += step) numbers.push(number);
  }
  return numbers;
}
