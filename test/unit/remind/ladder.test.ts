import { describe, expect, it } from 'vitest';
import { DAY_MS, dueNow, dueRungs, LADDER } from '../../../src/remind/index.js';

const DUE = Date.parse('2026-12-18T16:00:00Z');
const daysBefore = (days: number): number => DUE - days * DAY_MS;

describe('the reminder ladder', () => {
  it('plans reminders 14, 7 and 1 days before, a notice the day after and an escalation a week after', () => {
    const plan = dueRungs(LADDER, DUE, daysBefore(40));

    expect(plan.map((planned) => [planned.rung.kind, (planned.atMs - DUE) / DAY_MS, planned.rung.to])).toEqual([
      ['reminder', -14, 'answerer'], ['reminder', -7, 'answerer'], ['final-reminder', -1, 'answerer'], ['overdue', 1, 'answerer'], ['escalation', 7, 'officer'],
    ]);
    expect(plan.map((planned) => planned.sequence)).toEqual([1, 2, 3, 4, 5]);
  });

  it('leaves out what lies before the request, and a reminder on the day of the request', () => {
    expect(dueRungs(LADDER, DUE, daysBefore(7.5)).map((planned) => planned.sequence)).toEqual([3, 4, 5]);
    expect(dueRungs(LADDER, DUE, daysBefore(8.5)).map((planned) => planned.sequence)).toEqual([2, 3, 4, 5]);
  });

  it('still warns and escalates when the request itself goes out after the due date', () => {
    expect(dueRungs(LADDER, DUE, DUE + 2 * DAY_MS).map((planned) => planned.rung.kind)).toEqual(['escalation']);
  });

  it('sends one mail per person after ten days without a worker, the one that fits today', () => {
    const { send, skipped, later } = dueNow(dueRungs(LADDER, DUE), DUE + 2 * DAY_MS);

    expect(send.map((planned) => planned.rung.kind)).toEqual(['overdue']);
    expect(skipped.map((planned) => planned.sequence)).toEqual([1, 2, 3]);
    expect(later.map((planned) => planned.rung.kind)).toEqual(['escalation']);
  });

  it('tells both the answerer and the officer when everything was missed', () => {
    expect(dueNow(dueRungs(LADDER, DUE), DUE + 20 * DAY_MS).send.map((planned) => planned.rung.kind)).toEqual(['overdue', 'escalation']);
  });

  it('sends nothing a millisecond early', () => {
    expect(dueNow(dueRungs(LADDER, DUE), daysBefore(14) - 1).send).toEqual([]);
    expect(dueNow(dueRungs(LADDER, DUE), daysBefore(14)).send).toHaveLength(1);
  });
});
