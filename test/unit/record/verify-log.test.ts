import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../../src/model/audit.js';
import { appendToFrontier, eventText, fold, leafHash, leafHashOfText, verifyLog, type Checkpoint, type Frontier, type LogEntry } from '../../../src/record/index.js';

const TENANT = 'ten_a';

function event(index: number, action = 'platform.added'): AuditEvent {
  return { index, at: '2026-11-22T10:00:00.000Z', tenant: TENANT, actor: { type: 'person', id: 'per_a' }, action, subject: { type: 'platform', id: `plt_${index}` }, details: {} };
}
function log(size: number): LogEntry[] {
  return Array.from({ length: size }, (_, index) => ({ index, event: eventText(event(index)), leafHash: leafHash(event(index)), at: event(index).at }));
}
function rootOf(entries: readonly LogEntry[]): Uint8Array {
  const frontier: Frontier = { size: 0, hashes: [] };
  for (const entry of entries) appendToFrontier(frontier, leafHashOfText(entry.event));
  return fold(frontier.hashes);
}
function checkpointAt(size: number): Checkpoint {
  return { origin: 'o', size, root: rootOf(log(size)) };
}
function rewritten(index: number): LogEntry {
  const changed = { ...event(index), action: 'platform.removed' };
  return { index, event: eventText(changed), leafHash: leafHash(changed), at: changed.at };
}

describe('verifying a log', () => {
  it('accepts an untouched log and gives its root', async () => {
    const verdict = await verifyLog(log(1203), { tenant: TENANT, headSize: 1203, checkpoints: [checkpointAt(1000)] });

    expect(verdict).toEqual({ ok: true, size: 1203, root: Buffer.from(rootOf(log(1203))).toString('hex'), firstBad: null, reason: null, provenSize: 1000 });
  });

  it('accepts an empty log', async () => {
    expect(await verifyLog([], { headSize: 0 })).toMatchObject({ ok: true, size: 0, provenSize: 0 });
  });

  it('names an entry whose text was changed', async () => {
    const entries = log(10);
    entries[6] = { ...entries[6]!, event: entries[6]!.event.replace('platform.added', 'platform.hidden') };

    expect(await verifyLog(entries)).toMatchObject({ ok: false, firstBad: 6 });
  });

  it('names the place where an entry was taken out', async () => {
    const entries = log(10).filter((entry) => entry.index !== 4);

    expect(await verifyLog(entries)).toMatchObject({ ok: false, firstBad: 4, reason: 'Entry 4 is missing.' });
  });

  it('names the place where entries were taken out and the rest was moved up', async () => {
    const entries = log(10).filter((entry) => entry.index !== 4).map((entry, index) => ({ ...entry, index }));

    expect(await verifyLog(entries)).toMatchObject({ ok: false, firstBad: 4 });
  });

  it('names the place where an entry was put in', async () => {
    const entries = log(10);
    entries.splice(3, 0, rewritten(3));

    expect(await verifyLog(entries, { checkpoints: [checkpointAt(10)] })).toMatchObject({ ok: false, firstBad: 4 });
  });

  it('names two entries that changed places', async () => {
    const entries = log(10);
    [entries[2], entries[5]] = [{ ...entries[5]!, index: 2 }, { ...entries[2]!, index: 5 }];

    expect(await verifyLog(entries)).toMatchObject({ ok: false, firstBad: 2 });
  });

  it('sees a cut-off end by the checkpoint, and by what the log says of its size', async () => {
    expect(await verifyLog(log(7), { checkpoints: [checkpointAt(9)] })).toMatchObject({ ok: false, firstBad: 7 });
    expect(await verifyLog(log(7), { headSize: 9 })).toMatchObject({ ok: false, firstBad: 7 });
  });

  it('says up to where a log is proven when its end could have been cut off without a trace', async () => {
    expect(await verifyLog(log(7), { checkpoints: [checkpointAt(5)] })).toMatchObject({ ok: true, provenSize: 5 });
    expect(await verifyLog(log(7))).toMatchObject({ ok: true, provenSize: 0 });
  });

  it('finds a wholly rewritten log by its checkpoints and says between which', async () => {
    const entries = log(10);
    entries[6] = rewritten(6);

    const verdict = await verifyLog(entries, { checkpoints: [checkpointAt(4), checkpointAt(9)] });

    expect(verdict).toMatchObject({ ok: false, firstBad: 4, reason: 'Entries 4 to 8 are not those that the checkpoint at 9 was signed over.' });
  });

  it('finds two checkpoints of one size that disagree', async () => {
    const other = { ...checkpointAt(5), root: rootOf(log(4)) };

    expect(await verifyLog(log(8), { checkpoints: [checkpointAt(5), other] })).toMatchObject({ ok: false });
  });

  it('refuses a checkpoint of an empty log with another root', async () => {
    expect(await verifyLog(log(2), { checkpoints: [{ origin: 'o', size: 0, root: Buffer.alloc(32) }] })).toMatchObject({ ok: false, firstBad: 0 });
  });

  it.each([
    ['that is no JSON', 'hello'],
    ['whose members are in another order', `{"tenant":"${TENANT}","index":0}`],
    ['of another tenant', eventText({ ...event(0), tenant: 'ten_b' })],
    ['that is null', 'null'],
  ])('refuses an entry %s', async (_what, text) => {
    expect(await verifyLog([{ index: 0, event: text }], { tenant: TENANT })).toMatchObject({ ok: false, firstBad: 0 });
  });

  it('compares with the stored tree, so that a rewritten entry is named although its own hash fits', async () => {
    const stored = new Map<string, Uint8Array>();
    const frontier: Frontier = { size: 0, hashes: [] };
    for (const entry of log(700)) for (const node of appendToFrontier(frontier, leafHashOfText(entry.event))) stored.set(`${node.level}/${node.index}`, node.hash);
    const storedNodes = (ids: readonly { level: number; index: number }[]): Promise<(Uint8Array | null)[]> => Promise.resolve(ids.map((id) => stored.get(`${id.level}/${id.index}`) ?? null));
    const entries = log(700);
    entries[555] = rewritten(555);

    expect(await verifyLog(log(700), { storedNodes })).toMatchObject({ ok: true });
    expect(await verifyLog(entries, { storedNodes })).toMatchObject({ ok: false, firstBad: 555 });
  });
});
