/** Dates for people: written out in prose, ISO in tables, always with their zone. Pure: the zone comes in, there is no clock. */

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

interface DateParts {
  readonly year: string;
  readonly month: string;
  readonly day: string;
  readonly hour: string;
  readonly minute: string;
  readonly zone: string;
}

export interface DateWords {
  /** `22 Nov 2026, 16:40 CET` */
  readonly moment: (iso: string | null) => string;
  /** `22 Nov 2026` */
  readonly day: (iso: string | null) => string;
  /** `2026-11-22 16:40`, for tables whose head names the zone */
  readonly stamp: (iso: string | null) => string;
  readonly zone: string;
}

export const NO_DATE = 'not known';

/** `at` only decides the zone's present name (CET or CEST). */
export function dateWords(timeZone: string, at: string): DateWords {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: knownZone(timeZone), year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short',
  });
  const read = (iso: string | null): DateParts | null => partsOf(format, iso);
  return {
    moment: (iso) => say(read(iso), (p) => `${dayWords(p)}, ${p.hour}:${p.minute} ${p.zone}`),
    day: (iso) => say(read(iso), dayWords),
    stamp: (iso) => say(read(iso), (p) => `${p.year}-${p.month}-${p.day} ${p.hour}:${p.minute}`),
    zone: read(at)?.zone ?? 'UTC',
  };
}

function say(parts: DateParts | null, words: (parts: DateParts) => string): string {
  return parts === null ? NO_DATE : words(parts);
}

function dayWords(parts: DateParts): string {
  return `${Number(parts.day)} ${MONTHS[Number(parts.month) - 1] ?? parts.month} ${parts.year}`;
}

function partsOf(format: Intl.DateTimeFormat, iso: string | null): DateParts | null {
  const date = new Date(iso ?? Number.NaN);
  if (Number.isNaN(date.getTime())) return null;
  const parts = new Map(format.formatToParts(date).map((part) => [part.type, part.value]));
  const part = (name: Intl.DateTimeFormatPartTypes): string => parts.get(name) ?? '';
  return { year: part('year'), month: part('month'), day: part('day'), hour: part('hour'), minute: part('minute'), zone: part('timeZoneName') };
}

/** An unknown zone must not cost the report; UTC is named beside every time. */
function knownZone(timeZone: string): string {
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
}
