/** When a platform is scanned. Owns the specification and its validation; Temporal Schedules carry it out (activities, api). */
import { z } from 'zod';

const Minutes = z.number().int();
const TimeZone = z.string().refine(isTimeZone, 'is not a known time zone, e.g. Europe/Berlin');

/**
 * `interval`: every so many minutes. `cron`: five fields, in `timeZone`. `calendar`: days and a time of day, in `timeZone`.
 * `jitterSeconds` spreads the start so that many platforms are not read at the same second.
 */
export const ScheduleSpec = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('interval'), everyMinutes: Minutes.min(1).max(60 * 24 * 366), jitterSeconds: Minutes.min(0).max(3600).default(0) }),
  z.object({
    kind: z.literal('cron'),
    cron: z.string().trim().regex(/^\S+(\s+\S+){4}$/, 'has five fields: minute hour day month weekday'),
    timeZone: TimeZone.default('UTC'),
    jitterSeconds: Minutes.min(0).max(3600).default(0),
  }),
  z.object({
    kind: z.literal('calendar'),
    /** 1 = Monday ... 7 = Sunday (ISO 8601); empty = every day */
    weekdays: z.array(z.number().int().min(1).max(7)).default([]),
    /** days of the month; empty = every day */
    daysOfMonth: z.array(z.number().int().min(1).max(31)).default([]),
    hour: z.number().int().min(0).max(23),
    minute: z.number().int().min(0).max(59),
    timeZone: TimeZone.default('UTC'),
    jitterSeconds: Minutes.min(0).max(3600).default(0),
  }),
]);
export type ScheduleSpec = z.infer<typeof ScheduleSpec>;

function isTimeZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
