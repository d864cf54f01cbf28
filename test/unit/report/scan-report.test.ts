/** What a scan report says, and above all what it does not: it never calls clean what was not seen. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { READ_STATES } from '../../../src/model/snapshot.js';
import { OUTCOMES } from '../../../src/model/severity.js';
import type { ScanReportInput } from '../../../src/report/scan-input.js';
import { type ScanReportModel, scanReportModel } from '../../../src/report/scan-report.js';
import { finding, scanInput } from '../../integration/report/sample-input.js';

const SEAL = { contentHash: 'ab'.repeat(32), certificateFingerprint: 'cd'.repeat(32) };
const [WHOLE] = scanInput().completeness;

function model(change: Partial<ScanReportInput> = {}): ScanReportModel {
  return scanReportModel(scanInput(change), SEAL);
}

function clean(change: Partial<ScanReportInput> = {}): Partial<ScanReportInput> {
  return {
    scan: { ...scanInput().scan, complete: true }, completeness: WHOLE === undefined ? [] : [WHOLE], findings: [], drift: [],
    checkResults: scanInput().checkResults.map((result) => ({ ...result, outcome: 'pass' as const })), ...change,
  };
}

describe('the verdict', () => {
  it('is good when everything was read, judged and passed', () => {
    expect(model(clean()).summary).toMatchObject({ toneMark: 'good', verdict: 'Orders Node-RED meets the policy: all 8 checks passed or are waived, and everything was read.' });
  });

  it('counts the open findings by severity', () => {
    expect(model().summary.verdict).toBe('Orders Node-RED does not meet the policy. 4 findings are open: 2 critical, 1 high and 1 medium. Beyond that, 1 check could not be judged and the scan is not complete.');
  });

  it('is never good when a check could not be judged', () => {
    const checkResults = scanInput().checkResults.map((result, index) => ({ ...result, outcome: index === 0 ? 'could-not-verify' as const : 'pass' as const }));

    expect(model(clean({ checkResults })).summary).toMatchObject({ toneMark: 'unsure', verdict: expect.stringContaining('That is not a pass.') });
  });

  it('is good only of a whole scan with every applicable check passed or waived', () => {
    fc.assert(fc.property(
      fc.array(fc.constantFrom(...OUTCOMES), { maxLength: 8 }), fc.constantFrom(...READ_STATES), fc.boolean(), fc.boolean(), fc.constantFrom(...OUTCOMES),
      (outcomes, state, required, complete, found) => {
        const summary = model({
          scan: { ...scanInput().scan, complete }, completeness: WHOLE === undefined ? [] : [{ ...WHOLE, state, required }], findings: [finding(1, { outcome: found })],
          checkResults: outcomes.map((outcome) => ({ ...scanInput().checkResults[0] as ScanReportInput['checkResults'][number], outcome })),
        }).summary;

        if (summary.toneMark !== 'good') return;
        expect(complete).toBe(true);
        expect(found).not.toBe('fail');
        expect(outcomes).not.toContain('could-not-verify');
        expect(outcomes.some((outcome) => outcome !== 'not-applicable')).toBe(true);
        if (required) expect(['collected', 'empty']).toContain(state);
        expect(state).not.toBe('partial');
      },
    ));
  });
});

describe('what was not read', () => {
  const [workflows] = scanInput().completeness;
  const unread = (state: 'suspect' | 'forbidden'): Partial<ScanReportInput> => ({ completeness: [{ ...workflows!, type: 'workflows', title: 'Workflows', kinds: ['workflow', 'step'], state, read: 0 }] });

  it.each(['suspect', 'forbidden'] as const)('is no absence of connections (%s)', (state) => {
    const { flows } = model({ ...unread(state), flows: [] });

    expect(flows.intro).toBe('Not known. Connections of what was not fully read are not in this list: Workflows.');
  });

  it('stands beside the connections that were seen', () => {
    expect(model(unread('suspect')).flows.intro).toMatch(/host.* as the configuration says.*not fully read are not in this list: Workflows\.$/);
  });

  it('is no absence of change either', () => {
    const report = model({ ...unread('suspect'), drift: [] });

    expect(report.drift.intro).toMatch(/^Nothing that was read differs from baseline .* Not compared, because not fully read: Workflows\.$/);
    expect(report.summary.changed.intro).toMatch(/^Nothing that was read changed since baseline .* What was not fully read is not compared\.$/);
  });
});

describe('coverage', () => {
  it('names both counts, the share rounded down, and the date with its zone', () => {
    expect(model().summary.coverage).toBe('6 of 7 checks could be judged (85%), as of 22 Nov 2026, 16:40 CET. 1 more check is about nothing on this platform.');
  });

  it('says 100% of all only', () => {
    const base = scanInput().checkResults[0] as ScanReportInput['checkResults'][number];
    const checkResults = Array.from({ length: 1000 }, (_, index) => ({ ...base, checkId: `c${index}`, outcome: index === 0 ? 'could-not-verify' as const : 'pass' as const }));

    expect(model({ checkResults }).summary.coverage).toContain('999 of 1000 checks could be judged (99%)');
  });
});

describe('the summary', () => {
  it('names five things by weight, and twelve places of one failure once', () => {
    const findings = [
      ...Array.from({ length: 12 }, (_, index) => finding(index + 10, { checkId: 'a', severity: 'high' })),
      ...['b', 'c', 'd', 'e', 'f'].map((checkId, index) => finding(index + 1, { checkId, severity: checkId === 'd' ? 'critical' : 'low' })),
    ];

    const { things } = model({ findings }).summary;

    expect(things.items.map((item) => item.severityMark)).toEqual(['critical', 'high', 'low', 'low', 'low']);
    expect(things.items[1]?.detail).toBe('In 12 places, first orders in Public order intake (F-10)');
  });

  it('names what could not be read with the missing right', () => {
    expect(model().summary.unseen.items).toContain('Users and permissions: no permission (needs the right user:list). The key belongs to a member, not to an owner.');
  });

  it('says without a baseline that nothing can be said about change', () => {
    expect(model({ baseline: null, drift: [] }).summary.changed.intro).toContain('nothing can be said about change');
  });
});

describe('the sections', () => {
  it('keep failures, unverified and waived apart and drop what passed', () => {
    const findings = OUTCOMES.map((outcome, index) => finding(index + 1, { outcome }));

    const { groups } = model({ findings }).findings;

    expect(groups.map((group) => group.heading)).toEqual(['Critical (1)', 'Could not verify (1)', 'Waived (1)']);
  });

  it('show that a secret changed, and never more than its mark', () => {
    const edits = model().drift.items.at(-1)?.edits[0];

    expect(edits).toEqual({ path: 'token', before: 'secret (token, fingerprint a1b2c3d4e5f6), changed', after: 'secret (token, fingerprint 998877665544), changed' });
  });

  it('label a demo estate on the cover', () => {
    expect(model({ platform: { ...scanInput().platform, isDemo: true } }).cover.warning).toMatch(/^Demo estate/);
  });

  it('do not depend on the order of the input', () => {
    const input = scanInput();
    const shuffled = { ...input, findings: input.findings.toReversed(), flows: input.flows.toReversed(), checkResults: input.checkResults.toReversed() };

    expect(scanReportModel(shuffled, SEAL)).toEqual(scanReportModel(input, SEAL));
  });
});
