import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { verifyExport } from '../../../src/cli/audit-export-file.js';
import type { AuditEvent } from '../../../src/model/audit.js';
import { appendToFrontier, createSigner, eventText, fold, leafHashOfText, makeCheckpoint, type Frontier } from '../../../src/record/index.js';

const folder = mkdtempSync(join(tmpdir(), 'plumbline-export-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const signer = createSigner('plumbline/ten_a', Buffer.alloc(32, 6));
const stranger = createSigner('plumbline/ten_a', Buffer.alloc(32, 7));

function texts(size: number, from = 0): string[] {
  return Array.from({ length: size }, (_, index) => {
    const event: AuditEvent = { index, at: '2026-11-22T10:00:00.000Z', tenant: 'ten_a', actor: { type: 'system', id: 'plumbline' }, action: 'scan.completed', subject: { type: 'scan', id: `scn_${index}` }, details: { text: `line\u2028separator ${from}` } };
    return eventText(event);
  });
}
function noteOver(events: readonly string[], by = signer): string {
  const frontier: Frontier = { size: 0, hashes: [] };
  for (const event of events) appendToFrontier(frontier, leafHashOfText(event));
  return makeCheckpoint(by, { size: events.length, root: fold(frontier.hashes) });
}
function headLine(size: number, verifierKey = signer.verifierKey): string {
  return JSON.stringify({ format: 'plumbline-audit/1', tenant: 'ten_a', size, verifierKey });
}
let files = 0;
function write(lines: readonly string[]): string {
  const file = join(folder, `${(files += 1)}.ndjson`);
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}
function exported(events = texts(20), note = noteOver(events)): string[] {
  return [headLine(events.length), ...events, JSON.stringify({ checkpoint: note })];
}

describe('an exported record', () => {
  it('verifies with the file and the public key alone', async () => {
    const verdict = await verifyExport({ file: write(exported()), publicKey: signer.verifierKey });

    expect(verdict).toMatchObject({ ok: true, size: 20, provenSize: 20, keyGiven: true });
  });

  it('verifies when it is empty, and without a key says that the key came from the file', async () => {
    expect(await verifyExport({ file: write(exported([])) })).toMatchObject({ ok: true, size: 0, keyGiven: false, verifierKey: signer.verifierKey });
  });

  it.each([
    ['an edited entry', (lines: string[]) => lines.with(6, lines[6]!.replace('scan.completed', 'scan.failed')), 0],
    ['an entry taken out', (lines: string[]) => lines.filter((_, index) => index !== 6), 5],
    ['an entry put in', (lines: string[]) => lines.toSpliced(6, 0, lines[6]!), 6],
    ['two entries in the other order', (lines: string[]) => lines.with(6, lines[7]!).with(7, lines[6]!), 5],
    ['the last entries cut off', (lines: string[]) => lines.toSpliced(-4, 3), 17],
    ['the end cut off with its checkpoint', (lines: string[]) => lines.slice(0, -4), 17],
    ['the checkpoint cut off', (lines: string[]) => lines.slice(0, -1), 0],
    ['something behind the checkpoint', (lines: string[]) => [...lines, lines[1]!], 20],
    ['a checkpoint of a stranger', (lines: string[]) => lines.with(lines.length - 1, JSON.stringify({ checkpoint: noteOver(texts(20), stranger) })), 0],
    ['a checkpoint over fewer entries', (lines: string[]) => lines.with(lines.length - 1, JSON.stringify({ checkpoint: noteOver(texts(19)) })), 0],
    ['a head that says more', (lines: string[]) => lines.with(0, headLine(25)), 20],
  ])('does not verify with %s, and names the first index that is not as written or the earliest it can be', async (_what, change, firstBad) => {
    expect(await verifyExport({ file: write(change(exported())), publicKey: signer.verifierKey })).toMatchObject({ ok: false, firstBad });
  });

  it('that was forged whole, checkpoint included, is found by the known key and by a kept checkpoint', async () => {
    const forged = texts(20, 99);
    const file = write([headLine(20, stranger.verifierKey), ...forged, JSON.stringify({ checkpoint: noteOver(forged, stranger) })]);
    const byTheSameKey = write(exported(forged));

    expect(await verifyExport({ file })).toMatchObject({ ok: true, keyGiven: false });
    expect(await verifyExport({ file, publicKey: signer.verifierKey })).toMatchObject({ ok: false });
    expect(await verifyExport({ file: byTheSameKey, publicKey: signer.verifierKey, checkpointNote: noteOver(texts(12)) })).toMatchObject({ ok: false, firstBad: 0 });
  });

  it('fits a checkpoint kept earlier, and one kept of more entries tells that the end is missing', async () => {
    const file = write(exported());

    expect(await verifyExport({ file, publicKey: signer.verifierKey, checkpointNote: noteOver(texts(12)) })).toMatchObject({ ok: true });
    expect(await verifyExport({ file, publicKey: signer.verifierKey, checkpointNote: noteOver(texts(30)) })).toMatchObject({ ok: false, firstBad: 20 });
    expect(await verifyExport({ file, publicKey: signer.verifierKey, checkpointNote: noteOver(texts(12), stranger) })).toMatchObject({ ok: false, reason: 'The checkpoint given is not signed by this key.' });
  });

  it.each([['that is not there', null], ['that is empty', ''], ['that is something else', '{"a":1}\n'], ['that is no text', '\u0000\u0001']])('%s cannot be read, and is told so', async (_what, content) => {
    const file = join(folder, 'odd');
    if (content !== null) writeFileSync(file, content);

    await expect(verifyExport({ file: content === null ? join(folder, 'absent') : file })).rejects.toMatchObject({ code: 'PLB-AUDIT-002' });
  });
});

describe('plumbline audit verify --export', () => {
  const run = (...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> => new Promise((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', 'audit', 'verify', ...args], (error, stdout, stderr) => resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }));
  });

  it('exits 0, 1 or 3 and says why, with the verdict alone on stdout', async () => {
    const good = write(exported());
    const bad = write(exported().toSpliced(8, 1));

    const [passed, failed, missing, json] = await Promise.all([
      run('--export', good, '--public-key', signer.verifierKey), run('--export', bad), run('--export', join(folder, 'absent')), run('--export', bad, '--json'),
    ]);

    expect(passed).toMatchObject({ code: 0, stderr: '' });
    expect(passed.stdout).toMatch(/^The record verifies: 20 entries, root [0-9a-f]{64}\. A signed checkpoint vouches for all of it\.\n$/);
    expect(failed.code).toBe(1);
    expect(failed.stdout).toMatch(/^PLB-AUDIT-001 The record does not verify; the first entry that is not as written is 7\. Entry 7 /);
    expect(failed.stderr).toContain(signer.verifierKey);
    expect(missing).toMatchObject({ code: 3, stdout: '' });
    expect(missing.stderr).toMatch(/^PLB-AUDIT-002 /);
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, firstBad: 7 });
  }, 60_000);
});
