/**
 * The reminder ladder: which mail on which day around a due date. Owns the days and the rule after an outage. Pure and without
 * node modules: workflows/assess-vendor runs it. A day is 24 hours against the due instant, so no time zone can shift a rung.
 */
import type { LadderRung } from '../model/assessment.js';

export const DAY_MS = 24 * 60 * 60 * 1000;

/** The link works until this many days after the due date; then the cycle closes as expired. */
export const LINK_OPEN_DAYS = 30;

/** The escalation that tells of a mail that could not be delivered, beside the ladder's own places, which count from 1. */
export const UNDELIVERABLE_SEQUENCE = 100;

/** The request itself is not a rung: it goes out at once. */
export const LADDER: readonly LadderRung[] = [
  { kind: 'reminder', offsetDays: -14, to: 'answerer' },
  { kind: 'reminder', offsetDays: -7, to: 'answerer' },
  { kind: 'final-reminder', offsetDays: -1, to: 'answerer' },
  { kind: 'overdue', offsetDays: 1, to: 'answerer' },
  { kind: 'escalation', offsetDays: 7, to: 'officer' },
];

export interface PlannedRung {
  rung: LadderRung;
  /** place in the ladder, from 1; with the kind it makes a mail's idempotency key */
  sequence: number;
  /** epoch milliseconds */
  atMs: number;
}

/**
 * The plan for one due date, earliest first. With `requestedAtMs`, rungs before the request and reminders within a day after it are left
 * out: the request has just said the same.
 */
export function dueRungs(ladder: readonly LadderRung[], dueAtMs: number, requestedAtMs?: number): PlannedRung[] {
  return ladder
    .map((rung, index) => ({ rung, sequence: index + 1, atMs: dueAtMs + rung.offsetDays * DAY_MS }))
    .filter((planned) => requestedAtMs === undefined || planned.atMs >= requestedAtMs + (planned.rung.offsetDays < 0 ? DAY_MS : 1))
    .sort((left, right) => left.atMs - right.atMs);
}

export interface DueNow {
  /** at most one per addressee: the latest */
  send: PlannedRung[];
  /** overtaken by a later rung while nobody was there to send */
  skipped: PlannedRung[];
  later: PlannedRung[];
}

/** What to send at `nowMs`. After ten days without a worker each person gets the one mail that fits today, not one per missed day. */
export function dueNow(plan: readonly PlannedRung[], nowMs: number): DueNow {
  const due = plan.filter((planned) => planned.atMs <= nowMs);
  const send = due.filter((planned, index) => !due.slice(index + 1).some((other) => other.rung.to === planned.rung.to));
  return { send, skipped: due.filter((planned) => !send.includes(planned)), later: plan.filter((planned) => planned.atMs > nowMs) };
}
