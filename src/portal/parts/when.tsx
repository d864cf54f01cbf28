/** A time with its zone, and how long ago beside it. Never relative alone. */
import { Text } from '@mantine/core';
import type { JSX } from 'react';

const absolute = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZoneName: 'short' });
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always' });

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [['day', 86_400_000], ['hour', 3_600_000], ['minute', 60_000]];

export function inWords(iso: string): string {
  return absolute.format(new Date(iso));
}

export function fromNow(iso: string, now: number): string {
  const distance = new Date(iso).getTime() - now;
  const step = STEPS.find(([, size]) => Math.abs(distance) >= size);
  return step ? relative.format(Math.round(distance / step[1]), step[0]) : 'just now';
}

/** `stacked`: for table cells, the distance on a line of its own. */
export function When({ at, stacked = false }: { at: string | null | undefined; stacked?: boolean }): JSX.Element {
  if (!at) return <Text component="span" inherit c="dimmed">never</Text>;
  const distance = fromNow(at, Date.now());
  if (stacked) return <time dateTime={at} className="nowrap">{inWords(at)}<Text component="span" size="xs" c="dimmed" display="block">{distance}</Text></time>;
  return <time dateTime={at}><span className="nowrap">{inWords(at)}</span> <Text component="span" inherit c="dimmed" className="nowrap">({distance})</Text></time>;
}
