/** A schedule in one line of words. */
import type { ScheduleSpec } from '../../model/schedule.js';
import { count } from './words.js';

const SHORT_DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

export function specInWords(spec: ScheduleSpec): string {
  const jitter = spec.jitterSeconds > 0 ? `, start spread over ${count(spec.jitterSeconds, 'second')}` : '';
  if (spec.kind === 'interval') return `Every ${intervalInWords(spec.everyMinutes)}${jitter}`;
  if (spec.kind === 'cron') return `Cron ${spec.cron} (${spec.timeZone})${jitter}`;
  const time = `${String(spec.hour).padStart(2, '0')}:${String(spec.minute).padStart(2, '0')}`;
  return `${daysInWords(spec)} at ${time} (${spec.timeZone})${jitter}`;
}

function intervalInWords(minutes: number): string {
  if (minutes % 1440 === 0) return minutes === 1440 ? 'day' : count(minutes / 1440, 'day');
  if (minutes % 60 === 0) return minutes === 60 ? 'hour' : count(minutes / 60, 'hour');
  return minutes === 1 ? 'minute' : count(minutes, 'minute');
}

function daysInWords(spec: Extract<ScheduleSpec, { kind: 'calendar' }>): string {
  const months = spec.daysOfMonth.length > 0 ? `day ${spec.daysOfMonth.join(', ')} of the month` : '';
  const week = spec.weekdays.length > 0 && spec.weekdays.length < 7 ? spec.weekdays.map((day) => SHORT_DAYS[day - 1]).join(', ') : '';
  return [week, months].filter(Boolean).join(' and ') || 'Every day';
}
